"""Put what calls do, and what other versions have, over the rows that linking and declaring gave."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from symbol_rows import Row

_HERE = Path(__file__).resolve().parent
Mark = Literal["defined", "absent", "undeclared", "fails", "fakes", "traps", "hangs"]


class Documented(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What sources or documents say of calls that were not run, see documented.toml."""

    toolchains: tuple[str, ...]
    names: tuple[str, ...]
    mark: Mark
    how: Literal["doc", "source"]
    because: str
    source: str


class Drift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mark that holds from the version `since` on, where the toolchain at hand is older, see drift.toml."""

    toolchains: tuple[str, ...]
    names: tuple[str, ...]
    mark: Mark
    since: str
    because: str
    source: str


def with_calls(toolchain: str, rows: Mapping[str, Row], measured: Iterable[tuple[str, str, str]]) -> dict[str, Row]:
    """Replace the mark of each name that links by what its call does: `measured`, then documented.toml.

    A name that does not link stays as it is: nothing can be called.
    """
    found = dict(rows)
    documented = ((name, entry.mark, entry.how) for entry in _documented(toolchain) for name in entry.names)
    for name, mark, how in (*measured, *documented):
        row = rows.get(name)
        if row is not None and (row.mark == "defined" or row.mark.startswith("flag:")):
            found[name] = msgspec.structs.replace(row, mark=mark, how=how)
    return found


def with_drift(toolchain: str, rows: Mapping[str, Row]) -> list[Row]:
    """Add the rows of later versions; the row at hand then ends where the later one begins."""
    found = dict(rows)
    later: list[Row] = []
    for entry in _drift(toolchain):
        for name in entry.names:
            row = rows.get(name)
            if row is not None and row.mark != entry.mark:
                found[name] = msgspec.structs.replace(row, until=entry.since)
                later.append(Row(name, "", entry.since, entry.mark, "source"))
    return [*found.values(), *later]


def _documented(toolchain: str) -> Iterator[Documented]:
    for raw in tomllib.loads((_HERE / "documented.toml").read_text(encoding="utf-8"))["mark"]:
        entry = msgspec.convert(raw, Documented)
        if toolchain in entry.toolchains:
            yield entry


def _drift(toolchain: str) -> Iterator[Drift]:
    for raw in tomllib.loads((_HERE / "drift.toml").read_text(encoding="utf-8"))["drift"]:
        entry = msgspec.convert(raw, Drift)
        if toolchain in entry.toolchains:
            yield entry
