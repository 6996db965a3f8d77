"""The cheapest cut against every set of choices there is, on small random graphs, and its flows against networkx."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portlint.planning.cut import Cut, cheapest_cut, total_days
from portlint.planning.flow import Flow
from portlint.planning.network import STAYING, Action, Goal, Link, Network, Option

IDS = tuple("abcdef")
ACTIONS: tuple[Action, ...] = ("drop", "replace", "ask", "adapt")
DAYS = st.integers(0, 6).map(lambda days: (days / 2, float(days), days * 3.0))


def option(component: str, action: Action, likely: float, shared: str = "", once: float = 0) -> Option:
    return Option(component, action, (likely / 2, likely, likely * 3), "", shared, (once / 2, once, once * 3))


@st.composite
def problems(draw: st.DrawFn) -> tuple[Network, list[Option]]:
    """Up to six components below a root, any links among them (loops too), up to two shared substitutes."""
    ids = IDS[: draw(st.integers(1, 6))]
    links = draw(
        st.lists(st.builds(Link, st.sampled_from(ids), st.sampled_from(ids), st.booleans()), max_size=10, unique=True)
    )
    roots = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=3))
    links += [Link("root", each, draw(st.booleans())) for each in sorted(roots)]
    bad = draw(st.sets(st.sampled_from(ids), min_size=1))
    once = {name: draw(DAYS) for name in ("x", "y")}
    options = []
    for each in ids:
        for action in draw(st.sets(st.sampled_from(ACTIONS))):
            options.append(Option(each, action, draw(DAYS)))
        for name in sorted(draw(st.sets(st.sampled_from(("x", "y"))))):
            options.append(Option(each, "replace", draw(DAYS), "", name, once[name]))
    called = frozenset({"root", *draw(st.sets(st.sampled_from(ids), max_size=1))})
    return Network(called, tuple(links), frozenset(bad)), options


def alive(network: Network, chosen: dict[str, Option]) -> set[str] | None:
    """Who is alive under these choices; None where an alive component lost what it cannot be built without."""
    found: set[str] = set()
    todo = list(network.called)
    while todo:
        here = todo.pop()
        if here in found or (here in chosen and chosen[here].action not in STAYING):
            continue
        found.add(here)
        todo += [link.target for link in network.links if link.source == here]
    for link in network.links:
        dropped = link.target in chosen and chosen[link.target].action == "drop"
        if link.required and link.source in found and dropped:
            return None
    return found


def opens(network: Network, steps: Iterable[Option]) -> bool:
    chosen = {step.component: step for step in steps}
    found = alive(network, chosen)
    if found is None:
        return False
    return all(each in chosen and chosen[each].action in STAYING for each in network.bad & found)


def best(network: Network, options: Sequence[Option], goal: Goal) -> tuple[float, float] | None:
    ids = sorted({each.component for each in options})
    ways = [[None, *(each for each in options if each.component == id)] for id in ids]
    found = []
    for choice in product(*ways):
        steps = [each for each in choice if each]
        if opens(network, steps):
            found.append(weight(steps, goal))
    return min(found, default=None)


def weight(steps: Sequence[Option], goal: Goal) -> tuple[float, float]:
    days = total_days(steps)[1]
    return (days, len(steps)) if goal == "cheapest" else (len(steps), days)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(problems(), st.sampled_from(("smallest", "cheapest")))
def test_brute_force_agrees(problem: tuple[Network, list[Option]], goal: Goal) -> None:
    network, options = problem
    cut = cheapest_cut(network, options, goal)
    assert cut.proven
    free = Network(network.called, network.links, network.bad - set(cut.stuck))
    assert opens(free, cut.steps)
    assert best(free, options, goal) == weight(cut.steps, goal)
    for each in cut.stuck:  # nothing takes it away, whatever else is done
        assert best(Network(network.called, network.links, frozenset({each})), options, goal) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(problem: tuple[Network, list[Option]], order: object) -> None:
    network, options = problem
    shuffled, links = list(options), list(network.links)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    order.shuffle(links)  # type: ignore[attr-defined]
    again = Network(network.called, tuple(links), network.bad)
    assert cheapest_cut(again, shuffled) == cheapest_cut(network, options)


ARCS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 9)), max_size=25)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ARCS)
def test_the_flow_is_that_of_networkx(arcs: list[tuple[int, int, int]]) -> None:
    ours, theirs = Flow(8), nx.DiGraph()
    theirs.add_nodes_from(range(8))
    for tail, head, capacity in arcs:
        ours.arc(tail, head, capacity)
        if tail != head:
            before = theirs.get_edge_data(tail, head, {"capacity": 0})["capacity"]
            theirs.add_edge(tail, head, capacity=before + capacity)
    value, sides = ours.cut(0, 7)
    assert value == nx.maximum_flow_value(theirs, 0, 7)
    assert value == sum(capacity for tail, head, capacity in arcs if sides[tail] and not sides[head])


def steps_of(cut: Cut) -> list[tuple[str, str]]:
    return [(step.component, step.action) for step in cut.steps]


ROOT = frozenset({"root"})


@pytest.mark.parametrize(
    ("links", "bad", "options", "smallest", "cheapest"),
    [
        pytest.param(
            [Link("root", "hub"), Link("hub", "a"), Link("hub", "b")],
            "ab",
            [option("hub", "drop", 9), option("a", "drop", 2), option("b", "drop", 3)],
            [("hub", "drop")],
            [("a", "drop"), ("b", "drop")],
            id="one dear, or two cheap",
        ),
        pytest.param(
            [Link("root", "a"), Link("a", "b", required=True)],
            "b",
            [option("a", "drop", 5), option("b", "drop", 1), option("b", "replace", 7)],
            [("a", "drop")],
            [("a", "drop")],
            id="what cannot do without it goes first",
        ),
        pytest.param(
            [Link("root", "a"), Link("a", "b")],
            "ab",
            [option("a", "ask", 1), option("b", "drop", 1), option("a", "drop", 3)],
            [("a", "drop")],
            [("a", "ask"), ("b", "drop")],
            id="what the vendor provides still calls for the rest",
        ),
        pytest.param(
            [Link("root", each) for each in "abc"],
            "abc",
            [option(each, "drop", 4) for each in "abc"] + [option(each, "replace", 1, "web", 6) for each in "abc"],
            [(each, "replace") for each in "abc"],
            [(each, "replace") for each in "abc"],
            id="a substitute for three is paid once",
        ),
    ],
)
def test_examples(
    links: list[Link],
    bad: str,
    options: list[Option],
    smallest: list[tuple[str, str]],
    cheapest: list[tuple[str, str]],
) -> None:
    network = Network(ROOT, tuple(links), frozenset(bad))
    assert steps_of(cheapest_cut(network, options, "smallest")) == smallest
    assert steps_of(cheapest_cut(network, options, "cheapest")) == cheapest


def test_a_search_that_is_cut_short_says_so() -> None:
    """Each of ten needs one of three substitutes, in a pattern that shares cannot see through."""
    ids = [f"c{number:02}" for number in range(30)]
    options = [
        option(each, "replace", 0, f"s{(number * step + step) % 11}", 5)
        for number, each in enumerate(ids)
        for step in (1, 3, 4)
    ]
    network = Network(ROOT, tuple(Link("root", each) for each in ids), frozenset(ids))
    short = cheapest_cut(network, options, arcs=2000)
    assert not short.proven
    assert opens(network, short.steps)
    full = cheapest_cut(network, options, arcs=3_000_000)
    assert full.proven
    assert full.days[1] <= short.days[1]


def test_ten_thousand_in_a_row_and_in_a_circle() -> None:
    """Nothing recurses; the cheapest single one on the way is found."""
    ids = [f"c{number}" for number in range(10_000)]
    links = [Link("root", ids[0]), *(Link(one, two) for one, two in pairwise([*ids, ids[0]]))]
    options = [option(each, "drop", 5 if each != "c4321" else 2) for each in ids]
    cut = cheapest_cut(Network(ROOT, tuple(links), frozenset({ids[-1]})), options)
    assert (steps_of(cut), cut.proven) == ([("c4321", "drop")], True)
