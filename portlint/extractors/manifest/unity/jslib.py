"""JavaScript plug-ins of Unity's web build (`*.jslib`, `*.jspre`): which functions they give to C#.

`.jslib` is an Emscripten library: an object merged into `LibraryManager.library`. Source: emscripten.org, "Interacting
with code", and docs.unity3d.com, "Set up your JavaScript plug-in".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portlint.extractors.manifest.unity.text import decode, fact
from portlint.model.extraction import Extraction

NAME = "unity-jslib"
VERSION = 1

# Possessive throughout: a file that nobody closed costs one pass.
_TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|`(?:[^`\\]++|\\.)*+`?|\s++)"""
    r"""|(?P<string>"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?)"""
    r"""|(?P<name>[A-Za-z_$][\w$]*+)|(?P<sign>.)""",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]++|\\.|\[(?:[^\]\\\n]++|\\.)*+\])++/")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "case"}  # elsewhere a slash divides
_DECORATION = re.compile(
    r"__(?:deps|postset|sig|proxy|internal|i53abi|asm|docs|nothrow|async|user|noleakcheck|inline|unimplemented)\Z"
)
_OPEN, _CLOSE = "([{", ")]}"


def wants(path: str) -> bool:
    return path.endswith((".jslib", ".jspre"))


def extract(path: str, data: bytes) -> Extraction:
    """The `ships` fact `unity/WebGL` of the plug-in, and one `export` fact a function that C# can import.

    Raises ValueError for what is not text.
    """
    text = decode(data)
    facts = [fact("ships", "unity/WebGL", path, 1, path)]
    tokens = list(_tokens(text))
    names: dict[str, int] = {}
    for start in _libraries(tokens):
        for name, at in _keys(tokens, start):
            if not name.startswith("$") and not _DECORATION.search(name):
                names.setdefault(name, at)
    facts.extend(fact("export", name, path, text.count("\n", 0, at) + 1, "web") for name, at in names.items())
    empty = path.endswith(".jslib") and not names
    return Extraction(tuple(facts), partly="no function merged into LibraryManager.library was found" if empty else "")


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Words, strings (with their quotes) and signs, with their places; without comments and regular expressions."""
    at, before = 0, "("
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match["skip"]:
            continue
        if match["sign"] == "/" and before in _BEFORE_REGEX and (regex := _REGEX.match(text, match.start())):
            at = regex.end()
            continue
        before = match[0]
        yield before, match.start()


def _libraries(tokens: list[tuple[str, int]]) -> list[int]:
    """Where an object begins that is merged into the library: the numbers of the tokens `{`."""
    words = [word for word, _ in tokens]
    found, merged = [], set()
    for number, word in enumerate(words):
        if word == "mergeInto" and words[number + 1 : number + 6] == ["(", "LibraryManager", ".", "library", ","]:
            argument = number + 6
        elif word == "addToLibrary" and words[number + 1 : number + 2] == ["("]:
            argument = number + 2
        else:
            continue
        if words[argument : argument + 1] == ["{"]:
            found.append(argument)
        else:
            merged.update(words[argument : argument + 1])
    for number in range(2, len(words)):  # the objects that variables of these names are set to
        if words[number] == "{" and words[number - 1] == "=" and words[number - 2] in merged:
            found.append(number)
    return found


def _keys(tokens: list[tuple[str, int]], start: int) -> Iterator[tuple[str, int]]:
    """The keys of one object: `name: ...`, `name() {}`, `name,` and quoted ones."""
    depth, expected = 0, False
    for number in range(start, len(tokens)):
        word, at = tokens[number]
        if word in _OPEN:
            depth += 1
            expected = depth == 1
        elif word in _CLOSE:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1 and word == ",":
            expected = True
        elif depth == 1 and expected:
            after = tokens[number + 1][0] if number + 1 < len(tokens) else ""
            if after in (":", "(", ",", "}"):
                yield word.strip("\"'"), at
            expected = word in ("async", "get", "set") and after not in (":", "(", ",", "}")
