"""A studio's own ports: what portlint said before, and what they took."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from portlint.errors import PortlintError
from portlint.estimate.budget import taxes_of_json
from portlint.model.catalog import Family, profile_id

_FAMILIES: tuple[str, ...] = Family.__args__  # type: ignore[attr-defined]
_COLUMNS = ("name", "family", "milestone", "days", "p50", "report", "target", "project")


class Port(msgspec.Struct, frozen=True):
    """`days` are what it took, `p50` what the uncalibrated rates said, both in person-days to the same milestone."""

    name: str
    family: Family
    milestone: str
    days: float
    p50: float


def load_history(path: Path, families: Mapping[str, Family], rates: str) -> list[Port]:
    """The ports of a history: `[[port]]` tables of a TOML file, or the lines of a CSV file with a head line.

    Each has `name`, `milestone`, `days`, and either `family` and `p50`, or `report` (a JSON report, relative to the
    history), `target` and, where it is not the root, `project`. `families` by target id. `rates`: the digest that the
    reports must have been priced with.

    Raises PortlintError, one line that names the port, for anything that is missing, unknown or no positive number.
    """
    return [_port(path, number, row, families, rates) for number, row in enumerate(_rows(path), start=1)]


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PortlintError(f"{path}: not UTF-8") from error
    if path.suffix.lower() == ".csv":
        return [
            {key: value for key, value in row.items() if key and value} for row in csv.DictReader(io.StringIO(text))
        ]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error
    rows = table.pop("port", [])
    if table or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PortlintError(f"{path}: a history holds [[port]] tables and nothing else")
    return rows


def _port(path: Path, number: int, row: dict[str, Any], families: Mapping[str, Family], rates: str) -> Port:
    name = str(row.get("name") or f"port {number}")
    where = f"{path}: {name}"
    if unknown := sorted(set(row) - set(_COLUMNS)):
        raise PortlintError(f"{where}: unknown key {unknown[0]!r}; known keys: {', '.join(_COLUMNS)}")
    milestone = str(row.get("milestone") or "")
    if not milestone:
        raise PortlintError(f"{where}: no milestone")
    days = _positive(where, row, "days")
    if "report" in row:
        family, p50 = _from_report(path, where, row, milestone, families, rates)
        return Port(name, family, milestone, days, p50)
    stated = row.get("family")
    if stated not in _FAMILIES:
        raise PortlintError(f"{where}: family {stated!r} is none of {', '.join(_FAMILIES)}")
    return Port(name, msgspec.convert(stated, Family), milestone, days, _positive(where, row, "p50"))


def _from_report(
    path: Path, where: str, row: Mapping[str, Any], milestone: str, families: Mapping[str, Family], rates: str
) -> tuple[Family, float]:
    file = path.parent / str(row["report"])
    try:
        table = json.loads(file.read_bytes())
    except OSError as error:
        raise PortlintError(f"{where}: {file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PortlintError(f"{where}: {file}: not valid JSON: {error}") from error
    target, project = str(row.get("target") or ""), str(row.get("project") or ".")
    family = families.get(profile_id(target))
    if family is None:
        raise PortlintError(f"{where}: unknown target {target!r}")
    found = [
        tax
        for tax in taxes_of_json(table, str(file))
        if (tax.target, tax.milestone) == (target, milestone) and (tax.project or ".") == project
    ]
    if not found:
        raise PortlintError(f"{where}: {file} has no estimate for {target} to {milestone} of the project {project!r}")
    if found[0].rates != rates:
        raise PortlintError(f"{where}: {file} was priced with the rates {found[0].rates}, not {rates}: scan it again")
    return family, found[0].p50


def _positive(where: str, row: Mapping[str, Any], key: str) -> float:
    try:
        number = float(row[key])
    except KeyError as error:
        raise PortlintError(f"{where}: no {key}") from error
    except (TypeError, ValueError) as error:
        raise PortlintError(f"{where}: {key} = {row[key]!r} is no number of person-days") from error
    if not (math.isfinite(number) and number > 0):
        raise PortlintError(f"{where}: {key} = {row[key]!r} is no number of person-days above 0")
    return number
