"""The dependency graph as the page draws it: which components, what leads to each, and where each box stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.graph import with_ways
from portlint.model.component import Dependency
from portlint.planning.paths import SHIPPING
from portlint.planning.view import Edge, Node, View
from portlint.reporters.graph_words import Worst, edge_words, findings_words, place, title, worst
from portlint.reporters.html.layering import Place, placed
from portlint.reporters.sanitise import visible

MOST = 400  # boxes; beyond, a picture shows nothing any more
_PLACES = 3  # of an edge
_GRAVITY: tuple[Worst, ...] = ("blocker", "error", "warning", "note", "clean")
_GRAVE = ("blocker", "error")


class Box(msgspec.Struct, frozen=True, omit_defaults=True):
    """A component. `way`: from a project to here, as places in `Picture.boxes`, itself last; () where nothing leads.

    `at` is its place in the whole picture, `near` in that of what leads to blockers and errors; () where it is in
    neither. `aside`: only editor, tests or other targets need it.
    """

    id: str
    title: str
    kind: str
    provenance: str
    path: str
    worst: Worst
    findings: str
    way: tuple[int, ...] = ()
    at: tuple[int, ...] = ()
    near: tuple[int, ...] = ()
    aside: bool = False


class Arrow(msgspec.Struct, frozen=True):
    """One component needs another; `said` holds a line for each of the first places that say so."""

    source: int
    target: int
    state: str
    said: tuple[str, ...]


class Picture(msgspec.Struct, frozen=True):
    """`total` components in the tree, of which `boxes` are in the page, the gravest first."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    total: int


def picture(view: View) -> Picture:
    """All components, or, where they are too many, those with blockers and errors and what leads to them."""
    ways, shipped = _ways(view)
    nodes = sorted(view.nodes, key=lambda node: (_GRAVITY.index(worst(node)), node.component.id))
    grave = _leading([node for node in nodes if worst(node) in _GRAVE], ways)
    chosen = [node for node in nodes if node.component.id in grave] if len(nodes) > MOST else nodes
    number = {node.component.id: place for place, node in enumerate(chosen)}
    arrows = _arrows(view.edges, number)
    ends = [(arrow.source, arrow.target) for arrow in arrows]
    near = placed([number[id] for id in sorted(grave, key=number.__getitem__)], ends)
    whole = placed(list(number.values()), ends) if len(nodes) <= MOST else {}
    boxes = tuple(_box(node, number, ways, shipped, whole, near) for node in chosen)
    return Picture(boxes, arrows, len(nodes))


def _ways(view: View) -> tuple[Mapping[str, tuple[str, ...]], Collection[str]]:
    """A shortest way from a project to each component, and those that a way by shipped dependencies leads to."""
    roots = sorted(node.component.id for node in view.nodes if node.component.kind == "project")
    shipped = with_ways({root: (root,) for root in roots}, _onward(each for each in view.edges if _ships(each)))
    return with_ways(dict(sorted(shipped.items())), _onward(view.edges)), shipped


def _ships(edge: Edge) -> bool:
    return edge.dependency.scope in SHIPPING and edge.strongest != "ruled out"


def _onward(edges: Iterable[Edge]) -> Callable[[str], Sequence[str]]:
    """Gives what a component needs, in order of ids."""
    found: dict[str, set[str]] = {}
    for edge in edges:
        found.setdefault(edge.dependency.source, set()).add(edge.dependency.target)
    return lambda here: sorted(found.get(here, ()))


def _leading(nodes: Sequence[Node], ways: Mapping[str, tuple[str, ...]]) -> set[str]:
    """These components and what leads to each, whole ways only, as many as fit."""
    found: set[str] = set()
    for node in nodes:
        more = found | set(ways.get(node.component.id, (node.component.id,)))
        if len(more) > MOST:
            break
        found = more
    return found


def _arrows(edges: Sequence[Edge], number: Mapping[str, int]) -> tuple[Arrow, ...]:
    pairs: dict[tuple[int, int], list[Edge]] = {}
    for edge in edges:
        said: Dependency = edge.dependency
        if said.source in number and said.target in number and said.source != said.target:
            pairs.setdefault((number[said.source], number[said.target]), []).append(edge)
    return tuple(_arrow(source, target, stated) for (source, target), stated in sorted(pairs.items()))


def _arrow(source: int, target: int, stated: Sequence[Edge]) -> Arrow:
    states = [edge.strongest for edge in stated]
    strongest = next(each for each in ("holds", "open", "ruled out") if each in states)
    lines = [visible(f"{place(edge.dependency)} ({edge_words(edge)})") for edge in stated[:_PLACES]]
    more = [f"and {len(stated) - _PLACES:,} more places"] if len(stated) > _PLACES else []
    return Arrow(source, target, strongest, (*lines, *more))


def _box(
    node: Node,
    number: Mapping[str, int],
    ways: Mapping[str, tuple[str, ...]],
    shipped: Collection[str],
    whole: Mapping[int, Place],
    near: Mapping[int, Place],
) -> Box:
    component = node.component
    mine = number[component.id]
    way = ways.get(component.id, ())
    return Box(
        id=visible(component.id),
        title=visible(title(component)),
        kind=component.kind,
        provenance=component.provenance,
        path=visible(component.path),
        worst=worst(node),
        findings=findings_words(node),
        way=tuple(number[id] for id in way if id in number),
        at=whole.get(mine, ()),
        near=near.get(mine, ()),
        aside=bool(way) and component.id not in shipped,
    )
