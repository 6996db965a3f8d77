"""Findings as lines that `grep` and an editor understand: `path:line: severity[rule] message`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from portlint.model.component import Component
from portlint.model.finding import Finding
from portlint.model.report import TargetReport
from portlint.reporters.routes import Hop, Routes
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import SEVERITY_COLOUR, Layout
from portlint.reporters.words import LEVEL_PHRASE, blocks, counted, some, worst_first

_BLOCKERS_HEIGHT = 12  # lines of the screen


class Entry(msgspec.Struct, frozen=True):
    """A finding and the targets that say just the same of it."""

    finding: Finding
    targets: tuple[str, ...]
    hops: tuple[Hop, ...]


def entries(targets: Sequence[TargetReport], routes: Routes) -> list[Entry]:
    """Every finding once, the worst first."""
    by_finding: dict[Finding, list[str]] = {}
    for target in targets:
        for finding in target.findings:
            by_finding.setdefault(finding, []).append(target.id)
    return [Entry(found, tuple(by_finding[found]), routes.hops(found)) for found in sorted(by_finding, key=worst_first)]


def blocker_lines(found: Iterable[Entry], targets: int, layout: Layout, verbose: bool) -> list[str]:
    """The blockers with their paths and remedies; unless verbose one for each component and rule, the first few."""
    blockers = [entry for entry in found if blocks(entry.finding)]
    rows = [[entry] for entry in blockers] if verbose else _alike(blockers)
    lines: list[str] = []
    remedy: list[str] = []
    for number, row in enumerate(rows):
        block = [_line(row, targets, layout), *_path(row[0], layout)]
        if verbose or _remedy(row[0], layout) != remedy:  # many blockers have one remedy: once is enough
            remedy = _remedy(row[0], layout)
            block += remedy
        if verbose:
            block += _source(row[0], layout)
        elif lines and layout.height(lines + block) > _BLOCKERS_HEIGHT:
            return [*lines, f"and {counted(len(rows) - number, 'more blocker')}"]
        lines += block
    return lines


def component_lines(
    found: Sequence[Entry], components: Sequence[Component], targets: int, layout: Layout, room: int | None
) -> list[str]:
    """All but the blockers under the component that they are in; the worst components first.

    `room` is how many lines of the screen there are, None for no limit. With a limit, findings that differ only in
    their place share a line.
    """
    by_component: dict[str, list[Entry]] = {}
    for entry in found:
        if not blocks(entry.finding):
            by_component.setdefault(entry.finding.component, []).append(entry)
    names = {component.id: f"{visible(component.name)} ({component.kind})" for component in components}
    lines: list[str] = []
    left = 0
    for component, members in by_component.items():
        rows = [[entry] for entry in members] if room is None else _alike(members)
        heading = [layout.bold(names.get(component, visible(component)))]
        for row in rows:
            block = [*heading, _line(row, targets, layout), *(_details(row[0], layout) if room is None else [])]
            if room is not None and layout.height(lines + block) > room:
                left += len(row)
                continue
            lines += block
            heading = []
    return [*lines, f"and {counted(left, 'more finding')}"] if left else lines


def _alike(found: Iterable[Entry]) -> list[list[Entry]]:
    """Entries that differ only in place and name, in order of the first of each."""
    rows: dict[tuple[str, str, str, str, tuple[str, ...]], list[Entry]] = {}
    for entry in found:
        finding = entry.finding
        key = (finding.component, finding.rule, finding.severity, finding.level, entry.targets)
        rows.setdefault(key, []).append(entry)
    return list(rows.values())


def _line(row: Sequence[Entry], targets: int, layout: Layout) -> str:
    """One line for a row of like findings: the first one, and how many places more."""
    finding = row[0].finding
    place = f"{visible(finding.location.path)}:{max(finding.location.line, 1)}"
    severity = layout.coloured(finding.severity, SEVERITY_COLOUR[finding.severity])
    asides = [LEVEL_PHRASE[finding.level]]
    if finding.guard:
        asides.append(f"if {visible(finding.guard)}")
    if finding.confidence != "high":
        asides.append(f"{finding.confidence} confidence")
    if len(row[0].targets) < targets:
        asides.append(f"on {some(row[0].targets, 2)}")
    more = f" +{counted(len(row) - 1, 'more place')}" if len(row) > 1 else ""
    return f"{place}: {severity}[{visible(finding.rule)}] {visible(finding.message)} ({'; '.join(asides)}){more}"


def _path(entry: Entry, layout: Layout) -> list[str]:
    """`via a > b (path:line) > c (path:line)`; nothing for the project's own code."""
    if not entry.hops:
        return []
    parts = [visible(entry.hops[0].source)]
    for hop in entry.hops:
        place = f" ({visible(hop.location.path)}:{max(hop.location.line, 1)})" if hop.location else ""
        parts.append(f"{visible(hop.target)}{place}")
    return layout.wrapped(f"via {' > '.join(parts)}", "    ", "      ")


def _remedy(entry: Entry, layout: Layout) -> list[str]:
    instead = entry.finding.instead
    return layout.wrapped(f"instead: {visible(instead)}", "    ", "      ") if instead else []


def _source(entry: Entry, layout: Layout) -> list[str]:
    source = entry.finding.source
    return layout.wrapped(f"source: {visible(source)}", "    ", "      ") if source else []


def _details(entry: Entry, layout: Layout) -> list[str]:
    return [*_path(entry, layout), *_remedy(entry, layout), *_source(entry, layout)]
