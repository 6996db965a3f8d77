r"""Godot's text format: project.godot, export_presets.cfg, *.gdextension, *.gdnlib, plugin.cfg, *.tscn, *.tres.

It looks like INI and like TOML and is neither: of 148 real files `configparser` failed on 89, `tomllib` on 142.
Read after core/variant/variant_parser.cpp of github.com/godotengine/godot, with its quirks: whitespace inside a key
is dropped, `;` starts a comment and `#` does not, keys may be quoted, strings may hold line breaks, `[a\]b]` is one
section. Stricter in one way: a section header does not span lines, since that is always a missing `]`.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import msgspec

from portlint.extractors.manifest.godot.value import Constructor, Number, Value, text_of

MAX_DEPTH = 200  # engine files nest to about 10; beyond this it is an attack on the reader

_STRING = r'"(?:[^"\\]++|\\.)*+"'
_NUMBER = r"-?\d++(?:\.\d*+)?(?:[eE][-+]?\d*+)?"
_GAP = re.compile(r"(?:[\x01-\x20]++|;[^\n]*+)*+")
_TOKEN = re.compile(
    rf"(?P<string>[&^@]?{_STRING})|(?P<number>{_NUMBER})|(?P<word>-?[A-Za-z_][A-Za-z_0-9]*+)"
    r"|(?P<color>\#[0-9A-Fa-f]*+)|(?P<mark>[][{}(),:.=])",
    re.DOTALL | re.ASCII,
)
_KEY = re.compile(
    rf'(?P<gap>[\x01-\x20]++|;[^\n]*+)|(?P<quoted>{_STRING})|(?P<mark>[\[=])|(?P<plain>[^\x00-\x20;="\[]++)', re.DOTALL
)
_SIMPLE_TAG = re.compile(r"\[((?:[^\]\\\n]++|\\++\]?)*+)\]")  # a run of backslashes before `]` escapes it
_NUMBERS = re.compile(rf"\(\s*+(?:{_NUMBER}\s*+(?:,\s*+{_NUMBER}\s*+)*+)?\)", re.ASCII)
_EACH_NUMBER = re.compile(_NUMBER, re.ASCII)
_ELEMENT_TYPE = re.compile(rf'\[((?:[^\]"]++|{_STRING})*+)\]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "nil": None}
_FLOATS = frozenset(("inf", "-inf", "inf_neg", "nan"))
_PREFIXES = {"&": "StringName", "@": "StringName", "^": "NodePath"}
_MERGE_MARKER = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)")


class Entry(msgspec.Struct, frozen=True):
    """`key = value`; `line` is where the key starts."""

    key: str
    value: Value
    line: int


class Section(msgspec.Struct, frozen=True):
    """`[name attribute=value ...]` and its entries in file order, duplicates included.

    Entries before the first header belong to a section named "" on line 1.
    """

    name: str
    line: int
    attributes: dict[str, Value]
    entries: list[Entry]


def decode(data: bytes) -> str:
    """The text of a Godot file: UTF-8, invalid bytes replaced, a byte order mark dropped.

    Raises ValueError for UTF-16 and for NUL bytes, which Godot does not read either.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("line 1: UTF-16 text, Godot reads UTF-8 only")
    nul = data.find(b"\0")
    if nul >= 0:
        raise ValueError(f"line {data.count(10, 0, nul) + 1}: NUL byte, not a text file")
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def read(data: bytes, simple: bool = True) -> list[Section]:
    """All sections in file order.

    `simple`: headers are raw text, as in configuration files; else they have attributes, as in scenes. A key without
    a value at the end of the file is dropped, as Godot does. Raises ValueError with the line of what was not
    understood. Time is linear in the size.
    """
    reader = Reader(decode(data))
    sections = [Section("", 1, {}, [])]
    while True:
        key, start = reader.key()
        if key is not None:
            line = reader.line(start)
            sections[-1].entries.append(Entry(key, reader.value(), line))
        elif reader.pos < len(reader.text):
            sections.append(reader.simple_tag() if simple else reader.tag())
        else:
            return sections


