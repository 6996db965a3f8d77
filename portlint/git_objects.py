"""What a repository holds under a revision: names, and contents as they were committed. No filter runs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portlint.errors import PortlintError
from portlint.git import git_answer, git_command
from portlint.git_call import git_environment


def tree_lines(folder: Path, revision: str) -> Iterator[tuple[str, str, str]]:
    """Mode, blob and name of every file below a folder of a checkout, in a commit, a tag or a tree.

    Names are relative to the folder, and may be anything. `HEAD` before the first commit is an empty tree. Raises
    PortlintError for a revision that git does not know.
    """
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    tree = git_answer(folder, *asked, revision + "^{tree}")
    if tree is None:
        unborn = revision == "HEAD" and git_answer(folder, "symbolic-ref", "--quiet", "HEAD") is not None
        if unborn and git_answer(folder, *asked, "HEAD") is None:
            return
        raise PortlintError(f"unknown revision {revision!r}; in a shallow clone it may have to be fetched first")
    listing = git_answer(folder, "ls-tree", "-r", "-z", tree.decode("ascii").strip())
    if listing is None:
        raise PortlintError(f"revision {revision!r}: git cannot list its files")
    for line in listing.split(b"\0")[:-1]:
        fields, _, name = line.partition(b"\t")
        mode, _, blob = fields.decode("ascii").split(" ")
        yield mode, blob, name.decode("utf-8", "surrogateescape")


class Blobs:
    """Two running `git cat-file`: one that tells sizes, one that gives contents."""

    def __init__(self, sizes: subprocess.Popen[bytes], contents: subprocess.Popen[bytes]) -> None:
        self._sizes = sizes
        self._contents = contents

    def size(self, blob: str) -> int | None:
        """In bytes, or None for what the repository does not have."""
        return _ask(self._sizes, blob)

    def read(self, blob: str) -> bytes:
        """Raises ValueError for what the repository does not have."""
        size = _ask(self._contents, blob)
        if size is None or self._contents.stdout is None:
            raise ValueError("its content is not in the repository")
        return self._contents.stdout.read(size + 1)[:size]  # a line end follows


def _ask(process: subprocess.Popen[bytes], blob: str) -> int | None:
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(blob.encode("ascii") + b"\n")
        process.stdin.flush()
    except OSError:  # git gave up: a damaged repository, or a promised object that it may not fetch
        return None
    answer = process.stdout.readline().split()
    return int(answer[2]) if len(answer) == 3 and answer[1] == b"blob" else None


@contextmanager
def blobs_of(folder: Path) -> Iterator[Blobs]:
    """The objects of the repository that a folder is in. Raises PortlintError where git is not installed."""
    with _batch(folder, "--batch-check") as sizes, _batch(folder, "--batch") as contents:
        yield Blobs(sizes, contents)


@contextmanager
def _batch(folder: Path, how: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        git_command(folder, "cat-file", how),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=git_environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
