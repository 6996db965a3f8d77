"""vcpkg's platform expressions as guards: `vcpkg(emscripten)`, `vcpkg(windows)`."""

from __future__ import annotations

import re

from portlint.model.guard import Guard, both, either, negated

_TOKEN = re.compile(r"\s*([a-z0-9_-]+|[!&|,()])", re.IGNORECASE)
_DEEP = 60
_LENGTH = 4_000  # the longest of 3,000 ports has some 200


def platforms(expression: str) -> Guard:
    """The platforms that an expression allows.

    `&` binds closer than `|`, and `,` is another `|`: learn.microsoft.com/vcpkg/reference/vcpkg-json, "Platform
    Expression". Raises ValueError for what vcpkg would refuse.
    """
    reader = _Reader(expression)
    guard = reader.alternatives(0)
    if reader.left():
        raise ValueError(f"not a platform expression: {expression[:80]!r}")
    return guard


class _Reader:
    def __init__(self, expression: str) -> None:
        self._shown = repr(expression[:80])
        if len(expression) > _LENGTH:
            raise ValueError(f"a platform expression of more than {_LENGTH} characters: {self._shown}")
        self._tokens: list[str] = []
        at = 0
        text = expression.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"not a platform expression: {self._shown}")
            self._tokens.append(found[1].lower())
            at = found.end()
        self._tokens.reverse()

    def left(self) -> bool:
        return bool(self._tokens)

    def alternatives(self, depth: int) -> Guard:
        guard = self._conjunction(depth)
        while self._take("|", ","):
            guard = either(guard, self._conjunction(depth))
        return guard

    def _conjunction(self, depth: int) -> Guard:
        guard = self._one(depth)
        while self._take("&", "and"):
            guard = both(guard, self._one(depth))
        return guard

    def _one(self, depth: int) -> Guard:
        if depth > _DEEP:
            raise ValueError(f"nested more than {_DEEP} deep: {self._shown}")
        if self._take("!", "not"):
            return negated(self._one(depth + 1))
        if self._take("("):
            guard = self.alternatives(depth + 1)
            if not self._take(")"):
                raise ValueError(f"not a platform expression: {self._shown}")
            return guard
        if not self._tokens or not re.match(r"[a-z0-9]", self._tokens[-1]):
            raise ValueError(f"not a platform expression: {self._shown}")
        return Guard("defined", f"vcpkg({self._tokens.pop()})")

    def _take(self, *signs: str) -> bool:
        if self._tokens and self._tokens[-1] in signs:
            self._tokens.pop()
            return True
        return False
