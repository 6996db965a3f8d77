"""Why a component is there, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portlint.model.finding import Finding
from portlint.planning.drop import Fall
from portlint.planning.paths import Hop, Strength, Ways
from portlint.planning.reasons import Reason, Reasons
from portlint.reporters.graph_words import condition, place, title
from portlint.reporters.sanitise import visible
from portlint.words import counted, some

_SHOWN = 5  # findings, places of one step
_FALLEN = 8
_STRENGTH: dict[Strength, str] = {
    "ships": "",
    "aside": ", by what editor and tests need",
    "elsewhere": ", by dependencies that this target rules out",
    "none": "",
}


def why_text(found: Reasons) -> str:
    """Each component once; targets that agree are answered together."""
    lines: list[str] = []
    groups: dict[str, list[Reason]] = {}
    for reason in found.reasons:
        groups.setdefault(reason.component.id, []).append(reason)
    for members in groups.values():
        component = members[0].component
        kept = "" if component.provenance == "first-party" else f", {component.provenance}"
        lines += [f"{title(component)} ({component.kind}{kept}) {component.id}"]
        answers: dict[tuple[str, ...], list[str]] = {}
        for reason in members:
            answers.setdefault(tuple(_answer(reason, found.names)), []).append(reason.target)
        for answer, targets in answers.items():
            named = [each for each in targets if each]
            lines += [f"  on {', '.join(named)}:"] if named else []
            lines += [f"    {line}" for line in answer]
        lines.append("")
    return "".join(f"{visible(line)}\n" for line in lines[:-1])


def _answer(reason: Reason, names: Mapping[str, str]) -> list[str]:
    lines = _findings(reason.findings)
    if reason.component.kind == "project":
        return [*lines, "the project itself"]
    return [*lines, *_ways(reason.ways, names), *_falls(reason.falls, names)]


def _findings(findings: Sequence[Finding]) -> list[str]:
    lines = []
    for each in findings[:_SHOWN]:
        at = each.location.path + (f":{each.location.line}" if each.location.line else "")
        guard = f" (if {each.guard})" if each.guard else ""
        lines.append(f"{at}: {each.severity}[{each.rule}] {each.message}{guard}")
    if len(findings) > _SHOWN:
        lines.append(f"and {counted(len(findings) - _SHOWN, 'more finding')}")
    return lines


def _ways(ways: Ways, names: Mapping[str, str]) -> list[str]:
    if not ways.count:
        return ["no dependency leads here: it lies in the tree, and nothing that was read names it"]
    lines = [f"{counted(ways.count, 'shortest path')}{_STRENGTH[ways.strength]}:"]
    for path in ways.paths:
        lines.append("  " + " > ".join([names[path[0].source], *(names[hop.target] for hop in path)]))
        lines += [f"    {line}" for hop in path for line in _hop(hop, names)]
    if ways.count > len(ways.paths):
        lines.append(f"  and {ways.count - len(ways.paths):,} more of the same length")
    return lines


def _hop(hop: Hop, names: Mapping[str, str]) -> list[str]:
    lines = []
    for edge in hop.stated[:_SHOWN]:
        written = condition(edge)
        lines.append(f"{place(edge)}: {edge.scope}" + (f", if {written}" if written else ""))
    if len(hop.stated) > _SHOWN:
        lines.append(f"and {len(hop.stated) - _SHOWN:,} more places for {names[hop.target]}")
    return lines


def _falls(falls: Fall, names: Mapping[str, str]) -> list[str]:
    lines = []
    for ids, what in (
        (falls.sure, "falls with it"),
        (falls.open, "falls with it, unless an open condition holds"),
        (falls.elsewhere, "falls with it on other targets"),
    ):
        if ids:
            distinct = list(dict.fromkeys(names[each] for each in ids))
            lines.append(f"{what}: {counted(len(ids), 'component')} ({some(distinct, _FALLEN)})")
    return lines or ["nothing else falls with it"]
