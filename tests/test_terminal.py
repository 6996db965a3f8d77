"""What reaches a terminal and when: colour, progress, exit codes, reports in files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from portlint import cli
from portlint.output import wants_colour
from portlint.progress import progress_on

GAME = "#include <unistd.h>\nint go(void) { return fork(); }\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "game"
    root.mkdir()
    (root / "a.c").write_text(GAME, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("stream", "environment", "colour"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),  # who says no is believed
    ],
)
def test_colour(
    stream: io.StringIO, environment: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is colour


def test_progress_is_shown_on_a_terminal_only_and_wiped() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        with progress_on(stream) as progress:
            progress(64, 100)
    assert "64 of 100" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), cli.FOUND),
        (("--exit-zero",), cli.CLEAN),
        (("--fail-on", "never"), cli.CLEAN),
        (("--define", "1x"), cli.MISTAKE),
        (("--output", "xml=a.xml"), cli.MISTAKE),
        (("--jobs", "0"), cli.MISTAKE),
        (("--compile-commands", "absent.json"), cli.MISTAKE),
    ],
    ids=str,
)
def test_exit_codes(tree: Path, options: tuple[str, ...], code: int) -> None:
    assert cli.run(["scan", str(tree), "--target", "wasip1", "--no-cache", *options]) == code


def test_a_bug_of_ours_is_told_apart(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("portlint.scan.scan", lambda *_: {}["absent"])
    assert cli.run(["scan", str(tree)]) == cli.BUG
    assert "this is a bug in portlint" in capsys.readouterr().err


def test_several_outputs_in_one_run(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = {name: tmp_path / f"report.{name}" for name in ("json", "sarif", "text")}
    asked = [part for name, path in outputs.items() for part in ("--output", f"{name}={path}")]
    cli.run(["scan", str(tree), "--target", "wasip1", "--no-cache", *asked])
    assert json.loads(outputs["json"].read_text())["schema"] == "portlint-report/1"
    assert json.loads(outputs["sarif"].read_text())["version"] == "2.1.0"
    assert "a.c:2" in outputs["text"].read_text()
    assert "needs-work" in capsys.readouterr().out
    assert not list(tmp_path.glob(".*.part"))


def test_an_output_that_cannot_be_written_is_one_line(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "absent" / "report.json"
    assert cli.run(["scan", str(tree), "--no-cache", "--output", f"json={target}"]) == cli.MISTAKE
    assert capsys.readouterr().err.count("\n") == 1
