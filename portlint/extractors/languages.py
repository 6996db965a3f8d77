"""Files that no extractor wants: which are code that somebody should know was not read, and which are not code."""

from __future__ import annotations

from portlint.model.extraction import FileRecord

# Ending -> language. A reader that is missing is said in every report: silence would look like a clean bill.
UNREAD = {
    "swift": "Swift",
    "java": "Java",
    "kt": "Kotlin",
    "scala": "Scala",
    "d": "D",
    "nim": "Nim",
    "pas": "Pascal",
    "fs": "F#",
    "vb": "Visual Basic",
    "rb": "Ruby",
    "php": "PHP",
    "pl": "Perl",
    "s": "assembly",
    "S": "assembly",
    "asm": "assembly",
    "nasm": "assembly",
    "cu": "CUDA",
    "hx": "Haxe",
    "gml": "GameMaker script",
    "as": "ActionScript or AngelScript",
    "nut": "Squirrel",
    "wren": "Wren",
    "erl": "Erlang",
    "ex": "Elixir",
    "exs": "Elixir",
    "dart": "Dart",
    "cljs": "Clojure",
    "clj": "Clojure",
    "f90": "Fortran",
    "scn": "binary Godot scenes",
    "res": "binary Godot resources",
    "gdc": "compiled GDScript",
    "pck": "Godot packages",
}
# Languages that are compiled into what ships: code in them that nobody read forbids a `ready`.
COMPILED = frozenset(
    {
        "Swift",
        "Java",
        "Kotlin",
        "Scala",
        "D",
        "Nim",
        "Pascal",
        "F#",
        "assembly",
        "CUDA",
        "Haxe",
    }
)


def language_of(path: str) -> str:
    """The language of a source file that no extractor reads, or ""."""
    name = path.rpartition("/")[2]
    return UNREAD.get(name.rpartition(".")[2], "") if "." in name else ""


def unread(path: str) -> FileRecord:
    language = language_of(path)
    if language:
        return FileRecord(path, "not-analysed", f"no reader for {language} yet")
    return FileRecord(path, "excluded", "no source, manifest or native library")
