"""What was read from `rules/`, kept in one file a table beside Python's own compiled modules, and as those are.

Reading some 460 TOML files takes longer than most scans. A table is good for as long as every file below `rules/`, and
every module that gives it its meaning, has the size and the time that it had: an edited rule counts at once. Where
Python may not write (`PYTHONDONTWRITEBYTECODE`, a read-only installation) the files are read every time.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from portlint.catalog.read import rules_folder

T = TypeVar("T")
_DIGEST = 16  # bytes, twice in front of the value: what it was made from, and of itself
_PACKAGE = Path(__file__).resolve().parent.parent


def compiled(name: str, kind: type[T], build: Callable[[], T]) -> T:
    """The table `name`: as it was kept, or built and kept. Raises what `build` raises."""
    place = _place(name)
    if place is None:
        return build()
    state = rules_state()
    kept = _kept(place, state, kind)
    if kept is not None:
        return kept
    value = build()
    _keep(place, state + _of(body := msgspec.msgpack.encode(value)) + body)
    return value


@cache
def rules_state() -> bytes:
    """A digest over names, sizes and times of everything that the tables are made from."""
    return _state_of(rules_folder(), _PACKAGE / "catalog", _PACKAGE / "model")


@cache
def program_state() -> bytes:
    """The same of all of portlint."""
    return _state_of(rules_folder(), _PACKAGE)


def _state_of(*folders: Path) -> bytes:
    rows = [row for folder in folders for row in sorted(_stated(str(folder)))]
    return _of(repr((sys.version, msgspec.__version__, rows)).encode("utf-8", "surrogateescape"))


def _stated(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as items:
        for item in items:
            if item.is_dir():
                if item.name != "__pycache__":
                    yield from _stated(item.path)
            else:
                status = item.stat()
                yield item.path, status.st_size, status.st_mtime_ns


def _place(name: str) -> Path | None:
    cached = __spec__.cached if __spec__ else None
    if cached is None or sys.dont_write_bytecode:
        return None
    return Path(cached).with_name(f"rules-{name}.msgpack")


def _kept(place: Path, state: bytes, kind: type[T]) -> T | None:
    try:
        data = place.read_bytes()
    except OSError:
        return None
    body = data[2 * _DIGEST :]
    if data[:_DIGEST] != state or data[_DIGEST : 2 * _DIGEST] != _of(body):
        return None
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.MsgspecError:
        return None


def _keep(place: Path, data: bytes) -> None:
    beside = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(exist_ok=True)
        beside.write_bytes(data)
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)


def _of(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()
