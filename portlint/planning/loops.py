"""Components that need each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def loops(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Groups that need each other, and components that need themselves; sorted, usually none.

    Strongly connected components, by Kosaraju's algorithm: finish all on the way out, then gather on the way back.
    """
    onward: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for source, target in sorted(set(pairs)):
        onward.setdefault(source, []).append(target)
        back.setdefault(target, []).append(source)
    found: set[tuple[str, ...]] = {(each,) for each, ends in onward.items() if each in ends}
    seen: set[str] = set()
    finished = [each for start in onward for each in _finished(start, onward, seen)]
    gathered: set[str] = set()
    for start in reversed(finished):
        group = _finished(start, back, gathered)
        if len(group) > 1:
            found.add(tuple(sorted(group)))
    return sorted(found)


def _finished(start: str, onward: Mapping[str, Sequence[str]], seen: set[str]) -> list[str]:
    """What the start leads to and was not seen before, each after all that it leads to."""
    if start in seen:
        return []
    seen.add(start)
    order: list[str] = []
    todo = [(start, iter(onward.get(start, ())))]
    while todo:
        here, ends = todo[-1]
        there = next((each for each in ends if each not in seen), None)
        if there is None:
            order.append(here)
            todo.pop()
            continue
        seen.add(there)
        todo.append((there, iter(onward.get(there, ()))))
    return order
