"""The cheapest cut: which components to drop, replace or get from their vendor so that a target opens.

The model. Some components are called for from outside (the projects; what the judge counted although no edge leads
there). A component that is called for is *alive*, unless it is dropped or replaced. An alive component calls for the
ends of its links. A *bad* component must not be alive as it is.

* `drop`: the component goes, and what it called for goes unless somebody else calls for it. A *required* link forbids
  that as long as its source is alive: a third party's code that cannot be built without it has to go first.
* `replace`: a substitute takes its place. Whoever asked for the component is content, and what it called for goes.
* `ask`, `adapt`: the vendor provides it for the target, or its source is adapted. It stays, with what it calls for.

Each component has three switches, on or off: called for, provided for, alive. Every price and every rule concerns one
switch that is on while another is off, so the cheapest choice is a smallest cut in a network of three nodes a component
(`flow`): exact on any graph, cycles included. One thing does not fit: a substitute that serves several components and
is paid once. That is decided by branch and bound, each bound a smallest cut in which a member pays only its share.
Components that share neither a link nor a substitute are solved apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from portlint.planning.network import FREE, STAYING, Days, Goal, Network, Option
from portlint.planning.parts import forced, parts
from portlint.planning.solve import Weights, best_steps

_ARCS = 300_000  # how many arcs all bounds of a part may have together: some 2 s


class Cut(msgspec.Struct, frozen=True):
    """What to do, by component. `days` add up as if all went well, or badly, together.

    `stuck`: bad components that no option takes away; the target stays shut. `proven`: no set of options does better.
    """

    goal: Goal
    steps: tuple[Option, ...]
    days: Days
    stuck: tuple[str, ...] = ()
    proven: bool = True


def cheapest_cut(network: Network, options: Iterable[Option], goal: Goal = "cheapest", arcs: int = _ARCS) -> Cut:
    """The options to take: fewest days (P50) and among those fewest components, or the other way round.

    `arcs` bounds the search among shared substitutes; nothing else is ever cut short.
    """
    offered = _sorted(options)
    weigh = _weights(offered, goal)
    rigid = forced(network, offered)
    open_to = {option.component for option in offered if option.action in STAYING}
    stuck = frozenset(each for each in network.bad & rigid if each not in open_to)
    movable = msgspec.structs.replace(network, bad=network.bad - stuck)
    steps: list[Option] = []
    proven = True
    for part in parts(movable, rigid, offered):
        taken, sure = best_steps(part, weigh, arcs)
        steps += taken
        proven = proven and sure
    steps.sort(key=lambda each: (each.component, each.action))
    return Cut(goal, tuple(steps), total_days(steps), tuple(sorted(stuck)), proven)


def total_days(steps: Sequence[Option]) -> Days:
    """The sum, each shared substitute once."""
    once = {step.shared: step.shared_days for step in steps if step.shared}
    rows = [*(step.days for step in steps), *once.values()]
    low, likely, high = (sum(column) for column in zip(*rows, strict=True)) if rows else FREE
    return (low, likely, high)


def _weights(options: Collection[Option], goal: Goal) -> Weights:
    if goal == "cheapest":
        return Weights(len(options) + 1, 1)
    return Weights(1, 1 + sum(round((each.days[1] + each.shared_days[1]) * 1000) for each in options))


def _sorted(options: Iterable[Option]) -> tuple[Option, ...]:
    found = sorted(set(options), key=lambda each: (each.component, each.action, each.shared, each.days, each.text))
    return tuple(found)
