"""What to do for one project on one target, milestone by milestone, the dearest first; and what to find out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.spread import Item, pert_mean
from portlint.model.component import Component
from portlint.model.fact import Location
from portlint.model.finding import SEVERITY_OF, Finding
from portlint.model.report import Cost, Estimate, Stage
from portlint.planning.network import Days

_SEVERITIES = tuple(dict.fromkeys(SEVERITY_OF[level] for level in ("hangs", "partial", "flag")))
_LIBRARIES = "lib."
_SURE = ("high", "medium", "low")


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `days`: low, likely, high, before the shared factor and verification.

    `place` is the gravest finding's, None for what has none (the toolchain, the page); `files` how many have one.
    `names`: of the packages and libraries that it is about, where it is about such. `probability`: how likely it is
    due.
    """

    label: str
    days: Days
    probability: float
    place: Location | None
    files: int
    names: tuple[str, ...] = ()


class Phase(msgspec.Struct, frozen=True):
    """The work up to one milestone, beside that of the ones before. `tasks` from dear to cheap."""

    stage: Stage
    tasks: tuple[Task, ...]


class Doubt(msgspec.Struct, frozen=True):
    """An open question. `share` of the items' spread (variance) that is due to it, 0 to 1."""

    task: Task
    share: float


def phases(estimate: Estimate, findings: Sequence[Finding], components: Mapping[str, Component]) -> tuple[Phase, ...]:
    """One for each milestone, in order, also where nothing is to be done."""
    found = []
    for stage in estimate.stages:
        costs = [each for each in estimate.costs if each.milestone == stage.milestone]
        tasks = _merged(_task(each, findings, components) for each in costs)
        found.append(Phase(stage, tuple(sorted(tasks, key=_dear))))
    return tuple(found)


def doubts(estimate: Estimate, findings: Sequence[Finding], components: Mapping[str, Component]) -> tuple[Doubt, ...]:
    """What is not settled up to the headline's milestone, the widest first."""
    order = [stage.milestone for stage in estimate.stages]
    last = order.index(estimate.milestone)
    costs = [each for each in estimate.costs if order.index(each.milestone) <= last]
    whole = sum(_variance(each) for each in costs)
    open_ones = [each for each in costs if not each.settled and _variance(each) > 0]
    widest = sorted(open_ones, key=lambda each: (-_variance(each), each.label))
    return tuple(Doubt(_task(each, findings, components), _variance(each) / whole) for each in widest)


def _variance(cost: Cost) -> float:
    return Item(cost.label, cost.days, cost.probability).variance


def _task(cost: Cost, findings: Sequence[Finding], components: Mapping[str, Component]) -> Task:
    mine = sorted((each for each in findings if _concerns(cost, each)), key=_gravest)
    place = mine[0].location if mine else None
    home = components[cost.component].path if cost.component in components and not cost.capability else ""
    if place is None and home not in ("", "."):
        place = Location(home)
    files = len({each.location.path for each in mine})
    names = {each.name: None for each in mine if each.capability.startswith(_LIBRARIES)}
    return Task(cost.label, cost.days, cost.probability, place, files, tuple(names) if cost.capability else ())


def _merged(tasks: Iterable[Task]) -> list[Task]:
    """Components may share a name: what reads alike is one task."""
    found: dict[tuple[str, float], Task] = {}
    for task in tasks:
        key = task.label, task.probability
        known = found.get(key)
        if known is None:
            found[key] = task
            continue
        low, likely, high = (one + other for one, other in zip(known.days, task.days, strict=True))
        names = tuple(dict.fromkeys((*known.names, *task.names)))
        place = known.place or task.place
        found[key] = Task(task.label, (low, likely, high), task.probability, place, known.files + task.files, names)
    return list(found.values())


def _dear(task: Task) -> tuple[float, str]:
    return -task.probability * pert_mean(task.days), task.label


def _concerns(cost: Cost, finding: Finding) -> bool:
    if not cost.component or finding.component != cost.component:
        return False
    if cost.capability:
        return finding.capability == cost.capability
    return finding.level == "unknown" or finding.confidence != "high"


def _gravest(finding: Finding) -> tuple[int, int, Location]:
    return _SEVERITIES.index(finding.severity), _SURE.index(finding.confidence), finding.location


def together(tasks: Iterable[Task]) -> Days:
    """The sum, as if all went well, or badly, together; each by its probability."""
    rows = [tuple(each.probability * part for part in each.days) for each in tasks]
    low, likely, high = (sum(column) for column in zip(*rows, strict=True)) if rows else (0.0, 0.0, 0.0)
    return (low, likely, high)
