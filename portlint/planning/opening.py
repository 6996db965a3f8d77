"""What opens a target: a report's graph and findings as the network of a cut, for two questions.

`blocker`: no blocker is left, so that only work is between the project and the target. `error`: no error is left. What
stands against the target in the project's own code is work to adapt it, whatever is cut: it is counted beside. So is
what only needs work in the source of an addon that lies among it: many an addon is the game itself.

What the links say: a dependency that the target rules out, or that only tests and the editor have, is none. One that a
third party states without a condition is required: nobody here can take it out of that code. The project's own code
can be changed, so it can do without anything; what that takes is in the price. A component with findings that count
but without such a link is called for from outside, since the judge found it in what ships.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from portlint.graph import locator
from portlint.model.catalog import Target
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding
from portlint.model.report import Report, TargetReport
from portlint.planning.culprit import Culprits, is_own
from portlint.planning.cut import Cut, cheapest_cut
from portlint.planning.drop import Fall, falls, reached
from portlint.planning.network import STAYING, Action, Days, Goal, Link, Network, Option, backward
from portlint.planning.paths import SHIPPING, state

Question = Literal["blocker", "error"]
QUESTIONS: tuple[Question, ...] = ("blocker", "error")
GOALS: tuple[Goal, ...] = ("smallest", "cheapest")
_ACTIONS: tuple[Action, ...] = ("drop", "replace", "ask", "adapt")
SOURCE_FACTS = ("call", "type", "constant", "include", "import", "construct")  # facts of code that can be changed


class Price(Protocol):
    """Person-days (P10, P50, P90) of doing this to a component on one target, or None where it cannot be done.

    `findings` are those that count against the component; none for one that is only on the way to another.
    """

    def __call__(self, component: Component, action: Action, findings: Sequence[Finding]) -> Days | None: ...


class Opening(msgspec.Struct, frozen=True):
    """The answer to one question for one target. `bad`: the findings that count, by component.

    `own`: findings of the project's own code that stay, whatever is cut. `falls`: what goes with the cut. `on_open`:
    how many conditions on the way to `bad` the target does not settle: the cut is taken as if they held. `options`:
    all that can be done about what is bad, taken or not.
    """

    target: str
    question: Question
    bad: Mapping[str, tuple[Finding, ...]]
    own: tuple[Finding, ...]
    cut: Cut
    falls: Fall
    on_open: int
    options: tuple[Option, ...] = ()

    @property
    def opens(self) -> bool:
        """Is nothing that the question asks about left once the cut is made?"""
        return not self.cut.stuck and not self.own


def opening(
    report: Report,
    of: TargetReport,
    target: Target,
    price: Price,
    question: Question,
    goal: Goal = "cheapest",
    remedies: Mapping[str, str] = {},
    projects: Collection[str] = (),
) -> Opening:
    """The cut that answers the question with the fewest components, or the fewest days.

    `remedies`: what to use instead of a component, by id, where its findings do not say (`substitutes`). `projects`:
    the paths of those that are to open; empty: all that the target was asked about, as its verdict has it.
    """
    asked = set(projects) or {each.path for each in report.projects if of.id in each.verdicts}
    project_of = locator(each.path for each in report.projects)
    components = {each.id: each for each in report.components}
    culprits = Culprits(report.components, report.dependencies)
    bad: dict[str, list[Finding]] = {}
    own: list[Finding] = []
    for finding in of.findings:
        if not _counts(finding, question) or (asked and project_of(finding.location.path) not in asked):
            continue
        culprit = components.get(culprits.of(finding))
        if culprit is None or is_own(culprit) or _adaptable(culprit, finding):
            own.append(finding)
        else:
            bad.setdefault(culprit.id, []).append(finding)
    network, on_open = _network(components, report.dependencies, bad, target)
    offered = options(network, components, bad, price, remedies)
    cut = cheapest_cut(network, offered, goal)
    roots = [each.id for each in report.components if each.kind == "project"]
    gone = [step.component for step in cut.steps if step.action not in STAYING]
    fallen = falls(report.dependencies, roots, gone, target)
    choices = tuple(each for each in offered if each.component in bad)
    against = {id: tuple(found) for id, found in sorted(bad.items())}
    return Opening(of.id, question, against, tuple(own), cut, fallen, on_open, choices)


def options(
    network: Network,
    components: Mapping[str, Component],
    bad: Mapping[str, Sequence[Finding]],
    price: Price,
    remedies: Mapping[str, str] = {},
) -> list[Option]:
    """What can be done about each component that leads to a bad one. The same substitute is paid once."""
    found: list[Option] = []
    for id in _upwards(network):
        component, against = components[id], bad.get(id, ())
        for action in _ACTIONS:
            days = None if is_own(component) else price(component, action, against)
            if days is None:
                continue
            text = _text(action, against, remedies.get(id, ""))
            shared = f"{component.name}: {text}" if action == "replace" and text else ""
            option = Option(id, action, days, text)
            if shared:  # one product in several places, with one remedy: integrated once
                option = Option(id, action, (0.0, 0.0, 0.0), text, shared, days)
            found.append(option)
    return found


def _text(action: Action, against: Sequence[Finding], remedy: str) -> str:
    """What to use instead, as the first finding that says so or else the knowledge base has it; only for `replace`."""
    return next((each.instead for each in against if each.instead), remedy) if action == "replace" else ""


def _adaptable(component: Component, finding: Finding) -> bool:
    return component.provenance == "first-party" and not finding.blocker and finding.kind in SOURCE_FACTS


def _counts(finding: Finding, question: Question) -> bool:
    return finding.severity == "error" and (finding.blocker or question == "error")


def _network(
    components: Mapping[str, Component], dependencies: Iterable[Dependency], bad: Iterable[str], target: Target
) -> tuple[Network, int]:
    links: dict[tuple[str, str], bool] = {}
    unsettled: set[tuple[str, str]] = set()
    for edge in dependencies:
        answer = state(edge, target)
        pair = edge.source, edge.target
        if edge.scope not in SHIPPING or answer == "ruled out" or edge.source == edge.target:
            continue
        unconditional = edge.condition.op == "true"
        links[pair] = links.get(pair, False) or (unconditional and not is_own(components[edge.source]))
        if answer == "open":
            unsettled.add(pair)
    roots = {each.id for each in components.values() if each.kind == "project"}
    every = tuple(Link(*pair, required) for pair, required in sorted(links.items()))
    wanted = frozenset(bad)
    called = roots | (wanted - reached(every, roots))
    network = Network(frozenset(called), every, wanted)
    leading = set(_upwards(network))
    return network, sum(pair[1] in leading for pair in unsettled)


def _upwards(network: Network) -> list[str]:
    """The bad components and all that call for them, directly or not."""
    return sorted(reached(backward(network.links), network.bad))
