"""The tax as a gate on the command line: budgets, baselines, rates and histories that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portlint import cli

ARENA = Path(__file__).resolve().parent.parent / "sample_projects" / "godot_arena"
CALL = ["scan", str(ARENA), "--target", "godot-web", "--jobs", "1", "--fail-on", "never"]
Run = Callable[..., tuple[int, str, str]]
MakeTree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.run([*CALL, *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def baseline(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "baseline.json"
    run("--output", f"json={file}")
    return file


def changed(file: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    table = json.loads(file.read_text())
    change(table)
    file.write_text(json.dumps(table))
    return file


def test_a_tax_above_the_budget_exits_1_and_says_so_twice(run: Run) -> None:
    code, out, errors = run("--budget", "2d")
    assert code == cli.FOUND
    assert "godot-web: " in errors and "above the budget of 2 person-days" in errors
    assert out.endswith("above the budget of 2 person-days\n")
    assert "Beyond the limits" in out
    assert run("--budget", "2d", "--exit-zero")[0] == cli.CLEAN


def test_within_the_budget_nothing_is_said(run: Run) -> None:
    code, out, errors = run("--budget", "60m")
    assert (code, errors) == (cli.CLEAN, "")
    assert "Beyond the limits" not in out


def test_json_stays_json_beyond_a_limit(run: Run) -> None:
    code, out, errors = run("--budget", "2d", "--output-format", "json")
    assert code == cli.FOUND
    assert json.loads(out)["schema"] == "portlint-report/1"
    assert "above the budget" in errors


def test_a_change_that_adds_tax_fails_against_its_baseline(run: Run, baseline: Path) -> None:
    assert run("--fail-on-increase", str(baseline))[0] == cli.CLEAN

    def cheaper(table: dict[str, Any]) -> None:
        for stage in table["projects"][0]["estimates"]["godot-web"]["stages"]:
            stage["days"]["p50"] /= 2

    code, _, errors = run("--fail-on-increase", str(changed(baseline, cheaper)))
    assert code == cli.FOUND
    assert "godot-web: the tax went from " in errors


def test_a_verdict_that_has_become_unknown_does_not_pass(run: Run, baseline: Path, make_tree: MakeTree) -> None:
    tree = make_tree({"a.swift": "import Foundation\n", "CMakeLists.txt": "project(x)\nadd_executable(x a.swift)\n"})
    plain = tree.parent / "plain.json"
    arguments = ["scan", str(tree), "--target", "web-emscripten", "--jobs", "1", "--fail-on", "never"]
    assert cli.run([*arguments, "--output", f"json={plain}"]) == cli.CLEAN
    table = json.loads(plain.read_text())
    assert [each["verdicts"] for each in table["projects"]] == [{"web-emscripten": "unknown"}]
    stored = json.loads(baseline.read_text())["projects"][0]["estimates"]["godot-web"]
    table["projects"][0]["estimates"] = {"web-emscripten": stored}
    plain.write_text(json.dumps(table))
    assert cli.run([*arguments, "--fail-on-increase", str(plain)]) == cli.FOUND


def _other_rates(table: dict[str, Any]) -> None:
    table["projects"][0]["estimates"]["godot-web"]["rates"] = "0123"


def _other_project(table: dict[str, Any]) -> None:
    table["projects"][0]["path"] = "elsewhere"


def _no_estimates(table: dict[str, Any]) -> None:
    table["projects"][0]["estimates"] = {"godot-web": {"milestone": "boots"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(_other_rates, "the baseline was priced with the rates 0123", id="rates"),
        pytest.param(_other_project, "no estimate for any project and target of this report", id="another tree"),
        pytest.param(_no_estimates, "not a JSON report of portlint", id="half a report"),
        pytest.param(lambda table: table.clear(), "its schema is not 'portlint-report/1'", id="no report"),
    ],
)
def test_a_baseline_that_does_not_fit(
    change: Callable[[dict[str, Any]], None], message: str, run: Run, baseline: Path
) -> None:
    refused(run("--fail-on-increase", str(changed(baseline, change))), message)


RATES = {
    "negative": ('overlay = true\n[[choice]]\nid = "drop"\ndays = [-1, 2, 3]\nbasis = "x"\n', "is not 0 <= low"),
    "no basis": ('[[choice]]\nid = "drop"\ndays = [1, 2, 3]\n', "missing required field"),
    "missing value": (
        'overlay = true\n[[capability]]\nid = "net.udp"\ndays = [1, 2, 3]\nbasis = "x"\n',
        "missing required field",
    ),
    "unknown row": ('overlay = true\n[[choice]]\nid = "steal"\ndays = [1, 2, 3]\nbasis = "x"\n', "no shipped choice"),
    "unknown capability": (
        'overlay = true\n[[capability]]\nid = "net.x"\ndays = [1, 2, 3]\nper_file = 1\nper_site = 1\nbasis = "x"\n',
        "the unknown capability 'net.x'",
    ),
    "no TOML": ("[[[", "not valid TOML"),
}


@pytest.mark.parametrize("name", RATES)
def test_rates_that_are_none(name: str, run: Run, tmp_path: Path) -> None:
    text, message = RATES[name]
    (tmp_path / "rates.toml").write_text(text)
    refused(run("--rates", str(tmp_path / "rates.toml")), message)


@pytest.mark.parametrize("budget", ["20", "d", "-3d", "0d", "20 days", "nand"])
def test_a_budget_without_a_unit_or_a_number(budget: str, run: Run) -> None:
    refused(run(f"--budget={budget}"), "write a number above 0 and a unit")


def test_a_budget_for_a_milestone_that_is_not_there(run: Run) -> None:
    refused(run("--budget", "serves=20d"), "no estimate has the milestone 'serves'")


def test_a_baseline_that_is_not_there(run: Run, tmp_path: Path) -> None:
    refused(run("--fail-on-increase", str(tmp_path / "none.json")), "cannot be read: No such file or directory")
    (tmp_path / "text.json").write_text("no JSON")
    refused(run("--fail-on-increase", str(tmp_path / "text.json")), "not a JSON report of portlint")


def test_a_history_with_one_port(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "ports.toml"
    history.write_text('[[port]]\nname = "a"\nfamily = "browser"\nmilestone = "boots"\ndays = 10\np50 = 8\n')
    code = cli.run(["calibrate", str(history), "--output", str(tmp_path / "out.toml")])
    errors = capsys.readouterr().err
    assert code == cli.MISTAKE and len(errors.splitlines()) == 1
    assert "1 port is too little to calibrate with" in errors


def test_settings_hold_rates_team_and_budget(
    make_tree: MakeTree, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {
        "main.c": "#include <unistd.h>\nint main(void) { return fork(); }\n",
        "portlint.toml": 'targets = ["web-emscripten"]\nbudget = "1d"\nteam = "specialists"\nrates = "studio.toml"\n',
        "studio.toml": 'overlay = true\n[[team]]\nid = "specialists"\ntitle = "are us"\nfactor = 5.0\nbasis = "x"\n',
    }
    tree = make_tree(files)
    code = cli.run(["scan", str(tree), "--jobs", "1", "--fail-on", "never", "--verbose"])
    shown = capsys.readouterr()
    assert code == cli.FOUND
    assert "above the budget of 1 person-day" in shown.err
    assert "one developer who knows the code and are us" in shown.out


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('rates = "../outside.toml"', "the setting 'rates' names '../outside.toml': it lies outside of the tree"),
        ('rates = "link.toml"', "a symbolic link, not followed"),
        ('rates = "none.toml"', "the setting 'rates' names 'none.toml'"),
        ('budget = "20"', "write a number above 0 and a unit"),
        ('team = "nobody"', "unknown team 'nobody'"),
        ("team = 3", "portlint.toml:1"),
    ],
)
def test_settings_of_the_tree_that_are_none(
    settings: str, message: str, make_tree: MakeTree, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = make_tree({"main.c": "int main(void) { return fork(); }\n", "portlint.toml": settings})
    (tree / "link.toml").symlink_to("/etc/passwd")
    code = cli.run(["scan", str(tree), "--target", "web-emscripten", "--jobs", "1"])
    shown = capsys.readouterr()
    refused((code, shown.out, shown.err), message)


def refused(answer: tuple[int, str, str], message: str) -> None:
    code, _, errors = answer
    assert code == cli.MISTAKE
    assert message in errors
    assert len(errors.splitlines()) == 1
