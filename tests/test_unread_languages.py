"""Code that nobody reads forbids `ready`, and an ending with two meanings is no code where it means the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.extractors.languages import language_of, shader_endings
from portlint.scan import Options, scan

Make = Callable[[dict[str, str | bytes]], Path]
PAGE = {"assets/socket.js": "export const open = url => new WebSocket(url)\n"}


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({**PAGE, "mix.exs": "", "lib/lobby.ex": "defmodule Lobby do\nend\n"}, "unknown"),
        ({**PAGE, "src/lobby.erl": "-module(lobby).\n"}, "unknown"),
        ({**PAGE, "index.php": "<?php\n", "lobby.php": "<?php\n"}, "unknown"),
        ({**PAGE, "chat.js": "", "release.pl": "print 1;\n"}, "ready"),  # one script beside what was read
        ({**PAGE, "Game.fsproj": "<Project/>", "Rules.fs": "module Rules\n"}, "unknown"),
        ({**PAGE, "shaders/blur.fs": "#version 100\nvoid main() {}\n"}, "ready"),
    ],
)
def test_what_no_reader_read(make_tree: Make, files: dict[str, str | bytes], verdict: str) -> None:
    report = scan(make_tree(files), Options(targets=("web-emscripten",), use_cache=False), lambda done, of: None).report
    assert [each.verdict for each in report.targets] == [verdict]


def test_a_fragment_shader_is_not_f_sharp() -> None:
    assert language_of("a/blur.fs", shader_endings(["a/blur.fs", "main.c"])) == ""
    assert language_of("a/Rules.fs", shader_endings(["a/Rules.fs", "Game.fsproj"])) == "F#"
