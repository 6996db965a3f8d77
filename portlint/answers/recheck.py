"""Files that look different: do they still say the same?"""

from __future__ import annotations

import os
import stat
import time

from portlint.answers.details import Details, has_content, unpacked
from portlint.answers.kept import Answer
from portlint.answers.state import Signature, settled

_MOST = 500  # with more changed files, a whole scan is the better way
_READ_CAP = 256_000_000


def same_files(answer: Answer, numbers: list[int], at: int) -> bool:
    """Whether files, by their numbers, have the content that they had, or one of which nobody sees the difference.

    If so, the answer has their new signatures.
    """
    if len(numbers) > _MOST:
        return False
    details = unpacked(answer.details)
    paths, states = answer.files
    now = time.time_ns()
    changed: list[tuple[str, os.stat_result]] = []
    found: list[Signature] = []
    for number in numbers:
        try:
            status = os.lstat(paths[number], dir_fd=at)
        except OSError:
            return False
        path = paths[number].decode("utf-8", "surrogateescape")
        if not stat.S_ISREG(status.st_mode):
            return False
        found.append((status.st_ctime_ns, status.st_size, status.st_ino))
        if not _same_content(os.fsdecode(answer.root), path, status, details):
            changed.append((path, status))
    if changed and not _say_the_same(answer, details, changed):
        return False
    for number, state in zip(numbers, found, strict=True):
        states[number] = settled(state, now)
    answer.details = details.packed()
    return True


def _same_content(root: str, path: str, status: os.stat_result, details: Details) -> bool:
    """False also where a file can be run that could not, or the other way round: it may be a library by now."""
    if _can_be_run(status) != (path in details.executable):
        return False
    if path not in details.opened:
        return path not in details.fixed  # nobody looked into it, and its name has not changed
    known = details.contents.get(path, "")
    data = _read(root, path) if known else None
    return data is not None and has_content(data, known)


def _read(root: str, path: str) -> bytes | None:
    from pathlib import Path

    from portlint.files import read_file

    try:
        return read_file(Path(root), path, _READ_CAP)
    except ValueError:
        return None


def _say_the_same(answer: Answer, details: Details, changed: list[tuple[str, os.stat_result]]) -> bool:
    """Whether the extractors say of these files what they said. Notes the ids of their new content."""
    if any(path in details.fixed or _can_be_run(status) != (path in details.executable) for path, status in changed):
        return False
    from pathlib import Path

    from portlint.answers.extracted import extracted

    entries = [(path, status.st_size, _can_be_run(status)) for path, status in changed]
    told = extracted(Path(os.fsdecode(answer.root)), entries, details.macros)
    if told is None:
        return False
    said, contents = told
    if any(not said.get(path) or said[path] != details.said.get(path) for path, _ in changed):
        return False
    details.contents.update(contents)
    return True


def _can_be_run(status: os.stat_result) -> bool:
    return bool(status.st_mode & stat.S_IXUSR)
