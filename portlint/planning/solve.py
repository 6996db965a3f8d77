"""The best options for one part of a cut: a flow for each bound, branch and bound over shared substitutes."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Literal

import msgspec

from portlint.planning.flow import NO_LIMIT, Flow
from portlint.planning.network import STAYING, Days, Option
from portlint.planning.parts import Part

Slot = Literal["drop", "replace", "stay"]
_SOURCE, _SINK = 0, 1
_CALLED, _PROVIDED, _ALIVE = 2, 3, 4  # the switches of the first component; those of the next stand three further


class Weights(msgspec.Struct, frozen=True):
    """Whole numbers to minimise, in place of pairs of days and counts: (`days` thousandths) and one each."""

    a_day: int
    one: int

    def own(self, option: Option) -> int:
        return self.days(option.days) + self.one

    def shared(self, option: Option) -> int:
        return self.days(option.shared_days) if option.shared else 0

    def days(self, days: Days) -> int:
        return round(days[1] * 1000) * self.a_day


def best_steps(part: Part, weigh: Weights, arcs: int) -> tuple[list[Option], bool]:
    """The options to take, and whether they are proven to be the best. `arcs` bounds the work."""
    members: dict[str, set[str]] = {}
    for option in part.options:
        if option.shared:
            members.setdefault(option.shared, set()).add(option.component)
    size = {name: len(each) for name, each in members.items()}
    each_bound = 8 * len(part.components) + len(part.links) + len(part.entries)
    number = count()
    bound, steps = _bound(part, weigh, size, {})
    best, best_weight = steps, _weight(steps, weigh)
    todo = [(bound, next(number), steps, dict[str, bool]())]
    spent = each_bound
    while todo and todo[0][0] < best_weight:
        if spent + 2 * each_bound > arcs:
            return best, False
        _, _, steps, decided = heapq.heappop(todo)
        undecided = sorted({step.shared for step in steps if step.shared} - decided.keys())
        name = max(undecided, key=lambda each: max(weigh.shared(step) for step in steps if step.shared == each))
        for answer in (True, False):
            spent += each_bound
            bound, steps = _bound(part, weigh, size, {**decided, name: answer})
            if bound >= best_weight:
                continue
            if (weight := _weight(steps, weigh)) < best_weight:
                best, best_weight = steps, weight
            heapq.heappush(todo, (bound, next(number), steps, {**decided, name: answer}))
    return best, True


def _weight(steps: Sequence[Option], weigh: Weights) -> int:
    once = {step.shared: weigh.shared(step) for step in steps if step.shared}
    return sum(weigh.days(step.days) + weigh.one for step in steps) + sum(once.values())


def _bound(
    part: Part, weigh: Weights, size: Mapping[str, int], decided: Mapping[str, bool]
) -> tuple[int, list[Option]]:
    """No set of options that keeps to what is decided weighs less than this; and the options that gave the bound.

    A shared substitute is paid in full where it is decided for, out of the question where it is decided against, and
    otherwise each of those who may use it pays an equal share.
    """
    ways: dict[tuple[str, Slot], tuple[int, Option]] = {}
    paid = 0
    seen: set[str] = set()
    for option in part.options:
        weight = weigh.own(option)
        if option.shared:
            answer = decided.get(option.shared)
            if answer is False:
                continue
            if answer is None:
                weight += weigh.shared(option) // size[option.shared]
            elif option.shared not in seen:
                seen.add(option.shared)
                paid += weigh.shared(option)
        key = option.component, _slot(option)
        if key not in ways or weight < ways[key][0]:
            ways[key] = weight, option
    value, sides = _network(part, {key: weight for key, (weight, _) in ways.items()}).cut(_SOURCE, _SINK)
    if value >= NO_LIMIT:
        return value, []
    return value + paid, [ways[key][1] for key in _taken(part, sides)]


def _slot(option: Option) -> Slot:
    if option.action in STAYING:
        return "stay"
    return "drop" if option.action == "drop" else "replace"


def _network(part: Part, ways: Mapping[tuple[str, Slot], int]) -> Flow:
    flow = Flow(2 + 3 * len(part.components))
    place = {component: 3 * number for number, component in enumerate(part.components)}
    for component, at in place.items():
        flow.arc(at + _CALLED, at + _PROVIDED, ways.get((component, "drop"), NO_LIMIT), NO_LIMIT)
        flow.arc(at + _PROVIDED, at + _ALIVE, ways.get((component, "replace"), NO_LIMIT), NO_LIMIT)
        if component in part.bad:
            flow.arc(at + _ALIVE, _SINK, ways.get((component, "stay"), NO_LIMIT))
        if component in part.called:
            flow.arc(_SOURCE, at + _CALLED, NO_LIMIT)
        if component in part.rigid:
            flow.arc(_SOURCE, at + _ALIVE, NO_LIMIT)
    for link in part.links:
        end = _PROVIDED if link.required else _CALLED
        flow.arc(place[link.source] + _ALIVE, place[link.target] + end, NO_LIMIT)
    for link in part.entries:
        flow.arc(_SOURCE, place[link.target] + (_PROVIDED if link.required else _CALLED), NO_LIMIT)
    return flow


def _taken(part: Part, sides: Sequence[bool]) -> Iterator[tuple[str, Slot]]:
    for number, component in enumerate(part.components):
        called, provided, alive = sides[3 * number + _CALLED : 3 * number + _CALLED + 3]
        if called and not provided:
            yield component, "drop"
        elif provided and not alive:
            yield component, "replace"
        elif alive and component in part.bad:
            yield component, "stay"
