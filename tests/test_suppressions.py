"""What a comment or a setting says of a finding is done, counted, and never changes a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portlint.cli import CLEAN, FOUND, MISTAKE, run

MakeTree = Callable[..., Path]

CODE = """\
#include <unistd.h>
#include <sys/wait.h>
int go(void) {{ return fork(); }}{}
int stop(void) {{ return wait(0); }}
"""


@pytest.fixture
def scan(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """Exit code, the JSON report's first target and standard error of a scan of a tree."""

    def run_on(files: dict[str, str | bytes], *options: str) -> tuple[int, Any, str]:
        root = make_tree(files)
        targets = () if any("portlint.toml" in name for name in files) else ("--target", "wasip1")
        code = run(["scan", str(root), *targets, "--output-format", "json", "--no-cache", "--jobs", "1", *options])
        out, error = capsys.readouterr()
        return code, json.loads(out)["targets"][0] if out else None, error

    return run_on


def standings(target: Any) -> dict[str, tuple[str, str]]:
    return {each["name"]: (each["standing"], each["reason"]) for each in target["findings"] if each["kind"] == "call"}


SETTINGS = 'targets = ["wasip1"]\n'
IGNORE = "[[ignore]]\n"
WITH_REASON = SETTINGS + "require-reason = true"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.c": CODE.format("")}, ("open", "")),
        ({"a.c": CODE.format(" // portlint: ignore[process-fork] one day")}, ("suppressed", "one day")),
        ({"a.c": CODE.format(" /* portlint: ignore[process] */")}, ("suppressed", "")),
        ({"a.c": CODE.format(" // portlint: ignore[process.fork, net]")}, ("suppressed", "")),
        ({"a.c": CODE.format(" // portlint: ignore")}, ("suppressed", "")),
        ({"a.c": CODE.format(" // portlint: ignore[net]")}, ("open", "")),
        ({"a.c": CODE.format('const char *s = "// portlint: ignore";')}, ("open", "")),
        ({"a.c": "// portlint: ignore-file[process-fork] legacy\n" + CODE.format("")}, ("suppressed", "legacy")),
        ({"a.c": CODE.format("\n// portlint: ignore[process-fork] too late")}, ("open", "")),
        ({"a.c": CODE.format(""), "portlint.toml": SETTINGS + IGNORE + "rules=['process']"}, ("suppressed", "")),
        ({"a.c": CODE.format(""), "portlint.toml": SETTINGS + IGNORE + "path = '*.c'"}, ("suppressed", "")),
        ({"a.c": CODE.format(""), "portlint.toml": SETTINGS + IGNORE + "path = 'b.c'"}, ("open", "")),
        ({"src/a.c": CODE.format(""), "portlint.toml": SETTINGS + IGNORE + "path = 'src/'"}, ("suppressed", "")),
        ({"a.c": CODE.format(" // portlint: ignore"), "portlint.toml": WITH_REASON}, ("open", "")),
        (
            {"a.c": CODE.format(" // portlint: ignore x"), "portlint.toml": WITH_REASON},
            ("suppressed", "x"),
        ),
    ],
)  # fmt: skip
def test_a_finding_is_suppressed(
    scan: Callable[..., tuple[int, Any, str]], files: dict[str, str | bytes], expected: tuple[str, str]
) -> None:
    _, target, _ = scan(files)
    assert standings(target)["fork"] == expected


def test_a_suppression_changes_the_exit_code_and_no_verdict(
    scan: Callable[..., tuple[int, Any, str]], make_tree: MakeTree, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, before, _ = scan({"a.c": CODE.format("")})
    code, after, _ = scan({"a.c": "// portlint: ignore-file all of it\n" + CODE.format("")})
    assert (plain, code) == (FOUND, CLEAN)
    assert before["verdict"] == after["verdict"] == "needs-work"
    assert before["estimate"] == after["estimate"]
    root = make_tree({})
    for name, said in (("text", "needs-work (no findings; "), ("concise", "needs-work (no findings; ")):
        run(["scan", str(root), "--target", "wasip1", "--no-cache", "--jobs", "1", "--output-format", name])
        out = capsys.readouterr().out
        assert said in out
        assert "suppressed" in out
        assert "error[" not in out


@pytest.mark.parametrize("name", ["text", "concise", "sarif", "github", "gitlab", "junit", "markdown"])
def test_no_list_for_people_or_platforms_shows_what_is_suppressed(
    make_tree: MakeTree, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    root = make_tree({"a.c": CODE.format(" // portlint: ignore[process-fork] SOME-REASON")})
    run(["scan", str(root), "--target", "wasip1", "--no-cache", "--jobs", "1", "--output-format", name])
    listed = [line for line in capsys.readouterr().out.splitlines() if "a.c" in line and "fork" in line]
    assert not [line for line in listed if "process-fork" in line and "a.c:3" in line]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore[net]", "a.c:3: note[unused-suppression]: nothing here reports net on wasip1"),
        ("ignore[proces-fork]", "a.c:3: note[unused-suppression]: unknown rule 'proces-fork'; did you mean"),
        ("ignore[process-fork]", ""),
        ("ignore-file[dlopen, process]", "unknown rule 'dlopen'"),
    ],
)  # fmt: skip
def test_suppressions_without_use_are_said(scan: Callable[..., tuple[int, Any, str]], comment: str, said: str) -> None:
    files = {"a.c": CODE.format(f" // portlint: {comment}"), "portlint.toml": SETTINGS}
    _, _, error = scan(files)
    assert said in error
    assert ("unused-suppression" in error) == bool(said)
    _, _, error = scan(files, "--target", "wasip1")  # one target alone cannot tell
    assert "unused-suppression" not in error


