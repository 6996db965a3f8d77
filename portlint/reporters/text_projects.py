"""Several projects in one tree: a row for each, a column for each target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portlint.model.finding import Verdict
from portlint.model.report import ProjectReport, Report
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import VERDICT_COLOUR, Layout, padded
from portlint.words import counted, some

_FEWEST_LINES = 7  # a title and three groups
_GROUP_HEIGHT = 2
_WORST: tuple[Verdict, ...] = ("blocked", "unknown", "needs-work", "ready")


def project_lines(report: Report, layout: Layout, room: int | None) -> list[str]:
    """A row for each project, or nothing where there is only one.

    `room` is how many lines of the screen there are, None for no limit. Where the rows do not fit, projects with the
    same verdicts share a line or two.
    """
    if len(report.projects) < 2:
        return []
    targets = [target.id for target in report.targets]
    rows = sorted(report.projects, key=lambda project: (_rank(project), project.path))
    lines = _table(rows, targets, layout)
    if room is None or layout.height(lines) <= room:
        return lines
    return _grouped(rows, targets, layout, max(room, _FEWEST_LINES))


def _grouped(projects: Sequence[ProjectReport], targets: Sequence[str], layout: Layout, room: int) -> list[str]:
    """`blocked (6): mono/2.5d, mono/pong and 4 more` for each combination of verdicts, the worst first."""
    groups: dict[tuple[Verdict | None, ...], list[str]] = {}
    for project in projects:
        verdicts = tuple(project.verdicts.get(target) for target in targets)
        groups.setdefault(verdicts, []).append(visible(project.path))
    lines = [layout.bold("Projects (--verbose shows a row for each)")]
    left = 0
    for verdicts, paths in sorted(groups.items(), key=lambda group: _ranks(group[0])):
        block = _group(_shared(verdicts, targets), paths, layout)
        if len(lines) > 1 and layout.height(lines + block) > room:
            left += len(paths)
            continue
        lines += block
    return [*lines, f"and {counted(left, 'more project')}"] if left else lines


def _ranks(verdicts: Sequence[Verdict | None]) -> list[int]:
    return sorted(_WORST.index(verdict) if verdict else len(_WORST) for verdict in verdicts)


def _shared(verdicts: Sequence[Verdict | None], targets: Sequence[str]) -> str:
    if len(set(verdicts)) == 1:
        return verdicts[0] or "not judged"
    pairs = zip(targets, verdicts, strict=True)
    return ", ".join(f"{target} {verdict}" for target, verdict in pairs if verdict)


def _group(label: str, paths: Sequence[str], layout: Layout) -> list[str]:
    """At most two lines: as many paths as fit, and how many more."""
    shown = len(paths)
    while True:
        lines = layout.wrapped(f"{label} ({len(paths):,}): {some(paths, shown)}", "  ", "    ")
        if layout.height(lines) <= _GROUP_HEIGHT or shown == 1:
            return lines
        shown = max(1, min(shown - 1, shown * _GROUP_HEIGHT // layout.height(lines) + 1))


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
