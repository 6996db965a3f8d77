"""What is there for the target already: branches behind guards, files made for it, siblings that have such files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.rates import Fallback
from portlint.model.catalog import Family
from portlint.model.component import Component
from portlint.model.extraction import FileRecord
from portlint.model.outline import Outline

_CODE = tuple(f".{end}" for end in "c cc cpp cxx h hpp m mm cs gd rs go ts js jslib jspre".split())
_CONDITIONS = ("if", "ifdef", "ifndef", "elif", "elifdef", "elifndef")
_BUILD_FILES = frozenset(
    "cmakelists.txt meson.build sconstruct scsub configure.ac configure.in premake4.lua premake5.lua xmake.lua "
    "build.zig cargo.toml build.rs wscript cmakepresets.json".split()
)
_PARTS = ("module", "vendored", "package", "plugin")


class Branches(msgspec.Struct, frozen=True):
    """`folders` hold a file made for the target; `components` too. `siblings`: components beside one of these."""

    folders: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    siblings: frozenset[str] = frozenset()

    def share(self, capability: str, component: str, paths: Sequence[str], rates: Fallback) -> float:
        """How much of a unit's price is due."""
        if component in self.components:
            return rates.share
        if component in self.siblings and capability.split(".", maxsplit=1)[0] in rates.areas:
            return rates.alternative
        beside = sum(posixpath.dirname(path) in self.folders for path in paths)
        return rates.share if paths and beside * 2 > len(paths) else 1.0


def branches(components: Iterable[Component], files: Iterable[FileRecord], family: Family, rates: Fallback) -> Branches:
    """What of these files was made for targets of this family."""
    parts = {each.path: each for each in components if each.kind in _PARTS and each.path not in ("", ".")}
    made = [each.path for each in files if each.state in ("analysed", "partly") and _made_for(each.path, family, rates)]
    owners = [parts.get(_owner(path, parts)) for path in made]
    having = frozenset(each.id for each in owners if each)
    homes = {posixpath.dirname(each.path) for each in parts.values() if each.id in having} - {"", "."}
    return Branches(
        frozenset(posixpath.dirname(path) for path in made) - {"", "."},
        having,
        frozenset(each.id for each in parts.values() if each.id not in having and _beside(each.path, homes)),
    )


def begun_in(outlines: Mapping[str, Outline], family: Family, rates: Fallback) -> list[str]:
    """The source files, headers left out, with a condition on the target itself: `Known.begun`. Sorted."""
    macros = rates.macros.get(family, ())
    asked = re.compile(rf"\b(?:{'|'.join(map(re.escape, macros))})\b") if macros else None
    return [
        path
        for path, outline in sorted(outlines.items())
        if asked
        and not path.lower().endswith((".h", ".hh", ".hpp", ".hxx", ".inl"))
        and any(each.kind in _CONDITIONS and asked.search(each.text) for each in outline.directives)
    ]


def is_build_file(path: str) -> bool:
    """A file that says how a project is built, for a tool of C's family or of Rust."""
    name = posixpath.basename(path).lower()
    return name in _BUILD_FILES or name.startswith("makefile") or name.endswith((".cmake", ".mk"))


def names_the_target(build_file: bytes, family: Family, rates: Fallback) -> bool:
    """Whether a build file speaks of a toolchain for the target, comments included."""
    return any(word.encode() in build_file for word in rates.tools.get(family, ()))


def _beside(path: str, homes: Iterable[str]) -> bool:
    """In the same folder, or that folder itself. A part that lies alone in a folder stands for it:
    `Transports/KCP/kcp2k` is beside `Transports/SimpleWeb/SimpleWeb`.
    """
    above = {posixpath.dirname(home) for home in homes} - {"", "."}
    around = {*homes, *above}
    return path in around or posixpath.dirname(path) in around or posixpath.dirname(posixpath.dirname(path)) in above


def _made_for(path: str, family: Family, rates: Fallback) -> bool:
    name = posixpath.basename(path).lower()
    if not name.endswith(_CODE):
        return False
    folders = {part.lower() for part in posixpath.dirname(path).split("/")}
    return bool(folders & set(rates.folders.get(family, ()))) or any(
        part in name for part in rates.names.get(family, ())
    )


def _owner(path: str, parts: Mapping[str, Component]) -> str:
    while path and path not in parts:
        path = posixpath.dirname(path)
    return path
