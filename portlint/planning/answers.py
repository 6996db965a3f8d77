"""What a target's verdict means for one project: go, go if, no-go or unknown, and what the condition is.

`go`: ready. `go if`: work, a cut, or leaving something out opens the target. `no-go`: nothing does: a blocker that no
option takes away, an engine that does not export there, a language that nothing builds for it, a server that the
platform lets listen to nobody. A blocker in own code that belongs to a later milestone does not stop the earlier ones:
a browser game without its multiplayer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from portlint.estimate.rates import Milestone, Rates, stage_of
from portlint.judge.context import language_of
from portlint.model.catalog import Target, Toolkit
from portlint.model.finding import Finding, Verdict
from portlint.model.package import Package
from portlint.model.report import Choice, Estimate, ProjectReport, Report, TargetReport
from portlint.planning.network import Action, Days
from portlint.planning.opening import Opening, opening
from portlint.planning.prices import chosen_prices, flat_prices
from portlint.planning.substitutes import substitutes

Answer = Literal["go", "go if", "no-go", "unknown"]
ANSWERS: tuple[Answer, ...] = ("go", "go if", "unknown", "no-go")  # from good to bad
_ACTIONS: tuple[Action, ...] = ("drop", "replace", "ask", "adapt")
_OF_THE_WHOLE = ("engine", "code.managed")  # areas and capabilities that no part of a project can do without
EXPORT = "engine.export"
_COMPILER = "dotnet.build"
_TCP_PORT = "container/expose/tcp"
_CONTEXT = "for context"  # sentences that stand beside a verdict and decide nothing


class Hurdle(msgspec.Struct, frozen=True):
    """A blocker in the project's own code. `milestone`: the first that it stops. `before`: what is reached without it.

    `before` is "" where nothing is: the first milestone is stopped, or a server that cannot serve.
    """

    choice: Choice
    milestone: str
    before: str


class Case(msgspec.Struct, frozen=True):
    """One project on one target. `cheapest` and `smallest`: the cuts of a blocked target, None where there is none.

    `reaches`: the last milestone that is open without what the hurdles are about; "" where they stop nothing.
    `language` and `toolkit`: what builds the project there, None where the target does not say (browsers, engines).
    `unbuilt`: why nothing does, or "".
    """

    target: str
    project: str
    answer: Answer
    verdict: Verdict
    facts: tuple[str, ...]
    findings: tuple[Finding, ...]
    estimate: Estimate | None = None
    hurdles: tuple[Hurdle, ...] = ()
    cheapest: Opening | None = None
    smallest: Opening | None = None
    reaches: str = ""
    language: str = ""
    toolkit: Toolkit | None = None
    unbuilt: str = ""


def case(
    report: Report,
    of: TargetReport,
    project: ProjectReport,
    target: Target,
    rates: Rates,
    packages: Sequence[Package],
    findings: Sequence[Finding],
) -> Case:
    """`findings` are those of the project on the target."""
    verdict = project.verdicts[of.id]
    facts = project.deciding.get(of.id) or of.deciding
    facts = tuple(fact for fact in facts if not fact.startswith(_CONTEXT))
    estimate = project.estimates.get(of.id)
    language = language_of(project.kind)
    plain = Case(
        of.id,
        project.path,
        _unblocked(verdict),
        verdict,
        facts,
        tuple(findings),
        estimate,
        language=language,
        toolkit=target.languages.get(language),
    )
    if unbuilt := _unbuilt(plain):
        return msgspec.structs.replace(plain, answer="no-go", unbuilt=unbuilt)
    return _blocked(plain, report, of, target, rates, packages) if verdict == "blocked" else plain


def _blocked(
    plain: Case, report: Report, of: TargetReport, target: Target, rates: Rates, packages: Sequence[Package]
) -> Case:
    """With the cuts that open it, and what of its own code is in the way: is there a way at all?"""
    estimate, milestones = plain.estimate, rates.milestones(target.family)
    remedies = substitutes(report.components, packages, target)
    days: Mapping[Action, Days] = {name: row.days for row in rates.choice for name in _ACTIONS if name == row.id}
    price = chosen_prices(estimate.options if estimate else (), flat_prices(days, remedies))
    cheapest = opening(report, of, target, price, "blocker", "cheapest", remedies, (plain.project,))
    smallest = opening(report, of, target, price, "blocker", "smallest", remedies, (plain.project,))
    hurdles = _hurdles(cheapest, estimate, target, milestones)
    whole = any(
        _is_whole(each, target, milestones) and not _may_be_http(each, cheapest.own, target) for each in hurdles
    )
    opens = not whole and not cheapest.cut.stuck and (hurdles or (cheapest.bad and not cheapest.own))
    stopped = [each.before for each in hurdles if each.before]
    order = [each.id for each in milestones]
    return msgspec.structs.replace(
        plain,
        answer="go if" if opens else "no-go",
        hurdles=hurdles,
        cheapest=cheapest if cheapest.bad else None,
        smallest=smallest if smallest.bad else None,
        reaches=min(stopped, key=order.index, default=""),
    )


def _unblocked(verdict: Verdict) -> Answer:
    answers: dict[Verdict, Answer] = {"ready": "go", "needs-work": "go if", "unknown": "unknown", "blocked": "no-go"}
    return answers[verdict]


def _unbuilt(one: Case) -> str:
    """Work on the project makes no compiler."""
    if one.toolkit and one.toolkit.status == "none":
        return f"nothing builds {one.language} for it: {one.toolkit.notes}"
    missing = [each for each in one.findings if each.capability == _COMPILER and each.level == "fails-at-build"]
    return missing[0].message if missing and missing[0].severity == "error" else ""


def _hurdles(
    cheapest: Opening, estimate: Estimate | None, target: Target, milestones: Sequence[Milestone]
) -> tuple[Hurdle, ...]:
    """What of the own code is in the way. A line of it may name a library: that is cut, and the line goes with it."""
    own = {(each.component, each.capability) for each in cheapest.own}
    choices = estimate.options if estimate else ()
    return tuple(_hurdle(each, target, milestones) for each in choices if (each.component, each.capability) in own)


def _hurdle(choice: Choice, target: Target, milestones: Sequence[Milestone]) -> Hurdle:
    """A server that starts and does not serve is none; a game without multiplayer is one."""
    stage = stage_of(choice.capability, milestones)
    before = milestones[stage - 1].id if stage and target.family == "browser" else ""
    return Hurdle(choice, milestones[stage].id, before)


def _is_whole(hurdle: Hurdle, target: Target, milestones: Sequence[Milestone]) -> bool:
    """Can the project not do without it, nor have it in another way?"""
    capability = hurdle.choice.capability
    if capability in _OF_THE_WHOLE or capability.partition(".")[0] in _OF_THE_WHOLE:
        return True
    return target.family != "browser" and hurdle.milestone == milestones[-1].id


def _may_be_http(hurdle: Hurdle, own: Sequence[Finding], target: Target) -> bool:
    """Does only a container's manifest speak of TCP, where the target serves HTTP? Most such ports are HTTP."""
    concerned = [each for each in own if each.capability == hurdle.choice.capability]
    http = target.support.get("net.http-server")
    return http is not None and not http.blocker and all(each.name == _TCP_PORT for each in concerned)
