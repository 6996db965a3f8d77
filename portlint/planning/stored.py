"""A report read back from the JSON that it was written as."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from portlint.errors import PortlintError
from portlint.model.component import Component
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import Estimate, ProjectReport, Report, TargetReport

_SCHEMA = "portlint-report/1"
_CAP = 1_000_000_000  # bytes
Table = Mapping[str, Any]  # what a JSON object becomes


def stored_table(path: Path) -> Table:
    """The document of a JSON report. Raises PortlintError for what is none."""
    try:
        if path.stat().st_size > _CAP:
            raise PortlintError(f"{path}: larger than a report of portlint can be")
        table = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PortlintError(f"{path}: not a JSON report of portlint: {error}") from error
    if not isinstance(table, dict) or table.get("schema") != _SCHEMA:
        raise PortlintError(f"{path}: not a JSON report of portlint: its schema is not {_SCHEMA!r}")
    return table


def stored_report(table: Table, name: str) -> Report:
    """What two reports are compared by: verdicts, estimates, findings, components, files. Edges are left out.

    Raises PortlintError, with `name`, where the table is no report.
    """
    try:
        return Report(
            version=str(table["tool"]["version"]),
            root="",
            files=tuple(msgspec.convert(_with_path(row), FileRecord) for row in table["coverage"]["files"]),
            components=tuple(msgspec.convert(_with_path(row), Component) for row in table["components"]),
            dependencies=(),
            projects=tuple(_project(row) for row in table["projects"]),
            targets=tuple(_target(row) for row in table["targets"]),
            assumptions=msgspec.convert(table.get("assumptions", ()), tuple[str, ...]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, msgspec.ValidationError) as error:
        raise PortlintError(f"{name}: not a JSON report of portlint: {error}") from error


def _project(row: Table) -> ProjectReport:
    estimates = {target: _estimate(each) for target, each in row.get("estimates", {}).items()}
    whole = {**_with_path(row), "deciding": row.get("deciding", {}), "estimates": {}}
    return msgspec.structs.replace(msgspec.convert(whole, ProjectReport), estimates=estimates)


def _target(row: Table) -> TargetReport:
    estimate = _estimate(row["estimate"]) if row["estimate"] else None
    findings = tuple(_finding(each) for each in row["findings"])
    whole = {"title": row["id"], **row, "estimate": None, "findings": ()}
    return msgspec.structs.replace(msgspec.convert(whole, TargetReport), estimate=estimate, findings=findings)


def _estimate(row: Table) -> Estimate:
    return msgspec.convert(row, Estimate)


def _finding(row: Table) -> Finding:
    placed = _with_path(row)
    place = {key: placed[key] for key in ("path", "line", "column")}
    return msgspec.convert({**placed, "location": place}, Finding)


def _with_path(row: Table) -> dict[str, Any]:
    """The exact path where its name is not UTF-8."""
    uri = row.get("path_uri")
    return {**row, "path": os.fsdecode(unquote_to_bytes(uri))} if isinstance(uri, str) else dict(row)
