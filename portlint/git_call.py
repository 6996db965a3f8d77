"""How git is called: so that it runs nothing that the tree could name. Imports next to nothing."""

from __future__ import annotations

import os

# A hostile .git/config may name programs: a file system monitor, hooks, transports for missing objects. `ls-files`
# without -m compares no content, so that clean filters do not run either.
SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")
TRACKED = ("ls-files", "-z", "-v", "-s", "-c")
_TYPE = 9  # `H 100644 `, in front of the object id


def git_environment() -> dict[str, str]:
    """Without the GIT_* of a surrounding hook, which name another repository; nothing asks, locks or fetches."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
    return {**kept, **quiet, "LC_ALL": "C"}


def tracked_names(program: str, folder: bytes) -> list[bytes]:
    """What the index lists under a folder: tag, mode, stage and path, without the object ids. Empty when git fails."""
    words = [os.fsencode(word) for word in (program, *SAFE, "-C", folder, *TRACKED)]
    source, sink = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    try:
        child = os.posix_spawn(program, words, git_environment(), file_actions=actions)
    except OSError:
        os.close(source)
        return []
    finally:
        os.close(sink)
    with os.fdopen(source, "rb") as stream:
        rows = stream.read().split(b"\0")
    _, status = os.waitpid(child, 0)
    return [row[:_TYPE] + row[row.find(b" ", _TYPE) :] for row in rows] if status == 0 else []
