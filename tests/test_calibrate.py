"""`portlint calibrate`: what it fits, that it shrinks, that it says when there is too little to fit."""

from __future__ import annotations

import argparse
import json
import math
import random
from pathlib import Path

import msgspec
import pytest
from report_example import EXAMPLE, catalog
from test_estimate import RATES, tax, uses

from portlint.commands import calibrate as command
from portlint.errors import PortlintError
from portlint.estimate import load_rates, priced
from portlint.estimate.calibrate import calibrate, fit, lines, overlay
from portlint.estimate.history import Port, load_history
from portlint.model.catalog import Family

FAMILIES: dict[str, Family] = {"web-emscripten": "browser", "wasip1": "wasi"}


def ports(number: int, factor: float, noise: float = 0.0, family: Family = "browser") -> list[Port]:
    """Ports that took `factor` times the prediction, give or take a log-normal noise."""
    dice = random.Random(number)
    return [
        Port(f"{family}{n}", family, "boots", factor * math.exp(dice.gauss(0, noise)) * p50, p50)
        for n, p50 in enumerate(3.0 * 1.4**k for k in range(number))
    ]


def predicted(found: list[Port]) -> float:
    fitted = fit(found, 2.2)
    return fitted.factor * fitted.families["browser"]


def test_more_ports_pull_further_from_the_prior() -> None:
    pulls = [predicted(ports(number, 3.0)) for number in (1, 3, 10, 100)]
    assert pulls == sorted(pulls)
    assert 1.0 < pulls[0] < 2.0
    assert pulls[-1] == pytest.approx(3.0, rel=0.05)


def test_families_differ_where_their_ports_do() -> None:
    fitted = fit([*ports(12, 1.0), *ports(12, 4.0, family="wasi")], 2.2)
    assert fitted.families["wasi"] > 1.5
    assert fitted.families["browser"] < 1


def test_agreeing_ports_narrow_the_range_and_scattered_ones_widen_it() -> None:
    assert fit(ports(20, 1.0, 0.1), 2.2).p90 < 2.2 < fit(ports(20, 1.0, 1.2), 2.2).p90


def test_the_order_of_ports_does_not_matter() -> None:
    found = [*ports(7, 2.0, 0.5), *ports(5, 0.5, 0.3, "wasi")]
    assert calibrate(found, 2.2) == calibrate(found[::-1], 2.2)


def test_trust_needs_many_ports_and_a_fit_that_holds_for_those_left_out() -> None:
    assert calibrate(ports(12, 2.0, 0.2), 2.2).trusted
    assert not calibrate(ports(5, 2.0, 0.2), 2.2).trusted
    wild = [Port(f"{n}", "browser", "boots", 9.0 if n % 2 else 11.0, 10.0 ** (n % 5)) for n in range(12)]
    answer = calibrate(wild, 2.2)
    assert not answer.trusted
    assert lines(answer)[-1].startswith("the fit fails on ports that it has not seen")


def test_leaving_one_out_does_not_peek() -> None:
    """One port that is far off is predicted as badly as if it were not in the history."""
    odd = Port("odd", "browser", "boots", 1000.0, 10.0)
    found = calibrate([*ports(9, 1.0), odd], 2.2)
    assert found.left_out.covered == pytest.approx(0.9)


@pytest.mark.parametrize(("number", "message"), [(0, "0 ports are"), (1, "1 port is"), (2, "2 ports are")])
def test_too_little_is_said(number: int, message: str) -> None:
    with pytest.raises(PortlintError, match=f"{message} too little to calibrate with: 3 are the least"):
        calibrate(ports(number, 1.0), 2.2)


