"""A call as the entry point makes it: a remembered answer is given, any other is watched while it is made."""

from __future__ import annotations

from portlint.answers.question import answer_file
from portlint.answers.recall import give, held
from portlint.answers.watch import Watch
from portlint.cli import run


def called(words: list[str]) -> tuple[int, bool]:
    """The exit code, and whether the answer was remembered."""
    file = answer_file(words)
    answer = held(file) if file else None
    watch = Watch(file) if file and not answer else None
    code = give(answer) if answer else run(words, watch)
    if watch:
        watch.end()
    return code, answer is not None
