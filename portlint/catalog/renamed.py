"""Names that rules once had, from `rules/renamed.toml`: what was written down with them keeps its meaning."""

from __future__ import annotations

from functools import cache

import msgspec

from portlint.catalog.read import read_as, rules_folder


class _Renamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: dict[str, str]


@cache
def renamed_rules() -> dict[str, str]:
    """The rule of today by the name of old. Raises PortlintError for a broken file."""
    return read_as(rules_folder() / "renamed.toml", _Renamed).rules
