"""Which file of the project an `#include` means, without a build system's include folders."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from portlint.units.tree import file_index

_ASIDE = frozenset(
    {"test", "tests", "testing", "example", "examples", "sample", "samples", "demo", "demos", "win32", "windows"}
)


class Resolver:
    """Answers from the project's own paths: beside the includer, else the nearest file whose path ends so."""

    def __init__(self, paths: Iterable[str], include_folders: Iterable[str] = ()) -> None:
        self._paths = frozenset(paths)
        self._index = file_index(self._paths)
        self._folders = tuple(include_folders)
        self._known: dict[tuple[str, str, bool], str] = {}

    def find(self, includer: str, name: str, quoted: bool) -> str:
        """The project's file for this include, or ""."""
        folder = includer.rpartition("/")[0]
        key = (folder, name, quoted)
        if key not in self._known:
            self._known[key] = self._search(folder, name, quoted)
        return self._known[key]

    def _search(self, folder: str, name: str, quoted: bool) -> str:
        name = name.replace("\\", "/")
        if quoted:
            beside = posixpath.normpath(posixpath.join(folder, name))
            if beside in self._paths:
                return beside
        for base in self._folders:
            path = posixpath.normpath(posixpath.join(base, name))
            if path in self._paths:
                return path
        tail = posixpath.normpath(name)
        while tail.startswith("../"):
            tail = tail[3:]
        candidates = [
            path for path in self._index.get(tail.rpartition("/")[2], ()) if path == tail or path.endswith(f"/{tail}")
        ]
        return min(candidates, key=lambda path: _distance(folder, path)) if candidates else ""


def _distance(folder: str, path: str) -> tuple[bool, int, int, str]:
    """Near and not aside comes first: test folders last, then by steps through the tree, then by name."""
    here, there = folder.split("/") if folder else [], path.split("/")[:-1]
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    aside = any(part.lower() in _ASIDE for part in there[shared:])
    return aside, len(here) + len(there) - 2 * shared, len(there), path