def test_the_overlay_is_a_rates_file_that_moves_estimates(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(overlay(calibrate(ports(12, 3.0, 0.2), RATES.shared.p90)))
    rates = load_rates(path)
    slow = tax(uses(20, 5), rates=rates)
    assert slow.calibrated
    assert slow.days.p50 > 2 * tax(uses(20, 5)).days.p50
    assert slow.rates != RATES.digest
    assert any(line.startswith("calibrated with 12 ports of one's own") for line in slow.assumptions)
    few = tmp_path / "few.toml"
    few.write_text(overlay(calibrate(ports(4, 3.0), RATES.shared.p90)))
    assert not tax(rates=load_rates(few)).calibrated


HISTORY = """
[[port]]
name = "arena"
family = "browser"
milestone = "boots"
days = 12
p50 = 8
"""


def run(history: Path, output: Path) -> int:
    return command.run(argparse.Namespace(history=history, output=output))


def test_one_port_is_refused_with_the_files_name(tmp_path: Path) -> None:
    history = tmp_path / "history.toml"
    history.write_text(HISTORY)
    with pytest.raises(PortlintError, match=r"history\.toml: 1 port is too little to calibrate with"):
        run(history, tmp_path / "rates.toml")
    assert not (tmp_path / "rates.toml").exists()


def test_the_command_writes_rates_and_says_what_they_are_worth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "history.csv"
    rows = [f"p{n},browser,boots,{2 * (n + 3)},{n + 3}" for n in range(4)]
    history.write_text("\n".join(["name,family,milestone,days,p50", *rows]) + "\n")
    assert run(history, tmp_path / "rates.toml") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("4 ports: shared factor x1.")
    assert "too little data to call estimates calibrated: 8 ports are the least" in printed
    assert load_rates(tmp_path / "rates.toml").calibration is not None


def test_the_command_has_its_arguments() -> None:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    options = parser.parse_args(["calibrate", "h.toml"])
    assert (options.command, options.history, options.output) == (
        command.run,
        Path("h.toml"),
        Path("portlint-rates.toml"),
    )


def test_a_port_may_point_at_a_report(tmp_path: Path) -> None:
    report = priced(EXAMPLE, catalog(), RATES)
    (tmp_path / "base.json").write_bytes(msgspec.json.encode(report))
    history = tmp_path / "history.toml"
    history.write_text(
        '[[port]]\nname = "a"\nmilestone = "online"\ndays = 30\nreport = "base.json"\n'
        'target = "web-emscripten"\nproject = "client"\n'
    )
    (port,) = load_history(history, FAMILIES, RATES.digest)
    stage = report.projects[0].estimates["web-emscripten"].stages[2]
    assert port == Port("a", "browser", "online", 30.0, stage.days.p50)
    with pytest.raises(PortlintError, match="was priced with the rates"):
        load_history(history, FAMILIES, "0123")


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("days = 12\n", "", "arena: no days"),
        ("days = 12", "days = -1", "arena: days = -1 is no number of person-days above 0"),
        ("days = 12", 'days = "many"', "arena: days = 'many' is no number of person-days"),
        ("days = 12", "days = nan", "arena: days = nan is no number of person-days above 0"),
        ("p50 = 8\n", "", "arena: no p50"),
        ('milestone = "boots"\n', "", "arena: no milestone"),
        ('"browser"', '"moon"', "arena: family 'moon' is none of browser"),
        ("p50 = 8", "p51 = 8", "arena: unknown key 'p51'"),
        ("p50 = 8", 'report = "no.json"', r"no\.json: cannot be read"),
        ("[[port]]", "[port]", "holds .* tables and nothing else"),
        ("[[port]]", "[[port]", "not valid TOML"),
    ],
)
def test_a_history_is_held_to_its_word(find: str, put: str, message: str, tmp_path: Path) -> None:
    history = tmp_path / "history.toml"
    assert find in HISTORY
    history.write_text(HISTORY.replace(find, put))
    with pytest.raises(PortlintError, match=message) as caught:
        load_history(history, FAMILIES, RATES.digest)
    assert "\n" not in str(caught.value)


def test_a_report_without_that_estimate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps({"targets": [{"id": "wasip1", "estimate": None}]}))
    history = tmp_path / "history.toml"
    history.write_text('[[port]]\nname = "a"\nmilestone = "serves"\ndays = 3\nreport = "r.json"\ntarget = "wasip1"\n')
    with pytest.raises(PortlintError, match="has no estimate for wasip1 to serves of the project"):
        load_history(history, FAMILIES, RATES.digest)
    with pytest.raises(PortlintError, match="unknown target 'wasip1'"):
        load_history(history, {}, RATES.digest)
