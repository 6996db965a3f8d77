"""The conditions around each line of a C-family file, as guards."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from portlint.model.guard import ALWAYS, NEVER, Guard, both, negated
from portlint.model.outline import Directive

_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_DEFINED = re.compile(r"(!?)\s*defined\s*(?:\(\s*(\w+)\s*\)|(\w+))\Z")


class Regions:
    """The guard that holds at a line: nested conditions joined, `#elif` and `#else` negate their elders.

    The guard of an include guard (`#ifndef X_H` around the whole file) is left out.
    """

    def __init__(self, directives: Sequence[Directive]) -> None:
        self._lines: list[int] = [0]
        self._guards: list[Guard] = [ALWAYS]
        self.unbalanced = ""
        stack: list[tuple[Guard, Guard, Guard, int]] = []  # outer, elder branches negated, this branch, line
        outer_guard = _include_guard_line(directives)
        for directive in directives:
            kind = directive.kind
            if kind in ("if", "ifdef", "ifndef"):
                outer = self._guards[-1]
                own = ALWAYS if directive.line == outer_guard else _condition(directive)
                stack.append((outer, negated(own), own, directive.line))
                self._open(directive.line, both(outer, own))
            elif kind in ("elif", "elifdef", "elifndef", "else", "endif"):
                if not stack:
                    self.unbalanced = self.unbalanced or f"#{kind} without #if in line {directive.line}"
                    continue
                outer, elders, _, line = stack.pop()
                if kind == "endif":
                    self._open(directive.line, outer)
                    continue
                own = ALWAYS if kind == "else" else _condition(directive)
                stack.append((outer, both(elders, negated(own)), own, line))
                self._open(directive.line, both(outer, both(elders, own)))
        if stack:
            self.unbalanced = self.unbalanced or f"the #if of line {stack[-1][3]} never ends"

    def _open(self, line: int, guard: Guard) -> None:
        self._lines.append(line)
        self._guards.append(guard)

    def guard(self, line: int) -> Guard:
        return self._guards[bisect_right(self._lines, line) - 1]


def _condition(directive: Directive) -> Guard:
    text = directive.text.strip()
    if directive.kind in ("ifdef", "elifdef", "ifndef", "elifndef"):
        guard = Guard("defined", text.split()[0] if text else "")
        return negated(guard) if directive.kind.endswith("ndef") else guard
    if text == "0":
        return NEVER
    if text == "1":
        return ALWAYS
    simple = _DEFINED.match(text)
    if simple:
        guard = Guard("defined", simple[2] or simple[3])
        return negated(guard) if simple[1] else guard
    return Guard("condition", " ".join(text.split()))


def _include_guard_line(directives: Sequence[Directive]) -> int:
    """The line of `#ifndef X` when `#define X` follows and the matching `#endif` is the last directive, else 0."""
    if len(directives) < 3 or directives[0].kind not in ("ifndef", "if") or directives[-1].kind != "endif":
        return 0
    first, second = directives[0], directives[1]
    name = first.text.strip() if first.kind == "ifndef" else ""
    if first.kind == "if":
        found = _DEFINED.match(first.text.strip())
        name = (found[2] or found[3]) if found and found[1] else ""
    if not _NAME.match(name) or second.kind != "define" or not re.match(rf"{name}\b", second.text):
        return 0
    depth = 0
    for directive in directives[:-1]:
        if directive.kind in ("if", "ifdef", "ifndef"):
            depth += 1
        elif directive.kind == "endif":
            depth -= 1
            if not depth:
                return 0
        elif depth == 1 and directive.kind in ("else", "elif", "elifdef", "elifndef"):
            return 0
    return first.line if depth == 1 else 0