class Reader:
    """A position in a text, and the parts of the grammar that can be read from there."""

    def __init__(self, text: str, pos: int = 0) -> None:
        self.text = text
        self.pos = pos
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self, pos: int) -> int:
        return bisect_left(self._newlines, pos) + 1

    def key(self) -> tuple[str | None, int]:
        """The next key and where it starts, with the `=` consumed; None before a header and at the end."""
        parts: list[str] = []
        start = -1
        while match := _KEY.match(self.text, self.pos):
            part = match[0]
            if match.lastgroup == "mark" and part == "[" and not parts:
                return None, match.start()
            self.pos = match.end()
            if match.lastgroup == "gap":
                continue
            if start < 0:
                start = match.start()
                self._refuse_merge_marker(start)
            if part == "=":
                return "".join(parts), start
            if match.lastgroup == "quoted":
                parts = [self._unquoted(part, match.start())]  # a quoted key replaces what stands before it
            else:
                parts.append(part)
        if self.pos < len(self.text):
            raise self._error(self.pos, "unterminated string")
        return None, self.pos

    def simple_tag(self) -> Section:
        match = _SIMPLE_TAG.match(self.text, self.pos)
        if match is None:
            raise self._error(self.pos, "section header without ']'")
        self.pos = match.end()
        return Section(match[1].strip(), self.line(match.start()), {}, [])

    def tag(self) -> Section:
        """A header with attributes: `[node name="Peer" type="Node"]`."""
        start = self.pos
        self.pos += 1
        _, name, _ = self._token("word", "a section name")
        while self._take(".") or self._take(":"):
            name += self.text[self.pos - 1] + self._token("word", "a section name")[1]
        attributes: dict[str, Value] = {}
        while not self._take("]"):
            _, attribute, _ = self._token("word", "an attribute or ']'")
            self._expect("=")
            attributes[attribute] = self.value()
        return Section(name, self.line(start), attributes, [])

    def value(self, depth: int = 0) -> Value:
        if depth > MAX_DEPTH:
            raise self._error(self.pos, f"nested deeper than {MAX_DEPTH} levels")
        kind, token, start = self._token("", "a value")
        if kind == "string":
            return self._string(token, start)
        if kind == "number":
            return Number(token)
        if kind == "word":
            return self._word(token, start, depth)
        if kind == "color":
            return Constructor("Color", (token,))
        if token == "[":
            return self._list("]", depth)
        if token == "{":
            return self._dict("}", depth)
        raise self._error(start, f"expected a value, found {token!r}")

    def _string(self, token: str, start: int) -> Value:
        if token[0] == '"':
            return self._unquoted(token, start)
        return Constructor(_PREFIXES[token[0]], (self._unquoted(token[1:], start),))

    def _word(self, word: str, start: int, depth: int) -> Value:
        if word in _WORDS:
            return _WORDS[word]
        if word in _FLOATS:
            return Number(word)
        if numbers := _NUMBERS.match(self.text, self.pos):  # PackedByteArray(...) can be megabytes long
            self.pos = numbers.end()
            return Constructor(word, tuple(map(Number, _EACH_NUMBER.findall(numbers[0]))))
        if element := _ELEMENT_TYPE.match(self.text, self.pos):
            self.pos = element.end()
            word += f"[{element[1].strip()}]"
        if not self._take("("):
            raise self._error(start, f"unexpected {word!r}")
        if word == "Object":
            _, kind, _ = self._token("word", "the type of an object")
            self._take(",")
            return Constructor(word, (kind, self._dict(")", depth)))
        return Constructor(word, tuple(self._list(")", depth)))

    def _list(self, close: str, depth: int) -> list[Value]:
        items: list[Value] = []
        while not self._take(close):
            items.append(self.value(depth + 1))
            if not self._take(","):
                self._expect(close)
                break
        return items

    def _dict(self, close: str, depth: int) -> dict[str, Value]:
        items: dict[str, Value] = {}
        while not self._take(close):
            key = text_of(self.value(depth + 1))
            self._expect(":")
            items[key] = self.value(depth + 1)
            if not self._take(","):
                self._expect(close)
                break
        return items

    def _token(self, kind: str, wanted: str) -> tuple[str, str, int]:
        start = self._skip()
        match = _TOKEN.match(self.text, start)
        if match is None:
            raise self._error(start, self._why_no_token(start, wanted))
        if kind and match.lastgroup != kind:
            raise self._error(start, f"expected {wanted}, found {match[0][:20]!r}")
        self.pos = match.end()
        return str(match.lastgroup), match[0], start

    def _why_no_token(self, start: int, wanted: str) -> str:
        rest = self.text[start : start + 2]
        if not rest:
            return f"expected {wanted}, found the end of the file"
        if rest[0] == '"' or (rest[0] in _PREFIXES and rest[1:] == '"'):
            return "unterminated string"
        return f"expected {wanted}, found {rest[0]!r}"

    def _take(self, mark: str) -> bool:
        start = self._skip()
        if not self.text.startswith(mark, start):
            return False
        self.pos = start + 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            found = self.text[self.pos : self.pos + 1]
            raise self._error(self.pos, f"expected {mark!r}, found {repr(found) if found else 'the end of the file'}")

    def _skip(self) -> int:
        gap = _GAP.match(self.text, self.pos)
        self.pos = gap.end() if gap else self.pos
        return self.pos

    def _unquoted(self, quoted: str, start: int) -> str:
        body = quoted[1:-1]
        if "\\" not in body:
            return body
        text = _ESCAPE.sub(lambda match: self._unescaped(match, start), body)
        # Characters beyond U+FFFF may be written as two escapes, a UTF-16 pair.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _unescaped(self, match: re.Match[str], start: int) -> str:
        if digits := match[1] or match[2]:
            code = int(digits, 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
        if match[3] in "uU":
            raise self._error(start, "malformed \\u escape in a string")
        return _PLAIN_ESCAPES.get(match[3], match[3])

    def _refuse_merge_marker(self, start: int) -> None:
        if _MERGE_MARKER.match(self.text, start):
            raise self._error(start, "unresolved merge conflict")

    def _error(self, pos: int, what: str) -> ValueError:
        return ValueError(f"line {self.line(pos)}: {what}")
