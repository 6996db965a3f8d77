"""The file that the answer to a call would lie in. Imports next to nothing: this runs before everything else."""

from __future__ import annotations

import os
import sys

from portlint import __version__
from portlint.cache_folder import cache_folder

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL
except ImportError:
    from hashlib import blake2b

# They differ from call to call and decide nothing. Whatever else stands in the environment is part of the question. A
# hook, which is told of another index, compares what stands in it.
_IDLE = frozenset(
    "_ SHLVL PWD OLDPWD WINDOWID GIT_EDITOR GIT_PREFIX GIT_REFLOG_ACTION GIT_EXEC_PATH GIT_INDEX_FILE".split()
)
_IDLE_STARTS = ("GIT_AUTHOR_", "GIT_COMMITTER_", "SSH_")


def answer_file(arguments: list[str]) -> str:
    """The path, or "" where no answer is kept: other commands, no home, and systems without a change time."""
    if arguments[:1] != ["scan"] or "--no-cache" in arguments:
        return ""
    return _file(arguments)


def report_file(path: str, options: str) -> str:
    """Where the report of a scan with these options lies, whatever is then supposed of it, or "" as above."""
    return _file(["report", path, options])


def _file(arguments: list[str]) -> str:
    folder = cache_folder()
    if not folder or os.name != "posix":
        return ""
    try:
        name = digest(repr(_question(arguments)).encode("utf-8", "backslashreplace")).hex()
    except OSError:  # the folder that we stand in is gone
        return ""
    return f"{folder}/answers/{name}"


def digest(data: bytes | memoryview) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _question(arguments: list[str]) -> tuple[object, ...]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _IDLE and not name.startswith(_IDLE_STARTS)
    }  # fmt: skip
    return (
        __version__,
        __file__,
        sys.version,
        sys.executable,
        sys.flags,
        arguments,
        os.getcwdb(),
        sorted(environment.items()),
        [_terminal(stream) for stream in (1, 2)],
        (os.geteuid(), os.getegid(), sorted(os.getgroups())),
    )


def _terminal(stream: int) -> object:
    try:
        return tuple(os.get_terminal_size(stream)) if os.isatty(stream) else None
    except OSError:
        return None
