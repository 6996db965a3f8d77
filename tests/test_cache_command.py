"""`portlint cache` says what is there and removes that alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.answers.question import answer_file
from portlint.answers.watch import Watch
from portlint.cli import CLEAN, MISTAKE, run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "portlint"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["cache", *arguments]) == CLEAN
    return capsys.readouterr().out


def test_an_empty_cache(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--stats") == f"{folder}\n  extractions and units: 0, 0.0 MB\n  answers: 0, 0.0 MB\n"
    assert said(capsys, "--clear") == f"0.0 MB removed from {folder}\n"
    assert said(capsys, "--dir") == f"{folder}\n"
    assert not folder.exists()


def test_what_a_scan_leaves_is_counted_and_removed(
    folder: Path, make_tree: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    tree = make_tree({"a.c": "int a;\n", "b.c": "int b;\n"})
    call = ["scan", str(tree)]
    watch = Watch(answer_file(call))
    run(call, watch)
    watch.end()
    (folder / "mine.txt").write_text("not portlint's")
    capsys.readouterr()
    lines = said(capsys, "--stats").splitlines()
    assert not lines[1].startswith("  extractions and units: 0,")
    assert lines[2].startswith("  answers: ")
    said(capsys, "--clear")
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["mine.txt"]


def test_a_damaged_database_is_counted_as_nothing_and_removed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "extractions.sqlite").write_bytes(bytes(range(256)) * 40)
    assert "extractions and units: 0, 0.0 MB" in said(capsys, "--stats")
    said(capsys, "--clear")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--stats", "--clear"], ["more"]])
def test_a_call_that_says_nothing_or_too_much(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cache", *arguments]) == MISTAKE
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("XDG_CACHE_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert run(["cache", "--dir"]) == MISTAKE
    assert "no cache" in capsys.readouterr().err
