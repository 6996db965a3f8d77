"""How git is called: so that it runs nothing that the tree could name. Imports next to nothing."""

from __future__ import annotations

import os

# A hostile .git/config may name programs: a file system monitor, hooks, transports for missing objects. `ls-files`
# without -m compares no content, so that clean filters do not run either.
SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")
TRACKED = ("ls-files", "-z", "-v", "-s", "-c")
_TYPE = 9  # `H 100644 `, in front of the object id
_RAW = ("-z", "--raw", "--no-renames", "--relative", "--ignore-submodules=none")
# `git add -N` makes an empty file of the index: that is what git lists, and what is scanned
_STAGED = ("diff-index", "--cached", "--ita-visible-in-index", *_RAW)
_COMMITTED = ("diff-tree", "-r", *_RAW)

Differences = dict[bytes, tuple[bytes, bytes]]


def git_environment() -> dict[str, str]:
    """Without the GIT_* of a surrounding hook, which name another repository; nothing asks, locks or fetches."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
    return {**kept, **quiet, "LC_ALL": "C"}


def index_of(folder: bytes, staged: bool) -> bytes:
    """The index of the repository around a folder, b"" without one.

    `staged`: as a commit that is running has it. `git commit -a` and `git commit FILE` write another one, and tell
    their hooks where: it counts if it lies beside.
    """
    marker = _marker(os.path.abspath(folder))
    named = os.environb.get(b"GIT_INDEX_FILE", b"") if staged and marker else b""
    if os.path.basename(named) and os.path.realpath(os.path.dirname(os.path.abspath(named))) == marker:
        return os.path.abspath(named)
    return marker and marker + b"/index"


def tracked_names(program: str, folder: bytes) -> list[bytes]:
    """What the index lists under a folder: tag, mode, stage and path, without the object ids. Empty when git fails."""
    rows = _finished(_started(program, folder, TRACKED, {}))
    return [row[:_TYPE] + row[row.find(b" ", _TYPE) :] for row in rows or ()]


def staged_rows(program: str, folder: bytes) -> list[bytes] | None:
    """`100644 BLOB 0<tab>PATH` of everything staged under a folder. None when git fails."""
    index = index_of(folder, staged=True)
    more = {"GIT_INDEX_FILE": os.fsdecode(index)}
    rows = _finished(_started(program, folder, ("ls-files", "-z", "-s"), more)) if index else None
    return rows[:-1] if rows else None


def differences(program: str, folder: bytes, tree: bytes) -> tuple[Differences, Differences] | None:
    """What is staged, and what HEAD has, otherwise than a tree, below a folder. None when git fails.

    Both by path, relative to the folder: mode and blob there, and here; zeros where there is none.
    """
    index = index_of(folder, staged=True)
    if not index:
        return None
    staged = _started(program, folder, (*_STAGED, os.fsdecode(tree)), {"GIT_INDEX_FILE": os.fsdecode(index)})
    head = _started(program, folder, (*_COMMITTED, os.fsdecode(tree), "HEAD"), {})
    rows = _finished(staged), _finished(head)
    return None if rows[0] is None or rows[1] is None else (_differing(rows[0]), _differing(rows[1]))


def _differing(rows: list[bytes]) -> Differences:
    """Each difference is a row `:MODE MODE BLOB BLOB STATUS`, and one with its path."""
    found: Differences = {}
    for head, path in zip(rows[::2], rows[1::2], strict=False):  # an empty row ends them
        modes, blobs = (fields := head[1:].split(b" "))[:2], fields[2:4]
        found[path] = (b" ".join((modes[0], blobs[0])), b" ".join((modes[1], blobs[1])))
    return found


def _marker(folder: bytes) -> bytes:
    """The `.git` folder, without links, of the repository around a folder, or b""."""
    while True:
        marker = folder + b"/.git"
        try:
            if os.path.isfile(marker):  # a worktree or a submodule: "gitdir: <path>"
                with open(marker, "rb") as file:
                    target = file.read(4096).removeprefix(b"gitdir:").strip()
                return os.path.realpath(os.path.join(folder, target))
            if os.path.isdir(marker):
                return os.path.realpath(marker)
        except (OSError, ValueError):
            return b""
        above = os.path.dirname(folder)
        if above == folder:
            return b""
        folder = above


def _started(program: str, folder: bytes, words: tuple[str, ...], more: dict[str, str]) -> tuple[int, int] | None:
    """A running git: its process, and where its output can be read."""
    whole = [*map(os.fsencode, (program, *SAFE, "-C")), folder, *map(os.fsencode, words)]
    source, sink = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    try:
        return os.posix_spawn(program, whole, {**git_environment(), **more}, file_actions=actions), source
    except OSError:
        os.close(source)
        return None
    finally:
        os.close(sink)


def _finished(running: tuple[int, int] | None) -> list[bytes] | None:
    """What it printed, parted at zeros; None when it failed."""
    if running is None:
        return None
    child, source = running
    with os.fdopen(source, "rb") as stream:
        rows = stream.read().split(b"\0")
    _, status = os.waitpid(child, 0)
    return rows if status == 0 else None
