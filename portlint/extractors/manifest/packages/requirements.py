"""`requirements*.txt` and `constraints*.txt` of Python. Source: pip.pypa.io, "Requirements File Format"."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from portlint.extractors.manifest.engines import pygame_project
from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.packages.pyproject_names import requirement
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location

NAME = "requirements"
VERSION = 1
LANGUAGE = "python"
MAX_BYTES = 4_000_000
_NAME = re.compile(r"(?:[\w.-]*[-_.])?requirements(?:[-_.][\w.-]*)?\.txt", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:dev|test|tests|testing|lint|doc|docs|ci|build|types?)\b")
_EGG = re.compile(r"#egg=([\w.-]+)")


def wants(path: str) -> bool:
    folder, name = posixpath.split(path)
    return bool(_NAME.fullmatch(name)) or (posixpath.basename(folder) == "requirements" and name.endswith(".txt"))


def extract(path: str, data: bytes) -> Extraction:
    """`package` facts `pypi/<name>` of what a program runs with, edges from `pypi:<folder>`, the mark of a game.

    A file that is called after tests or development has edges of the scope `build`, and no facts.
    Raises ValueError for a file over 4 MB, and one that is not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for requirements")
    folder, name = posixpath.split(path)
    home = posixpath.dirname(folder) if posixpath.basename(folder) == "requirements" else folder
    scope: Scope = "build" if _ASIDE.search(re.sub(r"[-_.]", " ", name.lower())) else "run"
    facts: list[Fact] = []
    edges: list[Dependency] = []
    for number, line in _logical_lines(decode(data)):
        if not line or line.startswith(("-r", "-c", "--")):
            continue
        egg = _EGG.search(line)
        found = requirement(egg[1] if egg else line.removeprefix("-e ").strip())
        if found is None or line.startswith((".", "/")):
            continue
        if scope == "run":
            place = Location(path, number, 1)
            facts.append(Fact("package", f"pypi/{found.name}", place, LANGUAGE, found.guard, found.version))
        edges.append(Dependency(f"pypi:{home or '.'}", f"pypi/{found.name}", scope, path, number, found.guard))
    game = pygame_project.extract(path, data) if pygame_project.wants(path) else Extraction()
    marks = tuple(fact for fact in game.facts if fact.kind == "setting")
    return Extraction((*marks, *facts), game.components, tuple(edges))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number of the first line, content) with continuations joined, without comments and options."""
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        if line.endswith("\\"):
            held += line[:-1]
            continue
        whole = re.sub(r"(?:^|\s)#(?!egg=).*$", "", held + line)
        yield start, re.sub(r"\s--\w[\w-]*[= ].*$", "", whole).strip()
        start, held = 0, ""
    if held:
        yield start, held.strip()
