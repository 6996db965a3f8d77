"""The findings as the page's script reads them: each place once, with what each target says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.planning.culprit import Culprits
from portlint.reporters.excerpt import Excerpts
from portlint.reporters.routes import routes
from portlint.reporters.sanitise import legible, visible
from portlint.reporters.text_findings import Entry, entries
from portlint.reporters.words import LEVEL_PHRASE, blocks

_MOST = 5_000  # rows
_ROOM = 900_000  # characters of all rows, their shared texts and their excerpts
_AROUND = 1  # lines of source before and after
_LINE = 200  # characters of such a line
_TEXT = 1_200  # characters of a sentence or a name


class Excerpt(msgspec.Struct, frozen=True):
    """Lines of source from number `first` on; `line` is the finding's own."""

    first: int
    line: int
    lines: tuple[str, ...]


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place. Numbers in `rule`, `path`, `guard` and `via` stand for `Findings.texts`, `component` for a component.

    `said`: pairs of a number in `Findings.reasons` and the targets, by number, that say so.
    """

    severity: str
    rule: int
    path: int
    line: int
    component: int
    confidence: str
    said: tuple[tuple[int, tuple[int, ...]], ...]
    guard: int = -1
    via: tuple[tuple[int, int], ...] = ()  # (name, place that says so or -1), the project first
    excerpt: Excerpt | None = None


class Findings(msgspec.Struct, frozen=True):
    """`reasons`: (level, message, remedy, source). `components`: (id, words) of those with findings.

    `total` counts all rows; those beyond `rows` were folded, `unexcerpted` of them in `rows` have no source for want
    of room.
    """

    texts: tuple[str, ...]
    reasons: tuple[tuple[str, str, str, str], ...]
    components: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    total: int
    unexcerpted: int


def findings(report: Report, read: Callable[[str], bytes | None]) -> Findings:
    """The worst first, until the room is used up."""
    groups = _by_place(entries(report.targets, routes(report)))
    writer = _Writer(report, read)
    rows: list[Row] = []
    unexcerpted = 0
    for group in groups[:_MOST]:
        row = writer.row(group)
        if writer.room < 0:
            break
        rows.append(row)
        unexcerpted = writer.unexcerpted
    return Findings(
        tuple(writer.texts),
        tuple(writer.reasons),
        tuple(writer.components_words()),
        tuple(rows),
        len(groups),
        unexcerpted,
    )


def _by_place(found: Iterable[Entry]) -> list[list[Entry]]:
    """Entries of one rule, name, place and gravity together, whatever reason each target gives."""
    groups: dict[tuple[str, str, Location, str, str, bool], list[Entry]] = {}
    for entry in found:
        finding = entry.finding
        key = (finding.rule, finding.name, finding.location, finding.guard, finding.severity, blocks(finding))
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


class _Writer:
    """Numbers texts, reasons and components in order of first use, and counts the room that is left."""

    def __init__(self, report: Report, read: Callable[[str], bytes | None]) -> None:
        self.texts: dict[str, int] = {}
        self.reasons: dict[tuple[str, str, str, str], int] = {}
        self.room = _ROOM
        self.unexcerpted = 0
        self._components: dict[str, int] = {}
        self._words = {each.id: visible(f"{each.name} ({each.kind})") for each in report.components}
        self._targets = {target.id: number for number, target in enumerate(report.targets)}
        self._culprits = Culprits(report.components, report.dependencies)
        self._excerpts = Excerpts(read)

    def row(self, group: Sequence[Entry]) -> Row:
        finding = group[0].finding
        row = Row(
            severity="blocker" if blocks(finding) else finding.severity,
            rule=self._text(finding.rule),
            path=self._text(finding.location.path),
            line=finding.location.line,
            component=self._component(finding),
            confidence=finding.confidence,
            said=tuple((self._reason(each.finding), tuple(self._targets[id] for id in each.targets)) for each in group),
            guard=self._text(finding.guard) if finding.guard else -1,
            via=self._via(group[0]),
            excerpt=self._excerpt(finding.location),
        )
        self.room -= 160 + 20 * len(row.said)
        return row

    def components_words(self) -> list[tuple[str, str]]:
        return [(visible(id), self._words.get(id, visible(id))) for id in self._components]

    def _text(self, text: str) -> int:
        shown = _cut(visible(text))
        if shown not in self.texts:
            self.room -= len(shown)
        return self.texts.setdefault(shown, len(self.texts))

    def _reason(self, finding: Finding) -> int:
        texts = (LEVEL_PHRASE[finding.level], finding.message, finding.instead, finding.source)
        level, message, instead, source = (_cut(visible(text)) for text in texts)
        key = (level, message, instead, source)
        if key not in self.reasons:
            self.room -= sum(map(len, key))
        return self.reasons.setdefault(key, len(self.reasons))

    def _component(self, finding: Finding) -> int:
        return self._components.setdefault(self._culprits.of(finding), len(self._components))

    def _via(self, entry: Entry) -> tuple[tuple[int, int], ...]:
        if not entry.hops:
            return ()
        way = [(self._text(entry.hops[0].source), -1)]
        for hop in entry.hops:
            place = hop.location
            way.append((self._text(hop.target), self._text(f"{place.path}:{place.line}") if place else -1))
        return tuple(way)

    def _excerpt(self, place: Location) -> Excerpt | None:
        """The line and its neighbours; None for a binary, a file that is gone, and where no room is left."""
        lines = self._excerpts.source(place.path) if place.line > 0 else []
        if not 0 < place.line <= len(lines):
            return None
        first = max(place.line - _AROUND, 1)
        shown = tuple(_cut(legible(line), _LINE) for line in lines[first - 1 : place.line + _AROUND])
        size = sum(map(len, shown))
        if self.room - size < _ROOM // 3:  # rows matter more than their source
            self.unexcerpted += 1
            return None
        self.room -= size
        return Excerpt(first, place.line, shown)


def _cut(text: str, width: int = _TEXT) -> str:
    return text if len(text) <= width else f"{text[:width]}... ({len(text) - width:,} more characters)"
