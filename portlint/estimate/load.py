"""Read a rates file: a whole one, or an overlay that changes rows of the shipped one."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from portlint.catalog import rules_folder
from portlint.errors import PortlintError
from portlint.estimate.rates import CONFIDENCES, STATES, Rates
from portlint.model.finding import LEVELS

Table = dict[str, Any]  # what tomllib makes of a file
_KEYS = {
    "team": ("id",),
    "milestone": ("id", "family"),
    "fixed": ("kind", "family", "title"),
    "dependency": ("state",),
    "choice": ("id",),
    "level": ("level",),
    "confidence": ("confidence",),
    "off": ("family",),
    "scale": ("kind", "family"),
    "size": ("id",),
    "grade": ("id",),
}
_ADDED = ("capability", "calibration")  # an overlay may bring these, the shipped file has none


@cache
def load_rates(path: Path | None = None) -> Rates:
    """The rates of the given file, by default the ones that ship with portlint.

    A file that says `overlay = true` holds only what differs: its rows take the place of the shipped rows of the same
    id, key by key. Raises PortlintError, one line with the file's name, for an unreadable file, an unknown key or row,
    a wrong type, a missing row or value, a negative number, and a price that is not low <= likely <= high.
    """
    shipped = rules_folder() / "rates.toml"
    file = path or shipped
    data, table = _read(file)
    parts = [data]
    if table.pop("overlay", False) is True:
        base, below = _read(shipped)
        parts.append(base)
        table = _overlaid(file, below, table)
    parts.append((rules_folder() / "capabilities.toml").read_bytes().replace(b"\r\n", b"\n"))
    digest = sha256(b"\0".join(parts)).hexdigest()[:12]
    try:
        rates = msgspec.convert({**table, "digest": digest}, Rates, strict=False)
    except msgspec.ValidationError as error:
        raise PortlintError(f"{file}: {error}") from error
    _check(file, rates)
    return rates


def _read(path: Path) -> tuple[bytes, Table]:
    try:
        data = path.read_bytes().replace(b"\r\n", b"\n")
        return data, tomllib.loads(data.decode())
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error


def _overlaid(path: Path, below: Table, above: Table) -> Table:
    merged = dict(below)
    for name, given in above.items():
        if name not in below and name not in _ADDED:
            raise PortlintError(f"{path}: unknown table {name!r}")
        if name in _KEYS:
            merged[name] = _rows(path, name, below[name], given)
        elif isinstance(given, dict) and name in below:
            merged[name] = {**below[name], **given}
        else:
            merged[name] = given
    return merged


def _rows(path: Path, name: str, below: list[Table], above: object) -> list[Table]:
    if not isinstance(above, list) or not all(isinstance(row, dict) for row in above):
        raise PortlintError(f"{path}: {name} is written [[{name}]]")
    rows = {tuple(row[key] for key in _KEYS[name]): row for row in below}
    for row in above:
        key = tuple(row.get(part) for part in _KEYS[name])
        if key not in rows:
            shown = ", ".join(f"{part} = {value!r}" for part, value in zip(_KEYS[name], key, strict=True))
            raise PortlintError(f"{path}: no shipped {name} row has {shown}")
        rows[key] = {**rows[key], **row}
    return list(rows.values())


def _check(path: Path, rates: Rates) -> None:
    families = {"browser", "wasi", "workers"}
    wanted: list[tuple[str, set[str], set[str]]] = [
        ("level", set(LEVELS), {row.level for row in rates.level}),
        ("confidence", set(CONFIDENCES), {row.confidence for row in rates.confidence}),
        ("dependency", set(STATES), {row.state for row in rates.dependency}),
        ("choice", {"drop", "replace", "ask"}, {row.id for row in rates.choice}),
        ("fixed", families, {row.family for row in rates.fixed if row.kind == "*" and not row.milestone}),
        ("milestone", families, {row.family for row in rates.milestone}),
        ("off", families, {row.family for row in rates.off}),
        ("team", {"one-port"}, {row.id for row in rates.team}),
    ]
    for name, needed, found in wanted:
        if missing := sorted(needed - found):
            raise PortlintError(f"{path}: no {name} row for {', '.join(missing)}")
    if not any(grade.least <= 0 for grade in rates.grade):
        raise PortlintError(f"{path}: no grade row with least = 0")
    stages = {(row.family, row.id) for row in rates.milestone}
    for fixed in rates.fixed:
        if fixed.milestone and (fixed.family, fixed.milestone) not in stages:
            raise PortlintError(f"{path}: fixed row {fixed.title!r} is for an unknown milestone {fixed.milestone!r}")
    for where, days in _prices(rates):
        if not (all(map(math.isfinite, days)) and 0 <= days[0] <= days[1] <= days[2]):
            raise PortlintError(f"{path}: {where}: days = {list(days)} is not 0 <= low <= likely <= high")


def _prices(rates: Rates) -> Iterator[tuple[str, tuple[float, float, float]]]:
    yield from ((f"fixed {row.title!r}", row.days) for row in rates.fixed)
    yield from ((f"dependency {row.state}", row.days) for row in rates.dependency)
    yield from ((f"choice {row.id}", row.days) for row in rates.choice)
    yield from ((f"off {row.family}", row.days) for row in rates.off)
    yield from ((f"capability {row.id}", row.days) for row in rates.capability)
    yield "unit investigate", rates.unit.investigate
