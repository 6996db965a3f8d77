"""The file of one answer: a digest, then everything else in Python's own format for plain values.

`marshal` needs no import and reads 12,000 paths in a few milliseconds. It must not be given damaged data: hence the
digest. It is no format for other versions of Python: the question holds the version.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Collection

from portlint.answers.question import digest
from portlint.answers.state import Signature

_DIGEST = 16
_MOST = 64  # answers kept; the ones asked for longest ago go
Printed = tuple[str, str, list[tuple[str, str]], int]  # standard output and error, files and their text, exit code
Index = tuple[bytes, bytes, Signature, bytes]  # folder, index file, how it looked, a digest of what it lists


class Answer:
    """`root` is the scanned folder, resolved, and `asked` the path that was asked for.

    `outside` are absolute paths that must look as they did, `folders` and `files` relative ones whose differences are
    looked into. `names` are digests of what the folders hold. `details` is packed: for who looks into files. `report`:
    packed as well, where it is kept instead of something printed. `staged`: what a hook judged, packed; it has none of
    `indexes`, `folders` and `files`. `proved`: paths and blobs that were found to say what was judged.
    """

    def __init__(
        self,
        root: bytes,
        asked: bytes,
        program: str,
        outside: tuple[list[bytes], list[Signature]],
        indexes: list[Index],
        folders: tuple[list[bytes], list[Signature]],
        names: list[bytes],
        files: tuple[list[bytes], list[Signature]],
        printed: Printed,
        details: bytes,
        report: bytes = b"",
        staged: bytes = b"",
        proved: Collection[tuple[str, str]] = frozenset(),
    ) -> None:
        self.root = root
        self.asked = asked
        self.program = program
        self.outside = outside
        self.indexes = indexes
        self.folders = folders
        self.names = names
        self.files = files
        self.printed = printed
        self.details = details
        self.report = report
        self.staged = staged
        self.proved = proved


def load(file: str) -> Answer | None:
    """None where there is none, or it was damaged."""
    try:
        with open(file, "rb", buffering=0) as stream:
            data = stream.readall()
    except OSError:
        return None
    if data is None or len(data) < _DIGEST or data[:_DIGEST] != digest(memoryview(data)[_DIGEST:]):
        return None
    return Answer(*marshal.loads(memoryview(data)[_DIGEST:]))


def save(file: str, answer: Answer) -> None:
    """Written beside, then moved; where that fails, nothing is kept."""
    body = marshal.dumps(tuple(vars(answer).values()))
    beside = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        try:
            with open(beside, "wb") as stream:
                stream.write(digest(body) + body)
            os.replace(beside, file)
        except OSError:
            os.unlink(beside)
    except OSError:
        return


def forget(folder: str) -> None:
    """Drop the answers beyond `_MOST` that were stored longest ago."""
    with os.scandir(folder) as items:
        found = sorted((item.stat().st_mtime_ns, item.path) for item in items)
    for _, path in found[:-_MOST]:
        os.unlink(path)
