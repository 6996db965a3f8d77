"""What `rules/places.toml` says about where ports work: areas with their APIs, weights of signs, the cut."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from portlint.catalog.read import as_record, read_table, rules_folder


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A class of changed lines. `share`: of the changed lines of real ports. `names` end in `*` for a prefix, in `()`
    for a function. `on_pages`: in a browser it counts for at least so many names.
    """

    id: str
    title: str
    share: float
    capabilities: tuple[str, ...]
    names: tuple[str, ...]
    basis: str
    on_pages: int = 0


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    weight: float
    basis: str


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Which files are expected to change: from `score` on, at least and at most these shares of the sources, or
    so many `of_few` where that is more.
    """

    score: float
    least: float
    least_of_few: int
    most: float
    most_of_few: int
    basis: str


class Knowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    area: tuple[Area, ...]
    sign: tuple[Sign, ...]
    expected: Expected


@cache
def load_knowledge(path: Path | None = None) -> Knowledge:
    """Raises PortlintError, one line with the file's name, for what is not TOML of this shape."""
    file = path or rules_folder() / "places.toml"
    return as_record(file, read_table(file), Knowledge)
