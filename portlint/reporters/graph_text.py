"""The graph as an indented tree for a terminal. A component that was printed already is not unfolded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portlint.planning.view import Edge, Node, View
from portlint.reporters.graph_words import edge_words, findings_words, place, title
from portlint.reporters.sanitise import visible
from portlint.words import counted

NAME = "text"
_STEP = "  "
_PLACES = 3
_DEEPEST = 30  # steps of indentation: a long chain would run out of the screen


def render(view: View) -> str:
    """One line a component and edge, then what stands apart, then circles."""
    nodes = {node.component.id: node for node in view.nodes}
    edges: dict[str, list[Edge]] = {}
    for edge in view.edges:
        if edge.dependency.source != edge.dependency.target:
            edges.setdefault(edge.dependency.source, []).append(edge)
    head = f"{view.root}: {counted(len(nodes), 'component')}, {_dependencies(view)}"
    lines = [head, *(f"{_STEP}{target}: {verdict}" for target, verdict in view.verdicts.items()), ""]
    seen: set[str] = set()
    ends = {edge.dependency.target for members in edges.values() for edge in members}
    starts = [id for id, node in nodes.items() if node.component.kind == "project"]
    starts += [id for id in nodes if id not in ends and id not in starts]
    for start in [*starts, *nodes]:
        if start not in seen:
            _unfold(start, nodes, edges, seen, lines)
    if view.loops:
        lines += ["", "in a circle:"]
        lines += [
            f"{_STEP}{' <-> '.join(group)}" if len(group) > 1 else f"{_STEP}{group[0]} needs itself"
            for group in view.loops
        ]
    return "".join(f"{visible(line)}\n" for line in lines)


def _dependencies(view: View) -> str:
    number = len({(edge.dependency.source, edge.dependency.target) for edge in view.edges})
    return f"{number:,} dependency" if number == 1 else f"{number:,} dependencies"


def _unfold(
    start: str, nodes: Mapping[str, Node], edges: Mapping[str, Sequence[Edge]], seen: set[str], lines: list[str]
) -> None:
    todo: list[tuple[str, int, Sequence[Edge]]] = [(start, 0, ())]
    while todo:
        here, depth, stated = todo.pop()
        again = here in seen and bool(edges.get(here))
        lines.append(_STEP * min(depth, _DEEPEST) + _line(nodes[here], stated, again))
        if here in seen:
            continue
        seen.add(here)
        onward: dict[str, list[Edge]] = {}
        for edge in edges.get(here, ()):
            onward.setdefault(edge.dependency.target, []).append(edge)
        todo += [(there, depth + 1, members) for there, members in reversed(onward.items())]


def _line(node: Node, stated: Sequence[Edge], again: bool) -> str:
    component = node.component
    parts = [f"{component.kind} {title(component)}"]
    if component.provenance != "first-party":
        parts.append(f"({component.provenance})")
    if stated:
        words = list(dict.fromkeys(edge_words(edge) for edge in stated))
        places = list(dict.fromkeys(place(edge.dependency) for edge in stated))
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        parts.append(f"[{'; or '.join(words)}] {', '.join(places[:_PLACES])}{more}")
    text = " ".join(parts)
    if found := findings_words(node):
        text += f" - {found}"
    return f"{text} (see above)" if again else text
