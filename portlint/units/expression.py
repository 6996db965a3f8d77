"""Evaluate `#if` conditions in three values, as C11 6.10.1 says, with macros expanded.

An identifier that nobody defines is unknown while the world is open, and 0 when it is closed. Kleene's rules
decide the rest: one false operand settles `&&`, whatever is unknown beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from portlint.units.arithmetic import UNKNOWN, Unparsable, value

Lookup = Callable[[str], str | None]  # macro name -> body (`(a,b) body` when function-like), None when not defined
Known = Callable[[str], bool]  # a name that is the platform's: undefined means false, not unknown
HasInclude = Callable[[str], bool]

_TOKEN = re.compile(
    r"""\s+ | (?P<number>\.?\d(?:'?[\w.])*) | (?P<name>[A-Za-z_$][\w$]*) | (?P<char>(?:u8|[LuU])?'(?:\\.|[^'\\])+')
      | (?P<string>"(?:\\.|[^"\\])*")
      | (?P<op>\#\#|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:(),.\#\[\]{};@\\]) | (?P<other>.)""",
    re.X | re.S,
)

_DEPTH = 120  # nesting and expansion limit: deeper conditions are unknown
_TOKENS = 4000

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
            answer = value(expanded, None)
        except (Unparsable, RecursionError):
            return None
        return None if answer is None else answer != 0

    def closed(self, text: str) -> bool:
        """The answer when every unknown name is 0, as a compiler would take it. Unparsable text is false."""
        try:
            expanded = self._expand(list(tokens(text)), frozenset(), 0)
            answer = value(expanded, 0)
        except (Unparsable, RecursionError):
            return False
        return bool(answer)

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
                out.append("0" if self._known(token) else UNKNOWN)
                return position
            out.append(
                "1"
                if token == "true"
                else "0"
                if token == "false" or self._known(token) or token in hidden
                else UNKNOWN
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
        return "0" if self._known(name) else UNKNOWN


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
