"""Build hook: ship `rules/` inside the wheel as `portlint/rules`, with the fixtures of the rules in one file.

An editable install gets no copy, which would go stale: there `catalog/load.py` finds `rules/` beside the package.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipRules(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"]["rules"] = "portlint/rules"
            build_data["force_include"][str(self._examples())] = "portlint/rules/examples.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version == "standard":
            self._folder.cleanup()

    def _examples(self) -> Path:
        """The texts of the fixtures by path, sorted: what `portlint explain` shows. Files of code would be compiled."""
        fixtures = Path(self.root) / "tests" / "fixtures" / "rules"
        paths = sorted(path for path in fixtures.rglob("*") if path.is_file())
        texts = {path.relative_to(fixtures).as_posix(): path.read_text(encoding="utf-8") for path in paths}
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "examples.json"
        file.write_text(json.dumps(texts, indent=0, sort_keys=True), encoding="utf-8")
        return file
