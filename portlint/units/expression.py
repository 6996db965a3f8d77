"""Evaluate `#if` conditions in three values, as C11 6.10.1 says, with macros expanded.

An identifier that nobody defines is unknown while the world is open, and 0 when it is closed. Kleene's rules
decide the rest: one false operand settles `&&`, whatever is unknown beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Lookup = Callable[[str], str | None]  # macro name -> body (`(a,b) body` when function-like), None when not defined
Known = Callable[[str], bool]  # a name that is the platform's: undefined means false, not unknown
HasInclude = Callable[[str], bool]

_TOKEN = re.compile(
    r"""\s+ | (?P<number>\.?\d(?:'?[\w.])*) | (?P<name>[A-Za-z_$][\w$]*) | (?P<char>(?:u8|[LuU])?'(?:\\.|[^'\\])+')
      | (?P<string>"(?:\\.|[^"\\])*") | (?P<op>\#\#|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:(),.\#\[\]{};@\\]) | (?P<other>.)""",
    re.X | re.S,
)
_NUMBER = re.compile(r"(0[xX][\da-fA-F']+|0[bB][01']+|[\d']+)[uUlLzZ]*\Z")
_DEPTH = 120  # nesting and expansion limit: deeper conditions are unknown
_TOKENS = 4000
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
_WORDS = {"and": "&&", "or": "||", "not": "!", "bitand": "&", "bitor": "|", "compl": "~", "xor": "^", "not_eq": "!="}
_OPERATORS_LIKE_DEFINED = frozenset({"__has_include", "__has_include_next"})
# Compiler questions: attributes and built-ins of clang are there, sanitizers and other `features` are not.
_YES = frozenset(
    {
        "__has_attribute",
        "__has_builtin",
        "__has_cpp_attribute",
        "__has_c_attribute",
        "__has_declspec_attribute",
        "__has_warning",
    }
)
_NO = frozenset({"__has_feature", "__has_extension", "__building_module", "__has_embed"})


class Unparsable(ValueError):
    """The condition is no valid expression: its value is unknown."""


@lru_cache(maxsize=65536)
def tokens(text: str) -> tuple[str, ...]:
    """Preprocessing tokens, without blanks."""
    return tuple(found[0] for found in _TOKEN.finditer(text) if not found[0].isspace())


@lru_cache(maxsize=65536)
def identifiers(text: str) -> frozenset[str]:
    return frozenset(token for token in tokens(text) if token[0].isalpha() or token[0] == "_")


class Evaluator:
    """Answers conditions against one way to look macros up."""

    def __init__(self, lookup: Lookup, known: Known, has_include: HasInclude) -> None:
        self._lookup = lookup
        self._known = known
        self._has_include = has_include

    def holds(self, text: str) -> bool | None:
        """True, False, or None when a name that nobody defines decides. Text beyond C is None too."""
        try:
            expanded = self._expand(list(tokens(text)), frozenset(), 0)
            value = _Parser(expanded, None).parse()
        except (Unparsable, RecursionError):
            return None
        return None if value is None else value != 0

    def closed(self, text: str) -> bool:
        """The answer when every unknown name is 0, as a compiler would take it. Unparsable text is false."""
        try:
            expanded = self._expand(list(tokens(text)), frozenset(), 0)
            value = _Parser(expanded, 0).parse()
        except (Unparsable, RecursionError):
            return False
        return bool(value)

    def _expand(self, given: list[str], hidden: frozenset[str], depth: int) -> list[str]:
        """Replace macros; unknown identifiers become `?`, known but undefined ones `0`."""
        if depth > _DEPTH:
            raise Unparsable("macros nest too deep")
        out: list[str] = []
        position = 0
        while position < len(given):
            token = given[position]
            position += 1
            if not (token[0].isalpha() or token[0] in "_$"):
                out.append(token)
            elif token in _WORDS:
                out.append(_WORDS[token])
            elif token == "defined":
                name, position = _operand(given, position)
                out.append(self._is_defined(name))
            elif token in _OPERATORS_LIKE_DEFINED:
                argument, position = _arguments(given, position)
                out.append("1" if self._has_include("".join(t for part in argument for t in part)) else "0")
            elif token in _YES or token in _NO:
                _, position = _arguments(given, position)
                out.append("1" if token in _YES else "0")
            else:
                position = self._identifier(token, given, position, hidden, depth, out)
            if len(out) > _TOKENS:
                raise Unparsable("macros expand without end")
        return out

    def _identifier(
        self, token: str, given: list[str], position: int, hidden: frozenset[str], depth: int, out: list[str]
    ) -> int:
        body = None if token in hidden else self._lookup(token)
        if body is None:
            if given[position : position + 1] == ["("] and token not in ("true", "false"):
                _, position = _arguments(given, position)  # NAME(...) that is no macro: an error to a compiler
                out.append("0" if self._known(token) else "?")
                return position
            out.append(
                "1" if token == "true" else "0" if token == "false" or self._known(token) or token in hidden else "?"
            )
            return position
        if body.startswith("("):
            if given[position : position + 1] != ["("]:
                out.append(token)  # no use of the macro; as an argument it may still become one
                return position
            arguments, position = _arguments(given, position)
            expanded = [self._expand(each, hidden, depth + 1) for each in arguments]
            replaced = _substitute(body, arguments, expanded)
        else:
            replaced = list(tokens(body))
        out.extend(self._expand(_pasted(replaced), hidden | {token}, depth + 1))
        return position

    def _is_defined(self, name: str) -> str:
        if self._lookup(name) is not None or name in _OPERATORS_LIKE_DEFINED or name in _YES or name in _NO:
            return "1"
        return "0" if self._known(name) else "?"


def _operand(given: list[str], position: int) -> tuple[str, int]:
    """The name of `defined X` or `defined(X)`."""
    if given[position : position + 1] == ["("] and given[position + 2 : position + 3] == [")"]:
        return given[position + 1], position + 3
    if position >= len(given):
        raise Unparsable("defined without a name")
    return given[position], position + 1


def _arguments(given: list[str], position: int) -> tuple[list[list[str]], int]:
    """Token lists between the parentheses that open at position, split at top-level commas."""
    if given[position : position + 1] != ["("]:
        raise Unparsable("an argument list is missing")
    depth, parts = 0, [[]]  # type: tuple[int, list[list[str]]]
    for index in range(position, len(given)):
        token = given[index]
        if token == "(":
            depth += 1
            if depth == 1:
                continue
        elif token == ")":
            depth -= 1
            if not depth:
                return parts, index + 1
        elif token == "," and depth == 1:
            parts.append([])
            continue
        parts[-1].append(token)
    raise Unparsable("a parenthesis is not closed")


def _substitute(body: str, arguments: list[list[str]], expanded: list[list[str]]) -> list[str]:
    """The body with its parameters replaced: expanded first, as C11 6.10.3.1 says, but not beside `#` or `##`."""
    names, _, rest = body[1:].partition(")")
    parameters = [name.strip() for name in names.split(",")] if names.strip() else []
    if parameters and parameters[-1].endswith("..."):
        parameters[-1] = parameters[-1].removesuffix("...").strip() or "__VA_ARGS__"
        fixed = len(parameters) - 1
        arguments = [*arguments[:fixed], [token for part in arguments[fixed:] for token in part]]
        expanded = [*expanded[:fixed], [token for part in expanded[fixed:] for token in part]]
    raw = dict(zip(parameters, arguments, strict=False))
    full = dict(zip(parameters, expanded, strict=False))
    out: list[str] = []
    given = tokens(rest)
    for place, token in enumerate(given):
        pasted = given[place - 1 : place] in (("##",), ("#",)) or given[place + 1 : place + 2] == ("##",)
        out.extend((raw if pasted else full).get(token, [token]))
    return out


def _pasted(given: list[str]) -> list[str]:
    """Join the neighbours of `##`."""
    if "##" not in given:
        return given
    out: list[str] = []
    paste = False
    for token in given:
        if token == "##":
            paste = True
        elif paste and out:
            out[-1] += token
            paste = False
        else:
            out.append(token)
    return out


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
            if token == "?":
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
