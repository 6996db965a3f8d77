"""The commands of a CMake file, with their arguments as written."""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

_SPACE = re.compile(r"(?:[ \t\r\n]+|#(?!\[=*\[)[^\n]*)+")
_COMMENT = re.compile(r"#\[(=*)\[")
_BRACKET = re.compile(r"\[(=*)\[")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPEN = re.compile(r"[ \t]*\(")
# A quoted part may stand inside (`-DNAME="a b"`), and so may a reference as make writes it (`$(MAKE)`).
_UNQUOTED = re.compile(r'(?:\$\([^()\s]*\)|[^\s()#"\\]|\\.|"(?:[^"\\]|\\.)*+")++', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CONTINUED = re.compile(r"\\\r?\n")
_LETTERS = {"t": "\t", "r": "\r", "n": "\n"}
_PLACEHOLDER = re.compile(r"@\w+@")  # of a file that configure_file() has yet to fill in: `@PACKAGE_INIT@`
_COMMANDS = 200_000
_NESTED = 200


class Argument(msgspec.Struct, frozen=True):
    """`quoted`: one text, whatever it expands to; else what it expands to is split at semicolons.

    `raw`: bracket arguments, in which nothing is expanded. Parentheses inside a command are arguments of their own.
    """

    text: str
    line: int
    quoted: bool = False
    raw: bool = False


class Command(msgspec.Struct, frozen=True):
    """`name` is in lower case: CMake ignores the case of commands."""

    name: str
    line: int
    arguments: tuple[Argument, ...]


def commands(text: str) -> list[Command]:
    """Every command in order. Syntax: cmake.org, cmake-language(7).

    Raises ValueError, with the line, for what CMake would refuse as well.
    """
    return _Lexer(text).all()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 1 if text.startswith("\ufeff") else 0
        self._starts = [0, *(found.end() for found in re.finditer(r"\n", text))]

    def all(self) -> list[Command]:
        found: list[Command] = []
        while self._skip():
            if mark := _PLACEHOLDER.match(self._text, self._at):
                self._at = mark.end()
                continue
            if len(found) >= _COMMANDS:
                raise ValueError(f"more than {_COMMANDS} commands")
            found.append(self._command())
        return found

    def _command(self) -> Command:
        name = _NAME.match(self._text, self._at)
        line = self._line()
        opened = _OPEN.match(self._text, name.end()) if name else None
        if name is None or opened is None:
            raise ValueError(f"line {line}: not a CMake command")
        self._at = opened.end()
        arguments: list[Argument] = []
        depth = 0
        while self._skip():
            sign = self._text[self._at]
            if sign == ")" and not depth:
                self._at += 1
                return Command(name[0].lower(), line, tuple(arguments))
            if sign in "()":
                depth += 1 if sign == "(" else -1
                if depth > _NESTED:
                    raise ValueError(f"line {self._line()}: parentheses nested more than {_NESTED} deep")
                arguments.append(Argument(sign, self._line()))
                self._at += 1
            else:
                arguments.append(self._argument())
        raise ValueError(f"line {line}: {name[0]}( is never closed")

    def _argument(self) -> Argument:
        line = self._line()
        if opened := _BRACKET.match(self._text, self._at):
            return Argument(self._bracket(opened).removeprefix("\n"), line, True, True)
        if quoted := _QUOTED.match(self._text, self._at):
            self._at = quoted.end()
            return Argument(_unescaped(_CONTINUED.sub("", quoted[1])), line, True)
        if plain := _UNQUOTED.match(self._text, self._at):
            self._at = plain.end()
            return Argument(_unescaped(plain[0]), line)
        raise ValueError(f"line {line}: a text without an end")

    def _bracket(self, opened: re.Match[str]) -> str:
        end = f"]{opened[1]}]"
        close = self._text.find(end, opened.end())
        if close < 0:
            raise ValueError(f"line {self._line()}: a bracket without an end")
        self._at = close + len(end)
        return self._text[opened.end() : close]

    def _skip(self) -> bool:
        """Past white space and comments; whether anything follows."""
        while self._at < len(self._text):
            space = _SPACE.match(self._text, self._at)
            if space:
                self._at = space.end()
            elif comment := _COMMENT.match(self._text, self._at):
                self._bracket(comment)
            else:
                return True
        return False

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _LETTERS.get(found[1], found[1]), text) if "\\" in text else text
