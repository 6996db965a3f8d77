"""The report as a job summary: GitHub's `$GITHUB_STEP_SUMMARY`, a GitLab comment, any page of GitHub's Markdown.

Source of the limit: docs.github.com, "Workflow commands", "Adding a job summary": 1 MiB for each step, beyond which
the upload fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portlint.model.catalog import Catalog
from portlint.model.report import Report, TargetReport
from portlint.reporters import RenderOptions
from portlint.reporters.markdown_text import code, details, prose, table
from portlint.reporters.rows import asides, blind_spots, rows
from portlint.reporters.text_findings import Entry
from portlint.reporters.words import HYPOTHETICAL, blocks, estimate_line, finding_counts, not_looked_at, sentence
from portlint.words import counted

NAME = "markdown"
MAX_BYTES = 1024 * 1024
# Bytes for each part; together well below the limit, since a step may have said something before us.
_TARGETS, _PROJECTS, _BLOCKERS, _FINDINGS, _REST = 60_000, 60_000, 200_000, 500_000, 100_000
_FACTS_SHOWN = 2
_TEXT = 600  # characters of a sentence before `...`
_WHY = f"a job summary must stay below {MAX_BYTES // 1024**2} MiB"


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """Verdicts and blockers in sight, the rest in blocks that open on a click. What was folded is said in its place."""
    found = rows(report)
    blockers = [entry for entry in found if blocks(entry.finding)]
    others = [entry for entry in found if not blocks(entry.finding)]
    size = f"{counted(len(report.projects), 'project')}, {counted(len(report.files), 'file')}"
    sections = [
        [f"## portlint: {code(_cut(report.root))}"],
        [f"portlint {report.version}, {size}."],
        _suppositions(report),
        _targets(report.targets),
        _titled("Blockers", _findings(blockers, report, _BLOCKERS)),
        details(counted(len(others), "other finding"), _findings(others, report, _FINDINGS)),
        details(counted(len(report.projects), "project"), _projects(report)),
        details("Not looked at", _unread(report)),
        details("What the estimates rest on", _bounded(_estimates(report.targets), _REST, "line")),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _suppositions(report: Report) -> list[str]:
    if not report.assumptions:
        return []
    lines = [f"> - {prose(_cut(text))}" for text in report.assumptions]
    return [f"> **{HYPOTHETICAL}**", ">", *_bounded(lines, _TARGETS, "line")]


def _targets(targets: Sequence[TargetReport]) -> list[str]:
    cells = (
        (
            code(target.id),
            f"**{target.verdict}**",
            finding_counts(target),
            prose(estimate_line(target.estimate)) if target.estimate else "",
            "; ".join(prose(_cut(fact)) for fact in target.deciding[:_FACTS_SHOWN]),
        )
        for target in targets
    )
    return _table(("Target", "Verdict", "Findings", "Estimate", "Decided by"), cells, len(targets), _TARGETS, "target")


def _findings(found: Sequence[Entry], report: Report, room: int) -> list[str]:
    cells = (_finding_cells(entry, len(report.targets)) for entry in found)
    return _table(("Severity", "Rule", "Place", "What", "Instead"), cells, len(found), room, "finding")


def _finding_cells(entry: Entry, targets: int) -> Sequence[str]:
    finding = entry.finding
    place = f"{code(finding.location.path)}:{max(finding.location.line, 1)}"
    what = prose(_cut(finding.message) + _cut(asides(entry, targets)))
    if any(hop.location for hop in entry.hops):
        what += f", via {' &gt; '.join(prose(_cut(name)) for name in finding.via)}"
    return (finding.severity, code(finding.rule), place, what, prose(_cut(finding.instead)))


def _projects(report: Report) -> list[str]:
    if len(report.projects) < 2:
        return []
    ids = [target.id for target in report.targets]
    cells = (
        (
            code(project.path),
            prose(_cut(f"{project.kind} {project.engine_version}".strip())),
            *(project.verdicts.get(id, "-") for id in ids),
        )
        for project in report.projects
    )
    head = ("Project", "Kind", *(code(id) for id in ids))
    return _table(head, cells, len(report.projects), _PROJECTS, "project")


def _table(head: Sequence[str], body: Iterable[Sequence[str]], total: int, room: int, noun: str) -> list[str]:
    lines, shown = table(head, body, room)
    return [*lines, "", _folded(total - shown, noun)] if shown < total else lines


def _unread(report: Report) -> list[str]:
    if not not_looked_at(report.files):
        return []
    return _bounded([f"- {line}" for line in blind_spots(report, lambda text: prose(_cut(text)))], _REST, "line")


def _estimates(targets: Sequence[TargetReport]) -> list[str]:
    lines = []
    for target in targets:
        if (estimate := target.estimate) is None:
            continue
        lines.append(f"- {code(target.id)}: {prose(estimate_line(estimate))}")
        labelled = (("driver", estimate.drivers), ("assumes", estimate.assumptions), ("choice", estimate.choices))
        lines += [f"  - {label}: {sentence(prose(_cut(text)))}" for label, texts in labelled for text in texts]
    return lines


def _bounded(lines: Sequence[str], room: int, noun: str) -> list[str]:
    """As many lines as fit, and how many were folded."""
    for number, line in enumerate(lines):
        room -= len(line.encode()) + 1
        if room < 0:
            return [*lines[:number], f"- {_folded(len(lines) - number, noun)}"]
    return list(lines)


def _folded(number: int, noun: str) -> str:
    return f"{counted(number, f'more {noun}')} not shown: {_WHY}."


def _titled(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *lines] if lines else []


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[: _TEXT - 3]}..."
