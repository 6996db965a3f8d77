"""Store an answer, unless something about it cannot be compared later. Whatever goes wrong here, nothing is stored."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from portlint.answers.details import Details, has_content
from portlint.answers.extracted import what_was_said
from portlint.answers.folders import Folders, folders
from portlint.answers.grounds import opened, settled_outside, signatures
from portlint.answers.kept import Answer, Index, Printed, forget, save
from portlint.answers.question import digest
from portlint.answers.repository import Unknown, deciding_files, index_file
from portlint.answers.state import NEVER, Signature, is_young, names_in, settled, signature
from portlint.answers.watch import Watch
from portlint.asked import Seen
from portlint.cache import default_folder
from portlint.files import read_file
from portlint.git import LISTING, git_program
from portlint.git_call import tracked_names
from portlint.walk import walk

_READ_CAP = 256_000_000


def remember(
    watch: Watch,
    asked: Path,
    seen: Seen,
    written: list[tuple[str, str]],
    code: int,
    report: tuple[str, bytes] = ("", b""),
) -> None:
    """Keep what was printed and written, with everything that it rests on. `report`: a file, and what was judged, to
    keep in it.
    """
    printed = (*watch.end(), written, code)
    if not seen.is_folder or not seen.repeatable or seen.walked.notes or default_folder(seen.root) is None:
        return
    with suppress(Unknown, OSError, ValueError):
        at = os.open(seen.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            answer = _answer(watch, asked, seen, printed, at)
        finally:
            os.close(at)
        save(watch.file, answer)
        file, packed = report
        if file and packed:
            answer.printed, answer.report = ("", "", [], 0), packed
            save(file, answer)
        forget(os.path.dirname(watch.file))


def _answer(watch: Watch, asked: Path, seen: Seen, printed: Printed, at: int) -> Answer:
    began = watch.began_ns
    _check_started(watch)
    _check_written(watch, printed)
    program = git_program(seen.root) if seen.walked.listed_by_git else None
    paths = [entry.path for entry in seen.walked.entries] + [record.path for record in seen.walked.records]
    files = sorted(map(_native, paths))
    around = folders(seen.root, files, program)
    inside, beyond = opened(watch, seen.root)
    now = time.time_ns()
    listing = signatures(_of_the_listing(seen.root, around, program))
    beside = settled_outside(seen.root, beyond, began)
    indexes = _indexes(seen.root, around, program, now)
    folder_states = [signature(path, at) for path in around.paths]
    names = [names_in(path, at) for path in around.paths]
    file_states = [signature(path, at) for path in files]
    young = any(
        is_young(state, began) for state in (*listing.values(), *folder_states, *(index[2] for index in indexes))
    )
    if (young or any(index[2] == NEVER for index in indexes)) and walk(seen.root, seen.exclude) != seen.walked:
        raise Unknown
    details = _details(seen, inside)
    _check_young(seen, details, files, file_states, began)
    return Answer(
        os.fsencode(seen.root),
        os.fsencode(asked),
        program or "",
        ([*beside, *listing], [*beside.values(), *(settled(state, now) for state in listing.values())]),
        indexes,
        (around.paths, [settled(state, now) for state in folder_states]),
        names,
        (files, [settled(state, now) for state in file_states]),
        printed,
        details.packed(),
    )


def _check_started(watch: Watch) -> None:
    """Raises Unknown where a program ran that the answer may depend on in ways that nobody compares."""
    if any(words[-len(LISTING) :] != LISTING for words in watch.started):
        raise Unknown


def _check_written(watch: Watch, printed: Printed) -> None:
    """Raises Unknown where more than the reports and Python's compiled modules was written."""
    outputs = {os.path.realpath(os.path.dirname(os.path.abspath(file))) for file, _ in printed[2]}
    for path in watch.written:
        whole = os.path.realpath(os.fsdecode(path))
        folder = whole if os.path.isdir(whole) else os.path.dirname(whole)  # a file that has no name yet
        if "__pycache__" not in folder and not folder.startswith("/dev") and folder not in outputs:
            raise Unknown


def _of_the_listing(root: Path, around: Folders, program: str | None) -> set[bytes]:
    """What decides which files are listed, and nothing else."""
    top = os.fsencode(root)
    found = {top + b"/" + path for path in around.ignores}
    found |= {os.fsencode(parent) + b"/.git" for parent in (root, *root.parents)}
    if program:
        found.add(os.fsencode(program))
        for path in around.repositories:
            found |= deciding_files(program, root / os.fsdecode(path))
    return found


def _indexes(root: Path, around: Folders, program: str | None, now: int) -> list[Index]:
    found: list[Index] = []
    for path in around.repositories if program else ():
        assert program is not None
        folder = root / os.fsdecode(path)
        index = index_file(program, folder)
        state = settled(signature(index), now)
        rows = tracked_names(program, os.fsencode(folder))
        found.append((os.fsencode(folder), index, state, digest(b"\0".join(rows))))
    return found


def _details(seen: Seen, inside: dict[bytes, int]) -> Details:
    more = {_text(path) for path, count in inside.items() if count > seen.reads.get(_text(path), 0)}
    return Details(
        dict(seen.contents),
        what_was_said(seen.collected, seen.macro_uses),
        sorted(seen.macros),
        frozenset(more) | {record.path for record in seen.walked.records},
        frozenset(map(_text, inside)) | seen.reads.keys() | seen.contents.keys(),
        frozenset(entry.path for entry in seen.walked.entries if entry.executable),
    )


def _check_young(seen: Seen, details: Details, files: list[bytes], states: list[Signature], began: int) -> None:
    """Raises Unknown where a file may have changed after it was read."""
    for native, state in zip(files, states, strict=True):
        path = _text(native)
        if not is_young(state, began) or path not in details.opened:
            continue
        known = seen.contents.get(path, "")
        if not known or not has_content(read_file(seen.root, path, _READ_CAP), known):
            raise Unknown


def _native(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
