"""What ties a GDScript file to others: paths that it loads, the class that it is, what it extends, names it speaks of.

Read from the bytes, without a syntax tree: every script of a project is asked, also those without a known name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from portlint.model.fact import Fact, FactKind, Location

LANGUAGE = "gdscript"
MENTIONS = "mentions"  # name of the construct whose value lists the words that may be classes
EXTENDS = "extends"
TOOL = "tool"  # the editor runs the script too

_HEAD = 8192  # `class_name` and `extends` stand above everything but comments
REGISTERS = "registers"  # value: a path or class that a plugin puts into the running game
_REGISTERED = re.compile(rb"\badd_(?:custom_type|autoload_singleton)\s*+\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)")
_NAMED = re.compile(rb"[\"']((?:res://)?[^\"'\n]+\.(?:gd|tscn))[\"']|[\"'][^\"'\n]*+[\"']|\b([A-Z]\w*+)")
_CONSTANT = re.compile(
    rb"^[ \t]*+const[ \t]++(\w++)[^=\n]*+=[^\"'\n]*+[\"']([^\"'\n]+\.(?:gd|tscn))[\"']", re.MULTILINE
)
_TOOL = re.compile(rb"\s*+(?:#[^\n]*\n\s*+)*+@?tool\b(?![ \t]*[=.(])")
_DECLARED = re.compile(rb"[ \t]+(\w+|\"[^\"\n]*\"|'[^'\n]*')")
_RESOURCE = re.compile(rb"://[^\"'\n\\]*")  # a literal in front makes the search ten times faster than `(?:res|uid)`
_LOADED = re.compile(rb"load\([ \t]*[\"']([^\"'\n]+)")
_WORD = re.compile(rb"[A-Z]\w++")
_LINKED = (".gd", ".cs", ".gdns", ".gdnlib", ".gdextension", ".tscn", ".scn", ".tres", ".res", ".glsl", "/")
# Calls of an editor plugin that put scripts of the addon into the running game, and questions whether a class is there.
_TELLING = (b"add_autoload_singleton", b"add_custom_type", b"has_singleton", b"class_exists")


def links(path: str, data: bytes) -> Iterator[Fact]:
    """Facts `import`, `export` and `construct`, language `gdscript`, each name once.

    `import`: `res://a.gd`, `res://folder/` for a path put together from there on, `uid://...`, or a path relative to
    the scanned root where the script gives a relative one. `export`: its `class_name`. `construct`: `extends` (value:
    the class or path), `tool`, `registers`, `mentions` (value: capitalised words
    joined by `,`, those in comments and strings too, and the telling calls above).
    """
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if _TOOL.match(head):
        yield _fact("construct", TOOL, path, 1)
    for keyword in (b"class_name", b"extends"):
        if (match := _declared(keyword, head)) is None:
            continue
        word, line = _text(match[1]), head.count(b"\n", 0, match.start()) + 1
        if keyword == b"class_name":
            yield _fact("export", word, path, line)
            continue
        yield _fact("construct", EXTENDS, path, line, word)
        if "." in word:
            yield _fact("import", _placed(word, path), path, line)
    for name, line in _loads(path, data).items():
        yield _fact("import", name, path, line)
    if b"add_custom_type" in data or b"add_autoload_singleton" in data:
        for name in sorted(_registered(path, data)):
            yield _fact("construct", REGISTERS, path, 1, name)
    words = set(_WORD.findall(data))
    if b"_singleton" in data or b"_custom_type" in data or b"class_exists" in data:
        words.update(name for name in _TELLING if name in data)
    if words:
        yield _fact("construct", MENTIONS, path, 1, _text(b",".join(sorted(words))))


def _declared(keyword: bytes, head: bytes) -> re.Match[bytes] | None:
    """What follows a keyword where a statement begins: at a line's start, behind an annotation, or (`extends`) behind
    the name of the class.
    """
    start = head.find(keyword)
    while start >= 0:
        before = head[head.rfind(b"\n", 0, start) + 1 : start].lstrip()
        if not before or before.startswith((b"@", b"class_name")):
            return _DECLARED.match(head, start + len(keyword))
        start = head.find(keyword, start + 1)
    return None


def _registered(path: str, data: bytes) -> set[str]:
    """What the calls that put scripts into the game name: paths, as far as they are written out, and classes."""
    constants = {match[1]: match[2] for match in _CONSTANT.finditer(data)}
    found = set()
    for call in _REGISTERED.finditer(data):
        for written, word in filter(any, _NAMED.findall(call[1])):
            place = written or constants.get(word, b"")
            found.add(_placed(_text(place), path) if place else _text(word))
    return found


def _loads(path: str, data: bytes) -> dict[str, int]:
    """The paths in string literals, with the line of the first of each."""
    found: dict[str, int] = {}
    for pattern in (_RESOURCE, _LOADED):
        line, start = 1, 0
        for match in pattern.finditer(data):
            line += data.count(b"\n", start, match.start())
            start = match.start()
            written = match[1] if pattern is _LOADED else data[max(0, start - 3) : match.end()]
            name = _placed(_text(written), path)
            if name.startswith("uid://") or (name.endswith(_LINKED) and "://" not in name.removeprefix("res://")):
                found.setdefault(name, line)
    return found


def _placed(written: str, path: str) -> str:
    """Up to the last folder where the rest is put in at run time (`res://a/%s.gd`)."""
    for mark in ("%", "{"):
        if mark in written:
            written = written[: written.index(mark)].rpartition("/")[0] + "/"
    if "://" in written:
        return written.partition("::")[0]
    folder = "/" if written.endswith("/") else ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), written)) + folder


def _fact(kind: FactKind, name: str, path: str, line: int, value: str = "") -> Fact:
    return Fact(kind, name, Location(path, line), LANGUAGE, value=value)


def _text(word: bytes) -> str:
    return word.decode("utf-8", "replace").strip("\"'")
