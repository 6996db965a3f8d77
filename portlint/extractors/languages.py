"""Files that no extractor wants: which are code that somebody should know was not read, and which are not code."""

from __future__ import annotations

from collections.abc import Iterable

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
        "Visual Basic",
        "Fortran",
        "Dart",
        "Erlang",
        "Elixir",
        "Clojure",
    }
)
# Languages of whole servers and of small tools beside a game: where most of the code is in one, it is what ships.
SCRIPTED = frozenset({"PHP", "Ruby", "Perl"})


def shader_endings(paths: Iterable[str]) -> frozenset[str]:
    """Endings that mean a shader in this tree: `fs` is F# beside an F# project, and a fragment shader elsewhere."""
    return frozenset() if any(path.endswith(".fsproj") for path in paths) else frozenset({"fs"})


def language_of(path: str, shaders: frozenset[str]) -> str:
    """The language of a source file that no extractor reads, or "". `shaders`: as `shader_endings` gives them."""
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    return UNREAD.get(ending, "") if "." in name and ending not in shaders else ""


def unread(path: str, shaders: frozenset[str]) -> FileRecord:
    language = language_of(path, shaders)
    if language:
        return FileRecord(path, "not-analysed", f"no reader for {language} yet")
    return FileRecord(path, "excluded", "no source, manifest or native library")
