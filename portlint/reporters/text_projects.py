"""Several projects in one tree: a row for each, a column for each target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portlint.model.finding import Verdict
from portlint.model.report import ProjectReport, Report
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import VERDICT_COLOUR, Layout, padded
from portlint.reporters.words import counted

_FEWEST_ROWS = 3
_WORST: tuple[Verdict, ...] = ("blocked", "unknown", "needs-work", "ready")


def project_lines(report: Report, layout: Layout, room: int | None) -> list[str]:
    """The table, or nothing where there is only one project.

    `room` is how many lines of the screen there are, None for no limit. With a limit the worst are shown, three at
    least.
    """
    if len(report.projects) < 2:
        return []
    targets = [target.id for target in report.targets]
    rows = sorted(report.projects, key=lambda project: (_rank(project), project.path))
    shown = rows
    while room is not None and len(shown) > _FEWEST_ROWS:
        if layout.height(_table(shown, targets, layout)) + (len(shown) < len(rows)) <= room:
            break
        shown = shown[: max(_FEWEST_ROWS, min(len(shown) - 1, room))]
    lines = _table(shown, targets, layout)
    if len(rows) == len(shown):
        return lines
    return [*lines, f"and {counted(len(rows) - len(shown), 'more project')}; --verbose shows each"]


def verdict_counts(projects: Sequence[ProjectReport], target: str) -> str:
    """`4 blocked, 35 needs-work, 100 ready`; "" for a single project, or where none was judged."""
    count = Counter(project.verdicts.get(target) for project in projects)
    counts = ", ".join(f"{count[verdict]:,} {verdict}" for verdict in _WORST if count[verdict])
    return counts if len(projects) > 1 else ""


def _rank(project: ProjectReport) -> int:
    return min((_WORST.index(verdict) for verdict in project.verdicts.values()), default=len(_WORST))


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
