"""What was found in a revision, kept in the cache: a hook asks about the same HEAD at every commit."""

from __future__ import annotations

import hashlib

import msgspec

from portlint.cache import Cache
from portlint.catalog.compiled import program_state
from portlint.living.fingerprints import Print
from portlint.walk import Walk


class Before(msgspec.Struct, frozen=True):
    """The fingerprints of the findings, and the files that could not be read."""

    prints: tuple[Print, ...]
    unread: frozenset[str]


def before_key(listed: Walk, asked: object, settings: object, database: bytes) -> bytes:
    """Of everything that the findings of a tree rest on.

    `listed`: its files with the ids and sizes of their contents. `asked`: what the scan was asked. `database`: the
    compilation database. What portlint is made of counts too, its rules among it. b"" where a content has no id.
    """
    if any(not entry.blob for entry in listed.entries):
        return b""
    parts = (program_state(), listed.entries, listed.records, asked, settings, database)
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def kept_before(cache: Cache, key: bytes) -> Before | None:
    value = cache.get_bytes(key) if key else None
    if value is None:
        return None
    try:
        return msgspec.msgpack.decode(value, type=Before)
    except msgspec.MsgspecError:
        return None


def keep_before(cache: Cache, key: bytes, found: Before) -> None:
    """Nothing is kept where a name is not UTF-8."""
    if key:
        try:
            cache.put_bytes(key, msgspec.msgpack.encode(found))
        except UnicodeEncodeError:
            return
