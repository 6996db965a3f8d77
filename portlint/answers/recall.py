"""Give an answer again where it still holds. Imports next to nothing unless something looks different."""

from __future__ import annotations

import os
import sys
import time

from portlint.answers.kept import Answer, load, save
from portlint.answers.question import digest
from portlint.answers.state import NEVER, differing, names_in, settled, signature


def held(file: str) -> Answer | None:
    """The answer in a file, or None where there is none that still holds."""
    answer = load(file)
    return answer if answer is not None and _holds(answer, file) else None


def give(answer: Answer) -> int:
    """Print and write what was printed and written; the exit code.

    Raises PortlintError where a report cannot be written, and OSError where standard output cannot.
    """
    printed, notes, files, code = answer.printed
    sys.stderr.write(notes)
    if files:
        from pathlib import Path

        from portlint.output import write_file, write_stdout

        for file, text in files:
            write_file(Path(file), text)
        write_stdout(printed)
        return code
    sys.stdout.write(printed)
    sys.stdout.flush()
    return code


def _holds(answer: Answer, file: str) -> bool:
    if os.path.realpath(answer.asked) != answer.root:
        return False
    try:
        at = os.open(answer.root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        if differing(*answer.outside, at):
            return False
        now = time.time_ns()
        looked = _indexes(answer, now)
        odd = differing(*answer.folders, at)
        if looked is None or not all(_folder_holds(answer, number, at, now) for number in odd):
            return False
        changed = differing(*answer.files, at)
        if changed:
            from portlint.answers.recheck import same_files

            if not same_files(answer, changed, at):
                return False
        known = answer.proved
        if answer.staged:
            from portlint.answers.staged import nothing_new

            if not nothing_new(answer):
                return False
        if looked or odd or changed or answer.proved != known:
            save(file, answer)
        return True
    finally:
        os.close(at)


def _indexes(answer: Answer, now: int) -> bool | None:
    """Whether any index was rewritten; None where one lists something else."""
    rewritten = False
    for number, (folder, index, state, listed) in enumerate(answer.indexes):
        found = signature(index)
        if found == state:
            continue
        from portlint.git_call import tracked_names

        rows = tracked_names(answer.program, folder)
        if not rows or digest(b"\0".join(rows)) != listed:
            return None
        answer.indexes[number] = (folder, index, settled(found, now), listed)
        rewritten = True
    return rewritten


def _folder_holds(answer: Answer, number: int, at: int, now: int) -> bool:
    """Whether a folder that looks different holds the same names."""
    path = answer.folders[0][number]
    found = signature(path, at)
    names = answer.names[number]
    if found == NEVER or not names or names_in(path, at) != names:
        return False
    answer.folders[1][number] = settled(found, now)
    return True
