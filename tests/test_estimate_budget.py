"""The tax as a gate: budgets and what they refuse, and what a change adds."""

from __future__ import annotations

import json

import msgspec
import pytest
from report_example import EXAMPLE, catalog
from test_estimate import RATES

from portlint.errors import PortlintError
from portlint.estimate import priced
from portlint.estimate.budget import Tax, increase, over_budget, parse_budget, taxes, taxes_of_json
from portlint.model.report import Report

REPORT = priced(EXAMPLE, catalog(), RATES)


@pytest.mark.parametrize(
    ("text", "days", "milestone"),
    [("20d", 20, ""), ("4w", 20, ""), ("2m", 40, ""), ("0.5w", 2.5, ""), ("playable=20d", 20, "playable")],
)
def test_parse(text: str, days: float, milestone: str) -> None:
    budget = parse_budget(text)
    assert (budget.days, budget.milestone) == (days, milestone)


@pytest.mark.parametrize("text", ["20", "d", "", "-3d", "0d", "20 days", "1e9d", "nand", "=20d", "20y", "20d 3w"])
def test_a_budget_that_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(PortlintError, match=r"write a number above 0 and a unit, d \(days\)") as caught:
        parse_budget(text)
    assert "\n" not in str(caught.value)


def test_over_budget_says_by_how_much() -> None:
    assert over_budget(REPORT, "100m") == ()
    lines = over_budget(REPORT, "1d")
    assert lines
    assert all("above the budget of 1 person-day" in line for line in lines)
    assert any(line.startswith("web-emscripten, server: ") for line in lines)


def test_a_budget_for_one_milestone_asks_only_for_that() -> None:
    boots = {tax.p50 for tax in taxes(REPORT) if tax.milestone == "boots"}
    assert over_budget(REPORT, f"boots={max(boots):.0f}d") == ()
    assert over_budget(REPORT, f"online={max(boots):.0f}d") != ()
    with pytest.raises(PortlintError, match="no estimate has the milestone 'serves'; known milestones: boots, online"):
        over_budget(REPORT, "serves=20d")


def test_what_nobody_can_tell_is_not_within_the_budget() -> None:
    targets = tuple(msgspec.structs.replace(each, verdict="unknown", estimate=None) for each in EXAMPLE.targets)
    (first, _) = over_budget(msgspec.structs.replace(EXAMPLE, targets=targets), "100m")
    assert first == "godot-web: the verdict is unknown: nothing says that it is within the budget"


def grown(report: Report, factor: float) -> list[Tax]:
    return [msgspec.structs.replace(tax, p50=tax.p50 * factor) for tax in taxes(report)]


def test_increase() -> None:
    assert increase(REPORT, REPORT) == ()
    assert increase(REPORT, grown(REPORT, 2)) == ()
    lines = increase(REPORT, grown(REPORT, 0.5))
    assert len(lines) == len(taxes(REPORT))
    assert all("the tax went from " in line for line in lines)
    assert increase(REPORT, []) == ()


def test_a_baseline_with_other_rates_is_refused() -> None:
    other = [msgspec.structs.replace(tax, rates="0123") for tax in taxes(REPORT)]
    with pytest.raises(PortlintError, match="the baseline was priced with the rates 0123"):
        increase(REPORT, other)


def test_a_json_report_is_a_baseline() -> None:
    builtins = json.loads(msgspec.json.encode(REPORT))
    assert taxes_of_json(builtins, "base.json") == taxes(REPORT)
    old = {"targets": [{"id": "x", "estimate": {"milestone": "boots", "days": {"p50": 3, "p90": 9}, "rates": "ab"}}]}
    assert taxes_of_json(old, "base.json") == [Tax("x", "", "boots", 3.0, 9.0, "ab")]


@pytest.mark.parametrize("table", [{}, {"targets": 3}, {"targets": [{"id": "x", "estimate": {"days": "?"}}]}])
def test_what_is_no_report_is_no_baseline(table: dict[str, object]) -> None:
    with pytest.raises(PortlintError, match=r"base\.json: not a JSON report of portlint"):
        taxes_of_json(table, "base.json")
