"""Seconds for the cheapest cut of made-up graphs: how many components, in which shape, with shared substitutes or not.

python benchmarks/cut.py [--components 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portlint.planning.cut import cheapest_cut
from portlint.planning.network import Action, Link, Network, Option

_SHARED = 40  # substitutes
_USERS = 0.02  # how many components may use one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name, shape in SHAPES.items():
        for shared in (0, _SHARED):
            links = shape(given.components, random.Random(given.seed))
            network, options = problem(given.components, links, shared, random.Random(given.seed + 1))
            begun = time.perf_counter()
            cut = cheapest_cut(network, options)
            took = time.perf_counter() - begun
            proof = "proven" if cut.proven else "not proven smallest"
            print(
                f"{name}, {given.components:,} components, {len(links):,} links, {shared} shared substitutes: "
                f"{took:.2f} s, {len(cut.steps)} steps, {cut.days[1]:.0f} days, {proof}"
            )


def problem(count: int, links: list[Link], shared: int, draw: random.Random) -> tuple[Network, list[Option]]:
    """A third of a hundred components are bad; any can be dropped, a half replaced, a third had from the vendor."""
    options: list[Option] = []
    for number in range(count):
        ways: list[Action] = ["drop"]
        ways += ["replace"] if draw.random() < 0.5 else []
        ways += ["ask"] if draw.random() < 0.3 else []
        options += [Option(f"c{number}", way, _days(draw)) for way in ways]
        if shared and draw.random() < _USERS:
            name = draw.randrange(shared)
            own = _days(draw)
            options.append(Option(f"c{number}", "replace", own, "", f"s{name}", (5.0, 8.0 + name % 7, 30.0)))
    bad = frozenset(f"c{number}" for number in draw.sample(range(count), count // 30))
    return Network(frozenset({"root"}), tuple(links), bad), options


def _days(draw: random.Random) -> tuple[float, float, float]:
    likely = draw.randint(1, 40)
    return likely / 3, float(likely), likely * 3.0


def layered(count: int, draw: random.Random) -> list[Link]:
    """Each component is called for by three of the five hundred before it; a third of the links are required."""
    links = [Link("root", f"c{number}") for number in range(20)]
    for number in range(1, count):
        for _ in range(3):
            source = draw.randrange(max(0, number - 500), number)
            links.append(Link(f"c{source}", f"c{number}", draw.random() < 0.3))
    return links


def lock_file(count: int, draw: random.Random) -> list[Link]:
    """As npm or Cargo: a few direct dependencies, small packages that many others need."""
    links = [Link("root", f"c{number}") for number in range(count // 50)]
    for number in range(count // 50, count):
        for _ in range(draw.randint(1, 8)):
            links.append(Link(f"c{draw.randrange(number)}", f"c{number}", True))
    return links


def chain(count: int, draw: random.Random) -> list[Link]:
    """One below the other: the longest paths there can be."""
    ids = ["root", *(f"c{number}" for number in range(count))]
    return [Link(source, target, draw.random() < 0.3) for source, target in pairwise(ids)]


SHAPES: dict[str, Callable[[int, random.Random], list[Link]]] = {
    "layered": layered,
    "lock file": lock_file,
    "chain": chain,
}

if __name__ == "__main__":
    main()
