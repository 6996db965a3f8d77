"""Which package a binary is: by what it offers, what it calls itself, what stands in it, and last by its file name.

A file name alone proves little: anybody may call a library `steam_api.dll`. It counts for less still where the row
knows exports or marks and the file has other ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal
from urllib.parse import quote

import msgspec

from portlint.catalog.identity_names import is_library, plain_names
from portlint.catalog.packages import load_packages
from portlint.model.fact import Fact
from portlint.model.finding import Confidence
from portlint.model.package import Package

Evidence = Literal["exports", "soname", "product", "mark", "file-name"]

_PREFIX_HITS = 3  # so many names that begin alike, or stand in a row, say something together
_ENOUGH_EXPORTS = 5  # with so many, none of them known, a name is a coincidence
_SHARE = 0.05  # of all exports, that look like the package's: below, it was linked into something else
_FAMILY = re.compile(r"[A-Za-z0-9]+?_|[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")


class Identity(msgspec.Struct, frozen=True):
    """What a binary was recognised as. `by` is the best evidence, `version` as the file says it or ""."""

    package: Package
    by: Evidence
    confidence: Confidence
    purl: str
    version: str = ""


class _Index(msgspec.Struct, frozen=True):
    packages: Mapping[str, Package]  # by id
    libraries: Mapping[str, Package]  # lower case
    library_starts: Sequence[tuple[str, Package]]  # longest first
    entries: Mapping[str, Package]  # entry symbols of GDExtensions, which their libraries export
    exports: Mapping[str, Package]
    export_starts: Mapping[str, Package]
    marks: Mapping[str, Package]


def identify(facts: Iterable[Fact], path: str, packages: Sequence[Package] | None = None) -> Identity | None:
    """The package that a binary is, by its facts (`export`, `setting binary/...`) and its path; None for no idea.

    `packages` defaults to all that `rules/` knows. What is merely linked into a file is told by `contains`.
    """
    known = _known() if packages is None else _index(packages)
    told = list(facts)
    version = _setting(told, "binary/version")
    exports = [fact.name for fact in told if fact.kind == "export"]
    offered = _by_exports(known, exports)
    marked = _marked(known, told)
    texts: tuple[tuple[Evidence, str], ...] = (
        ("soname", _setting(told, "binary/soname")),
        ("product", _setting(told, "binary/product")),
        ("file-name", path),
    )
    named = [(how, package) for how, text in texts if text and (package := _by_name(known, text))]
    for _, package in named:
        if package.id in offered:
            return _identity(package, "exports", "high", version)
    whole = [each for each, share in offered.items() if share >= _SHARE]
    if whole:
        best = max(whole, key=lambda each: (offered[each], each))
        return _identity(known.packages[best], "exports", "high", version)
    for how, package in named:
        found = _named(package, how, exports, marked, version)
        if how == "file-name" and not is_library(path):  # a game may be called like a library
            return msgspec.structs.replace(found, confidence="low")
        return found
    sdks = [package for package in marked if package.kind == "middleware"]  # libraries are linked into everything
    return _identity(sdks[0], "mark", "medium", version) if len(sdks) == 1 else None


def contains(facts: Iterable[Fact], packages: Sequence[Package] | None = None) -> tuple[Package, ...]:
    """Packages that are in a binary, by id: linked into it, or it is one of them."""
    known = _known() if packages is None else _index(packages)
    told = list(facts)
    found = {package.id for package in _marked(known, told)}
    found.update(_by_exports(known, [fact.name for fact in told if fact.kind == "export"]))
    return tuple(known.packages[each] for each in sorted(found))


def purl(package: Package, version: str = "") -> str:
    """A package URL: of the ecosystem that a binding is got from, `pkg:generic/...` for everything else."""
    at = f"@{quote(version, safe='.-_+')}" if version else ""
    if package.kind in ("middleware", "library") or not package.match.packages:
        return f"pkg:generic/{quote(package.id, safe='.-_')}{at}"
    ecosystem, _, name = package.match.packages[0].partition("/")
    return f"pkg:{ecosystem}/{quote(name, safe='/.-_')}{at}"


def _identity(package: Package, by: Evidence, confidence: Confidence, version: str) -> Identity:
    return Identity(package, by, confidence, purl(package, version), version)


def _named(
    package: Package, how: Evidence, exports: Sequence[str], marked: Sequence[Package], version: str
) -> Identity:
    if package in marked:
        return _identity(package, "mark", "high", version)
    if package.match.exports and len(exports) >= _ENOUGH_EXPORTS:
        return _identity(package, how, "low", version)  # linkers make up a soname from the file name, too
    return _identity(package, how, "medium" if how == "file-name" else "high", version)


@cache
def _known() -> _Index:
    return _index(load_packages())


def _index(packages: Sequence[Package]) -> _Index:
    libraries = {name.lower(): package for package in packages for name in package.match.libraries}
    starts = [(name[:-1], package) for name, package in libraries.items() if name.endswith("*")]
    exports = {name: package for package in packages for name in package.match.exports}
    return _Index(
        {package.id: package for package in packages},
        {name: package for name, package in libraries.items() if not name.endswith("*")},
        sorted(starts, key=lambda each: (-len(each[0]), each[0])),
        {name: package for package in packages for name in package.match.entry_symbols},
        {name: package for name, package in exports.items() if not name.endswith("*")},
        {name[:-1]: package for name, package in exports.items() if name.endswith("*")},
        {mark: package for package in packages for mark in package.match.marks},
    )


def _by_name(known: _Index, path: str) -> Package | None:
    names = list(plain_names(path))
    for name in names:
        if name in known.libraries:
            return known.libraries[name]
    for start, package in known.library_starts:
        if any(name.startswith(start) for name in names):
            return package
    return None


def _by_exports(known: _Index, exports: Sequence[str]) -> dict[str, float]:
    """Package id -> the share of the exports that begin as its own do; 1.0 where nothing is left to doubt."""
    exact: dict[str, set[str]] = {}
    for name in exports:
        if name in known.exports:
            exact.setdefault(known.exports[name].id, set()).add(name)
    shares = {each: _share(known.packages[each], names, exports) for each, names in exact.items()}
    for package, hits in _prefix_hits(known, exports):
        if hits >= _PREFIX_HITS:
            shares[package.id] = max(shares.get(package.id, 0.0), hits / len(exports))
    shares.update((known.entries[name].id, 1.0) for name in exports if name in known.entries)
    return {each: share for each, share in shares.items() if share}


def _prefix_hits(known: _Index, exports: Sequence[str]) -> list[tuple[Package, int]]:
    starts = tuple(known.export_starts)
    likely = [name for name in exports if name.startswith(starts)]  # few, and found without a loop of our own
    return [(package, sum(name.startswith(start) for name in likely)) for start, package in known.export_starts.items()]


def _share(package: Package, names: set[str], exports: Sequence[str]) -> float:
    wanted = {name for name in package.match.exports if not name.endswith("*")}
    if names == wanted and len(names) >= _PREFIX_HITS:
        return 1.0
    if 2 * len(names) < len(wanted):
        return 0.0  # somebody else's homonyms
    starts = tuple({match.group() for name in names if (match := _FAMILY.match(name))})
    return sum(name.startswith(starts) for name in exports) / len(exports)


def _marked(known: _Index, told: Sequence[Fact]) -> list[Package]:
    found = {
        known.marks[fact.value].id: known.marks[fact.value]
        for fact in told
        if fact.kind == "setting" and fact.name == "binary/mark" and fact.value in known.marks
    }
    return [found[each] for each in sorted(found)]


def _setting(told: Sequence[Fact], name: str) -> str:
    return next((fact.value for fact in told if fact.kind == "setting" and fact.name == name), "")
