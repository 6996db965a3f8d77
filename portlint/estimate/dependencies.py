"""What the project depends on, by its state on one target."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.rates import Rates, State, StateRate
from portlint.estimate.spread import Item, times
from portlint.model.catalog import Target
from portlint.model.component import Component, Dependency
from portlint.model.finding import SEVERITY_OF, Finding
from portlint.words import cut

_KINDS = ("vendored", "package", "plugin", "library")
_NOT_SHIPPED = ("test", "example", "editor", "tool", "build-output")
_NATIVE = "lib.native"
_NAMED = 3


class Used(msgspec.Struct, frozen=True):
    """A dependency that the target's build needs, with the findings inside it."""

    component: Component
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        return any(blocks(finding) for finding in self.findings)

    @property
    def instead(self) -> str:
        """The remedy that the first blocker names, or ""."""
        return next((finding.instead for finding in self.findings if blocks(finding) and finding.instead), "")


def blocks(finding: Finding) -> bool:
    """Does it make the verdict `blocked`? What nobody has checked, or only differs, does not."""
    return finding.blocker and finding.severity == "error"


def stands(finding: Finding) -> bool:
    """Is it about what ships? The judge makes a note of what does not, whatever its level."""
    return finding.level == "works" or finding.severity == SEVERITY_OF[finding.level]


def ships(component: Component) -> bool:
    """Does it end up in what is built for players? Tests, examples, tools and editor code do not."""
    return component.provenance not in _NOT_SHIPPED


def used(
    components: Iterable[Component],
    dependencies: Sequence[Dependency],
    findings: Iterable[Finding],
    target: Target,
) -> list[Used]:
    """Dependencies by id.

    A library that only another dependency brings along is part of that dependency, and the builds of one library for
    several platforms are one library. Packages that only other packages ask for count where something is found in them.
    """
    known = {component.id: component for component in components if component.kind in _KINDS}
    inside: dict[str, list[Finding]] = {}
    for finding in filter(stands, findings):
        inside.setdefault(finding.component, []).append(finding)
    owners = _owners(known, dependencies)
    for id, owner in owners.items():
        if owner != id:
            inside.setdefault(owner, []).extend(inside.get(id, ()))
    left_out = _left_out(dependencies, target, inside)
    brought = _brought_by_packages(known, dependencies)
    return [
        Used(component, tuple(inside.get(id, ())))
        for id, component in sorted(known.items())
        if ships(component)
        and not _is_product(component)
        and owners[id] == id
        and id not in left_out
        and (inside.get(id) or id not in brought)
    ]


def dependency_items(found: Iterable[Used], rates: Rates) -> list[Item]:
    """A price for each dependency that no blocker stands against; blockers are choices.

    Those without findings, and libraries, are priced together by state: the tenth recipe is written faster than the
    first.
    """
    rows = {row.state: row for row in rates.dependency}
    alike: dict[State, list[Used]] = {}
    items = []
    for one in found:
        if one.blocked:
            continue
        name = state(one, rates)
        if not one.findings or one.component.kind == "library":
            alike.setdefault(name, []).append(one)
        else:
            items.append(_item([one], rows[name]))
    return [*items, *(_item(group, rows[name]) for name, group in sorted(alike.items()))]


def _item(group: Sequence[Used], row: StateRate) -> Item:
    first = group[0].component
    names = [one.component.name for one in group]
    label = names[0] if len(group) == 1 else f"{len(group):,} dependencies: {cut(names, _NAMED)}"
    levels = {finding.level for one in group for finding in one.findings}
    settled = row.state != "unconfirmed" and "unknown" not in levels
    days = times(row.days, len(group) ** row.many)
    return Item(f"{label} ({row.title})", days, settled=settled, component=first.id if len(group) == 1 else "")


def state(one: Used, rates: Rates) -> State:
    """What is known of the dependency, from the findings inside it; `blocked` ones are not asked."""
    native = [found for found in one.findings if found.capability == _NATIVE]
    if native:
        return "flag" if all(found.level == "flag" for found in native) else "unconfirmed"
    failing = [found for found in one.findings if found.severity == "error" and found.confidence != "low"]
    if failing:
        files = len({found.location.path for found in failing})
        return "optional" if files <= rates.optional.files else "inherent"
    if any(found.severity == "warning" for found in one.findings):
        return "flag"
    if one.component.kind in ("plugin", "library") or one.component.provenance == "binary":
        return "known-good"
    if _ecosystem(one.component) in rates.script.ecosystems:
        return "known-good"
    if _name(one.component) in rates.well_trodden.names:
        return "well-trodden"
    return "in-tree" if one.component.kind == "vendored" else "plain"


def _ecosystem(component: Component) -> str:
    """`npm` of `pkg:npm/sharp@1`."""
    return component.purl.removeprefix("pkg:").partition("/")[0]


def _name(component: Component) -> str:
    """`zlib` for `zlib-1.3.1`."""
    name = component.name.lower()
    head, _, tail = name.rpartition("-")
    return head if head and tail[:1].isdigit() else name


def _is_product(component: Component) -> bool:
    """An object file or a program is built from something and is nothing to build with."""
    return component.kind == "library" and component.name.lower().endswith((".o", ".obj", ".exe"))


def _brought_by_packages(known: Mapping[str, Component], dependencies: Sequence[Dependency]) -> set[str]:
    askers: dict[str, set[str]] = {}
    for edge in dependencies:
        if edge.target in known and known[edge.target].kind == "package":
            asker = known.get(edge.source)
            askers.setdefault(edge.target, set()).add(asker.kind if asker else "own")
    return {id for id, kinds in askers.items() if kinds == {"package"}}


def _owners(known: Mapping[str, Component], dependencies: Sequence[Dependency]) -> dict[str, str]:
    """For each dependency the one that stands for it: mostly itself."""
    parents: dict[str, set[str]] = {}
    for edge in dependencies:
        parents.setdefault(edge.target, set()).add(edge.source)
    owners: dict[str, str] = {}
    builds: dict[str, str] = {}
    for id, component in sorted(known.items()):
        owners[id] = id
        if component.kind != "library":
            continue
        bringers = parents.get(id, set())
        if len(bringers) == 1 and bringers <= set(known):
            owners[id] = next(iter(bringers))
            continue
        stem = component.name.lower().removeprefix("lib").partition(".")[0]
        owners[id] = builds.setdefault(stem, id)
    return owners


def _left_out(dependencies: Sequence[Dependency], target: Target, inside: Collection[str]) -> set[str]:
    """Components that are only needed by tests or the editor, or only where this target is not.

    An addon that an editor plugin brings in may run in the game too: with findings inside, which the judge reports
    only of code that runs there, it counts.
    """
    needed: dict[str, bool] = {}
    defined, undefined = {*target.defines, *target.features}, {*target.undefines, *target.lacks}
    for edge in dependencies:
        runs = edge.scope in ("build", "run") or (edge.scope == "editor" and edge.target in inside)
        counts = runs and edge.condition.holds(defined, undefined) is not False
        needed[edge.target] = needed.get(edge.target, False) or counts
    return {component for component, counts in needed.items() if not counts}
