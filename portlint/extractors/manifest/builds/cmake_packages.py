"""Packages that a CMake command looks for or fetches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from portlint.extractors.manifest.builds.cmake_lexer import Command
from portlint.extractors.manifest.builds.cmake_scope import Scope
from portlint.model.guard import ALWAYS, Guard

_VERSION = re.compile(r"v?(\d+(?:\.\d+)*\S*)\Z")
_MODULE = re.compile(r"([\w.+-]+)\s*((?:>=|<=|=|<|>).*)?\Z")
_SHORT = re.compile(r"(?:(?:gh|gl|bb):)?(?:[\w.-]+/)?([\w.+-]+?)(?:#([^@]+))?(?:@(.+))?\Z")  # gh:owner/name#tag@1.2
# Programs and parts of CMake itself: nothing of them ends up in what is built.
_TOOLS = frozenset(
    "git doxygen python python2 python3 pythoninterp pythonlibs perl pkgconfig subversion java bison flex wget bash "
    "packagehandlestandardargs swig gettext".split()
)


class Sought(msgspec.Struct, frozen=True):
    """`prefix`: what the variables that the command sets begin with, where it is not the name."""

    ecosystem: str
    name: str
    version: str = ""
    prefix: str = ""
    guard: Guard = ALWAYS


def package_of(command: Command, scope: Scope) -> Iterator[Sought]:
    """What find_package(), pkg_check_modules(), FetchContent, ExternalProject and CPM ask for."""
    if command.name not in _READERS:
        return
    texts = [(text, guard) for text, guard, _ in scope.expand(command.arguments)]
    if texts and texts[0][0] and "$" not in texts[0][0]:
        yield from _READERS[command.name](texts)


Texts = Sequence[tuple[str, Guard]]


def _find_package(texts: Texts) -> Iterator[Sought]:
    words = [text for text, _ in texts]
    if len(words) > 1 and words[1] in ("IN", "REQUIRED") and not words[0]:
        return
    version = _VERSION.match(words[1]) if len(words) > 1 else None
    # find_package(${list}) of a loop gives several names: those before the first word that is an option
    names = [words[0]]
    for word in words[1:]:
        if word.isupper() or _VERSION.match(word):
            break
        names.append(word)
    for name, (_, guard) in zip(names, texts, strict=False):
        if name.lower() not in _TOOLS:
            yield Sought("cmake", name, version[1] if version else "", guard=guard)


def _pkg_config(texts: Texts) -> Iterator[Sought]:
    prefix = texts[0][0]
    for text, guard in texts[1:]:  # options are in capitals, module names never are
        found = None if text.isupper() or "$" in text else _MODULE.match(text)
        if found and not _VERSION.match(text):
            yield Sought("pkgconfig", found[1], (found[2] or "").replace(" ", ""), prefix, guard)


def _fetch(texts: Texts) -> Iterator[Sought]:
    words = [text for text, _ in texts]
    yield Sought("cmake", words[0], _version_of(_after(words, "GIT_TAG")), guard=texts[0][1])


def _cpm(texts: Texts) -> Iterator[Sought]:
    words = [text for text, _ in texts]
    if len(words) == 1 or ":" in words[0] or "@" in words[0]:
        found = _SHORT.match(words[0])
        if found:
            yield Sought("cmake", found[1], _version_of(found[3] or found[2] or ""))
        return
    name = _after(words, "NAME") or _after(words, "GITHUB_REPOSITORY").rpartition("/")[2]
    if name and "$" not in name:
        yield Sought("cmake", name, _version_of(_after(words, "VERSION") or _after(words, "GIT_TAG")))


def _after(words: Sequence[str], key: str) -> str:
    at = words.index(key) + 1 if key in words else len(words)
    return words[at] if at < len(words) else ""


def _version_of(tag: str) -> str:
    found = _VERSION.match(tag)
    return found[1] if found else tag if re.fullmatch(r"[\w./-]{1,80}", tag) else ""


_READERS = {
    "find_package": _find_package,
    "find_dependency": _find_package,
    "pkg_check_modules": _pkg_config,
    "pkg_search_module": _pkg_config,
    "fetchcontent_declare": _fetch,
    "externalproject_add": _fetch,
    "cpmaddpackage": _cpm,
    "cpmfindpackage": _cpm,
    "cpmdeclarepackage": _cpm,
}
