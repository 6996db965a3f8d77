"""Ren'Py: scripts in `game/`, with the Python modules that they import. Source: renpy.org/doc, "Web / HTML5"."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.engines.engine_facts import line_of, mark
from portlint.extractors.manifest.engines.pygame_project import NATIVE
from portlint.extractors.manifest.engines.script_imports import python_imports
from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component
from portlint.model.extraction import Extraction

NAME = "renpy"
VERSION = 1

_NAME = re.compile(r"""^define\s+config\.name\s*=\s*(?:_\()?["']([^"'\n]+)["']""", re.MULTILINE)
_UNREAD = "no reader for Ren'Py yet"


def wants(path: str) -> bool:
    return path.endswith(".rpy")


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a game, for scripts in a folder `game`, and `import` facts of what its Python brings along.

    Raises ValueError for what is no text, and for scripts elsewhere: they are libraries or tools.
    """
    text = decode(data)
    folders = posixpath.dirname(path).split("/")
    if "game" not in folders:
        raise ValueError(_UNREAD)
    facts = [mark("renpy", path, line_of(text, "label ")), *python_imports(path, text, NATIVE)]
    components: tuple[Component, ...] = ()
    if found := _NAME.search(text):
        folder = "/".join(folders[: folders.index("game")]) or "."
        components = (Component(f"project:{folder}", "project", found[1], folder),)
    return Extraction(tuple(facts), components, partly=f"only what it imports was read: {_UNREAD}")
