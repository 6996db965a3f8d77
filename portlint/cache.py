"""Extractions kept between runs, by content; whatever goes wrong here, the scan goes on as if there were no cache."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec

from portlint import __version__
from portlint.cache_folder import cache_folder
from portlint.model.extraction import Extraction

FILE_NAME = "extractions.sqlite"
SIZE_CAP = 512_000_000  # bytes of the database; above, it starts again from nothing
_BATCH = 2_000  # extractions held back before they are written
_CHECK = 8  # bytes of digest in front of each value: SQLite does not notice a flipped bit


def default_folder(scanned: Path) -> Path | None:
    """`$XDG_CACHE_HOME/portlint` or `~/.cache/portlint`.

    None without a home, and where that place lies in the scanned tree, which is only ever read.
    """
    place = cache_folder()
    if not place:
        return None
    folder = Path(place)
    try:
        return None if folder.resolve().is_relative_to(scanned.resolve()) else folder
    except OSError:
        return None


def content_id(data: bytes) -> str:
    """The identity of content that git has not hashed."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob_id(blob: str, size: int) -> str:
    """The identity of content by git's object id; the size on disk tells what filters (LFS, line ends) made of it."""
    return f"git:{blob}:{size}"


def cache_key(content: str, path: str, extractor: str, version: int, vocabulary: str = "") -> bytes:
    """The key of one extraction. The path is part of it: facts carry their place, and file names decide much."""
    parts = (_layout(), content, path, extractor, str(version), vocabulary)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()


class Cache:
    """A table of extractions. Use as a context manager; what was stored is written at the end.

    `warning` is "" or the one line that says why nothing could be kept; nothing here raises.
    """

    def __init__(self, folder: Path | None) -> None:
        self.warning = ""
        self._pending: dict[bytes, bytes] = {}
        self._decoder = msgspec.msgpack.Decoder(Extraction)
        self._encoder = msgspec.msgpack.Encoder()
        self._database: sqlite3.Connection | None = None
        if folder is not None:
            self._open(folder)

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def works(self) -> bool:
        """Whether anything can be kept."""
        return self._database is not None

    def get(self, key: bytes) -> Extraction | None:
        """The stored extraction, or None; also for one that cannot be read any more."""
        value = self.get_bytes(key)
        if value is None:
            return None
        try:
            return self._decoder.decode(value)
        except (ValueError, msgspec.MsgspecError, RecursionError):
            return None

    def put(self, key: bytes, extraction: Extraction) -> None:
        if self._database is None:
            return
        # a name that is not UTF-8 is not worth an encoding of its own
        with suppress(ValueError, msgspec.MsgspecError):
            self.put_bytes(key, self._encoder.encode(extraction))

    def get_bytes(self, key: bytes) -> bytes | None:
        """The stored value, or None; also for one that was damaged."""
        if self._database is None:
            return None
        try:
            row = self._database.execute("SELECT value FROM extraction WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if not row or not isinstance(row[0], bytes) or row[0][:_CHECK] != _digest(row[0][_CHECK:]):
            return None
        return row[0][_CHECK:]

    def put_bytes(self, key: bytes, value: bytes) -> None:
        if self._database is None:
            return
        self._pending[key] = _digest(value) + value
        if len(self._pending) >= _BATCH:
            self._write()

    def close(self) -> None:
        self._write()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self, folder: Path) -> None:
        path = folder / FILE_NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=2.0, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = OFF")  # a lost cache costs one slow scan
            if path.stat().st_size > SIZE_CAP:
                self._database.execute("DROP TABLE IF EXISTS extraction")
                self._database.execute("VACUUM")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS extraction (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
            )
        except (sqlite3.Error, OSError) as error:
            self._give_up(error, path)

    def _write(self) -> None:
        pending, self._pending = self._pending, {}
        if self._database is None or not pending:
            return
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO extraction VALUES (?, ?)", pending.items())
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception, path: Path | None = None) -> None:
        self.warning = self.warning or f"the cache is not used: {error}"
        database, self._database = self._database, None
        if database is not None:
            database.close()
        if path is not None and _is_damaged(error):
            _remove(path)


def _is_damaged(error: Exception) -> bool:
    # Locked, read-only and full are OperationalError; "file is not a database" and "malformed" are its base class.
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def _remove(path: Path) -> None:
    """Make room for a new database at the next run."""
    for suffix in ("", "-wal", "-shm"):
        try:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        except OSError:
            return


def _digest(value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_CHECK).digest()


@cache
def _layout() -> str:
    """The records' names, fields and types, so that a value is never read with the meaning another version gave it."""
    waiting: list[object] = [Extraction]
    shapes: dict[str, str] = {}
    while waiting:
        kind = waiting.pop()
        waiting.extend(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__name__ not in shapes:
            hints = get_type_hints(kind)
            shapes[kind.__name__] = repr(hints)
            waiting.extend(hints.values())
    return __version__ + repr(sorted(shapes.items()))
