"""Text scenes and resources of Godot with the GDScript that is written inside of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.manifest.godot import scene
from portlint.extractors.source.gdscript import extractor as gdscript
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.vocabulary import Vocabulary

NAME = "scene"
LANGUAGE = gdscript.LANGUAGE
VERSION = 100 * scene.VERSION + gdscript.VERSION

wants = scene.wants


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """The facts of `scene.extract`, and those of `gdscript.extract` for each script inside, at the file's own lines.

    Columns of a script's first line, and behind an escaped quote, are those of the script. Raises ValueError as
    `scene.extract` does; a script that cannot be read ends up in `partly`.
    """
    found = scene.extract(path, data)
    if b'"GDScript"' not in data:
        return found
    facts: list[Fact] = []
    doubts: list[str] = []
    try:
        for start, source in scene.embedded_scripts(data):
            script = gdscript.extract(path, source.encode(), vocabulary)
            facts.extend(_moved(script.facts, start))
            if script.partly:
                doubts.append(f"the script at line {start}: {script.partly}")
    except ValueError as error:
        doubts.append(str(error))
    return msgspec.structs.replace(found, facts=(*found.facts, *facts), partly=_doubts(found.partly, doubts))


def _moved(facts: tuple[Fact, ...], start: int) -> Iterator[Fact]:
    for fact in facts:
        place = fact.location
        yield msgspec.structs.replace(fact, location=Location(place.path, start + place.line - 1, place.column))


def _doubts(of_scene: str, of_scripts: list[str]) -> str:
    """What is left to say once the scripts were looked at."""
    kept = "" if of_scene.endswith(scene.SCRIPT_DOUBT) else of_scene
    return "; ".join(dict.fromkeys(each for each in (kept, *of_scripts) if each))
