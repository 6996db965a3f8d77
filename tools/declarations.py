"""The names of functions and variables that preprocessed C text declares."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[A-Za-z_$][\w$]*|\d[\w.]*|[{}()\[\];=,*]|#[^\n]*|\S')
_WORD = re.compile(r"[A-Za-z_$]")
_WITH_ARGUMENTS = frozenset(
    ("__attribute__", "__attribute", "__asm__", "__asm", "asm", "__declspec", "_Alignas", "__typeof__", "typeof",
     "__typeof", "_Static_assert", "_Noreturn", "noexcept", "throw")
)  # fmt: skip
_KEYWORDS = frozenset(
    "auto char const double extern float inline int long register restrict return short signed static struct union enum"
    " typedef unsigned void volatile _Bool _Complex __extension__ __inline __inline__ __restrict __restrict__ __const"
    " __signed__ __volatile__ _Float128 _Float64 _Float32 _Float32x _Float64x __float128 __int128 _Thread_local"
    " __thread if else for while do switch case default break continue sizeof".split()
)


def declared(text: str) -> Iterator[str]:
    """Yield each function and `extern` variable, in order, doubles included. Types and typedefs are left out."""
    statement: list[str] = []
    depth = parens = 0
    for token in _without_attributes(text):
        if token in "{}":
            if token == "{" and depth == 0 and statement[:1] == ["extern"] and statement[-1].startswith('"'):
                statement = []  # extern "C" {: what is inside counts as outside
                continue
            depth = depth + 1 if token == "{" else max(depth - 1, 0)
            if token == "}" and depth == 0 and _is_function(statement):
                yield from _name(statement)
                statement = []
            continue
        if depth:
            continue
        parens += (token == "(") - (token == ")")
        if token == ";" and parens <= 0:
            yield from _name(statement)
            statement, parens = [], 0
        else:
            statement.append(token)


def _without_attributes(text: str) -> Iterator[str]:
    expected, depth = False, 0  # an attribute's argument list may come next; parentheses open inside one
    for token in _TOKEN.findall(text):
        if depth or (expected and token == "("):
            depth += (token == "(") - (token == ")")
            expected = False
            continue
        expected = token in _WITH_ARGUMENTS
        if not expected and not token.startswith("#"):
            yield token


def _is_function(statement: list[str]) -> bool:
    return "(" in statement and "=" not in statement and statement[0] != "typedef"


def _name(statement: list[str]) -> Iterator[str]:
    if not statement or statement[0] == "typedef" or "typedef" in statement[:2]:
        return
    for index, token in enumerate(statement[:-1]):
        following = statement[index + 1]
        if not _WORD.match(token) or token in _KEYWORDS or following != "(":
            continue
        if statement[index + 2 : index + 3] == ["*"]:
            continue  # a return type before a declarator in parentheses: foo_t (*name(int))(void)
        yield token
        return
    if statement[0] == "extern":
        yield from _variables(statement)


def _variables(statement: list[str]) -> Iterator[str]:
    """The names of `extern int a, b[2]` and of `extern void (*f)(int)`."""
    for index in range(len(statement) - 3):
        if statement[index : index + 2] == ["(", "*"] and statement[index + 3] == ")":
            yield statement[index + 2]
            return
    last, closed = "", False
    for token in [*statement, ","]:
        if token == ",":
            yield from [last] if last else []
            last, closed = "", False
        closed = closed or token in ("[", "=", "(")
        if not closed and _WORD.match(token) and token not in _KEYWORDS:
            last = token
