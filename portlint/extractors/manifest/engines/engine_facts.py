"""Facts of the engines that have no module of their own in the judge."""

from __future__ import annotations

from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard

LANGUAGE = "engine"


def fact(kind: FactKind, name: str, path: str, line: int, value: str = "", guard: Guard = ALWAYS) -> Fact:
    return Fact(kind, name, Location(path, line, 1), LANGUAGE, guard, value)


def mark(engine: str, path: str, line: int, version: str = "") -> Fact:
    """The folder of this file is a project of the engine."""
    return fact("setting", f"engine/{engine}", path, line, version)


def line_of(text: str, word: str) -> int:
    """The line of the first place where a word stands; 1 where there is none."""
    at = text.find(word)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
