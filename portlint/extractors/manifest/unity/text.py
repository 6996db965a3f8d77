"""What the readers of Unity's files share: facts, decoding, lines of the YAML that Unity writes, JSON with lines.

Unity writes a small subset of YAML 1.1: one `key: value` a line, blocks by indentation, no aliases. Real YAML parsers
refuse some of it (`: Any` in plug-in metas, `!u!` tags, `stripped` anchors), so the lines are read as they are.
Source: docs.unity3d.com, "Format of text serialized files", and the files themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from portlint.files import is_lfs_pointer
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, both, either, negated

LANGUAGE = "unity"

# Possessive, so that a line without a colon costs one pass however long it is.
_LINE = re.compile(r"""( *+)(- )?+(?:'([^'\n]*+)'|"([^"\n]*+)"|([^:\n#]*+)):(?:[ ]([^\n]*+))?""")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7})(?: |\r?$)", re.MULTILINE)


class Line(msgspec.Struct, frozen=True):
    """One line `key: value`, or an item of a list without a key (`item`, key ""). `indent` counts the dash's blanks."""

    number: int
    indent: int
    dash: bool
    key: str
    value: str
    item: bool = False


def fact(kind: FactKind, name: str, path: str, line: int, value: str = "", guard: Guard = ALWAYS) -> Fact:
    return Fact(kind, name, Location(path, line, 1), LANGUAGE, guard, value)


def decode(data: bytes) -> str:
    """The text of a file. Raises ValueError for LFS pointers, other encodings and unresolved merge conflicts."""
    if is_lfs_pointer(data):
        raise ValueError("kept in Git LFS, and only the pointer is here")
    if b"\0" in data[:4096]:
        raise ValueError("not a text file of Unity: binary, or UTF-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    if conflict := _CONFLICT.search(text):
        raise ValueError(f"line {text.count(chr(10), 0, conflict.start()) + 1}: an unresolved merge conflict")
    return text


def lines(text: str, start: int = 1) -> Iterator[Line]:
    """The lines with a key or an item, in order. Raises ValueError for tabs as indentation, and for aliases."""
    for number, written in enumerate(text.split("\n"), start):
        line = written.rstrip()
        if not line or line[0] in "%#" or line.startswith("---"):
            continue
        body = line.lstrip(" ")
        if body[0] == "\t":
            raise ValueError(f"line {number}: a tab as indentation")
        if match := _LINE.fullmatch(line):
            value = (match[6] or "").strip()
            if value[:1] in ("*", "&"):
                raise ValueError(f"line {number}: a YAML alias, which Unity does not write")
            dash = bool(match[2])
            key = next((each for each in (match[3], match[4], match[5]) if each is not None), "").strip()
            yield Line(number, len(match[1]) + 2 * dash, dash, key, unquoted(value))
        elif body.startswith("- "):
            yield Line(number, len(line) - len(body) + 2, True, "", unquoted(body[2:].strip()), item=True)


def unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def json_object(text: str) -> dict[str, object]:
    """The object that a JSON file holds. Raises ValueError for anything else, and for nesting without end."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("not read: JSON nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not valid here: JSON without an object")
    return found


class Finder:
    """Where a key of a JSON text stands: the first line at or after the last answer that has it, else the first."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0

    def line(self, key: str) -> int:
        needle = json.dumps(key, ensure_ascii=False)
        at = self._text.find(needle, self._pos)
        if at < 0:
            at = self._text.find(needle)
        if at < 0:
            return 1
        self._pos = at + len(needle)
        return self._text.count("\n", 0, at) + 1


def texts(value: object) -> list[str]:
    """The strings of a JSON list; [] for what is none."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def constraint(written: str) -> Guard:
    """One define constraint: `A`, `!A`, or several joined by `||`."""
    alternatives = [_symbol(part.strip()) for part in written.split("||") if part.strip()]
    return either(*alternatives) if alternatives else ALWAYS


def constraints(written: list[str]) -> Guard:
    """All define constraints of an assembly or a plug-in: each must hold."""
    guard = ALWAYS
    for each in written:
        guard = both(guard, constraint(each))
    return guard


def _symbol(written: str) -> Guard:
    name = written.lstrip("!").strip()
    guard = Guard("defined", name)
    return negated(guard) if (len(written) - len(written.lstrip("!"))) % 2 else guard
