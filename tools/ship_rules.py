"""Build hook: ship `rules/` inside the wheel as `portlint/rules`.

An editable install gets no copy, which would go stale: there `catalog/load.py` finds `rules/` beside the package.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipRules(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"]["rules"] = "portlint/rules"
