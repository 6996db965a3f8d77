"""Native libraries, object files, programs and wasm modules: the one extractor that meets their file names.

A name does not tell the format (`.node` is ELF, PE or Mach-O; a `.so` may be a picture), so the first bytes choose the
reader. Run it in a worker process: see `workers.py`.
"""

from __future__ import annotations

from msgspec import structs

from portlint.extractors.binary import ar, java_class
from portlint.extractors.binary.archive import reader as archive
from portlint.extractors.binary.elf import reader as elf
from portlint.extractors.binary.facts import extraction
from portlint.extractors.binary.filenames import is_model, wants
from portlint.extractors.binary.llvm import bitcode
from portlint.extractors.binary.macho import reader as macho
from portlint.extractors.binary.magic import HEAD_BYTES, refusal, sniff
from portlint.extractors.binary.marks import extra_settings
from portlint.extractors.binary.pe import coff
from portlint.extractors.binary.pe import reader as pe
from portlint.extractors.binary.record import Library, Truncated
from portlint.extractors.binary.wasm import component
from portlint.extractors.binary.wasm import reader as wasm
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location

__all__ = ["NAME", "VERSION", "extract", "wants"]

NAME = "native"
READERS = (ar, archive, bitcode, coff, component, elf, java_class, macho, pe, wasm)
# A reader's change must change the key of the cache; so must one of facts.py or folding.py (the last summand).
VERSION = sum(reader.VERSION for reader in READERS) + 2

_LANGUAGES = {
    "coff": "pe",
    "coff-bigobj": "pe",
    "coff-import": "pe",
    "fat": "macho",
    "wasm-component": "wasm",
    "bitcode": "llvm",
}


def extract(path: str, data: bytes) -> Extraction:
    """What the file is, for which platform, and what it asks of others.

    Facts, with the format as language (elf, pe, macho, ar, wasm, llvm):
    `ships` name `<format>-<machine>`, value the platform; `links` and `may-load` a library; `symbol` an undefined
    one as its plain C name, value the library that it comes from, or `maybe` where start-up code alone may be the
    reason; `import` of a wasm module `module.name`; `setting` `wasm/...`. A .NET assembly ships `dotnet-anycpu`, value
    `managed`. An archive has no facts of its own: what its libraries say is in `Extraction.members`.

    Raises ValueError with one line that says why the file cannot be read.
    """
    head = data[:HEAD_BYTES]
    if archive.holds(path, head):
        return archive.extraction(path, data, extract)
    if is_model(path, head):
        return Extraction()
    reason = refusal(head)
    if reason:
        raise ValueError(reason)
    kind = sniff(head)
    if kind == "java-class":
        return java_class.extract(path, data)
    try:
        return _marked(extraction(path, _LANGUAGES.get(kind, kind), read(kind, data)), path, data)
    except Truncated:
        raise
    except ValueError as error:
        return _second_opinion(path, kind, data, error)


def read(kind: str, data: bytes) -> list[Library]:
    """The records of a file of format `kind`, as `sniff` names it. Raises ValueError."""
    if kind == "fat":
        return [library for part in macho.slices(data) for library in _slice(part)]
    if kind == "ar":
        return ar.read(data)
    if kind == "bitcode":
        return [bitcode.read(data)]
    readers = {
        "elf": elf.read,
        "pe": pe.read,
        "macho": macho.read,
        "wasm": wasm.read,
        "wasm-component": component.read,
        "coff": coff.read,
        "coff-bigobj": coff.read,
        "coff-import": coff.read_import,
    }
    return [readers[kind](data)]


def _marked(found: Extraction, path: str, data: bytes) -> Extraction:
    """With the texts that tell which package it is."""
    settings = extra_settings(data)
    if not settings or not found.facts:
        return found
    language = found.facts[0].language
    marks = (Fact("setting", name, Location(path), language, value=value) for name, value in settings)
    return structs.replace(found, facts=(*found.facts, *marks))


def _slice(data: bytes) -> list[Library]:
    kind = sniff(data[:HEAD_BYTES])
    if kind == "macho":
        return [macho.read(data)]
    if kind == "ar":
        return ar.read(data)
    raise ValueError("a fat Mach-O with a part that is neither Mach-O nor a static library")


def _second_opinion(path: str, kind: str, data: bytes, error: ValueError) -> Extraction:
    if kind not in ("elf", "pe", "macho", "fat"):
        raise error
    from portlint.extractors.binary import lief_reader  # 0.3 s and 60 MB: only for the few files that need it

    libraries = lief_reader.read(kind, data)
    if not libraries:
        raise error
    found = extraction(path, "macho" if kind == "fat" else kind, libraries)
    return Extraction(found.facts, partly=f"damaged ({error}); read as far as lief can")
