"""The records of a cut: who calls for whom, who must not be there, and what can be done about each component."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Action = Literal["drop", "replace", "ask", "adapt"]
STAYING: tuple[Action, ...] = ("ask", "adapt")  # the component stays, and is bad no longer
Goal = Literal["smallest", "cheapest"]
Days = tuple[float, float, float]  # P10, P50, P90 in person-days
FREE: Days = (0.0, 0.0, 0.0)


class Link(msgspec.Struct, frozen=True, order=True):
    """`source` calls for `target`; `required`: it cannot be built without it."""

    source: str
    target: str
    required: bool = False


class Network(msgspec.Struct, frozen=True):
    """Who is called for from outside, who calls for whom, and who must not be there."""

    called: frozenset[str]
    links: tuple[Link, ...]
    bad: frozenset[str]


class Option(msgspec.Struct, frozen=True):
    """A way to deal with one component. `text` says how, or "".

    `shared` names a substitute that others may use too: `shared_days` are paid once for all who do, `days` by each.
    """

    component: str
    action: Action
    days: Days
    text: str = ""
    shared: str = ""
    shared_days: Days = FREE


def backward(links: Iterable[Link]) -> list[Link]:
    """Who is called by whom. What is required counts no more."""
    return [Link(link.target, link.source) for link in links]
