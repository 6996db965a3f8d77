"""Files as trees of conditions: only what a walk can notice, ready to be interpreted many times."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from portlint.catalog.toolchain import plain_body
from portlint.model.outline import Directive, Own
from portlint.units.expression import identifiers, tokens

_DEFINE = re.compile(r"([A-Za-z_$][\w$]*)(\([^)]*\))?\s*(.*)", re.S)
_INCLUDE = re.compile(r'(<[^>]*>|"[^"]*")')


class Branch(NamedTuple):
    """One arm of a conditional. `test` is an expression, "" for #else. `simple` is (name, wanted) for defined()."""

    test: str
    simple: tuple[str, bool] | None
    line: int
    body: tuple[Node, ...]


class Condition(NamedTuple):
    branches: tuple[Branch, ...]


class Include(NamedTuple):
    name: str
    quoted: bool
    line: int
    macro: str  # `#include NAME`: the macro that holds the file name, else ""


class Define(NamedTuple):
    name: str
    body: str | None  # None is #undef


class Error(NamedTuple):
    line: int
    text: str


class Once(NamedTuple):
    pass


class Uses(NamedTuple):
    """Numbers of the facts that stand between two directives."""

    facts: tuple[int, ...]


class Owned(NamedTuple):
    names: tuple[Own, ...]


Node = Condition | Include | Define | Error | Once | Uses | Owned


class SourceFile(NamedTuple):
    """One C-family file as the walk needs it: directives, own names, and (line, number) of its facts, in order."""

    path: str
    directives: Sequence[Directive]
    own: Sequence[Own]
    facts: Sequence[tuple[int, int]]


def interesting_names(files: Iterable[SourceFile], always: Iterable[str]) -> frozenset[str]:
    """Macros that some condition or computed include of the project asks for, directly or through other macros."""
    wanted: set[str] = set(always)
    bodies: dict[str, set[tuple[str, str]]] = {}
    defined: set[str] = set()
    calls: list[frozenset[str]] = []  # what conditions with parentheses name together
    for file in files:
        for directive in file.directives:
            kind, text = directive.kind, directive.text
            if kind in ("ifdef", "ifndef", "elifdef", "elifndef"):
                wanted.add(text.split()[0] if text else "")
            elif kind in ("if", "elif"):
                wanted |= identifiers(text)
                if "(" in text:
                    calls.append(identifiers(text))
            elif kind == "define":
                found = _DEFINE.match(text)
                if found:
                    defined.add(found[1])
                if found and found[3] and not found[3].isdigit():
                    bodies.setdefault(found[1], set()).add((found[2] or "", found[3]))
            elif kind == "include" and text[:1] not in '<"':
                wanted |= identifiers(text)
    beginnings = sorted(defined)
    endings = sorted(name[::-1] for name in defined)
    todo = list(wanted)
    while todo:
        macro = todo.pop()
        for parameters, body in bodies.pop(macro, ()):
            if len(body) <= 2000:
                more = identifiers(body) - wanted
                if "##" in body:
                    beside = [names for names in calls if macro in names]
                    more |= _pasted(parameters, body, beginnings, endings, beside) - wanted
                wanted |= more
                todo.extend(more)
    return frozenset(wanted)


def _pasted(
    parameters: str, body: str, beginnings: list[str], endings: list[str], beside: Iterable[frozenset[str]]
) -> set[str]:
    """Macros that `##` may put together: those that begin, or end, like the part that is no parameter.

    `beginnings` are the project's macros, sorted; `endings` the same, each spelt backwards.

    Where both parts are parameters, what stands `beside` the macro in conditions is put together.
    """
    names = identifiers(parameters)
    given = tokens(body)
    found: set[str] = set()
    for place, token in enumerate(given):
        if token != "##" or not 0 < place < len(given) - 1:
            continue
        before, after = given[place - 1], given[place + 1]
        if before not in names:
            found.update(_starting(beginnings, before))
        elif after not in names:
            found.update(name[::-1] for name in _starting(endings, after[::-1]))
        else:
            pairs = {left + right for words in beside if len(words) < 20 for left in words for right in words}
            found |= pairs.intersection(beginnings)
    return found


def _starting(names: list[str], start: str) -> list[str]:
    """Those of the sorted names that begin so."""
    first = bisect_left(names, start)
    return names[first : bisect_right(names, start, lo=first, key=lambda name: name[: len(start)])]


