"""Archives that hold libraries: Android, Java, NuGet, Python and Unity packages, zipped frameworks, plain ZIP files.

Unpacked in memory alone, within the limits of `archive_limits.py`, in the worker that reads the file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from portlint.extractors.binary.archive import unity as archive_unity
from portlint.extractors.binary.archive import zip as archive_zip
from portlint.extractors.binary.archive.limits import DEPTH, FACTS, LIBRARIES, NAME, Ledger, Unpacked
from portlint.extractors.binary.filenames import is_archive, is_hot_reload_copy, is_library, is_model, is_unsure
from portlint.extractors.binary.magic import HEAD_BYTES, refusal, sniff
from portlint.model.extraction import Extraction
from portlint.model.member import member_path

VERSION = 1

Extract = Callable[[str, bytes], Extraction]


def holds(path: str, head: bytes) -> bool:
    """Is this an archive that `extraction` opens? Name and content must agree: a ZIP archive named `x.so` is none."""
    return is_archive(path) and sniff(head) in ("zip", "gzip")


def extraction(path: str, data: bytes, extract: Extract) -> Extraction:
    """The native and managed libraries inside, each as `extract` reads it, by path, sorted; see `Extraction.members`.

    `partly` names what was left out and why. Raises ValueError when the archive itself cannot be read.
    """
    ledger = Ledger(path)
    members: dict[str, Extraction] = {}
    for inside, content in _libraries(path, data, 1, ledger):
        place = _free(inside, members, ledger)
        if found := _read(place, content, ledger, extract):
            members[place] = found
    return Extraction(partly=ledger.text(), members=dict(sorted(members.items())))


def _libraries(path: str, data: bytes, depth: int, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    """Path and content of every library in an archive and in those inside it."""
    source = archive_unity.members if sniff(data[:HEAD_BYTES]) == "gzip" else _zipped
    for each in source(data, ledger):
        name = _plain_name(each.name)
        place = member_path(path, name)
        if name != each.name:
            ledger.leave("a name that no archive should have", place)
        if each.reason:
            ledger.leave(each.reason, place)
        elif not is_archive(name):
            yield place, each.content
        elif depth == DEPTH:
            ledger.leave(f"archives inside each other are opened {DEPTH} deep", place)
        elif holds(name, each.content[:HEAD_BYTES]):
            try:
                yield from _libraries(place, each.content, depth + 1, ledger)
            except ValueError as error:
                ledger.leave(str(error), place)
        else:
            ledger.leave(refusal(each.content[:HEAD_BYTES]) or "not an archive", place)


def _zipped(data: bytes, ledger: Ledger) -> Iterator[Unpacked]:
    found, note = archive_zip.entries(data, ledger.entries)
    ledger.entries -= len(found)
    if note:
        ledger.leave(note)
    ledger.classes += sum(entry.name.endswith(".class") for entry in found)
    overlapping = archive_zip.overlapping(found)
    for entry in found:
        if entry.link or not _promising(entry.name):
            continue
        reason = archive_zip.obstacle(entry)
        if entry.offset in overlapping:
            reason = "overlaps another member"
        if not reason:
            head = archive_zip.head(data, entry)
            if head and not is_archive(entry.name) and (why := refusal(head)):
                if is_library(entry.name) and not is_model(entry.name, head):
                    yield Unpacked(entry.name, reason=why)
                continue
        reason = reason or ledger.refusal(entry.size, entry.packed)
        if reason:
            yield Unpacked(entry.name, reason=reason)
            continue
        ledger.bytes -= entry.size
        try:
            yield Unpacked(entry.name, archive_zip.content(data, entry))
        except ValueError as error:
            yield Unpacked(entry.name, reason=str(error))


def _read(place: str, content: bytes, ledger: Ledger, extract: Extract) -> Extraction | None:
    """One library; None where it is none, or too many came before it."""
    head = content[:HEAD_BYTES]
    why = refusal(head)
    if why or is_model(place, head):
        if is_library(place) and not is_model(place, head):
            ledger.leave(why, place)
        return None
    if ledger.libraries <= 0:
        ledger.leave(f"only the first {LIBRARIES} libraries were read", place)
        return None
    ledger.libraries -= 1
    try:
        found = extract(place, content)
    except ValueError as error:
        ledger.leave(str(error), place)
        return None
    except MemoryError:
        raise
    except Exception as error:  # a mistake of one reader on one member: its neighbours are not lost for it
        ledger.leave(f"the reader failed: {type(error).__name__}: {error}", place)
        return None
    if len(found.facts) > ledger.facts:
        ledger.leave(f"beyond the {FACTS} facts that are kept of one archive", place)
        return None
    ledger.facts -= len(found.facts)
    return found


def _promising(name: str) -> bool:
    # "._x" are resource forks that macOS puts into archives.
    base = name.rpartition("/")[2]
    if base.startswith("._") or is_hot_reload_copy(name):
        return False
    name = _plain_name(name)
    return is_library(name) or is_archive(name) or is_unsure(name)


def _plain_name(name: str) -> str:
    """A relative path with `/`, without `..`, of a length that its facts can carry. Nothing is ever written to it."""
    parts = name.split("\0")
    plain = next((part for part in parts if is_library(part) or is_archive(part)), parts[0])
    plain = plain.replace("\\", "/")
    if len(plain) > 1 and plain[1] == ":":
        plain = plain[2:]
    return "/".join(part for part in plain.split("/") if part not in ("", ".", ".."))[-NAME:].lstrip("/")


def _free(place: str, members: dict[str, Extraction], ledger: Ledger) -> str:
    """The place itself, or one with a number where the archive has two members of one name."""
    if place not in members:
        return place
    ledger.leave("two members of one name", place)
    stem, ending = posixpath.splitext(place)
    number = 2
    while f"{stem} ({number}){ending}" in members:
        number += 1
    return f"{stem} ({number}){ending}"
