"""Read `rules/engines.toml`: which engines have a road to the browser, and which to a WASI server."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import read_as, rules_folder
from portlint.errors import PortlintError

Road = Literal["yes", "community", "no", "unknown"]
_NUMBERS = re.compile(r"\d+")


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an engine gets there: by itself, by somebody else's fork or tool, not, or nobody has checked.

    `since` and `until` bound the engine's versions: from there on, and before that one. `because` completes "...: ".
    """

    answer: Road
    checked: date
    because: str = ""
    instead: str = ""
    source: str = ""
    since: str = ""
    until: str = ""

    def holds(self, version: str) -> bool:
        """Whether a version (`5.4`) lies in the route's range."""
        own = _parts(version)
        return (not self.since or own >= _parts(self.since)) and (not self.until or own < _parts(self.until))


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modules and plug-ins of the engine's own (`names`) that its web build has, and that do not work there."""

    names: tuple[str, ...]
    because: str
    instead: str
    source: str
    checked: date


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One engine. `id` is the kind of its projects; `recognised` says by which file."""

    id: str
    name: str
    recognised: str
    web: tuple[Route, ...]
    server: tuple[Route, ...]
    part: tuple[Part, ...] = ()
    notes: str = ""

    def route(self, family: str, version: str) -> Route | None:
        """The road to a family of targets; None where it depends on a version that nobody knows."""
        routes = self.web if family == "browser" else self.server
        if _NUMBERS.search(version):
            return next((each for each in routes if each.holds(version)), None)
        return routes[0] if len(routes) == 1 else None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    engine: tuple[Engine, ...] = ()


@cache
def load_engines(folder: Path | None = None) -> dict[str, Engine]:
    """Engines by id; `folder` is another `rules/`.

    Raises PortlintError for invalid TOML, unknown keys, an id given twice, an engine without routes, and an answer
    other than `unknown` that has no source.
    """
    if folder is None:
        return compiled("engines", dict[str, Engine], lambda: _engines(rules_folder() / "engines.toml"))
    return _engines(folder / "engines.toml")


def _engines(path: Path) -> dict[str, Engine]:
    rows = read_as(path, _File).engine
    found: dict[str, Engine] = {}
    for row in rows:
        if row.id in found:
            raise PortlintError(f"{path}: the id {row.id!r} stands twice")
        _check(path, row)
        found[row.id] = row
    return dict(sorted(found.items()))


def _check(path: Path, row: Engine) -> None:
    if not row.web or not row.server:
        raise PortlintError(f"{path}: {row.id!r} has no answer for the web or for servers")
    for route in (*row.web, *row.server):
        if route.answer != "unknown" and not route.source:
            raise PortlintError(f"{path}: {row.id!r} answers {route.answer!r} without a source")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in _NUMBERS.findall(version)[:3])
