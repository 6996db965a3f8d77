"""Several projects in one tree: a row for each, a column for each target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portlint.model.finding import Verdict
from portlint.model.report import ProjectReport, Report
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import VERDICT_COLOUR, Layout, padded

_ROWS_SHOWN = 10
_WORST: tuple[Verdict, ...] = ("blocked", "unknown", "needs-work", "ready")


def project_lines(report: Report, layout: Layout, verbose: bool) -> list[str]:
    """The table, or nothing where there is only one project. Unless verbose, ten rows: the worst."""
    if len(report.projects) < 2:
        return []
    targets = [target.id for target in report.targets]
    rows = sorted(report.projects, key=lambda project: (_rank(project), project.path))
    shown = rows if verbose else rows[:_ROWS_SHOWN]
    lines = _table(shown, targets, layout)
    if len(rows) == len(shown):
        return lines
    lines.append(f"  and {len(rows) - len(shown):,} more (--verbose); of all {len(rows):,}:")
    return [*lines, *(f"  {target}: {_totals(rows, target)}" for target in targets)]


def _rank(project: ProjectReport) -> int:
    return min((_WORST.index(verdict) for verdict in project.verdicts.values()), default=len(_WORST))


def _totals(projects: Sequence[ProjectReport], target: str) -> str:
    count = Counter(project.verdicts.get(target) for project in projects)
    return ", ".join(f"{count[verdict]:,} {verdict}" for verdict in _WORST if count[verdict]) or "none judged"


def _table(projects: Sequence[ProjectReport], targets: Sequence[str], layout: Layout) -> list[str]:
    names = [_name(project) for project in projects]
    first = max(len(name) for name in [*names, "Projects"])
    widths = [max(len(target), len("needs-work")) for target in targets]
    if 2 + first + sum(width + 2 for width in widths) > layout.width:
        return [layout.bold("Projects"), *_list(projects, names, targets, layout)]
    head = "  ".join([padded("Projects", first), *(padded(*pair) for pair in zip(targets, widths, strict=True))])
    lines = [layout.bold(head.rstrip())]
    for project, name in zip(projects, names, strict=True):
        verdicts = [_verdict(project, target, layout) for target in targets]
        cells = [padded(*pair) for pair in zip(verdicts, widths, strict=True)]
        lines.append("  ".join([padded(name, first), *cells]).rstrip())
    return lines


def _list(projects: Sequence[ProjectReport], names: Sequence[str], targets: Sequence[str], layout: Layout) -> list[str]:
    """Where the table is too wide: the targets under each verdict."""
    lines: list[str] = []
    for project, name in zip(projects, names, strict=True):
        parts = []
        for verdict in _WORST:
            of_verdict = [target for target in targets if project.verdicts.get(target) == verdict]
            if of_verdict:
                where = "every target" if len(of_verdict) == len(targets) > 1 else ", ".join(of_verdict)
                parts.append(f"{layout.coloured(verdict, VERDICT_COLOUR[verdict])} on {where}")
        lines += layout.wrapped(f"{name}: {'; '.join(parts)}", "", "    ")
    return lines


def _name(project: ProjectReport) -> str:
    engine = f"{project.kind} {project.engine_version}".strip()
    return f"{visible(project.path)} ({visible(engine)})"


def _verdict(project: ProjectReport, target: str, layout: Layout) -> str:
    verdict = project.verdicts.get(target)
    return layout.coloured(verdict, VERDICT_COLOUR[verdict]) if verdict else "-"
