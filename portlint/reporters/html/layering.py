"""Where each component stands in the picture: layers from left to right, computed ahead and always the same.

After Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981): break
circles, put each node behind all that need it, then order the layers by the average place of their neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Edge = tuple[int, int]
Place = tuple[int, int]

_WIDE, _HIGH = 244, 64  # from one box to the next, in units of the picture
_ROWS = 24  # boxes of one column; a layer with more of them takes several columns
_COLUMNS = 6  # of boxes without any arrow, which stand in rows below
_SWEEPS = 6


def placed(nodes: Sequence[int], edges: Sequence[Edge]) -> dict[int, Place]:
    """The middle of each node's box. Edges to other nodes, and from a node to itself, are left out."""
    known = set(nodes)
    wanted = sorted({(a, b) for a, b in edges if a != b and a in known and b in known})
    tied = {node for edge in wanted for node in edge}
    forward = _without_circles(sorted(tied), wanted)
    places = _in_columns(_ordered(_layers(sorted(tied), forward), forward))
    below = max((y for _, y in places.values()), default=-_HIGH) + 2 * _HIGH
    alone = [node for node in nodes if node not in tied]
    places.update({node: (at % _COLUMNS * _WIDE, below + at // _COLUMNS * _HIGH) for at, node in enumerate(alone)})
    return places


def _in_columns(layers: Sequence[Sequence[int]]) -> dict[int, Place]:
    """Each column around the same height."""
    places: dict[int, Place] = {}
    column = 0
    for layer in layers:
        for start in range(0, len(layer), _ROWS):
            part = layer[start : start + _ROWS]
            for row, node in enumerate(part):
                places[node] = (column * _WIDE, row * _HIGH - (len(part) - 1) * _HIGH // 2)
            column += 1
    return places


def _neighbours(edges: Sequence[Edge]) -> tuple[Mapping[int, list[int]], Mapping[int, list[int]]]:
    onward: dict[int, list[int]] = {}
    backward: dict[int, list[int]] = {}
    for source, target in edges:
        onward.setdefault(source, []).append(target)
        backward.setdefault(target, []).append(source)
    return onward, backward


def _without_circles(nodes: Sequence[int], edges: Sequence[Edge]) -> list[Edge]:
    """The edges, those turned round that lead back to a node whose search is not over yet."""
    onward, backward = _neighbours(edges)
    state: dict[int, bool] = {}  # False: being searched; True: done
    forward: set[Edge] = set()
    for start in sorted(nodes, key=lambda node: (node in backward, node)):
        if start in state:
            continue
        state[start] = False
        todo = [(start, iter(onward.get(start, ())))]
        while todo:
            here, rest = todo[-1]
            there = next(rest, None)
            if there is None:
                state[here] = True
                todo.pop()
            elif state.get(there) is False:
                forward.add((there, here))
            else:
                forward.add((here, there))
                if there not in state:
                    state[there] = False
                    todo.append((there, iter(onward.get(there, ()))))
    return sorted(forward)


def _layers(nodes: Sequence[int], forward: Sequence[Edge]) -> list[list[int]]:
    """Each node one layer behind the last of those that need it."""
    onward, backward = _neighbours(forward)
    waiting = {node: len(backward.get(node, ())) for node in nodes}
    layer = sorted(node for node, count in waiting.items() if not count)
    layers: list[list[int]] = []
    while layer:
        layers.append(layer)
        found: list[int] = []
        for node in layer:
            for there in onward.get(node, ()):
                waiting[there] -= 1
                if not waiting[there]:
                    found.append(there)
        layer = sorted(found)
    return layers


def _ordered(layers: list[list[int]], forward: Sequence[Edge]) -> list[list[int]]:
    """Neighbours side by side: sweeps to the right and back, each layer by the mean place of what it is tied to."""
    onward, backward = _neighbours(forward)
    rank = {node: place / max(len(layer), 1) for layer in layers for place, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        ties, order = (backward, layers) if sweep % 2 == 0 else (onward, layers[::-1])
        for layer in order:
            middle = {node: _mean([rank[each] for each in ties.get(node, ())], rank[node]) for node in layer}
            layer.sort(key=lambda node: (middle[node], node))
            rank.update({node: place / len(layer) for place, node in enumerate(layer)})
    return layers


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
