"""Why a component is here: all shortest paths from the projects, with the lines that say so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from portlint.model.catalog import Target
from portlint.model.component import Dependency

State = Literal["holds", "open", "ruled out"]
Strength = Literal["ships", "aside", "elsewhere", "none"]
SHIPPING = ("build", "run")
_WORDS: dict[bool | None, State] = {True: "holds", None: "open", False: "ruled out"}


class Hop(msgspec.Struct, frozen=True):
    """One step, and every place that states it, in order of places."""

    source: str
    target: str
    stated: tuple[Dependency, ...]


class Ways(msgspec.Struct, frozen=True):
    """`count` shortest paths, the first ones of them by id; () and 0 where there is none.

    `strength`: `ships`, by dependencies of what is built for players that the target does not rule out; else `aside`,
    by those of editor and tests too; else `elsewhere`, by such as only other targets have; `none`.
    """

    strength: Strength
    count: int
    paths: tuple[tuple[Hop, ...], ...]


def state(edge: Dependency, target: Target | None) -> State:
    """The edge's condition on the target; on no target in particular only what never holds is ruled out."""
    if edge.condition.op == "true":
        return "holds"
    if target is None:
        return _WORDS[edge.condition.holds((), ())]
    defined, undefined = {*target.defines, *target.features}, {*target.undefines, *target.lacks}
    return _WORDS[edge.condition.holds(defined, undefined)]


def shortest(
    edges: Sequence[Dependency], roots: Collection[str], goal: str, target: Target | None, limit: int = 10
) -> Ways:
    """All shortest paths from any root to the goal, at most `limit` of them in full. Loops do no harm."""
    if goal in roots:
        return Ways("ships", 1, ((),))
    tiers: tuple[tuple[Strength, Callable[[Dependency], bool]], ...] = (
        ("ships", lambda edge: edge.scope in SHIPPING and state(edge, target) != "ruled out"),
        ("aside", lambda edge: state(edge, target) != "ruled out"),
        ("elsewhere", lambda edge: True),
    )
    for strength, counts in tiers:
        stated = by_pair(edge for edge in edges if counts(edge))
        before, number = _before(stated, roots, goal)
        if number:
            return Ways(strength, number, tuple(_paths(before, stated, goal, limit)))
    return Ways("none", 0, ())


def by_pair(edges: Iterable[Dependency]) -> dict[tuple[str, str], list[Dependency]]:
    """Every statement of each edge, without edges to itself, in order of places."""
    found: dict[tuple[str, str], list[Dependency]] = {}
    for edge in sorted(edges, key=lambda each: (each.source, each.target, each.path, each.line, each.scope)):
        if edge.source != edge.target:
            found.setdefault((edge.source, edge.target), []).append(edge)
    return found


def _before(
    pairs: Iterable[tuple[str, str]], roots: Collection[str], goal: str
) -> tuple[Mapping[str, Sequence[str]], int]:
    """For each component those right before it on shortest paths, sorted; and how many paths lead to the goal."""
    onward: dict[str, list[str]] = {}
    for source, target in pairs:
        onward.setdefault(source, []).append(target)
    far = dict.fromkeys(sorted(roots), 0)
    ways = dict.fromkeys(far, 1)
    before: dict[str, list[str]] = {}
    todo = deque(far)
    while todo:
        here = todo.popleft()
        for there in onward.get(here, ()):
            if there not in far:
                far[there] = far[here] + 1
                todo.append(there)
            if far[there] == far[here] + 1:
                before.setdefault(there, []).append(here)
                ways[there] = ways.get(there, 0) + ways[here]
    return before, ways.get(goal, 0)


def _paths(
    before: Mapping[str, Sequence[str]], stated: Mapping[tuple[str, str], Sequence[Dependency]], goal: str, limit: int
) -> list[tuple[Hop, ...]]:
    found: list[tuple[Hop, ...]] = []
    todo: list[tuple[Hop, ...]] = [()]
    while todo and len(found) < limit:
        path = todo.pop()
        here = path[0].source if path else goal
        if here not in before:
            found.append(path)
            continue
        for source in sorted(before[here], reverse=True):
            todo.append((Hop(source, here, tuple(stated[source, here])), *path))
    return found
