"""Prices of cutting a component: one for each action, or what the estimate says of that component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portlint.model.component import Component
from portlint.model.finding import Finding
from portlint.model.report import Choice
from portlint.planning.network import Action, Days
from portlint.planning.opening import SOURCE_FACTS, Price

_BUILT_BY_OTHERS = ("plugin", "library", "package")
_NATIVE = "lib.native"


def flat_prices(days: Mapping[Action, Days], remedies: Mapping[str, str] = {}) -> Price:
    """The same price for every component, as `[[choice]]` in the rates has it.

    An action that `days` does not name is not to be had. A component can be replaced where a finding against it, or
    `remedies` by its id, names what to use instead; had from its vendor where all that stands against it is that there
    is no build; adapted where its source is there and no blocker stands against it.
    """

    def price(component: Component, action: Action, findings: Sequence[Finding]) -> Days | None:
        if action == "replace" and component.id not in remedies and not any(each.instead for each in findings):
            return None
        if action == "ask" and not _has_vendor(component, findings):
            return None
        if action == "adapt" and not _is_source(findings):
            return None
        return days.get(action)

    return price


def chosen_prices(choices: Iterable[Choice], otherwise: Price) -> Price:
    """The prices of the estimate's choices about components; `otherwise` for all else, and for what can be had."""
    known = {each.component: each for each in choices if not each.capability}

    def price(component: Component, action: Action, findings: Sequence[Finding]) -> Days | None:
        days, choice = otherwise(component, action, findings), known.get(component.id)
        if days is None or choice is None:
            return days
        priced = {"drop": choice.drop, "replace": choice.replace, "ask": choice.ask}
        return priced.get(action, days)

    return price


def _has_vendor(component: Component, findings: Sequence[Finding]) -> bool:
    lacking = [each for each in findings if each.capability == _NATIVE or each.kind == "ships"]
    return component.kind in _BUILT_BY_OTHERS and bool(findings) and len(lacking) == len(findings)


def _is_source(findings: Sequence[Finding]) -> bool:
    return bool(findings) and all(each.kind in SOURCE_FACTS and not each.blocker for each in findings)
