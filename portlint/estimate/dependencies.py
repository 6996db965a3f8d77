"""What the project depends on, by its state on one target."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.rates import Rates, State
from portlint.estimate.spread import Item
from portlint.model.catalog import Target
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding

_KINDS = ("vendored", "package", "plugin", "library")
_NOT_SHIPPED = ("test", "example", "editor", "tool", "build-output")
_NATIVE = "lib.native"


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
    several platforms are one library.
    """
    known = {component.id: component for component in components if component.kind in _KINDS}
    inside: dict[str, list[Finding]] = {}
    for finding in findings:
        inside.setdefault(finding.component, []).append(finding)
    owners = _owners(known, dependencies)
    for id, owner in owners.items():
        if owner != id:
            inside.setdefault(owner, []).extend(inside.get(id, ()))
    left_out = _left_out(dependencies, target, inside)
    return [
        Used(component, tuple(inside.get(id, ())))
        for id, component in sorted(known.items())
        if ships(component) and owners[id] == id and id not in left_out
    ]


def dependency_items(found: Iterable[Used], rates: Rates) -> list[Item]:
    """A price for each dependency that no blocker stands against; blockers are choices."""
    rows = {row.state: row for row in rates.dependency}
    items = []
    for one in found:
        if one.blocked:
            continue
        row = rows[state(one, rates)]
        settled = row.state != "unconfirmed" and all(finding.level != "unknown" for finding in one.findings)
        items.append(Item(f"{one.component.name} ({row.title})", row.days, settled=settled))
    return items


def state(one: Used, rates: Rates) -> State:
    """What is known of the dependency, from the findings inside it; `blocked` ones are not asked."""
    failing = [found for found in one.findings if found.severity == "error" and found.confidence != "low"]
    if any(found.capability == _NATIVE for found in one.findings):
        return "unconfirmed"
    if failing:
        files = len({found.location.path for found in failing})
        return "optional" if files <= rates.optional.files else "inherent"
    if one.component.kind in ("plugin", "library") or one.component.provenance == "binary":
        return "known-good"
    return "well-trodden" if _name(one.component) in rates.well_trodden.names else "plain"


def _name(component: Component) -> str:
    """`zlib` for `zlib-1.3.1`."""
    name = component.name.lower()
    head, _, tail = name.rpartition("-")
    return head if head and tail[:1].isdigit() else name


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
