"""Meson build files as statements: conditions, assignments and calls with their literal arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|\\\r?\n)|(?P<end>\n)|(?P<text>f?'''(?:.*?)'''|f?'(?:[^'\\\n]|\\.)*+')"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<number>\d\w*)|(?P<sign>==|!=|<=|>=|\+=|[-+*/%<>=?:,.()\[\]{}])""",
    re.DOTALL,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_DEEP = 200
_TOKENS = 500_000


class Token(msgspec.Struct, frozen=True):
    kind: str  # text, name, number, sign
    text: str
    line: int


Statement = tuple[Token, ...]


def statements(text: str) -> Iterator[Statement]:
    """Lines, those inside brackets joined. Syntax: mesonbuild.com, "Syntax".

    Raises ValueError, with the line, for what is no token of Meson or is never closed.
    """
    line, at, depth, count = 1, 0, 0, 0
    current: list[Token] = []
    while at < len(text):
        found = _TOKEN.match(text, at)
        count += 1
        if found is None or count > _TOKENS:
            raise ValueError(f"line {line}: not Meson")
        at = found.end()
        kind, piece = found.lastgroup or "", found[0]
        if kind == "end" and not depth:
            if current:
                yield tuple(current)
            current = []
        elif kind not in ("space", "end"):
            depth += (piece in _OPENING) - (piece in _CLOSING)
            if not 0 <= depth <= _DEEP:
                raise ValueError(f"line {line}: brackets that do not pair up, or more than {_DEEP} deep")
            current.append(Token(kind, _literal(piece) if kind == "text" else piece, line))
        line += piece.count("\n")
    if depth:
        raise ValueError(f"line {line}: a bracket that is never closed")
    if current:
        yield tuple(current)


def arguments(statement: Statement, at: int) -> tuple[list[str], dict[str, list[str]]]:
    """The literal texts of a call whose opening bracket stands at `at`: by place, and by keyword.

    A place that holds no literal text is "".
    """
    places: list[list[str]] = [[]]
    named: dict[str, list[str]] = {}
    current = places[0]
    depth = 0
    for number in range(at, len(statement)):
        token = statement[number]
        if token.text in _OPENING and token.kind == "sign":
            depth += 1
        elif token.text in _CLOSING and token.kind == "sign":
            depth -= 1
            if not depth:
                break
        elif depth == 1 and token.text == "," and token.kind == "sign":
            current = []
            places.append(current)
        elif depth == 1 and token.text == ":" and token.kind == "sign" and statement[number - 1].kind == "name":
            current = named.setdefault(statement[number - 1].text, [])
        elif token.kind == "text" or token.text in ("true", "false"):
            current.append(token.text)
    return [each[0] if each else "" for each in places], named


def _literal(piece: str) -> str:
    body = piece.removeprefix("f")
    return body[3:-3] if body.startswith("'''") and len(body) >= 6 else body[1:-1].replace("\\'", "'")
