"""Findings as lines that `grep` and an editor understand: `path:line: severity[rule] message`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from portlint.model.component import Component
from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.report import TargetReport
from portlint.reporters.excerpt import Excerpts
from portlint.reporters.routes import Hop, Routes
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import SEVERITY_COLOUR, Layout
from portlint.reporters.words import LEVEL_PHRASE, blocks, worst_first
from portlint.words import counted, some

_BLOCKERS_HEIGHT = 14  # lines of the screen
_GUARD_WIDTH = 60  # characters of a condition, and of the two halves of a message, before `...`
_TEXT_WIDTH = 100


class Entry(msgspec.Struct, frozen=True):
    """A finding and the targets that say just the same of it."""

    finding: Finding
    targets: tuple[str, ...]
    hops: tuple[Hop, ...]


class Said:
    """Reasons that stand in the report already. A reader needs each of them once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)

    def __contains__(self, reason: str) -> bool:
        return any(reason in text for text in self._texts)

    def __bool__(self) -> bool:
        return True

    def add(self, reason: str) -> None:
        if reason and reason not in self:
            self._texts.append(reason)


def entries(targets: Sequence[TargetReport], routes: Routes) -> list[Entry]:
    """Every finding once, the worst first."""
    by_finding: dict[Finding, list[str]] = {}
    for target in targets:
        for finding in target.findings:
            by_finding.setdefault(finding, []).append(target.id)
    return [Entry(found, tuple(by_finding[found]), routes.hops(found)) for found in sorted(by_finding, key=worst_first)]


def merged(found: Iterable[Entry]) -> list[Entry]:
    """Entries of one rule, name and place as one, whatever reason each target gives: the first one's is kept."""
    rows: dict[tuple[str, str, Location, str, bool], Entry] = {}
    for entry in found:
        finding = entry.finding
        key = (finding.rule, finding.name, finding.location, finding.severity, blocks(finding))
        known = rows.setdefault(key, entry)
        if known is not entry:
            rows[key] = Entry(known.finding, tuple(dict.fromkeys((*known.targets, *entry.targets))), known.hops)
    return list(rows.values())


def blocker_lines(
    found: Iterable[Entry], targets: int, layout: Layout, said: Said | None, excerpts: Excerpts
) -> list[str]:
    """The blockers with their paths and remedies.

    Without `said` all of them; with it one for each rule and library, the first few, and each reason once.
    """
    verbose = said is None
    blockers = [entry for entry in found if blocks(entry.finding)]
    rows = [[entry] for entry in blockers] if verbose else _same(blockers)
    lines: list[str] = []
    remedy: list[str] = []
    for number, row in enumerate(rows):
        block = [_line(row, targets, layout, said, 2 * _TEXT_WIDTH), *excerpts.lines(row[0].finding, layout)]
        block += _path(row[0], layout)
        if verbose or _remedy(row[0], layout) != remedy:  # many blockers have one remedy: once is enough
            remedy = _remedy(row[0], layout)
            block += remedy
        if verbose:
            block += _source(row[0], layout)
        elif lines and layout.height(lines + block) > _BLOCKERS_HEIGHT:
            left = sum(len(each) for each in rows[number:])
            return [*lines, f"and {counted(left, 'more blocker')}"]
        lines += block
        _remember(row, said)
    return lines


