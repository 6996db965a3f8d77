"""Whether files say what they said when they were judged, in other words or in other lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portlint.answers.details import has_content
from portlint.answers.extracted import Told, told_by
from portlint.answers.ranks import Ranked, ranked
from portlint.answers.staged import Change, Judged
from portlint.cache import blob_id, content_id, default_folder
from portlint.catalog.vocabularies import vocabularies
from portlint.collect import SOURCE_CAP, is_source_code
from portlint.files import read_file
from portlint.living.line_text import text_digest
from portlint.walk import Entry

_MOST = 500  # with more changed files, a whole scan is the better way


def alike(folder: str, judged: Judged, changes: Mapping[str, Change]) -> bool:
    """Whether every change is one that findings do not see. What is new is read from the working tree."""
    if len(changes) > _MOST or not all(is_source_code(path) for path in changes):
        return False
    root = Path(folder)
    before = [_before(path, each, judged) for path, each in changes.items()]
    try:
        data = {path: read_file(root, path, SOURCE_CAP) for path in changes}
    except ValueError:
        return False
    after = [Entry(path, len(data[path]), executable) for path, (_, _, executable) in changes.items()]
    words = vocabularies()
    then = told_by(root, before, judged.macros, words, default_folder(root), _is_gone)
    now = told_by(root, after, judged.macros, words)
    return all(
        has_content(data[path], blob_id(blob, len(data[path])))
        and now.contents.get(path) == content_id(data[path])
        and _says_the_same(path, then, now, data[path], judged.findings.get(path, []))
        for path, (_, blob, _) in changes.items()
    )


def _before(path: str, change: Change, judged: Judged) -> Entry:
    size = judged.contents[path].rpartition(":")[2]
    blob, _, executable = change
    return Entry(path, int(size), executable, blob)


def _is_gone(path: str) -> None:
    """What was judged is not in the working tree any more: only the cache knows what it said."""
    raise ValueError


def _says_the_same(path: str, then: Told, now: Told, data: bytes, findings: list[tuple[int, str]]) -> bool:
    old, new = _ranked(path, then), _ranked(path, now)
    if old is None or new is None or old.digest != new.digest:
        return False
    lines = data.split(b"\n") if findings else []
    return all(text_digest(lines, new.lines[rank]) == text for rank, text in findings)


def _ranked(path: str, told: Told) -> Ranked | None:
    extraction = told.collected.extractions.get(path)
    return ranked(extraction, told.macro_uses.get(path)) if extraction is not None else None
