"""What an answer rests on that is no file of the tree."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from portlint.answers.repository import Unknown
from portlint.answers.state import Signature, is_young, signature
from portlint.answers.watch import Watch
from portlint.catalog import rules_folder

_PACKAGE = Path(__file__).resolve().parent.parent
_SETTINGS = ("portlint.toml", "pyproject.toml", "compile_commands.json")


def opened(watch: Watch, root: Path) -> tuple[dict[bytes, int], set[bytes]]:
    """How often each path inside the root was opened, and the paths of what was opened elsewhere."""
    top = os.fsencode(root) + b"/"
    places = [str(_PACKAGE), str(rules_folder()), sys.prefix, sys.base_prefix, *filter(os.path.isabs, sys.path)]
    own = tuple(os.fsencode(os.path.realpath(place)) + b"/" for place in places)
    kept = os.fsencode(os.path.dirname(os.path.dirname(watch.file))) + b"/"
    real: dict[bytes, bytes] = {}
    inside: dict[bytes, int] = {}
    beyond: set[bytes] = set()
    for path, count in watch.opened.items():
        folder, _, name = os.path.normpath(path).rpartition(b"/")
        if folder not in real:
            real[folder] = os.path.realpath(folder)
        whole = real[folder] + b"/" + name
        if whole.startswith(top):
            relative = whole[len(top) :]
            inside[relative] = inside.get(relative, 0) + count
        elif not whole.startswith((*own, kept, b"/dev/")):
            beyond.add(whole)
    return inside, beyond


def settled_outside(root: Path, beyond: Iterable[bytes], began_ns: int) -> dict[bytes, Signature]:
    """Portlint itself, the settings, and whatever else was opened that is no file of the tree.

    Raises Unknown where any of it may have changed since the scan began.
    """
    found = signatures(_outside(root, beyond))
    if any(is_young(state, began_ns) for state in found.values()):
        raise Unknown
    return found


def signatures(paths: Iterable[bytes]) -> dict[bytes, Signature]:
    """Of absolute paths. A `.git` folder changes with every command of git: only whether it is there counts."""
    return {path: signature(path) for path in sorted(paths) if not (path.endswith(b"/.git") and os.path.isdir(path))}


def _outside(root: Path, beyond: Iterable[bytes]) -> set[bytes]:
    found = _modules(_PACKAGE) | _modules(rules_folder())
    found |= {os.fsencode(place) for place in sys.path if place.endswith("-packages")}
    for path in (*beyond, *(os.fsencode(root / name) for name in _SETTINGS)):
        found |= set(_links(path))
    return found


def _modules(folder: Path) -> set[bytes]:
    return {os.fsencode(path) for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file()}


def _links(path: bytes) -> list[bytes]:
    """A path, and what it leads to when it is a link, with every link in between."""
    found = [path]
    while os.path.islink(found[-1]) and len(found) < 16:
        found.append(os.path.join(os.path.dirname(found[-1]), os.readlink(found[-1])))
    return found
