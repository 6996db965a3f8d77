"""Export presets of a Godot project (`export_presets.cfg`)."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.godot.facts import effective, fact
from portlint.extractors.manifest.godot.text import read
from portlint.extractors.manifest.godot.value import text_of
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "export-presets"
VERSION = 1

# Godot 3, and options of some platforms, keep secrets in this file; they must not travel into a cache or a report.
_SECRET = re.compile(
    r"pass(word|phrase|$)|secret|token|encryption_key|certificate|keystore|identity|api_", re.IGNORECASE
)


def wants(path: str) -> bool:
    return posixpath.basename(path) == "export_presets.cfg"


def extract(path: str, data: bytes) -> Extraction:
    """One `setting` fact a key of each preset: `preset/<platform>/<index>/<key>`, options included.

    `preset/Web/0/variant/extensions_support` has the value `false`. The platform may hold a slash (`Linux/X11`).
    Values that may be secrets are left empty. Presets after a gap in the numbering are left out, as Godot does
    (editor/export/editor_export.cpp). Raises ValueError when the file is not Godot's text format.
    """
    sections = read(data)
    numbers = {int(match[1]) for section in sections if (match := re.fullmatch(r"preset\.(\d{1,6})", section.name))}
    facts: list[Fact] = []
    doubts: list[str] = []
    index = 0
    while index in numbers:
        entries = effective(sections, f"preset.{index}")
        platform = next((text_of(entry.value) for entry in entries if entry.key == "platform"), "")
        if not platform:
            doubts.append(f"preset.{index} names no platform")
        for entry in entries + effective(sections, f"preset.{index}.options"):
            value = "" if _SECRET.search(entry.key) else text_of(entry.value)
            facts.append(
                fact("setting", f"preset/{platform or 'unknown'}/{index}/{entry.key}", path, entry.line, value)
            )
        index += 1
    if late := [number for number in sorted(numbers) if number > index]:
        doubts.append(f"Godot ignores preset.{late[0]} and later, since preset.{index} is missing")
    return Extraction(tuple(facts), partly="; ".join(doubts))
