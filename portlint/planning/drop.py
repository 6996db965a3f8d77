"""What falls if a component is dropped: what nothing else brings in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

import msgspec

from portlint.model.catalog import Target
from portlint.model.component import Dependency
from portlint.planning.paths import state


class Fall(msgspec.Struct, frozen=True):
    """Ids, sorted, without the dropped ones.

    `sure`: on this target nothing else brings them in, whatever the open conditions turn out to be. `open`: they fall
    unless a condition holds that the target says nothing about. `elsewhere`: other targets alone have need of them.
    """

    sure: tuple[str, ...]
    open: tuple[str, ...]
    elsewhere: tuple[str, ...]


class Arrow(Protocol):
    """A dependency, or a link of a network."""

    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...


def falls(
    edges: Sequence[Dependency], roots: Collection[str], dropped: Collection[str], target: Target | None = None
) -> Fall:
    """What is reachable from the roots only through the dropped components: what they dominate."""
    settled = [(edge, state(edge, target)) for edge in edges]
    holding = [edge for edge, answer in settled if answer == "holds"]
    possible = [edge for edge, answer in settled if answer != "ruled out"]
    here = reached(possible, roots, ())
    kept_maybe = reached(possible, roots, dropped)
    kept_surely = reached(holding, roots, dropped)
    before_surely = reached(holding, roots, ())
    sure = here - kept_maybe
    unsure = (before_surely & kept_maybe) - kept_surely
    elsewhere = reached(edges, roots, ()) - reached(edges, roots, dropped) - here
    return Fall(*(tuple(sorted(each - set(dropped))) for each in (sure, unsure, elsewhere)))


def reached(edges: Iterable[Arrow], roots: Collection[str], without: Collection[str] = ()) -> set[str]:
    """All that the edges lead to from the roots, with the roots, on ways that keep clear of `without`."""
    onward: dict[str, list[str]] = {}
    for edge in edges:
        onward.setdefault(edge.source, []).append(edge.target)
    seen = set(roots) - set(without)
    todo = list(seen)
    while todo:
        for there in onward.get(todo.pop(), ()):
            if there not in seen and there not in without:
                seen.add(there)
                todo.append(there)
    return seen
