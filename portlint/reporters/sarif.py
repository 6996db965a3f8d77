"""SARIF 2.1.0 for GitHub code scanning: one run for each target, inside GitHub's limits.

Sources: docs.github.com, "SARIF support for code scanning"; github/codeql-action, src/upload-lib.ts.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import msgspec

from portlint.model.catalog import Catalog
from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.report import Report, TargetReport
from portlint.reporters import RenderOptions
from portlint.reporters.from_top import from_top
from portlint.reporters.routes import Routes, routes
from portlint.reporters.rows import blind_spots
from portlint.reporters.sanitise import ascii_json, unicode_only
from portlint.reporters.sarif_log import (
    AutomationDetails,
    Driver,
    Invocation,
    Log,
    Message,
    Notification,
    PlaceInFile,
    Result,
    Run,
    Tool,
    UriBase,
)
from portlint.reporters.sarif_places import ROOT, Line, ground, lines_at, physical, uri
from portlint.reporters.sarif_results import Group, groups, plain, result
from portlint.reporters.sarif_rules import LEFT_OUT, left_out_descriptor, rule_descriptor
from portlint.reporters.words import estimate_line, suppositions
from portlint.words import counted, some

NAME = "sarif"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# SARIF2005 wants an address. TODO: the project's home page, once it has a public one.
INFORMATION_URI = "urn:portlint"
MAX_RUNS = 20
MAX_RESULTS = 5000  # of a run: GitHub takes 25,000 and shows 5,000
MAX_GZIP_BYTES = 10_000_000


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """The log, indented by two, in ASCII, with a final line end.

    Every limit that bites is said in a result of its own. A file that would be too large for GitHub is written
    again with fewer results.
    """
    folder = uri(options.prefix)
    report, options = from_top(report, options)
    base = ground(report, routes(report))
    grouped = [(target, groups(target.findings, base)) for target in report.targets[:MAX_RUNS]]
    places = [place for _, members in grouped for place, _ in members[:MAX_RESULTS]]
    knowledge = _Knowledge(report, catalog, base.routes, lines_at(places, options.read), folder)
    cap = MAX_RESULTS
    while True:
        runs = tuple(_run(knowledge, target, members, cap) for target, members in grouped)
        text = _written(Log(SCHEMA, "2.1.0", runs))
        if cap < 100 or _gzip_bytes(text) < MAX_GZIP_BYTES:
            return text
        cap //= 2


class _Knowledge(msgspec.Struct, frozen=True):
    """What the runs share. `folder`: the scanned folder from the top of the checkout, as a URI, or ""."""

    report: Report
    catalog: Catalog
    routes: Routes
    lines: Mapping[tuple[str, int], Line]
    folder: str


def _run(knowledge: _Knowledge, target: TargetReport, members: Sequence[Group], cap: int) -> Run:
    report = knowledge.report
    note = _left_out_text(report, target, len(members), cap)
    kept = members[: cap - 1] if note and len(members) >= cap else members
    findings = _by_rule(kept)
    rules = [rule_descriptor(rule, findings[rule], target.id, knowledge.catalog) for rule in sorted(findings)]
    index = {rule.id: at for at, rule in enumerate(rules)}
    results = [result(group, index[group[1][0].rule], knowledge.routes, knowledge.lines) for group in kept]
    if note:
        results.append(_left_out(note, len(rules), members, report))
        rules.append(left_out_descriptor())
    # The slash at the end makes all that stands before it the category; GitHub refuses two runs of one category,
    # and what is uploaded for a category takes the place of what was there: two folders are two categories, and
    # what is only supposed has one of its own, for it must not close the alerts of what is there.
    supposed = "what-if/" if report.assumptions else ""
    category = f"portlint/{supposed}{knowledge.folder}{target.id}/"
    details = AutomationDetails(category, Message(f"portlint for {target.title}."))
    return Run(
        tool=Tool(Driver("portlint", report.version, tuple(rules), INFORMATION_URI)),
        automation_details=details,
        original_uri_base_ids={ROOT: UriBase(Message("The top of the checkout, or of the scanned tree."))},
        invocations=(Invocation(True, _notifications(report)),),
        column_kind="utf16CodeUnits",
        results=tuple(results),
        properties=_properties(report, target),
    )


def _by_rule(members: Sequence[Group]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for _, findings in members:
        found.setdefault(findings[0].rule, []).extend(findings)
    return found


def _left_out_text(report: Report, target: TargetReport, results: int, cap: int) -> str:
    """What the limits keep out of this run, or "". The last run speaks for the targets that got no run."""
    parts = []
    runs = report.targets[:MAX_RUNS]
    further = [other.id for other in report.targets[MAX_RUNS:]]
    if further and target is runs[-1]:
        parts.append(f"{counted(len(further), 'more target')} not exported: {some(further, 10)}.")
    if results > cap or (parts and results >= cap):
        parts.insert(0, f"{counted(results - cap + 1, 'more result')} not exported; these are the least severe.")
    return " ".join(parts)


def _left_out(text: str, rule_index: int, members: Sequence[Group], report: Report) -> Result:
    """The note, on the first line of the worst place, since GitHub wants every result on a file."""
    path = members[0][0].path if members else report.files[0].path if report.files else "."
    where = PlaceInFile(physical(Location(path)))
    fingerprint = {"primaryLocationLineHash": f"{LEFT_OUT}:1", "portlint/v1": LEFT_OUT}
    return Result(LEFT_OUT, rule_index, "note", Message(text), (where,), fingerprint)


def _notifications(report: Report) -> tuple[Notification, ...]:
    """What was not looked at, by reason. GitHub does not show these; they are for other readers of the log."""
    notes = [*map(plain, suppositions(report)), *(f"{text}." for text in blind_spots(report, plain))]
    return tuple(Notification("warning", Message(text)) for text in notes)


def _properties(report: Report, target: TargetReport) -> dict[str, object]:
    found: dict[str, object] = {
        "verdict": target.verdict,
        "deciding": [unicode_only(text) for text in target.deciding],
    }
    if target.estimate:
        found["estimate"] = estimate_line(target.estimate)
    if report.assumptions:
        found["assumptions"] = [unicode_only(text) for text in report.assumptions]
    return found


def _written(log: Log) -> str:
    return ascii_json(msgspec.json.format(msgspec.json.encode(log), indent=2).decode()) + "\n"


def _gzip_bytes(text: str) -> int:
    """About what gzip makes of it; a text below the limit needs no measuring."""
    return len(text) if len(text) < MAX_GZIP_BYTES else len(zlib.compress(text.encode(), 6))
