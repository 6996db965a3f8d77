"""Phrases and marks that the formats of the graph share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from portlint.model.component import Component, Dependency
from portlint.planning.paths import State
from portlint.planning.view import Count, Edge, Node
from portlint.words import counted

Worst = Literal["blocker", "error", "warning", "note", "clean"]


def place(edge: Dependency) -> str:
    """`file:line`, or the file where the whole of it says so."""
    return f"{edge.path}:{edge.line}" if edge.line else edge.path


def condition(edge: Dependency) -> str:
    """As written; "" where it always holds."""
    return "" if edge.condition.op == "true" else str(edge.condition)


def states(found: Mapping[str, State]) -> str:
    """`holds` where all targets agree, else `holds on a, open on b`."""
    by_state: dict[State, list[str]] = {}
    for target, each in found.items():
        by_state.setdefault(each, []).append(target)
    if len(by_state) <= 1:
        return next(iter(by_state), "")
    return ", ".join(f"{each} on {', '.join(targets)}" for each, targets in by_state.items())


def count_words(count: Count) -> str:
    """`1 blocker, 2 errors`."""
    parts = (
        (count.blockers, "blocker"),
        (count.errors, "error"),
        (count.warnings, "warning"),
        (count.notes, "note"),
    )
    return ", ".join(counted(number, noun) for number, noun in parts if number)


def findings_words(node: Node) -> str:
    """`2 errors on godot-web; 1 note on wasip1`, or "" for none."""
    return "; ".join(f"{count_words(count)} on {target}" for target, count in node.findings.items() if count.total)


def worst(node: Node) -> Worst:
    """The gravest of its findings on any target."""
    found = list(node.findings.values())
    if any(each.blockers for each in found):
        return "blocker"
    if any(each.errors for each in found):
        return "error"
    if any(each.warnings for each in found):
        return "warning"
    return "note" if any(each.notes for each in found) else "clean"


def title(component: Component) -> str:
    return f"{component.name} {component.version}" if component.version else component.name


def edge_words(edge: Edge) -> str:
    """`run, if feature(web): open`: scope, condition and what becomes of it."""
    written = condition(edge.dependency)
    if not written:
        return edge.dependency.scope
    said = states(edge.states)
    return f"{edge.dependency.scope}, if {written}" + (f": {said}" if said else "")
