"""Findings of one target as SARIF results: one for each rule and line, the worst first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from portlint.model.fact import Location
from portlint.model.finding import Finding, Severity
from portlint.reporters.routes import Routes
from portlint.reporters.sanitise import unicode_only, visible
from portlint.reporters.sarif_log import LogicalLocation, Message, PlaceInFile, Result, ResultProperties
from portlint.reporters.sarif_places import Ground, Line, Place, physical, uri
from portlint.reporters.words import LEVEL_PHRASE, blocks, sentence, worst_first
from portlint.words import counted, some

_NAMES_SHOWN = 20
_RELATED_LIMIT = 100  # GitHub keeps so many locations of a result
# A name must neither end a link that it does not begin, nor look like one of SARIF's `{0}` placeholders.
_LINK_OR_PLACEHOLDER = re.compile(r"(?<=\])\(|\{(?=\d+\})")
_BRACKET = re.compile(r"[\[\]]")

Group = tuple[Place, tuple[Finding, ...]]


def groups(findings: Iterable[Finding], ground: Ground) -> list[Group]:
    """Findings by (rule, path, line), the worst first, in a group and among groups.

    GitHub tells alerts apart by rule, path and line hash: two results of a rule on one line would be one alert.
    """
    found: dict[tuple[str, str, int], list[tuple[Place, Finding]]] = {}
    for finding in sorted(findings, key=worst_first):
        place = ground.place(finding)
        found.setdefault((finding.rule, place.path, max(place.line, 1)), []).append((place, finding))
    return [(members[0][0], tuple(finding for _, finding in members)) for members in found.values()]


def result(group: Group, rule_index: int, routes: Routes, lines: Mapping[tuple[str, int], Line]) -> Result:
    """One result; what else the rule says about the line is in its message."""
    place, findings = group
    worst = findings[0]
    line = lines.get((place.path, place.line))
    related, links = _related(place, findings, routes)
    column = 0 if place.binary or worst.location.line == 0 else worst.location.column
    name = "" if column == 0 else worst.name
    where = PlaceInFile(
        physical(Location(place.path, place.line, column), name, line),
        logical_locations=_symbols(findings),
    )
    return Result(
        rule_id=worst.rule,
        rule_index=rule_index,
        level=level(worst),
        message=Message(_message(findings, links)),
        locations=(where,),
        partial_fingerprints=_fingerprints(place, worst, line),
        related_locations=related,
        properties=ResultProperties(
            capability=worst.capability,
            level=worst.level,
            confidence=worst.confidence,
            blocker=any(blocks(finding) for finding in findings),
            component=unicode_only(worst.component),
            count=len(findings),
        ),
    )


def level(finding: Finding) -> Severity:
    """The severity; what nobody has checked is never more than a note."""
    return "note" if finding.level == "unknown" else finding.severity


def plain(text: str) -> str:
    """Text from the tree, harmless inside a SARIF message."""
    return _LINK_OR_PLACEHOLDER.sub(lambda match: f"\\x{ord(match[0]):02x}", visible(text))


def _message(findings: Sequence[Finding], links: Sequence[str]) -> str:
    worst = findings[0]
    parts = [sentence(plain(worst.message)), f"On this target it {LEVEL_PHRASE[worst.level]}."]
    if worst.level == "unknown":
        parts[1] = "Nobody has checked what this target does with it."
    if worst.guard:
        parts.append(f"This holds if {plain(worst.guard)}.")
    if worst.confidence != "high":
        parts.append(f"Confidence: {worst.confidence}.")
    if worst.instead:
        parts.append(f"Instead: {sentence(plain(worst.instead))}")
    others = sorted({finding.name for finding in findings[1:]} - {worst.name})
    if others:
        parts.append(f"The same holds for {some([plain(name) for name in others], _NAMES_SHOWN)}.")
    return " ".join([*parts, *links])


def _related(place: Place, findings: Sequence[Finding], routes: Routes) -> tuple[tuple[PlaceInFile, ...], list[str]]:
    """The steps to the culprit and the binaries, each with an id, and the sentences that link them."""
    worst = findings[0]
    related: list[PlaceInFile] = []
    hops = [hop for hop in routes.hops(worst) if hop.location is not None]
    for hop in hops[: _RELATED_LIMIT // 2]:
        text = f"{plain(hop.source)} needs {plain(hop.target)}"
        related.append(PlaceInFile(physical(hop.location or worst.location), len(related) + 1, message=Message(text)))
    links = [_path_sentence(worst, related)] if len(worst.via) > 1 else []
    binaries = sorted({finding.location.path for finding in findings if finding.location.line == 0 and place.binary})
    shown = []
    for path in binaries[: _RELATED_LIMIT // 2]:
        number = len(related) + 1
        related.append(PlaceInFile(physical(Location(path)), number, message=Message(f"binary {plain(path)}")))
        shown.append(f"[{_label(path)}]({number})")
    if shown:
        left_out = len(binaries) - len(shown)
        more = f" and {counted(left_out, 'more file')}" if left_out else ""
        links.append(f"Found in {', '.join(shown)}{more}.")
    return tuple(related), links


def _path_sentence(finding: Finding, related: Sequence[PlaceInFile]) -> str:
    """The whole path in words; its first step with a known place carries the link."""
    path = _label(" > ".join(finding.via))
    return f"Reached through [{path}](1)." if related else f"Reached through {plain(' > '.join(finding.via))}."


def _label(text: str) -> str:
    return _BRACKET.sub(lambda match: f"\\x{ord(match[0]):02x}", plain(text))


def _symbols(findings: Sequence[Finding]) -> tuple[LogicalLocation, ...]:
    names = sorted({finding.name for finding in findings if finding.kind == "symbol"})
    return tuple(LogicalLocation(visible(name), "function") for name in names[:_NAMES_SHOWN])


def _fingerprints(place: Place, worst: Finding, line: Line | None) -> dict[str, str]:
    """GitHub's hash of a text line. A binary has none: there the rule, the file and the capability stand for it.

    Where the text could not be read, GitHub's key is left out and the upload computes it.
    """
    own = _digest(worst.rule, uri(place.path), unicode_only(worst.name), line.hash if line else str(place.line))
    if line is not None:
        return {"primaryLocationLineHash": line.hash, "portlint/v1": own}
    if place.line == 0:
        identity = _digest(worst.rule, uri(place.path), worst.capability)
        return {"primaryLocationLineHash": f"{identity}:1", "portlint/v1": own}
    return {"portlint/v1": own}


def _digest(*parts: str) -> str:
    return sha256("|".join(parts).encode()).hexdigest()[:16]
