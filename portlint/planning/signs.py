"""Signs in one source file that a port will change it: platform APIs, conditions on the platform, what it calls.

Read as words, not parsed, comments included: a ranking needs hints, and a finding is never made of them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from portlint.model.outline import Outline
from portlint.units.platform import PLATFORM_MACROS

_WORD = re.compile(rb"[A-Za-z_]\w*(?:::\w+)*")
_PART = re.compile(rb"[A-Za-z_]\w+")
_CALL = re.compile(rb"\b([A-Za-z_]\w{2,})\s*\(")
_NO_CALLS = frozenset(b"if for while switch catch return sizeof else match loop and not defined elif foreach".split())
_BRACED = re.compile(rb"(?<!\bnew )\b([A-Za-z_]\w{2,})\s*\([^;{}]{0,300}\)[\w\s]{0,30}\{")
_C_FAMILY = frozenset("c cc cpp cxx c++ h hh hpp hxx inl inc ipp m mm".split())
# How a function is defined, by the ending of the file. Group 1 is its name.
_DEFINITIONS = {
    **dict.fromkeys([*_C_FAMILY, "cs", "ts", "js"], _BRACED),
    "rs": re.compile(rb"\bfn\s+([A-Za-z_]\w{2,})"),
    "go": re.compile(rb"^func\s*(?:\([^)]*\)\s*)?([A-Za-z_]\w{2,})", re.MULTILINE),
    "gd": re.compile(rb"^(?:static )?func\s+([A-Za-z_]\w{2,})", re.MULTILINE),
    "py": re.compile(rb"^\s*(?:async )?def\s+([A-Za-z_]\w{2,})", re.MULTILINE),
    "lua": re.compile(rb"\bfunction\s+(?:[\w.]+[.:])?([A-Za-z_]\w{2,})"),
}
_MAIN = re.compile(
    rb"^[ \t]*(?:extern \"C\" )?(?:int|void|fn|func|static|public|pub)\b[^;{}()=]*?\b\w?[Mm]ain\s*\(", re.M
)
_CONDITIONS = ("if", "ifdef", "ifndef", "elif", "elifdef", "elifndef")
_MACRO = re.compile(
    r"\b(?:" + "|".join(sorted(PLATFORM_MACROS - {"DEBUG", "NDEBUG", "_DEBUG", "__cplusplus", "__STDC__"})) + r"|"
    r"TARGET_OS_\w+|__ANDROID__|__linux__|__unix__|__FreeBSD__|__OpenBSD__|__NetBSD__|__DragonFly__|__EMSCRIPTEN__|"
    r"__vita__|__SWITCH__|__3DS__|_3DS|__PSP__|GEKKO|__IPHONEOS__|__GNUC__|__OS2__|\w*PLATFORM_\w+)\b"
)
# The same question in languages without a preprocessor of C's kind.
_ASKS = {
    "rs": re.compile(rb"\bcfg(?:_attr)?!?\s*\([^\n]*\b(?:target_\w+|unix|windows)\b"),
    "cs": re.compile(rb"^\s*#\s*(?:el)?if\b[^\n]*\b(?:UNITY_\w+|WINDOWS|ANDROID|IOS|LINUX|OSX)|\bIsOSPlatform\b", re.M),
    "go": re.compile(rb"^//go:build|\bruntime\.GOOS\b", re.M),
    "gd": re.compile(rb"\bOS\.(?:get_name|has_feature)\b"),
    "py": re.compile(rb"\bsys\.platform\b|\bos\.name\b|\bplatform\.system\b"),
    "js": re.compile(rb"\bprocess\.platform\b"),
    "ts": re.compile(rb"\bprocess\.platform\b"),
}


class Shown(msgspec.Struct, frozen=True):
    """What one file shows by itself. `apis`: names by area id. `guards`: how often it asks for the platform."""

    apis: Mapping[str, tuple[str, ...]]
    guards: int
    has_main: bool = False


class Signs(Shown, frozen=True):
    """That, and what ties it to others: `defines` and `calls` are names of functions, `mentions` stems of other files,
    in languages without includes.
    """

    defines: frozenset[bytes] = frozenset()
    calls: frozenset[bytes] = frozenset()
    mentions: frozenset[bytes] = frozenset()


class Names:
    """Which areas a word belongs to. A name that ends in `*` stands for all that begin so; one that ends in `()` only
    counts where it is called.
    """

    def __init__(self, areas: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[str]] = {}
        for area, names in areas.items():
            for name in names:
                table = self._beginnings if name.endswith("*") else self._exact
                table.setdefault(name.removesuffix("*"), []).append(area)
        self._begins = re.compile("|".join(map(re.escape, sorted(self._beginnings, key=len, reverse=True))) or r"(?!)")
        self._known: dict[tuple[bytes, bool], tuple[str, ...]] = {}

    def areas(self, word: bytes, called: bool) -> tuple[str, ...]:
        """Ids of the areas; most words have none."""
        key = (word, called)
        if key not in self._known:
            text = word.decode("ascii", "replace")
            begins = self._begins.match(text)
            exact = self._exact.get(text) or (self._exact.get(f"{text}()") if called else None)
            self._known[key] = tuple(exact or (self._beginnings[begins[0]] if begins else ()))
        return self._known[key]


def is_source(path: str) -> bool:
    """A language whose functions are known by name here."""
    return _ending(path) in _DEFINITIONS


def language(path: str) -> str:
    """Files that may call each other by name have the same; C, C++ and Objective-C are one."""
    ending = _ending(path)
    return "c" if ending in _C_FAMILY else ending


def signs(path: str, data: bytes, outline: Outline | None, names: Names, stems: frozenset[bytes]) -> Signs:
    """Read one file. `stems`: names of the project's other files, to see which of them it mentions."""
    calls = frozenset(_CALL.findall(data)) - _NO_CALLS
    apis: dict[str, list[str]] = {}
    for word in set(_WORD.findall(data)):
        for area in names.areas(word, word in calls):
            apis.setdefault(area, []).append(word.decode("ascii", "replace"))
    ending = _ending(path)
    own = stem(path)
    return Signs(
        {area: tuple(sorted(found)) for area, found in sorted(apis.items())},
        _guards(ending, data, outline),
        _MAIN.search(data) is not None,
        frozenset(_DEFINITIONS[ending].findall(data)) - _NO_CALLS,
        calls,
        stems.intersection(_PART.findall(data)) - {own} if outline is None else frozenset(),
    )


def stem(path: str) -> bytes:
    """The file's name without its ending; in languages whose modules are folders, the folder's for `mod.rs`."""
    folder, _, name = path.rpartition("/")
    first = name.partition(".")[0]
    return (posixpath.basename(folder) if first in ("mod", "index", "__init__", "lib") else first).encode(
        "utf-8", "surrogateescape"
    )


def _guards(ending: str, data: bytes, outline: Outline | None) -> int:
    if outline is not None:
        return sum(each.kind in _CONDITIONS and _MACRO.search(each.text) is not None for each in outline.directives)
    asks = _ASKS.get(ending)
    return len(asks.findall(data)) if asks else 0


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""
