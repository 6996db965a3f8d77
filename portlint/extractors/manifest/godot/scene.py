"""What Godot's text scenes and resources use (`*.tscn`, `*.tres`): native classes, scripts, other scenes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portlint.extractors.manifest.godot.facts import fact
from portlint.extractors.manifest.godot.text import Reader, Section, decode
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "scene"
VERSION = 1
SCRIPT_DOUBT = "a script inside the file is not analysed"

_HEADER = rb"^\[(?:gd_resource|ext_resource|sub_resource|node)[ \t]"
_ANY_HEADER = re.compile(_HEADER, re.MULTILINE)
# Strings (scripts may be embedded), comments, and at line starts the headers that matter. A header cannot begin a
# line inside an array, since `node` is no value: so the values, most of the file, need no parsing.
_MARK = re.compile(rf'"(?:[^"\\]++|\\.)*+"|"|;[^\n]*+|{_HEADER.decode()}', re.MULTILINE | re.DOTALL)
_REFERENCES = (".gd", ".cs", ".gdns", ".gdnlib", ".gdextension", ".tscn", ".scn", ".tres", ".res")


def wants(path: str) -> bool:
    return path.endswith((".tscn", ".tres"))


def extract(path: str, data: bytes) -> Extraction:
    """A `type` fact a native class of nodes and resources, an `import` fact a script, scene or resource referred to.

    Each name once a file, at its first place: `type` `HTTPRequest`, value the kind of header (`node`); `import`
    `res://player.gd`, value its type (`Script`). Textures, sounds and models are left out. Raises ValueError for
    what is not text; a header or string that is not understood ends the reading, and `partly` says where.
    """
    if not _ANY_HEADER.search(data):
        decode(data)
        return Extraction()
    reader = Reader(decode(data))
    facts: dict[tuple[str, str], Fact] = {}
    partly = ""
    try:
        for section in _headers(reader):
            for found in _facts(section, path):
                facts.setdefault((found.kind, found.name), found)
            if _is_script(section):
                partly = partly or f"line {section.line}: {SCRIPT_DOUBT}"
    except ValueError as error:
        partly = f"{error}; not read from there on"
    return Extraction(tuple(facts.values()), partly=partly)


def embedded_scripts(data: bytes) -> list[tuple[int, str]]:
    """The line where each GDScript inside a scene starts, and its source, whose lines are lines of the file.

    Raises ValueError where the file is not understood.
    """
    if b'"GDScript"' not in data:
        return []
    reader = Reader(decode(data))
    scripts: list[tuple[int, str]] = []
    for section in _headers(reader):
        while _is_script(section) and (found := reader.key())[0] is not None:
            value = reader.value()
            if found[0] == "script/source" and isinstance(value, str):
                scripts.append((reader.line(found[1]), value))
    return scripts


def _is_script(section: Section) -> bool:
    return section.name == "sub_resource" and section.attributes.get("type") == "GDScript"


def _headers(reader: Reader) -> Iterator[Section]:
    """The headers that matter, in file order. Raises ValueError at the first that does not close, or a string."""
    while match := _MARK.search(reader.text, reader.pos):
        if match[0] == '"':
            raise ValueError(f"line {reader.line(match.start())}: unterminated string")
        reader.pos = match.end()
        if match[0][0] == "[":
            reader.pos = match.start()
            yield reader.tag()


def _facts(section: Section, path: str) -> list[Fact]:
    kind, target = section.attributes.get("type"), section.attributes.get("path")
    if section.name == "ext_resource":
        # Godot 3 and 4 give a path; the uid beside it only survives moves inside the editor.
        wanted = isinstance(target, str) and target.endswith(_REFERENCES)
        return [fact("import", str(target), path, section.line, str(kind or ""))] if wanted else []
    # A node without a type is an instance of another scene.
    return [fact("type", kind, path, section.line, section.name)] if isinstance(kind, str) else []
