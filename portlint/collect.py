"""Read every file once and keep what its extractor says; a file that fails costs only itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType

import msgspec

from portlint.cache import Cache, blob_id, cache_key, content_id
from portlint.catalog.compiled import program_state
from portlint.extractors import ignores, languages
from portlint.extractors.binary import HEAD_BYTES, filenames, refusal
from portlint.extractors.source.c import family as c_family
from portlint.extractors.source.c import macro_uses as c_macro_uses
from portlint.files import read_file, read_head
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.vocabulary import Vocabulary
from portlint.walk import Entry, read

SOURCE_CAP = 24_000_000  # bytes
MANIFEST_CAP = 64_000_000
BINARY_CAP = 256_000_000
_MANY = 500  # files
HASH_CAP = 64_000_000  # beyond this a binary outside of git is read anew each time

Progress = Callable[[int, int], None]


def is_there(_path: str) -> None:
    """Nothing has to be fetched."""


class Collected(msgspec.Struct, frozen=True):
    """Extractions by path, and one record a file. Paths in both are sorted.

    Libraries inside an archive have extractions under paths of their own (`model/member.py`), and no records.
    """

    extractions: dict[str, Extraction]
    records: tuple[FileRecord, ...]


class Collector:
    """Reads files of one root through one cache. `fetch` is told of each path before it is read there."""

    def __init__(
        self,
        root: Path,
        cache: Cache,
        vocabularies: dict[str, Vocabulary],
        jobs: int,
        fetch: Callable[[str], None] = is_there,
    ) -> None:
        self._root = root
        self._cache = cache
        self._vocabularies = vocabularies
        self._jobs = jobs
        self._fetch = fetch
        self._members: dict[str, Extraction] = {}  # of archives
        self._shaders: frozenset[str] = frozenset()  # endings that mean no program here
        self.contents: dict[str, str] = {}  # what was read, by an id of its content
        self.reads: Counter[str] = Counter()  # how often files were opened to be extracted
        self.reopened: set[str] = set()  # what a later stage asked for
        self.repeatable = True  # False once a worker died or ran out of time: the next one may not

    def collect(self, entries: Sequence[Entry], progress: Progress) -> Collected:
        extractions: dict[str, Extraction] = {}
        records: list[FileRecord] = []
        natives: list[Entry] = []
        self._shaders = languages.shader_endings(entry.path for entry in entries)
        for number, (entry, module) in enumerate(zip(entries, self._readers(entries), strict=True)):
            progress(number, len(entries))
            if module is not None:
                self._one(entry, module, extractions, records)
            elif _may_be_native(entry):
                natives.append(entry)
            else:
                records.append(languages.unread(entry.path, self._shaders))
        self._natives(natives, extractions, records)
        extractions |= {path: each for path, each in self._members.items() if path not in extractions}
        self._members.clear()
        records.sort(key=lambda record: record.path)
        return Collected(dict(sorted(extractions.items())), tuple(records))

    def _readers(self, entries: Sequence[Entry]) -> Sequence[ModuleType | None]:
        """The reader of each file. Asking sixty readers for each of ten thousand files takes a second: it is kept."""
        if len(entries) < _MANY:
            return [_extractor(entry) for entry in entries]
        from portlint.extractors.texts import READERS

        paths = "\0".join(entry.path for entry in entries)
        key = cache_key(content_id(paths.encode("utf-8", "surrogateescape")), "", program_state().hex(), 1)
        known = self._cache.get_bytes(key)
        if known is None or len(known) != len(entries):
            found = [_extractor(entry) for entry in entries]
            self._cache.put_bytes(key, bytes(READERS.index(each) + 1 if each else 0 for each in found))
            return found
        return [READERS[number - 1] if number else None for number in known]

    def content(self, path: str) -> bytes:
        """A file of the tree once more. Raises ValueError when it cannot be read."""
        self.reopened.add(path)
        self._fetch(path)
        return read_file(self._root, path, SOURCE_CAP)

    def macro_uses(self, entries: Iterable[Entry], macros: frozenset[str]) -> dict[str, Extraction]:
        """Where these macros are used, by path; files that were not readable the first time are left out."""
        vocabulary = Vocabulary("c", constants=macros, digest=content_id("\n".join(sorted(macros)).encode()))
        found: dict[str, Extraction] = {}
        for entry in entries:
            try:
                found[entry.path] = self._cached(entry, c_macro_uses, vocabulary, SOURCE_CAP)
            except ValueError:
                continue
        return found

    def _one(
        self, entry: Entry, module: ModuleType, extractions: dict[str, Extraction], records: list[FileRecord]
    ) -> None:
        language = getattr(module, "LANGUAGE", "") if _is_source(module) else ""
        cap = SOURCE_CAP if _is_source(module) else MANIFEST_CAP
        try:
            extraction = self._cached(entry, module, self._vocabularies.get(language), cap)
        except ValueError as error:
            records.append(FileRecord(entry.path, "not-analysed", str(error)))
        except Exception as error:  # one reader on one file: it goes into the report, and the scan goes on
            self.repeatable = False
            records.append(
                FileRecord(entry.path, "not-analysed", f"the reader failed: {type(error).__name__}: {error}")
            )
        else:
            self._keep(entry.path, extraction, extractions, records)

    def _cached(self, entry: Entry, module: ModuleType, vocabulary: Vocabulary | None, cap: int) -> Extraction:
        """Raises ValueError when the file cannot be read or its format refuses it."""
        digest = f"{vocabulary.digest if vocabulary else ''} {ignores.VERSION}"
        key = data = None
        if entry.blob:
            self.contents[entry.path] = blob_id(entry.blob, entry.size)
            key = cache_key(self.contents[entry.path], entry.path, module.NAME, module.VERSION, digest)
            known = self._cache.get(key)
            if known is not None:
                return _accepted(known)
        data = self._read(entry, cap)
        if key is None:
            self.contents[entry.path] = content_id(data)
            key = cache_key(self.contents[entry.path], entry.path, module.NAME, module.VERSION, digest)
            known = self._cache.get(key)
            if known is not None:
                return _accepted(known)
        try:
            extraction: Extraction = (
                module.extract(entry.path, data, vocabulary) if vocabulary else module.extract(entry.path, data)
            )
            if module is not c_macro_uses and (marked := ignores.ignore_facts(entry.path, data)):
                extraction = msgspec.structs.replace(extraction, facts=(*extraction.facts, *marked))
        except ValueError as error:
            extraction = Extraction(refused=str(error))
        self._cache.put(key, extraction)
        return _accepted(extraction)

    def _read(self, entry: Entry, cap: int) -> bytes:
        self.reads[entry.path] += 1
        self._fetch(entry.path)
        return read(self._root, entry, cap)

    def _natives(self, entries: Sequence[Entry], extractions: dict[str, Extraction], records: list[FileRecord]) -> None:
        """Binaries: known ones from the cache, the others in worker processes that may die."""
        fresh: dict[Entry, bytes] = {}
        for entry in entries:
            key = b""
            if entry.blob:
                self.contents[entry.path] = blob_id(entry.blob, entry.size)
                key = _native_key(entry, self.contents[entry.path])
            known = self._cache.get(key) if key else None
            if known is None:
                if record := self._no_native(entry):
                    records.append(record)
                    continue
                key = key or self._content_key(entry)
                known = self._cache.get(key) if key else None
            if known is None:
                fresh[entry] = key
            else:
                self._keep(entry.path, known, extractions, records)
        if not fresh:
            return
        from portlint.extractors.isolated import native_extractions  # starts processes: only when there is work

        for entry, outcome, repeatable in native_extractions(self._root, list(fresh), BINARY_CAP, self._jobs):
            self.repeatable &= repeatable
            if isinstance(outcome, str):
                records.append(FileRecord(entry.path, "not-analysed", outcome))
                continue
            if fresh[entry]:
                self._cache.put(fresh[entry], outcome)
            self._keep(entry.path, outcome, extractions, records)

    def _content_key(self, entry: Entry) -> bytes:
        """The key of a binary that git has not hashed; empty for one that is too large or cannot be read."""
        try:
            self.contents[entry.path] = content_id(self._read(entry, HASH_CAP))
            return _native_key(entry, self.contents[entry.path])
        except ValueError:
            return b""  # the worker says why

    def _no_native(self, entry: Entry) -> FileRecord | None:
        """The record of a file that its first bytes show to be no native library: no worker has to start for it."""
        if filenames.is_hot_reload_copy(entry.path):
            return FileRecord(entry.path, "excluded", "what an editor leaves beside a library that it reloads")
        self._fetch(entry.path)
        try:
            self.reads[entry.path] += 1
            head = read_head(self._root, entry.path, HEAD_BYTES)
        except ValueError as error:
            return FileRecord(entry.path, "not-analysed", str(error))
        if filenames.is_model(entry.path, head):
            return FileRecord(entry.path, "excluded", "a 3D model")
        reason = refusal(head)
        from portlint.extractors.binary.archive import reader as archive

        if not reason or archive.holds(entry.path, head):
            return None
        promised = filenames.promises(entry.path)  # an executable script is what it seems to be
        return (
            FileRecord(entry.path, "not-analysed", reason) if promised else languages.unread(entry.path, self._shaders)
        )

    def _keep(
        self, path: str, extraction: Extraction, extractions: dict[str, Extraction], records: list[FileRecord]
    ) -> None:
        if extraction.refused:
            records.append(FileRecord(path, "not-analysed", extraction.refused))
            return
        if filenames.is_archive(path) and not extraction.facts:
            self._members |= extraction.members
            if not extraction.members and not extraction.partly:
                records.append(FileRecord(path, "excluded", "an archive without native libraries"))
                return
        else:
            extractions[path] = extraction
        records.append(FileRecord(path, "partly" if extraction.partly else "analysed", extraction.partly))


def _accepted(extraction: Extraction) -> Extraction:
    """Raises ValueError for what the reader refused, also when the cache remembers it."""
    if extraction.refused:
        raise ValueError(extraction.refused)
    return extraction


def _extractor(entry: Entry) -> ModuleType | None:
    """The reader of a text format that wants the file."""
    if c_family.wants(entry.path):  # the first of all readers, and the only one that a few changed files need
        return c_family
    from portlint.extractors.texts import reader_of

    return reader_of(entry.path)


def is_source_code(path: str) -> bool:
    """Whether a reader of source code wants a file of this name."""
    module = _extractor(Entry(path, 0))
    return module is not None and _is_source(module)


def _is_source(module: ModuleType) -> bool:
    if module is c_family:
        return True
    from portlint.extractors.texts import is_source

    return is_source(module)


def _may_be_native(entry: Entry) -> bool:
    from portlint.extractors.binary import native

    unnamed = entry.executable or "." not in entry.path.rpartition("/")[2]
    return native.wants(entry.path) or unnamed or filenames.is_unsure(entry.path)


def _native_key(entry: Entry, identity: str) -> bytes:
    from portlint.extractors.binary import native
    from portlint.extractors.binary.marks import marks
    from portlint.extractors.binary.noise import knowledge

    digest = knowledge().digest + marks().digest  # what is noise in a binary, and which marks count, decide its facts
    return cache_key(identity, entry.path, native.NAME, native.VERSION, digest)
