"""What a user means by a name: a component, a place, a rule; and what is wrong with a list of replacements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.model.component import Component
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.planning.culprit import Culprits

_NEAR = 3


class Subject(msgspec.Struct, frozen=True):
    """Components, each with the findings that were asked about: none where the component itself was."""

    components: Mapping[str, tuple[Finding, ...]]


def subject(report: Report, text: str, targets: Sequence[str] = ()) -> Subject:
    """A component's id, name or path; a rule id; `path:line` or a path with findings. First match in this order.

    `targets`: whose findings count; empty: those of all. Raises PortlintError for what is none of these.
    """
    same = named(report.components, text)
    if same:
        return Subject({each.id: () for each in same})
    culprits = Culprits(report.components, report.dependencies)
    findings = [each for one in report.targets if not targets or one.id in targets for each in one.findings]
    asked = [each for each in findings if each.rule == text] or [each for each in findings if _at(each, text)]
    if not asked:
        raise PortlintError(f"{text!r} is no component, rule or place with a finding in this tree{_hint(report, text)}")
    groups: dict[str, list[Finding]] = {}
    for finding in dict.fromkeys(asked):
        groups.setdefault(culprits.of(finding), []).append(finding)
    return Subject({each: tuple(groups[each]) for each in sorted(groups)})


def one_component(report: Report, text: str) -> Component:
    """The component of this id, name or path; of an addon and its libraries of one name, in any case, the addon.

    Raises PortlintError where there is none, or more than one.
    """
    same = named(report.components, text)
    if [each.id for each in same] != [text]:
        same = _outermost(report, [each for each in report.components if each.name.lower() == text.lower()] or same)
    if not same:
        raise PortlintError(f"unknown component {text!r}{_hint(report, text, only_components=True)}")
    if len(same) > 1:
        raise PortlintError(f"{text!r} may be {' or '.join(each.id for each in same[:_NEAR])}: name one by its id")
    return same[0]


def _outermost(report: Report, alike: Sequence[Component]) -> list[Component]:
    """Those that no other one brings along or holds in its folder; all of them where each has need of the next."""
    needed = {(each.source, each.target) for each in report.dependencies}

    def brings(outer: Component, inner: Component) -> bool:
        return (outer.id, inner.id) in needed or (outer.path != "" and inner.path.startswith(f"{outer.path}/"))

    first = [one for one in alike if not any(brings(other, one) for other in alike if other is not one)]
    return sorted(first or alike, key=lambda each: each.id)


def named(components: Sequence[Component], text: str) -> list[Component]:
    """By id; else by name, whatever its case; else by path. Sorted by id."""
    path = text.removesuffix("/").removeprefix("./")
    by_id = [each for each in components if each.id == text]
    by_name = [each for each in components if each.name == text]
    by_folded = [each for each in components if each.name.lower() == text.lower()]
    by_path = [each for each in components if path and each.path == path]
    return sorted(by_id or by_name or by_folded or by_path, key=lambda each: each.id)


def replacements(report: Report, pairs: Iterable[str]) -> dict[str, str]:
    """`A=B` as a component's id and the name of what takes its place; B need not be in the tree.

    Raises PortlintError for an unknown or ambiguous A, a pair without `=`, one A twice, and circles (`A=B B=A`, `A=A`).
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, instead = pair.partition("=")
        if not equals or not name or not instead:
            raise PortlintError(f"replacement {pair!r}: write COMPONENT=SUBSTITUTE")
        source = one_component(report, name).id
        if source in found:
            raise PortlintError(f"replacement {pair!r}: {name} is replaced twice")
        known = named(report.components, instead)
        found[source] = known[0].id if len(known) == 1 else instead
    for start in found:
        way = [start]
        while way[-1] in found:
            way.append(found[way[-1]])
            if way[-1] in way[:-1]:
                circle = " by ".join(way[way.index(way[-1]) :])
                raise PortlintError(f"circular replacement: {circle}")
    return found


def _at(finding: Finding, text: str) -> bool:
    place = finding.location
    return text in (place.path, f"{place.path}:{place.line}", f"{place.path}:{place.line}:{place.column}")


def _hint(report: Report, text: str, only_components: bool = False) -> str:
    known = {name.lower(): name for each in report.components for name in (each.name, each.id)}
    if not only_components:
        known |= {each.rule: each.rule for one in report.targets for each in one.findings}
    near = difflib.get_close_matches(text.lower(), sorted(known), _NEAR, 0.6)
    if near:
        return f"; did you mean {' or '.join(repr(known[each]) for each in near)}?"
    return "; 'portlint graph' lists the components"
