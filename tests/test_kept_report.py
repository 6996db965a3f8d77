"""The report that is kept for other questions: what a new scan would give, and nothing once the tree differs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from portlint.answers.kept import load
from portlint.model.report import Report

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "#include <unistd.h>\n#include <sys/socket.h>\nint main(void) { return fork() + socket(2, 2, 0); }\n"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="answers rest on change times")


@pytest.fixture
def tree(make_tree: Callable[[dict[str, str | bytes]], Path]) -> Path:
    root = make_tree({"main.c": SOURCE, "lib/zlib-1.3/zlib.c": "int deflate(void) { return 1; }\n"})
    time.sleep(0.05)  # what is as young as the answer is compared by content, which is not what is asked about here
    return root


def called(*arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "portlint", "scan", *arguments, "--target", "web-emscripten", "--exit-zero"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def kept() -> list[Report]:
    """Every report in the cache of this test's home."""
    folder = Path(os.environ["HOME"], ".cache", "portlint", "answers")
    answers = [load(str(path)) for path in folder.iterdir()] if folder.is_dir() else []
    return [msgspec.msgpack.decode(each.report, type=Report) for each in answers if each and each.report]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(["--provide", "fork"], id="a shim"),
        pytest.param(["--team", "specialists"], id="a team"),
        pytest.param(["--output-format", "json"], id="another format"),
        pytest.param(["--provide", "socket", "--output-format", "sarif"], id="a shim in another format"),
        pytest.param(["--assume", "threads"], id="other targets, so another scan"),
    ],
)
def test_a_new_question_has_the_answer_of_a_new_scan(question: list[str], tree: Path) -> None:
    called(str(tree))
    assert len(kept()) == 1
    assert called(str(tree), *question) == called(str(tree), *question, "--no-cache")


def test_a_change_is_seen(tree: Path) -> None:
    called(str(tree))
    (tree / "main.c").write_text(SOURCE.replace("fork()", "vfork()"))
    text = called(str(tree), "--provide", "socket")
    assert "vfork" in text and text == called(str(tree), "--provide", "socket", "--no-cache")


def test_settings_are_part_of_the_question(tree: Path) -> None:
    plain = called(str(tree))
    (tree / "portlint.toml").write_text('exclude = ["main.c"]\n')
    assert "fork" in plain and "fork" not in called(str(tree), "--team", "specialists")


def test_a_supposition_is_never_kept_as_what_is_there(tree: Path) -> None:
    called(str(tree), "--provide", "fork")
    assert [each.assumptions for each in kept()] == [()]
    assert "Hypothetical" not in called(str(tree))


def test_a_damaged_report_is_made_anew(tree: Path) -> None:
    called(str(tree))
    for path in Path(os.environ["HOME"], ".cache", "portlint", "answers").iterdir():
        path.write_bytes(path.read_bytes()[:-7] + b"damaged")
    assert called(str(tree), "--provide", "fork") == called(str(tree), "--provide", "fork", "--no-cache")


def test_what_json_cannot_hold_is_not_kept(tree: Path) -> None:
    (tree / os.fsdecode(b"odd\xff.c")).write_text(SOURCE)
    called(str(tree))
    assert kept() == []
    assert called(str(tree), "--provide", "fork") == called(str(tree), "--provide", "fork", "--no-cache")
