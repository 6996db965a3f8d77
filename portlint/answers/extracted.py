"""What extractors say of a few files, without the rest of a scan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from portlint.cache import Cache
from portlint.catalog.vocabularies import vocabularies
from portlint.collect import Collected, Collector
from portlint.extractors.binary import filenames
from portlint.extractors.source.c import family as c_family
from portlint.model.extraction import Extraction, FileRecord
from portlint.walk import Entry


def extracted(
    root: Path, files: Sequence[tuple[str, int, bool]], macros: Sequence[str]
) -> tuple[dict[str, bytes], dict[str, str]] | None:
    """`said` as in `Details`, and ids of the content, both by path. Files are path, size, and whether they can be run.

    None where it cannot be told by file: archives hold others, a reader that failed may not fail again.
    """
    if any(filenames.is_archive(path) for path, _, _ in files):
        return None
    entries = [Entry(path, size, executable) for path, size, executable in files]
    with Cache(None) as nothing:
        collector = Collector(root, nothing, vocabularies(), jobs=1)
        collected = collector.collect(entries, lambda done, total: None)
        natives = [entry for entry in entries if c_family.wants(entry.path)]
        uses = collector.macro_uses(natives, frozenset(macros)) if macros else {}
    return (what_was_said(collected, uses), collector.contents) if collector.repeatable else None


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