def component_lines(
    found: Sequence[Entry],
    components: Sequence[Component],
    targets: int,
    layout: Layout,
    room: int | None,
    said: Said | None,
    excerpts: Excerpts,
) -> list[str]:
    """All but the blockers under the component that they are in; the worst components first.

    `room` is how many lines of the screen there are, None for no limit. With a limit, findings that differ only in
    their place share a line, and what `said` holds is not said again.
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
        details: list[str] = []
        for row in rows:
            block = [*heading, _line(row, targets, layout, said)]
            if room is not None and layout.height(lines + block) > room:
                left += len(row)
                continue
            if room is None:
                block += excerpts.lines(row[0].finding, layout)
                if details != (details := _details(row[0], layout)):
                    block += details  # ten uses in a row have one remedy and one source
            lines += block
            heading = []
            _remember(row, said)
    return [*lines, f"and {counted(left, 'more finding')}"] if left else lines


def _alike(found: Iterable[Entry]) -> list[list[Entry]]:
    """Entries that differ only in place and name, in order of the first of each."""
    rows: dict[tuple[str, str, str, str, tuple[str, ...]], list[Entry]] = {}
    for entry in found:
        finding = entry.finding
        key = (finding.component, finding.rule, finding.severity, finding.level, entry.targets)
        rows.setdefault(key, []).append(entry)
    return list(rows.values())


def _same(found: Iterable[Entry]) -> list[list[Entry]]:
    """Entries of one rule, in whatever component: 139 projects of one engine. Each library stands for itself."""
    rows: dict[tuple[str, str, str, tuple[str, ...]], list[Entry]] = {}
    for entry in found:
        finding = entry.finding
        name = finding.name if finding.kind == "ships" else ""
        rows.setdefault((finding.rule, name, finding.severity, entry.targets), []).append(entry)
    return list(rows.values())


def _line(row: Sequence[Entry], targets: int, layout: Layout, said: Said | None, width: int = _TEXT_WIDTH) -> str:
    """One line for a row of like findings: the first one, and how many places more. In full without `said`."""
    finding = row[0].finding
    place = layout.linked(f"{visible(finding.location.path)}:{max(finding.location.line, 1)}", finding.location.path)
    severity = layout.coloured(finding.severity, SEVERITY_COLOUR[finding.severity])
    asides = [] if said else [LEVEL_PHRASE[finding.level]]
    if finding.guard and not (said and finding.guard in finding.message):
        asides.append(f"if {_cut(visible(finding.guard), _GUARD_WIDTH) if said else visible(finding.guard)}")
    if finding.confidence != "high":
        asides.append(f"{finding.confidence} confidence")
    if len(row[0].targets) < targets:
        asides.append(f"on {some(row[0].targets, 2)}")
    more = f" +{counted(len(row) - 1, 'more place')}" if len(row) > 1 else ""
    text = _brief(finding, said, width) if said else visible(finding.message)
    aside = f" ({'; '.join(asides)})" if asides else ""
    return f"{place}: {severity}[{visible(finding.rule)}] {text}{aside}{more}"


def _brief(finding: Finding, said: Said, width: int) -> str:
    """The message with its condition cut short, and without a reason that was given before."""
    what, reason = _halves(finding)
    what = what.replace(finding.guard, _cut(finding.guard, _GUARD_WIDTH)) if finding.guard else what
    what = _cut(visible(what), width)
    return what if not reason or reason in said else f"{what}: {_cut(visible(reason), _TEXT_WIDTH)}"


def _halves(finding: Finding) -> tuple[str, str]:
    """What the code does, and why the target minds. A condition between them may hold a colon of its own."""
    message = finding.message
    start = message.find(finding.guard) + len(finding.guard) if finding.guard in message else 0
    what, _, reason = message[start:].partition(": ")
    return message[:start] + what, reason


def _remember(row: Sequence[Entry], said: Said | None) -> None:
    if said:
        said.add(_halves(row[0].finding)[1])


def _cut(text: str, width: int) -> str:
    """At most `width` characters, cut between words where one ends in the second half."""
    if len(text) <= width:
        return text
    kept = text[: width - 3]
    space = kept.rfind(" ")
    return f"{kept[:space] if space > width // 2 else kept.rstrip()}..."


def _path(entry: Entry, layout: Layout) -> list[str]:
    """`via a > b (path:line) > c (path:line)`; nothing where no manifest says so, and the place tells it all."""
    if not any(hop.location for hop in entry.hops):
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
