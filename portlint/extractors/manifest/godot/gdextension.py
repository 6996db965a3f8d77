"""Native libraries of a GDExtension (`*.gdextension`)."""

from __future__ import annotations

from portlint.extractors.manifest.godot.facts import effective, fact, library_path, plugin, settings
from portlint.extractors.manifest.godot.text import Section, read
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "gdextension"
VERSION = 2


def wants(path: str) -> bool:
    return path.endswith(".gdextension")


def extract(path: str, data: bytes) -> Extraction:
    """One `ships` fact an entry of `[libraries]`, one `links` fact a path in `[dependencies]`.

    One `export` fact a class in `[icons]`, which names classes of the library, not always all. The name of the others
    is the entry's feature tags joined by dots, as written (`web.release.wasm32`), the value the path.
    `configuration/*` become settings; versions keep their source text. Format: core/extension/
    gdextension_library_loader.cpp. Raises ValueError when the file is not Godot's text format.
    """
    sections = read(data)
    facts = settings(sections, path, ["configuration"])
    missing = {"configuration/entry_symbol", "configuration/compatibility_minimum"} - {each.name for each in facts}
    for entry in effective(sections, "libraries"):
        facts.append(fact("ships", entry.key, path, entry.line, library_path(entry.value, path)))
    facts.extend(_dependencies(sections, path))
    facts.extend(fact("export", entry.key, path, entry.line) for entry in effective(sections, "icons"))
    partly = f"Godot does not load it without {' and '.join(sorted(missing))}" if missing else ""
    return Extraction(tuple(facts), (plugin(path),), partly=partly)


def _dependencies(sections: list[Section], path: str) -> list[Fact]:
    return [
        fact("links", entry.key, path, entry.line, library_path(library, path))
        for entry in effective(sections, "dependencies")
        if isinstance(entry.value, dict)
        for library in entry.value
    ]
