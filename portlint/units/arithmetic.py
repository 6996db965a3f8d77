"""The arithmetic of `#if`: expanded tokens to a value, or to unknown, by Kleene's rules."""

from __future__ import annotations

import re
from collections.abc import Callable

UNKNOWN = "?"  # a name that nobody defines, where an operand is due; the operator of that spelling stands elsewhere
_NUMBER = re.compile(r"(0[xX][\da-fA-F']+|0[bB][01']+|[\d']+)[uUlLzZ]*\Z")
_BINARY = [
    ["||"],
    ["&&"],
    ["|"],
    ["^"],
    ["&"],
    ["==", "!="],
    ["<", ">", "<=", ">="],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "%"],
]
_PRIORITY = {op: level for level, ops in enumerate(_BINARY) for op in ops}
_DEPTH = 120  # nested parentheses and signs: deeper conditions are unknown


class Unparsable(ValueError):
    """The condition is no valid expression: its value is unknown."""


def value(given: list[str], unknown: int | None) -> int | None:
    """What the tokens are worth, with `unknown` for each name that nobody defines; None is unknown.

    Raises Unparsable for what is no expression.
    """
    return _Parser(given, unknown).parse()


class _Parser:
    """Precedence climbing over expanded tokens. `?` is a name nobody defines: worth `unknown`."""

    def __init__(self, given: list[str], unknown: int | None) -> None:
        # The operator `?` and the unknown mark share a spelling: the mark stands where an operand is due.
        self._given = given
        self._at = 0
        self._unknown = unknown
        self._depth = 0

    def parse(self) -> int | None:
        if not self._given:
            raise Unparsable("empty condition")
        value = self._ternary()
        if self._at != len(self._given):
            raise Unparsable(f"unexpected {self._given[self._at]!r}")
        return value

    def _peek(self) -> str:
        return self._given[self._at] if self._at < len(self._given) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _ternary(self) -> int | None:
        condition = self._binary(0)
        if self._peek() != "?":
            return condition
        self._take()
        yes = self._ternary()
        if self._take() != ":":
            raise Unparsable("`?` without `:`")
        no = self._ternary()
        if condition is None:
            return yes if yes == no else None
        return yes if condition else no

    def _binary(self, level: int) -> int | None:
        left = self._unary()
        while True:
            op = self._peek()
            priority = _PRIORITY.get(op, -1)
            if priority < level:
                return left
            self._take()
            right = self._binary(priority + 1)
            left = _combine(op, left, right)

    def _unary(self) -> int | None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unparsable("parentheses nest too deep")
        try:
            token = self._take()
            if token == "!":
                value = self._unary()
                return None if value is None else int(not value)
            if token in ("-", "+", "~"):
                value = self._unary()
                return None if value is None else {"-": -value, "+": value, "~": ~value}[token]
            if token == "(":
                value = self._ternary()
                if self._take() != ")":
                    raise Unparsable("a parenthesis is not closed")
                return value
            if token == UNKNOWN:
                return self._unknown
            return _literal(token)
        finally:
            self._depth -= 1


def _literal(token: str) -> int | None:
    if token[:1].isdigit():
        found = _NUMBER.match(token)
        if not found:
            raise Unparsable(f"{token!r} is no integer")
        digits = found[1].replace("'", "")
        base = {"0x": 16, "0b": 2}.get(digits[:2].lower(), 8 if digits[0] == "0" and len(digits) > 1 else 10)
        return int(digits, base)
    if token[:1].isalpha() or token[:1] in ("_", "$"):
        return 0  # the name of a function-like macro without arguments: an identifier like any other
    if "'" in token:
        inner = token[token.index("'") + 1 : -1]
        return ord(inner[-1]) if inner else 0
    raise Unparsable(f"unexpected {token!r}")


def _combine(op: str, left: int | None, right: int | None) -> int | None:
    if op == "&&":
        if left == 0 or right == 0:
            return 0
        return None if left is None or right is None else 1
    if op == "||":
        if left or right:
            return 1
        return None if left is None or right is None else 0
    if left is None or right is None:
        return 0 if op in ("*", "&") and 0 in (left, right) else None
    if op in ("/", "%"):
        if right == 0:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if op == "/" else left - quotient * right
    if op in ("<<", ">>"):
        if not 0 <= right < 64:
            return None
        return left << right if op == "<<" else left >> right
    return int(_ARITHMETIC[op](left, right))


_ARITHMETIC: dict[str, Callable[[int, int], int | bool]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}
