"""What lies in the cache's folder, counted; and the way to remove it, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from portlint.cache import FILE_NAME
from portlint.errors import PortlintError

_ANSWERS = "answers"


class Stored(msgspec.Struct, frozen=True):
    """One kind of what is kept. `size` in bytes; `number` is 0 for a database that cannot be read."""

    what: str
    number: int
    size: int


def stored(folder: Path) -> tuple[Stored, ...]:
    database = [path for path in _files(folder) if path.parent == folder]
    answers = [path for path in _files(folder) if path.parent != folder]
    return (
        Stored("extractions and units", _rows(folder / FILE_NAME), sum(path.stat().st_size for path in database)),
        Stored("answers", len(answers), sum(path.stat().st_size for path in answers)),
    )


def clear(folder: Path) -> int:
    """Remove what portlint has put there; the bytes that it took.

    A scan that runs meanwhile goes on without. Raises PortlintError for a file that cannot be removed.
    """
    removed = 0
    for path in _files(folder):
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise PortlintError(f"{path}: cannot be removed: {error.strerror}") from error
        removed += size
    return removed


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob(f"{FILE_NAME}*"))
    yield from sorted(path for path in (folder / _ANSWERS).glob("*") if path.is_file())


def _rows(database: Path) -> int:
    if not database.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)) as connection:
            return int(connection.execute("SELECT count(*) FROM extraction").fetchone()[0])
    except sqlite3.Error:
        return 0
