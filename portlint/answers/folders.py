"""Every folder that a new file could appear in and be listed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from portlint.answers.repository import Unknown, ignored
from portlint.walk import CONTROL_FOLDERS, DEPTH_CAP


class Folders(msgspec.Struct):
    """Paths relative to the root, `.` for itself. `ignores`: every .gitignore. `repositories`: with their own index."""

    paths: list[bytes]
    ignores: list[bytes]
    repositories: list[bytes]


def folders(root: Path, listed: Iterable[bytes], program: str | None) -> Folders:
    """`listed` are the files that the walk saw; `program` is git where git listed them, else None.

    Folders that git ignores are left out, unless a listed file lies below. Raises Unknown where git gives no answer,
    and OSError for a folder that cannot be listed.
    """
    holding = _parents(listed)
    found = Folders([], [], [b""] if program else [])
    level = [(b"", b"")]  # a folder, and the repository that it belongs to
    while level:
        below: list[tuple[bytes, bytes]] = []
        for path, home in level:
            if path.count(b"/") > DEPTH_CAP:
                raise Unknown
            found.paths.append(path or b".")
            names, ignores, is_repository = _look(root, path, plain=program is None)
            found.ignores.extend(ignores)
            own = is_repository and bool(path) and program is not None
            if own:
                found.repositories.append(path)
            below += [(_joined(path, name), path + b"/" if own else home) for name in names]
        level = _kept(root, below, holding, program)
    return found


def _kept(
    root: Path, below: list[tuple[bytes, bytes]], holding: set[bytes], program: str | None
) -> list[tuple[bytes, bytes]]:
    if program is None:
        return below
    gone: set[bytes] = set()
    for home in {home for path, home in below if path not in holding}:
        asked = [path[len(home) :] for path, own in below if own == home and path not in holding]
        gone |= {home + path for path in ignored(program, root / os.fsdecode(home), asked)}
    return [(path, home) for path, home in below if path not in gone]


def _look(root: Path, path: bytes, plain: bool) -> tuple[list[bytes], list[bytes], bool]:
    """Folders in a folder, its .gitignore if there is one, and whether it is a repository."""
    names, ignores, is_repository = [], [], False
    with os.scandir(os.path.join(os.fsencode(root), path)) as items:
        for item in items:
            if item.name == b".git":
                is_repository = True
            elif item.is_dir(follow_symlinks=False):
                if not plain or os.fsdecode(item.name) not in CONTROL_FOLDERS:
                    names.append(item.name)
            elif item.name == b".gitignore":
                ignores.append(_joined(path, item.name))
    return names, ignores, is_repository


def _parents(listed: Iterable[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for path in listed:
        while (path := path.rpartition(b"/")[0]) and path not in found:
            found.add(path)
    return found


def _joined(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name
