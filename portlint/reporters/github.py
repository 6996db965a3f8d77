"""Annotations for a GitHub workflow, as commands on standard output.

Sources: docs.github.com, "Workflow commands"; actions/toolkit, packages/core/src/command.ts (escapes) and
docs/problem-matchers.md (ten annotations of a level for each step; what is beyond is dropped in silence).
"""

from __future__ import annotations

import re
from collections import Counter

from portlint.model.catalog import Catalog
from portlint.model.finding import Severity
from portlint.model.report import Report
from portlint.reporters import RenderOptions
from portlint.reporters.from_top import from_top
from portlint.reporters.routes import routes
from portlint.reporters.rows import asides, blind_spots, rows, verdicts
from portlint.reporters.sanitise import visible
from portlint.reporters.sarif_places import Ground, ground
from portlint.reporters.text_findings import Entry
from portlint.reporters.words import sentence, suppositions
from portlint.words import counted

NAME = "github"
PER_LEVEL = 10
_DATA = re.compile(r"[%\r\n]")
_PROPERTY = re.compile(r"[%\r\n:,]")


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """A command for each of the ten worst findings of a level, and a last one that counts what was folded.

    The last one is a notice itself, so that nine notes are left.
    """
    report, _ = from_top(report, options)
    base = ground(report, routes(report))
    room: Counter[Severity] = Counter({"error": PER_LEVEL, "warning": PER_LEVEL, "note": PER_LEVEL - 1})
    folded: Counter[Severity] = Counter()
    lines = []
    for entry in rows(report):
        severity = entry.finding.severity
        if room[severity]:
            room[severity] -= 1
            lines.append(_annotation(entry, base, len(report.targets)))
        else:
            folded[severity] += 1
    return "\n".join([*lines, _closing(report, len(lines), folded)]) + "\n"


def _annotation(entry: Entry, base: Ground, targets: int) -> str:
    """On the line where it is; for a binary, on the manifest line that brings it in."""
    finding = entry.finding
    place = base.place(finding)
    properties = {"file": place.path, "line": str(max(place.line, 1))}
    if place.line == finding.location.line and finding.location.column:
        properties["col"] = str(finding.location.column)
    properties["title"] = finding.rule
    text = finding.message + asides(entry, targets)
    if place.binary:
        text += f"; in {place.binary}"
    if finding.instead:
        text = f"{sentence(text)} Instead: {sentence(finding.instead)}"
    return _command("notice" if finding.severity == "note" else finding.severity, properties, text)


def _closing(report: Report, shown: int, folded: Counter[Severity]) -> str:
    parts = [*suppositions(report), *verdicts(report), f"{counted(shown, 'finding')} annotated"]
    if folded:
        counts = ", ".join(counted(folded[level], level) for level in ("error", "warning", "note") if folded[level])
        parts.append(f"{folded.total():,} more not annotated ({counts}), since GitHub shows {PER_LEVEL} a level")
    return _command("notice", {"title": "portlint"}, "; ".join(parts + blind_spots(report, str)) + ".")


def _command(name: str, properties: dict[str, str], data: str) -> str:
    """One line. Properties and data are made harmless for a log first: the runner prints them as they are."""
    pairs = ",".join(f"{key}={_escaped(_PROPERTY, value)}" for key, value in properties.items())
    return f"::{name} {pairs}::{_escaped(_DATA, data)}"


def _escaped(unsafe: re.Pattern[str], text: str) -> str:
    return unsafe.sub(lambda match: f"%{ord(match[0]):02X}", visible(text))
