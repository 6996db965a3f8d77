"""pygame: games by their requirements, their `pyproject.toml`, or what their main script imports.

Source: packaging.python.org, "Requirements file format" and "pyproject.toml specification".
"""

from __future__ import annotations

import posixpath
import re
import tomllib

from portlint.extractors.manifest.engines.engine_facts import fact, line_of, mark
from portlint.extractors.manifest.engines.script_imports import python_imports
from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "pygame"
VERSION = 1
MAX_BYTES = 4_000_000

# What Python has no use for without threads, sockets, processes and native libraries.
NATIVE = (
    "threading", "_thread", "multiprocessing", "concurrent.futures", "socket", "socketserver", "ssl", "subprocess",
    "ctypes", "requests", "urllib.request", "http.client", "http.server",
)  # fmt: skip
ENGINES = ("pygame", "pygame-ce", "pygame_ce", "pygbag")
_REQUIREMENT = re.compile(r"^[ \t]*([A-Za-z0-9][\w.\-]*)[ \t]*(?:\[[^\]\n]*\])?[ \t]*(?:[=~<>!]=?=?[ \t]*([\d.]+))?")
_RUNS = re.compile(r"\bpygame\.(?:init|display\.set_mode)\s*\(")
_UNREAD = "no reader for Python yet"


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    return name.endswith(".py") or name == "pyproject.toml" or (name.startswith("requirements") and name[-4:] == ".txt")


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a game, its packages, and `import` facts of scripts that import pygame.

    Raises ValueError for other scripts (there is no reader for Python), and for what is no TOML.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(_UNREAD)
    if path.endswith(".py"):
        return _script(path, data)
    text = decode(data)
    rows = _of_toml(text) if path.endswith(".toml") else text.splitlines()
    packages = [(found[1], found[2] or "") for row in rows if (found := _REQUIREMENT.match(row))]
    engine = next(((name, version) for name, version in packages if name.lower() in ENGINES), None)
    if engine is None:
        return Extraction()
    facts: list[Fact] = [mark("pygame", path, line_of(text, engine[0]), engine[1])]
    facts += [fact("package", f"pypi/{name.lower()}", path, line_of(text, name), version) for name, version in packages]
    folder = posixpath.dirname(path) or "."
    return Extraction(
        tuple(facts), (Component(f"project:{folder}", "project", posixpath.basename(folder) or "game", folder),)
    )


def _of_toml(text: str) -> list[str]:
    try:
        root = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {error}") from error
    except RecursionError as error:
        raise ValueError("not read: TOML nested too deeply") from error
    project, tool = root.get("project"), root.get("tool")
    rows = project.get("dependencies", []) if isinstance(project, dict) else []
    poetry = tool.get("poetry", {}) if isinstance(tool, dict) else {}
    table = poetry.get("dependencies", {}) if isinstance(poetry, dict) else {}
    return [*(row for row in rows if isinstance(row, str)), *(table if isinstance(table, dict) else ())]


def _script(path: str, data: bytes) -> Extraction:
    if b"pygame" not in data:
        raise ValueError(_UNREAD)
    try:
        text = decode(data)
    except ValueError:
        raise ValueError(_UNREAD) from None
    if not (own := python_imports(path, text, ("pygame",))):
        raise ValueError(_UNREAD)
    facts: list[Fact] = list(python_imports(path, text, NATIVE))
    if _RUNS.search(text) and posixpath.basename(path) in ("main.py", "__main__.py", "game.py", "run.py"):
        facts.insert(0, mark("pygame", path, own[0].location.line))
    return Extraction(tuple(facts), partly=f"only what it imports was read: {_UNREAD}")
