"""Crates of a Cargo project that do not work on a target, as far as `rules/packages/` knows them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.graph import Graph
from portlint.judge.godot.ground import finding
from portlint.model.catalog import Rule, Target
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import SEVERITY_OF, Finding, Level
from portlint.model.package import Fate, Package, Status

RULE = "crate-without-wasm"
_CARGO = "cargo/"
_LEVELS: dict[Status, Level] = {"no": "fails-at-build", "partial": "partial"}


def crate_findings(
    project: str,
    files: Mapping[str, Extraction],
    graph: Graph,
    target: Target,
    rules: Mapping[str, Rule],
    packages: Iterable[Package],
) -> list[Finding]:
    """One finding a known crate that does not work there, or works with limits.

    `project` is a folder, `files` its extractions as `projects.rust.arranged` leaves them. A crate that the manifests
    ask for stands where they do; one that others bring is a note, unless a crate on the way to it is known itself.
    """
    rows = {name[len(_CARGO) :]: row for row in packages for name in row.match.packages if name.startswith(_CARGO)}
    named = [
        fact
        for path, extraction in files.items()
        if path.endswith("Cargo.toml")
        for fact in extraction.facts
        if fact.kind == "package" and fact.name.startswith(_CARGO)
    ]
    asked = [fact for fact in named if "#" not in fact.name]
    chosen = {fact.name for fact in named if fact.guard.holds(target.features, target.lacks) is True}
    found = []
    for fact in asked:
        row = rows.get(fact.name[len(_CARGO) :])
        fate = row.fate(target.id, target.family) if row else None
        if row and fate and chosen.isdisjoint(fate.unless):
            found += _direct(fact, row, fate, target, rules[RULE])
    return found + _brought(f"project:{project}", {fact.name for fact in asked}, graph, target, rules[RULE], rows)


def _direct(fact: Fact, row: Package, fate: Fate, target: Target, rule: Rule) -> list[Finding]:
    level = _LEVELS.get(fate.status)
    holds = fact.guard.holds(target.features, target.lacks)
    if level is None or holds is False:
        return []
    version = f" {fact.value}" if fact.value else ""
    when = "" if holds else f", only if {fact.guard}"
    message = (
        f"depends on {fact.name[len(_CARGO) :]}{version}{when}: {fate.because or 'it has no build for this target'}"
    )
    made = finding(
        rule, "package", row.name, fact.location, level if holds else "unknown", message, fate.instead, fate.source
    )
    guard = "" if fact.guard.op == "true" else str(fact.guard)
    return [msgspec.structs.replace(made, guard=guard, confidence="medium" if holds else "low")]


def _brought(
    project: str, asked: set[str], graph: Graph, target: Target, rule: Rule, rows: Mapping[str, Package]
) -> list[Finding]:
    """Crates known not to work that other crates bring, with the shortest way to each."""
    ways: dict[str, tuple[str, ...]] = {project: ()}
    todo = deque([project])
    found = []
    while todo:
        here = todo.popleft()
        for edge in graph.onward.get(here, ()):
            if edge.scope != "run" or edge.target in ways:
                continue
            if edge.condition.holds(target.features, target.lacks) is False:
                continue
            component = graph.components[edge.target]
            is_crate = component.purl.startswith("pkg:cargo/") and component.kind == "package"
            ways[edge.target] = (*ways[here], component.name) if is_crate else ways[here]
            row = rows.get(component.name) if is_crate else None
            fate = row.fate(target.id, target.family) if row else None
            if row is None or fate is None or f"{_CARGO}{component.name}" in asked:
                if row is None or fate is None:
                    todo.append(edge.target)
                continue
            # a manifest of the tree speaks for itself; what works, or works by halves, is known with what it brings
            if fate.status == "no" and not edge.path.endswith("Cargo.toml"):
                place = Location(edge.path, edge.line, 1)
                found.append(_note(component.name, ways[edge.target], fate, place, rule))
    return found


def _note(name: str, way: Sequence[str], fate: Fate, place: Location, rule: Rule) -> Finding:
    message = f"brings {name} in (by {' > '.join(way[:-1])}), for some target and feature: {fate.because}"
    made = finding(rule, "package", name, place, "unknown", message, fate.instead, fate.source)
    return msgspec.structs.replace(made, confidence="low", severity=SEVERITY_OF["unknown"])