def test_ignores_of_the_settings_without_use_are_said_with_their_line(
    scan: Callable[..., tuple[int, Any, str]],
) -> None:
    _, _, error = scan({"a.c": CODE.format(""), "portlint.toml": SETTINGS + IGNORE + "rules = ['net']\n"})
    assert "portlint.toml:3: note[unused-suppression]: nothing here reports net on wasip1" in error


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--select", "process-fork"), {"fork": "open", "wait": "not-selected"}),
        (("--select", "net,fs"), {"fork": "not-selected", "wait": "not-selected"}),
        (("--select", "process"), {"fork": "open", "wait": "open"}),
        (("--ignore", "process-fork"), {"fork": "not-selected", "wait": "open"}),
        (("--ignore", "*"), {"fork": "not-selected", "wait": "not-selected"}),
        (("--min-confidence", "low"), {"fork": "open", "wait": "open"}),
    ],
)
def test_selection(
    scan: Callable[..., tuple[int, Any, str]], options: tuple[str, ...], expected: dict[str, str]
) -> None:
    code, target, _ = scan({"a.c": CODE.format("")}, *options)
    found = {name: standing for name, (standing, _) in standings(target).items()}
    assert found == expected
    assert target["verdict"] == "needs-work"
    assert code == (FOUND if "open" in found.values() else CLEAN)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--select", "proces"), "--select: unknown rule 'proces'; did you mean 'process'?"),
        (("--ignore", "zzzz"), "--ignore: unknown rule 'zzzz'; 'portlint rules' lists them"),
        (("--baseline", "nowhere.json"), "nowhere.json: no such file; write a baseline"),
        (("--since", "HEAD"), "not in a git repository: nothing to compare with"),
    ],
)
def test_mistakes_of_the_call(scan: Callable[..., tuple[int, Any, str]], options: tuple[str, ...], said: str) -> None:
    code, _, error = scan({"a.c": CODE.format("")}, *options)
    assert code == MISTAKE
    assert said in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("\nselect = ['thraed']", "portlint.toml:2: unknown rule 'thraed'; did you mean 'thread'?"),
        ("targets = ['wasip9']", "portlint.toml:1: unknown target 'wasip9'; did you mean 'wasip"),
        ("[severity]\nprocess-frok = 'note'", "portlint.toml:2: unknown rule 'process-frok'; did you mean"),
        ("[[ignore]]\nrules = ['net', 'fss']", "portlint.toml:2: unknown rule 'fss'; did you mean 'fs'?"),
        ("[[ignore]]\nrule = ['net']", "portlint.toml:2: unknown key 'rule' in [[ignore]]; did you mean 'rules'?"),
        ("require-reason = true\n[[ignore]]\npath = 'x'", "portlint.toml:3: [[ignore]] without a reason"),
        ("min-confidence = 'hihg'", "portlint.toml:1: Invalid enum value 'hihg'"),
        ("[severity]\nnet = 'fatal'", "portlint.toml:1: Invalid enum value 'fatal'"),
        ("[ignore]\npath = 'x'", "portlint.toml:1: Expected `array`, got `object`"),
    ],
)  # fmt: skip
def test_mistakes_in_the_settings(scan: Callable[..., tuple[int, Any, str]], settings: str, said: str) -> None:
    code, _, error = scan({"a.c": CODE.format(""), "portlint.toml": settings})
    assert code == MISTAKE
    assert said in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("table", "severity"),
    [
        ("process-fork = 'note'", "note"),
        ("process = 'warning'", "warning"),
        ("process = 'warning'\n'process.fork' = 'note'", "note"),
        ("'*' = 'warning'\nprocess-fork = 'error'", "error"),
    ],
)
def test_severities(scan: Callable[..., tuple[int, Any, str]], table: str, severity: str) -> None:
    settings = f"{SETTINGS}[severity]\n{table}\n"
    _, target, _ = scan({"a.c": CODE.format(""), "portlint.toml": settings})
    assert {each["severity"] for each in target["findings"] if each["name"] == "fork"} == {severity}
    assert target["verdict"] == "needs-work"


def test_a_rule_that_was_renamed_is_still_suppressed(
    scan: Callable[..., tuple[int, Any, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portlint.living.selectors.renamed_rules", lambda: {"no-fork": "process-fork"})
    _, target, error = scan({"a.c": CODE.format(" // portlint: ignore[no-fork] x"), "portlint.toml": SETTINGS})
    assert standings(target)["fork"] == ("suppressed", "x")
    assert "unused" not in error
