"""Native libraries of a GDNative plugin of Godot 3 (`*.gdnlib`)."""

from __future__ import annotations

from portlint.extractors.manifest.godot.facts import effective, fact, library_path, plugin, settings
from portlint.extractors.manifest.godot.text import read
from portlint.extractors.manifest.godot.value import strings_of, text_of
from portlint.model.extraction import Extraction

NAME = "gdnlib"
VERSION = 1


def wants(path: str) -> bool:
    return path.endswith(".gdnlib")


def extract(path: str, data: bytes) -> Extraction:
    """One `ships` fact an entry of `[entry]`, one `links` fact a path in `[dependencies]`; `general/*` as settings.

    The name is the entry's tags as written (`X11.64`, case-sensitive). Format: modules/gdnative/gdnative.cpp of
    Godot 3.6. Raises ValueError when the file is not Godot's text format.
    """
    sections = read(data)
    facts = settings(sections, path, ["general"])
    for entry in effective(sections, "entry"):
        if text_of(entry.value):  # the editor leaves platforms without a library as ""
            facts.append(fact("ships", entry.key, path, entry.line, library_path(entry.value, path)))
    for entry in effective(sections, "dependencies"):
        for library in strings_of(entry.value):
            facts.append(fact("links", entry.key, path, entry.line, library_path(library, path)))
    return Extraction(tuple(facts), (plugin(path),))
