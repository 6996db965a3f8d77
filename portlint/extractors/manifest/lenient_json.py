"""JSON as engines write it: byte order marks, comments, trailing commas, integers of 64 bits and more.

Unreal's descriptors, GameMaker's `.yy` and O3DE's manifests are read by parsers of their own, which forgive what a
strict one refuses. What is forgiven here keeps its place: line numbers stay those of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import msgspec

from portlint.files import is_lfs_pointer

MAX_BYTES = 32_000_000
MAX_DEPTH = 200

# A string, a comment (an unclosed one runs to the end), or a comma in front of a closing bracket.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_TRAILING = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_BRACKETS = re.compile(_STRING + r"|[\[{]+|[\]}]+", re.DOTALL)
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7})(?: |\r?$)", re.MULTILINE)

Object = dict[str, object]


class Document(msgspec.Struct, frozen=True):
    """The object of a file, its text without comments, and the first key that one object has twice (or "")."""

    root: Object
    text: str
    twice: str = ""

    @property
    def partly(self) -> str:
        return f"the key {self.twice!r} stands twice in one object: the last one counts" if self.twice else ""


class Places:
    """Where texts stand in a document, asked for in the order of the file."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._at = 0

    def line(self, word: str) -> int:
        """The line of the next string that reads `word`; of the first one after the end; 1 where there is none."""
        needle = json.dumps(word, ensure_ascii=False)
        at = self._text.find(needle, self._at)
        if at < 0:
            at = self._text.find(needle)
        if at < 0:
            return 1
        self._at = at + len(needle)
        return self._text.count("\n", 0, at) + 1


def read(data: bytes) -> Document:
    """The object that a file holds.

    Raises ValueError, in one line, for what is no JSON even so, no object, too large, or nested too deeply.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for JSON manifests")
    text = decode(data)
    if _is_deep(text):
        raise ValueError(f"not read: JSON nested more than {MAX_DEPTH} deep")
    twice: list[str] = []
    try:
        root = _parse(text, twice)
    except ValueError:
        text = _TRAILING.sub(_without_comma, _COMMENT.sub(_blanked, text))
        twice.clear()
        root = _parse(text, twice)
    if not isinstance(root, dict):
        raise ValueError("not valid here: JSON without an object")
    return Document(root, text, twice[0] if twice else "")


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark (Unreal's editor writes both).

    Raises ValueError for LFS pointers, other encodings and unresolved merge conflicts.
    """
    if is_lfs_pointer(data):
        raise ValueError("kept in Git LFS, and only the pointer is here")
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise ValueError(f"not {codec.removesuffix('-sig').upper()} at byte {error.start}") from error
    if "\0" in text:
        raise ValueError("not a text file: it has NUL bytes")
    if conflict := _CONFLICT.search(text):
        raise ValueError(f"line {text.count(chr(10), 0, conflict.start()) + 1}: an unresolved merge conflict")
    return text


def objects(value: object) -> list[Object]:
    """The objects of a list; [] for what is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The strings of a list; [] for what is none."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string or a number as text; "" for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """An integer of whatever size; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}", value):
        return int(value)
    return value if isinstance(value, int) else None


def _parse(text: str, twice: list[str]) -> object:
    def as_object(pairs: list[tuple[str, object]]) -> Object:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.extend(_repeated(key for key, _ in pairs))
        return found

    try:
        return json.loads(text, object_pairs_hook=as_object)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("not read: JSON nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise ValueError("not read: a number with too many digits") from error


def _repeated(keys: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text):
        run = match[0]
        if run[0] in "[{":
            depth += len(run)
            if depth > MAX_DEPTH:
                return True
        elif run[0] in "]}":
            depth -= len(run)
    return False


def _blanked(match: re.Match[str]) -> str:
    return match[0] if match[0][0] == '"' else " " + "\n" * match[0].count("\n")


def _without_comma(match: re.Match[str]) -> str:
    return match[0] if match[0][0] == '"' else ""
