"""Native classes of Godot 3 (`*.gdns`): which GDNative library a class comes from."""

from __future__ import annotations

from portlint.extractors.manifest.godot.facts import effective, fact
from portlint.extractors.manifest.godot.text import read
from portlint.extractors.manifest.godot.value import text_of
from portlint.model.extraction import Extraction

NAME = "gdns"
VERSION = 1


def wants(path: str) -> bool:
    return path.endswith(".gdns")


def extract(path: str, data: bytes) -> Extraction:
    """An `import` fact for the library (`res://addons/x/x.gdnlib`), whose value is the class that it gives.

    Raises ValueError when the file is not Godot's text format.
    """
    sections = read(data, simple=False)
    names = [text_of(entry.value) for entry in effective(sections, "resource") if entry.key == "class_name"]
    return Extraction(
        tuple(
            fact("import", text_of(section.attributes.get("path", "")), path, section.line, names[-1] if names else "")
            for section in sections
            if section.name == "ext_resource" and section.attributes.get("type") == "GDNativeLibrary"
        )
    )
