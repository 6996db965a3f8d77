"""What of git's own decides which files it lists: asked once, when an answer is stored."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from portlint.git_call import SAFE, git_environment

_SECONDS = 60.0
_REWRITES = ("filter", "ident", "working-tree-encoding")
_SIZES = ("cat-file", "--batch-check=%(objectsize)")


class Unknown(Exception):
    """Git did not say: no answer is remembered."""


def index_file(program: str, folder: Path) -> bytes:
    """The index of the repository that a folder belongs to. Raises Unknown."""
    return _lines(program, folder, "rev-parse", "--git-path", "index")[0]


def deciding_files(program: str, folder: Path) -> set[bytes]:
    """Settings, lists of what to ignore, and the markers of repositories, whether they exist or not. Raises Unknown."""
    (top,) = _lines(program, folder, "rev-parse", "--show-toplevel")
    names = ("info/exclude", "info/attributes", "config", "config.worktree", "info/sparse-checkout")
    found = set(_lines(program, folder, "rev-parse", *(part for name in names for part in ("--git-path", name))))
    listed = _ask(program, folder, "config", "--list", "--show-origin", "-z")
    found |= {_whole(folder, row[5:]) for row in listed.split(b"\0") if row.startswith(b"file:")}
    ignored = _ask(program, folder, "config", "--type=path", "-z", "--get", "core.excludesFile", fails=True)
    found |= {_whole(folder, row) for row in ignored.split(b"\0") if row}
    here = os.fsencode(folder)
    if here != top and not here.startswith(top + b"/"):
        raise Unknown
    while len(here) > len(top):
        here = os.path.dirname(here)
        found.add(here + b"/.gitignore")
    return found | set(of_the_user()) | {os.fsencode(parent) + b"/.git" for parent in (folder, *folder.parents)}


def of_the_user() -> list[bytes]:
    home = os.environb.get(b"HOME", b"/")
    settings = os.environb.get(b"XDG_CONFIG_HOME") or home + b"/.config"
    names = (b"config", b"ignore", b"attributes")
    return [
        home + b"/.gitconfig",
        b"/etc/gitconfig",
        b"/etc/gitattributes",
        *(settings + b"/git/" + name for name in names),
    ]


def ignored(program: str, folder: Path, paths: Sequence[bytes]) -> set[bytes]:
    """Those of the paths, relative to the folder, that git ignores. Raises Unknown."""
    if not paths:
        return set()
    told = _ask(program, folder, "check-ignore", "-z", "--stdin", given=b"\0".join(paths), fails=True)
    return set(told.split(b"\0"))


def sizes_of(program: str, folder: Path, blobs: Sequence[str]) -> list[int]:
    """In bytes, in the repository. Raises Unknown where it does not have one of them."""
    given = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
    try:
        return [int(row) for row in _ask(program, folder, *_SIZES, given=given).split()]
    except ValueError as error:
        raise Unknown from error


def any_filtered(program: str, folder: Path, paths: Sequence[str]) -> bool:
    """Whether git may write one of the files otherwise than it has it, but for the ends of lines. Raises Unknown."""
    given = "\0".join(paths).encode("utf-8", "surrogateescape")
    told = _ask(program, folder, "check-attr", "-z", "--stdin", *_REWRITES, given=given) if paths else b""
    return any(value not in (b"unspecified", b"unset") for value in told.split(b"\0")[2::3])


def tree_of_head(program: str, folder: Path) -> bytes:
    """Its id. Raises Unknown."""
    return _ask(program, folder, "rev-parse", "--verify", "--quiet", "HEAD^{tree}").strip()


def _lines(program: str, folder: Path, *words: str) -> list[bytes]:
    rows = _ask(program, folder, *words).splitlines()
    if not rows:
        raise Unknown
    return [_whole(folder, row) for row in rows]


def _whole(folder: Path, path: bytes) -> bytes:
    return os.path.normpath(os.path.join(os.fsencode(folder), path))


def _ask(program: str, folder: Path, *words: str, given: bytes = b"", fails: bool = False) -> bytes:
    """Exit code 1 means "none" where `fails`."""
    try:
        done = subprocess.run(
            [program, *SAFE, "-C", str(folder), *words],
            input=given,
            capture_output=True,
            env=git_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unknown from error
    if done.returncode != 0 and not (fails and done.returncode == 1):
        raise Unknown
    return done.stdout
