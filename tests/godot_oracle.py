"""A second reader of Godot's text format, one character at a time, written from the description of the format alone.

Slow and unforgiving: for files that the engine wrote. It shares nothing with the reader that it checks.
"""

from __future__ import annotations

from typing import Any

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_SUGAR = {"&": "StringName", "@": "StringName", "^": "NodePath"}
_LITERALS = {"true": True, "false": False, "null": None, "nil": None}


class Oracle:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def entries(self, simple: bool) -> list[tuple[str, str, Any]]:
        """(header, key, value) in file order; a header is its raw text."""
        header, out = "", []
        while self._gap():
            if self._here() == "[":
                header = self._header(simple)
                continue
            key = self._key()
            out.append((header, key, self.value()))
        return out

    def _here(self) -> str:
        return self.text[self.at : self.at + 1]

    def _gap(self) -> bool:
        """Skip what separates; False at the end of the text."""
        while self.at < len(self.text):
            if self._here() == ";":
                while self._here() not in ("\n", ""):
                    self.at += 1
            elif ord(self._here()) > 32:
                return True
            else:
                self.at += 1
        return False

    def _header(self, simple: bool) -> str:
        start, depth = self.at, 0
        while True:
            character = self._here()
            assert character, "header without an end"
            if character == '"' and not simple:
                self._string()
                continue
            if character == "\\" and simple:
                self.at += 1
            depth += (character == "[") - (character == "]")
            self.at += 1
            if character == "]" and (simple or not depth):
                return self.text[start + 1 : self.at - 1].strip()

    def _key(self) -> str:
        key = ""
        while self._here() != "=":
            assert self._here(), "key without a value"
            if self._here() == '"':
                key = self._string()
                continue
            if ord(self._here()) > 32:
                key += self._here()
            self.at += 1
        self.at += 1
        return key

    def _string(self) -> str:
        self.at += 1
        out = ""
        while (character := self._here()) != '"':
            assert character, "string without an end"
            self.at += 1
            if character == "\\":
                character = self._here()
                self.at += 1
                if character in "uU":
                    size = 4 if character == "u" else 6
                    out += chr(int(self.text[self.at : self.at + size], 16))
                    self.at += size
                    continue
                character = _ESCAPES.get(character, character)
            out += character
        self.at += 1
        return out

    def value(self) -> Any:
        assert self._gap(), "no value"
        character = self._here()
        if character == '"':
            return self._string()
        if character in _SUGAR:
            self.at += 1
            return (_SUGAR[character], [self._string()])
        if character == "[":
            return self._items("]")
        if character == "{":
            return self._pairs("}")
        if character == "#":
            return ("Color", [self._word()])
        word = self._word()
        if word in _LITERALS:
            return _LITERALS[word]
        if self._here() == "[":
            word += f"[{self._header(False)}]"
        if self._here() != "(":
            return ("number", word)
        if word == "Object":
            self.at += 1
            kind = self._word()
            self._take(",")
            self.at -= 1
            return (word, [kind, self._pairs(")")])
        return (word, self._items(")"))

    def _word(self) -> str:
        start = self.at
        while self._here() and (self._here().isalnum() or self._here() in "_.+-#"):
            self.at += 1
        assert self.at > start, f"nothing to read at {self.text[start : start + 20]!r}"
        return self.text[start : self.at]

    def _take(self, mark: str) -> bool:
        self._gap()
        if self._here() != mark:
            return False
        self.at += 1
        return True

    def _items(self, close: str) -> list[Any]:
        self.at += 1
        out = []
        while not self._take(close):
            out.append(self.value())
            self._take(",")
        return out

    def _pairs(self, close: str) -> dict[str, Any]:
        self.at += 1
        out = {}
        while not self._take(close):
            key = self.value()
            assert self._take(":"), "key of a dictionary without a value"
            out[plain(key)] = self.value()
            self._take(",")
        return out


def plain(value: Any) -> str:
    """A value as a key of a dictionary is kept."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return ",".join(map(plain, value))
    name, inside = value
    if name == "number":
        return str(inside)
    inner = ",".join(map(plain, inside))
    return inner if name in ("StringName", "NodePath") else f"{name}({inner})"
