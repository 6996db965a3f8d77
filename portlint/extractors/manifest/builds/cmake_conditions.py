"""Conditions of CMake's `if()` as guards: `cmake(EMSCRIPTEN)`, `cmake(CMAKE_SYSTEM_NAME=Windows)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from portlint.extractors.manifest.builds.cmake_lexer import Argument
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

# What CMake itself sets for a platform, a compiler or a generator: cmake.org, cmake-variables(7).
PLATFORMS = frozenset(
    "AIX ANDROID APPLE BORLAND BSD CYGWIN EMSCRIPTEN GHSMULTI HAIKU IOS LINUX MINGW MSVC MSYS QNX UNIX WASI WIN32 "
    "WINCE WINDOWS_PHONE WINDOWS_STORE XCODE".split()
)
_TRUE = frozenset({"1", "on", "yes", "true", "y"})
_FALSE = frozenset({"0", "off", "no", "false", "n", "ignore", "notfound", ""})
_UNARY = frozenset(
    "COMMAND POLICY TARGET TEST EXISTS IS_NEWER_THAN IS_DIRECTORY IS_SYMLINK IS_ABSOLUTE IS_READABLE IS_WRITABLE "
    "IS_EXECUTABLE DEFINED".split()
)
_BINARY = frozenset(
    "STREQUAL MATCHES EQUAL LESS GREATER LESS_EQUAL GREATER_EQUAL STRLESS STRGREATER STRLESS_EQUAL STRGREATER_EQUAL "
    "VERSION_LESS VERSION_GREATER VERSION_EQUAL VERSION_LESS_EQUAL VERSION_GREATER_EQUAL IN_LIST IS_NEWER_THAN "
    "PATH_EQUAL".split()
)
_REFERENCE = re.compile(r"\$\{([\w.+/-]+)\}\Z")
_WORDS = re.compile(r"\^?\(?([\w.+-]+(?:\|[\w.+-]+)*)\)?\$?\Z")
_NAMED = re.compile(r"[A-Za-z_][\w.+-]*\Z")
_DEEP = 60
_WORDS_OF_ONE = 500  # in one if(): guards grow by copying

Known = Callable[[str], "str | None"]


def condition(arguments: Sequence[Argument], known: Known) -> Guard:
    """The guard of `if(arguments)`. `known` gives the one literal value that a variable surely has here, or None.

    AND and OR bind equally and are read from left to right, as CMake does. What is not understood stays a condition
    in words: unknown everywhere.
    """
    if len(arguments) > _WORDS_OF_ONE:
        return in_words(arguments)
    reader = _Reader(arguments, known)
    guard = reader.expression(0)
    return guard if guard is not None and reader.done() else in_words(arguments)


def variable(name: str) -> Guard:
    return Guard("defined", f"cmake({name})")


def asks_platform(guard: Guard) -> bool:
    """Whether the platform decides, among other things."""
    if guard.op == "defined":
        name = guard.name[6:-1]
        return name in PLATFORMS or name.startswith(("CMAKE_SYSTEM_NAME=", "CMAKE_SYSTEM_PROCESSOR="))
    return any(asks_platform(each) for each in guard.args)


def in_words(arguments: Sequence[Argument]) -> Guard:
    return Guard("condition", f"cmake: {' '.join(each.text for each in arguments[:50])}"[:200])


class _Reader:
    def __init__(self, arguments: Sequence[Argument], known: Known) -> None:
        self._arguments = arguments
        self._known = known
        self._at = 0

    def done(self) -> bool:
        return self._at >= len(self._arguments)

    def expression(self, depth: int) -> Guard | None:
        """None: not understood."""
        guard = self._negation(depth)
        while guard is not None and (word := self._word()) in ("AND", "OR"):
            self._at += 1
            other = self._negation(depth)
            if other is None:
                return None
            guard = both(guard, other) if word == "AND" else either(guard, other)
            if guard.op == "and" and any(part.op == "false" for part in guard.args):
                guard = NEVER
        return guard

    def _negation(self, depth: int) -> Guard | None:
        turned = False
        while self._word() == "NOT":
            self._at += 1
            turned = not turned
        guard = self._test(depth)
        return negated(guard) if guard is not None and turned else guard

    def _test(self, depth: int) -> Guard | None:
        if self.done() or depth > _DEEP:
            return None
        word = self._word()
        if word == "(":
            self._at += 1
            guard = self.expression(depth + 1)
            if self._word() != ")":
                return None
            self._at += 1
            return guard
        first = self._arguments[self._at]
        if word in _UNARY and self._at + 1 < len(self._arguments) and self._word(1) not in ("AND", "OR", ")"):
            self._at += 2
            other = self._arguments[self._at - 1]
            return variable(other.text) if word == "DEFINED" and other.text in PLATFORMS else in_words((first, other))
        if self._word(1) in _BINARY and self._at + 2 < len(self._arguments):
            self._at += 3
            return self._compared(*self._arguments[self._at - 3 : self._at])
        self._at += 1
        return self._plain(first)

    def _word(self, ahead: int = 0) -> str:
        """An operator is never quoted."""
        at = self._at + ahead
        return self._arguments[at].text if at < len(self._arguments) and not self._arguments[at].quoted else ""

    def _plain(self, argument: Argument) -> Guard:
        reference = _REFERENCE.match(argument.text)
        name = reference[1] if reference else argument.text
        if not reference and (constant := _constant(name)) is not None:
            return constant
        if argument.quoted and not reference:
            return NEVER  # CMP0054: a quoted text that is no constant counts as false
        if name in PLATFORMS:
            return variable(name)
        value = self._known(name)
        if value is not None:
            settled = _constant(value)
            return settled if settled is not None else (variable(value) if reference else ALWAYS)
        return variable(name) if _NAMED.match(name) else in_words((argument,))

    def _compared(self, left: Argument, operator: Argument, right: Argument) -> Guard:
        words = in_words((left, operator, right))
        if operator.text not in ("STREQUAL", "MATCHES"):
            return words
        subject, value = left, right
        if operator.text == "STREQUAL" and _REFERENCE.match(right.text) and not _REFERENCE.match(left.text):
            subject, value = right, left  # `"x" STREQUAL "${VAR}"`
        reference = _REFERENCE.match(subject.text)
        name = reference[1] if reference else subject.text
        if not _NAMED.match(name) or "${" in value.text:
            return words
        found = _WORDS.match(value.text) if operator.text == "MATCHES" else None
        if operator.text == "MATCHES" and found is None:
            return words
        texts = found[1].split("|") if found else [value.text]
        own = self._known(name)
        if own is not None:
            met = any(text in own for text in texts) if found else own in texts
            return words if found and set(value.text) & set("^$") else ALWAYS if met else NEVER
        guard = NEVER
        for text in texts:
            guard = either(guard, Guard("defined", f"cmake({name}={text})"))
        return guard


def _constant(text: str) -> Guard | None:
    small = text.lower()
    if small in _TRUE or re.fullmatch(r"-?\d*[1-9]\d*(?:\.\d+)?", small):
        return ALWAYS
    return NEVER if small in _FALSE or small.endswith("-notfound") else None
