"""What git lists under a folder, asked in a way that runs nothing the tree could name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from portlint.errors import PortlintError
from portlint.git_call import SAFE, git_environment, index_of

if TYPE_CHECKING:
    import subprocess

GITLINK = "160000"
_TIMEOUT = 120.0  # seconds

_LIST = ("ls-files", "-z", "-v", "-s", "-c", "--debug")
_OBJECT_ID = re.compile(rb"[0-9a-f]{40,64}")
_HEADS = 16  # of one merge
_UNTRACKED = ("-o", "--exclude-standard")
LISTING = (*_LIST, *_UNTRACKED)

# `ls-files --debug` follows each path with the stat data that the index holds of it.
_DEBUG = re.compile(
    rb" {2}ctime: (\d+):(\d+)\n {2}mtime: (\d+):(\d+)\n {2}dev: \d+\tino: \d+\n"
    rb" {2}uid: \d+\tgid: \d+\n {2}size: (\d+)\tflags: [0-9a-f]+\n"
)


class Tracked(msgspec.Struct, frozen=True):
    """A line of git's listing. `path` is relative to the asked folder.

    `blob` is the object id of the content, or "" for untracked, conflicting or index-flagged files; it speaks for
    the file on disk only if `fresh` says so. `staged` is what would be committed, also for index-flagged files.
    `mode` is git's ("100644", `GITLINK`) or "" for untracked.
    An untracked nested repository comes as one path that ends in "/".
    """

    path: str
    mode: str = ""
    blob: str = ""
    mtime_ns: int = 0
    ctime_ns: int = 0
    size: int = 0
    skipped: bool = False  # left out by a sparse checkout
    staged: str = ""

    def fresh(self, status: os.stat_result, index_ns: int) -> bool:
        """True when the file on disk is what the index recorded.

        As git does it: same size and times, and older than the index, since a change in the very tick in which
        the index was written leaves no trace (git's Documentation/technical/racy-git.txt).
        """
        return (
            bool(self.blob)
            and (status.st_mtime_ns, status.st_ctime_ns) == (self.mtime_ns, self.ctime_ns)
            and status.st_size & 0xFFFFFFFF == self.size
            and self.mtime_ns < index_ns
        )


class Listing(msgspec.Struct, frozen=True):
    """`entries` is None where git gave no list; `note` then says why, or is "" outside of any checkout."""

    entries: tuple[Tracked, ...] | None
    note: str = ""
    index_ns: int = 0


def prefix_in_checkout(folder: Path) -> str:
    """The folder's path from the top of its checkout, `games/arena/`; "" at the top, and where git knows of none."""
    try:
        answer = git_answer(folder, "rev-parse", "--show-prefix")
    except PortlintError:
        return ""
    # A folder's name may end in a line end itself: only git's own is taken off.
    return os.fsdecode(answer.removesuffix(b"\n")) if answer is not None else ""


def git_listing(folder: Path, staged: bool = False) -> Listing:
    """Tracked files under `folder`, and those that are neither tracked nor ignored.

    `staged`: tracked files alone, as a commit that is running would have them.
    """
    program = git_program(folder)
    if program is None:
        here = any((parent / ".git").exists() for parent in (folder, *folder.parents))
        return Listing(None, "git is not installed: files that git ignores are read too" if here else "")
    index = index_of(os.fsencode(folder), staged)
    own = {"GIT_INDEX_FILE": os.fsdecode(index)} if staged and index else {}
    try:
        answer = _ran([program, *SAFE, "-C", str(folder), *_LIST, *(() if staged else _UNTRACKED)], own)
    except OSError as error:
        return Listing(None, f"git gave no list of files ({type(error).__name__}): ignored files are read too")
    if answer.returncode != 0:
        return Listing(None, _note(answer.stderr.decode("utf-8", "replace")))
    return Listing(tuple(_parse(answer.stdout)), index_ns=_index_time(index))


def git_command(folder: Path, *arguments: str) -> list[str]:
    """How to run git on a folder. Raises PortlintError where there is no git to run."""
    program = git_program(folder)
    if program is None:
        raise PortlintError("git is not installed: a revision cannot be read")
    return [program, *SAFE, "-C", str(folder), *arguments]


def git_answer(folder: Path, *arguments: str) -> bytes | None:
    """What git prints for a question about a folder's repository, or None where it has no answer.

    Raises PortlintError where git is not installed or does not come back.
    """
    try:
        answer = _ran(git_command(folder, *arguments), {})
    except OSError as error:
        raise PortlintError(f"git {arguments[0]}: no answer ({type(error).__name__})") from error
    return answer.stdout if answer.returncode == 0 else None


def _ran(command: Sequence[str], more: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Raises OSError where it cannot be started, and TimeoutError where it does not come back."""
    import subprocess

    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**git_environment(), **more},
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error


def _parse(output: bytes) -> Iterator[Tracked]:
    records = output.split(b"\0")
    for position, record in enumerate(records[:-1]):
        debug = _DEBUG.match(record)
        head = record[debug.end() :] if debug else record
        after = _DEBUG.match(records[position + 1])
        tag = head[:1]
        if tag == b"?":
            yield Tracked(head[2:].decode("utf-8", "surrogateescape"))
            continue
        fields, _, name = head.partition(b"\t")
        mode, blob, stage = fields[2:].decode("ascii").split(" ")
        plain = tag == b"H" and stage == "0" and after is not None  # lower case: assume-unchanged, S: skip-worktree
        times = [int(group) for group in after.groups()] if after else [0, 0, 0, 0, 0]
        yield Tracked(
            name.decode("utf-8", "surrogateescape"),
            mode,
            blob if plain else "",
            times[2] * 1_000_000_000 + times[3],
            times[0] * 1_000_000_000 + times[1],
            times[4],
            skipped=tag in (b"S", b"s"),
            staged=blob if stage == "0" else "",
        )


def git_program(folder: Path) -> str | None:
    """git's path, unless it lies in the scanned tree: a PATH with "." must not run the tree's own program."""
    import shutil

    found = shutil.which("git")
    if found is None or Path(found).resolve().is_relative_to(folder.resolve()):
        return None
    return found


def _note(message: str) -> str:
    if "not a git repository" in message:
        return ""
    if "dubious ownership" in message:
        return "git refuses this folder, which another user owns (safe.directory): files that git ignores are read too"
    if "must be run in a work tree" in message:
        return "a git repository without a working tree: its own files were looked at"
    first = next(iter(message.strip().splitlines()), "no message")
    return f"git gave no list of files ({first[:200]}): files that git ignores are read too"


def merge_heads(folder: Path) -> tuple[str, ...]:
    """The commits that a merge which is being committed brings in, by id."""
    index = index_of(os.fsencode(folder), staged=False)
    try:
        lines = Path(os.fsdecode(index)).with_name("MERGE_HEAD").read_bytes().split()[:_HEADS] if index else []
    except OSError:
        return ()
    return tuple(line.decode("ascii") for line in lines if _OBJECT_ID.fullmatch(line))


def _index_time(index: bytes) -> int:
    """When the index was written, in ns; 0 where it is not found: then no blob id is trusted."""
    try:
        return Path(os.fsdecode(index)).stat().st_mtime_ns if index else 0
    except (OSError, ValueError):
        return 0
