"""What extractors say of a few files, without the rest of a scan."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from portlint.cache import Cache
from portlint.catalog.vocabularies import vocabularies
from portlint.collect import Collected, Collector, is_there
from portlint.extractors.binary import filenames
from portlint.extractors.source.c import family as c_family
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.vocabulary import Vocabulary
from portlint.walk import Entry


class Told(NamedTuple):
    """As in `Seen`, of a few files."""

    collected: Collected
    macro_uses: Mapping[str, Extraction]
    contents: dict[str, str]
    repeatable: bool


def extracted(
    root: Path, files: Sequence[tuple[str, int, bool]], macros: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, str]] | None:
    """`said` as in `Details`, and ids of the content, both by path. Files are path, size, and whether they can be run.

    None where it cannot be told by file: archives hold others, a reader that failed may not fail again.
    """
    if any(filenames.is_archive(path) for path, _, _ in files):
        return None
    entries = [Entry(path, size, executable) for path, size, executable in files]
    told = told_by(root, entries, macros, vocabularies())
    return (what_was_said(told.collected, told.macro_uses), told.contents) if told.repeatable else None


def told_by(
    root: Path,
    entries: Sequence[Entry],
    macros: Sequence[str],
    words: dict[str, Vocabulary],
    cache_of: Path | None = None,
    fetch: Callable[[str], None] = is_there,
) -> Told:
    """Read these files, and nothing else. `cache_of`: a cache's folder, None for none; `fetch` as for the collector."""
    with Cache(cache_of) as cache:
        collector = Collector(root, cache, words, 1, fetch)
        collected = collector.collect(entries, lambda done, total: None)
        natives = [entry for entry in entries if c_family.wants(entry.path)]
        uses = collector.macro_uses(natives, frozenset(macros)) if macros else {}
    return Told(collected, uses, collector.contents, collector.repeatable)


def what_was_said(collected: Collected, macro_uses: Mapping[str, Extraction]) -> dict[str, bytes]:
    """A digest by path, of each file that has a record; b"", equal to nothing, for what cannot be encoded."""
    encoder = msgspec.msgpack.Encoder()
    return {record.path: _said(encoder, record, collected, macro_uses) for record in collected.records}


def _said(
    encoder: msgspec.msgpack.Encoder, record: FileRecord, collected: Collected, macro_uses: Mapping[str, Extraction]
) -> bytes:
    try:
        body = encoder.encode((record, collected.extractions.get(record.path), macro_uses.get(record.path)))
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return b""
    return hashlib.blake2b(body, digest_size=16).digest()