def tree(file: SourceFile, interesting: frozenset[str]) -> tuple[Node, ...]:
    """The file's nodes in order; conditionals without anything to notice are left out."""
    return _Builder(file, interesting).build()


class _Builder:
    def __init__(self, file: SourceFile, interesting: frozenset[str]) -> None:
        self._file = file
        self._interesting = interesting
        self._fact = 0
        self._own = 0

    def build(self) -> tuple[Node, ...]:
        """Iterative over directives, so that ten thousand nested conditions are no recursion."""
        out: list[Node] = []
        stack: list[tuple[list[Node], list[Branch], tuple[str, tuple[str, bool] | None, int]]] = []
        for directive in self._file.directives:
            self._collect(directive.line, out)
            kind = directive.kind
            if kind in ("if", "ifdef", "ifndef"):
                stack.append((out, [], _test(directive)))
                out = []
            elif kind in ("elif", "elifdef", "elifndef", "else"):
                if stack:
                    outer, branches, (test, simple, line) = stack.pop()
                    branches.append(Branch(test, simple, line, tuple(out)))
                    stack.append((outer, branches, ("", None, directive.line) if kind == "else" else _test(directive)))
                    out = []
            elif kind == "endif":
                if stack:
                    outer, branches, (test, simple, line) = stack.pop()
                    branches.append(Branch(test, simple, line, tuple(out)))
                    out = outer
                    if any(branch.body for branch in branches):
                        out.append(Condition(tuple(branches)))
            else:
                self._plain(directive, out)
        self._collect(1 << 60, out)
        while stack:  # an #if that never ends: the compiler refuses, the walk takes it as ending here
            outer, branches, (test, simple, line) = stack.pop()
            branches.append(Branch(test, simple, line, tuple(out)))
            outer.append(Condition(tuple(branches)))
            out = outer
        return tuple(out)

    def _plain(self, directive: Directive, out: list[Node]) -> None:
        kind, text = directive.kind, directive.text
        if kind == "include":
            found = _INCLUDE.match(text)
            if found:
                out.append(Include(found[1][1:-1], text[0] == '"', directive.line, ""))
            elif text[:1].isalpha() or text[:1] == "_":
                out.append(Include("", False, directive.line, text))
        elif kind == "define":
            found = _DEFINE.match(text)
            if found and found[1] in self._interesting:
                out.append(Define(found[1], f"{found[2]} {found[3]}" if found[2] else plain_body(found[3])))
        elif kind == "undef":
            name = text.split()[0] if text else ""
            if name in self._interesting:
                out.append(Define(name, None))
        elif kind == "error":
            out.append(Error(directive.line, text))
        elif kind == "once":
            out.append(Once())

    def _collect(self, line: int, out: list[Node]) -> None:
        """Facts and own names up to this line. Facts of a directive's own line belong before it."""
        facts, first = self._file.facts, self._fact
        while self._fact < len(facts) and facts[self._fact][0] <= line:
            self._fact += 1
        if self._fact > first:
            out.append(Uses(tuple(number for _, number in facts[first : self._fact])))
        own, first = self._file.own, self._own
        while self._own < len(own) and own[self._own].line <= line:
            self._own += 1
        if self._own > first:
            out.append(Owned(tuple(own[first : self._own])))


def _test(directive: Directive) -> tuple[str, tuple[str, bool] | None, int]:
    text = directive.text.strip()
    if directive.kind in ("ifdef", "elifdef", "ifndef", "elifndef"):
        name = text.split()[0] if text else "0"
        negative = directive.kind.endswith("ndef")
        return f"{'!' if negative else ''}defined({name})", (name, not negative), directive.line
    return text or "0", _simple(text), directive.line


_SIMPLE = re.compile(r"(!?)\s*defined\s*(?:\(\s*([A-Za-z_]\w*)\s*\)|([A-Za-z_]\w*))\Z")


def _simple(text: str) -> tuple[str, bool] | None:
    found = _SIMPLE.match(text)
    return ((found[2] or found[3]), not found[1]) if found else None


def file_index(paths: Iterable[str]) -> Mapping[str, list[str]]:
    """Last part of a path -> the paths that end in it, nearest to the root first."""
    index: dict[str, list[str]] = {}
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        index.setdefault(path.rpartition("/")[2], []).append(path)
    return index
