"""MSBuild conditions as guards over properties: `'$(TargetFramework)' == 'net8.0' and '$(OS)' != 'Windows_NT'`.

A comparison of one property with a text becomes `msbuild(PROPERTY=text)`, names in lower case, for MSBuild compares
without case. What else a condition may hold (Exists, property functions, numbers) stays as text, unknown.
Source: learn.microsoft.com/visualstudio/msbuild/msbuild-conditions.
"""

from __future__ import annotations

import re

from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

PREFIX = "msbuild("
MAX_LENGTH = 4000
MAX_DEPTH = 30

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^']*')|(?P<op>==|!=|<=|>=|<|>|\(|\)|,|!)|(?P<prop>\$\()|(?P<word>[^\s'"=!<>(),$]+))"""
)
_PROPERTY = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)\Z")
_STARTS = re.compile(r"\$\((\w+)\.(StartsWith|EndsWith|Contains)\(\s*'([^']*)'\s*\)\)\Z", re.IGNORECASE)


def condition(text: str) -> Guard:
    """The guard of a Condition attribute; "" holds always. A condition that is not understood is kept as text."""
    written = text.strip()
    if not written:
        return ALWAYS
    if len(written) > MAX_LENGTH:
        return _unknown(written)
    try:
        parser = _Parser(_tokens(written))
        guard = parser.expression(0)
        return guard if parser.at_end() else _unknown(written)
    except ValueError:
        return _unknown(written)


def compares(name: str) -> tuple[str, str]:
    """(property, value) of a guard's name, both in lower case; ("", "") for another name."""
    if not name.startswith(PREFIX) or "=" not in name:
        return "", ""
    left, _, right = name[len(PREFIX) : -1].partition("=")
    return left, right


def _unknown(text: str) -> Guard:
    return Guard("condition", f"{PREFIX}{' '.join(text[:200].split())})")


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        if not text[at:].strip():
            break
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError("no token")
        if match["prop"]:
            start = match.start("prop")
            at = _closing(text, start + 1)
            found.append(text[start:at])
            continue
        found.append(match[0].strip())
        at = match.end()
    return found


def _closing(text: str, start: int) -> int:
    """Behind the parenthesis that closes the one at `start`; a property function has some inside."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at + 1
    raise ValueError("an open parenthesis")


class _Parser:
    """`or` binds less than `and`; both are words of any case."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def expression(self, depth: int) -> Guard:
        parts = [self._all(depth)]
        while self._word("or"):
            parts.append(self._all(depth))
        return either(*parts)

    def _all(self, depth: int) -> Guard:
        guard = self._one(depth)
        while self._word("and"):
            guard = both(guard, self._one(depth))
        return guard

    def _one(self, depth: int) -> Guard:
        if depth > MAX_DEPTH:
            raise ValueError("too deep")
        token = self._next()
        if token == "!":
            return negated(self._one(depth + 1))
        if token == "(":
            guard = self.expression(depth + 1)
            if self._next() != ")":
                raise ValueError("no end")
            return guard
        if self._peek() == "(":  # Exists('...'), HasTrailingSlash('...')
            return self._function(token)
        operator = self._peek()
        if operator in ("==", "!="):
            self._next()
            guard = _compared(token, self._next())
            return guard if operator == "==" else negated(guard)
        if operator in ("<", ">", "<=", ">="):
            self._next()
            return _unknown(f"{token} {operator} {self._next()}")
        return _alone(token)

    def _function(self, name: str) -> Guard:
        shown = [name]
        while self._peek() and shown[-1] != ")":
            shown.append(self._next())
        return _unknown("".join(shown))

    def _word(self, word: str) -> bool:
        if self._peek().lower() != word:
            return False
        self._at += 1
        return True

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self.at_end():
            raise ValueError("an end too early")
        self._at += 1
        return self._tokens[self._at - 1]


def _compared(left: str, right: str) -> Guard:
    first, second = left.strip("'").strip(), right.strip("'").strip()
    if not _PROPERTY.match(first):
        first, second = second, first
    found = _PROPERTY.match(first)
    if found is None:
        if "$(" in first + second or "@(" in first + second or "%(" in first + second:
            return _unknown(f"'{first}' == '{second}'")
        return ALWAYS if first.lower() == second.lower() else NEVER
    if "$(" in second or "@(" in second:
        return _unknown(f"'{first}' == '{second}'")
    return Guard("defined", f"{PREFIX}{found[1].lower()}={second.lower()})")


def _alone(token: str) -> Guard:
    word = token.strip("'")
    if word.lower() in ("true", "false"):
        return ALWAYS if word.lower() == "true" else NEVER
    if found := _PROPERTY.match(word):
        return Guard("defined", f"{PREFIX}{found[1].lower()}=true)")
    if found := _STARTS.match(word):
        how = {"startswith": "{}*", "endswith": "*{}", "contains": "*{}*"}[found[2].lower()]
        return Guard("defined", f"{PREFIX}{found[1].lower()}={how.format(found[3].lower())})")
    return _unknown(token)
