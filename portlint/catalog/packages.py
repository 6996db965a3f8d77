"""Read `rules/packages/*.toml`, and recognise a package by what its manifest says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import read_as, rules_folder
from portlint.errors import PortlintError
from portlint.model.package import Package


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    package: tuple[Package, ...] = ()


@cache
def load_packages(theme: str = "", folder: Path | None = None) -> tuple[Package, ...]:
    """The packages of one file (`godot`), or of all, sorted by id; `folder` is another `rules/`.

    Raises PortlintError for a missing file, invalid TOML, unknown keys, wrong types, an id given twice, and `wraps`
    that names no package.
    """
    place = (folder or rules_folder()) / "packages"
    if theme:
        return tuple(package for _, package in _sorted([place / f"{theme}.toml"]))
    if folder is None:
        return compiled("packages", tuple[Package, ...], lambda: _all(place))
    return _all(place)


def _all(place: Path) -> tuple[Package, ...]:
    rows = _sorted(sorted(place.glob("*.toml")))
    known = {package.id for _, package in rows}
    for path, package in rows:
        if missing := set(package.wraps) - known:
            raise PortlintError(f"{path}: {package.id!r} wraps the unknown package {min(missing)!r}")
    return tuple(package for _, package in rows)


def _sorted(paths: Iterable[Path]) -> list[tuple[Path, Package]]:
    found: dict[str, tuple[Path, Package]] = {}
    for path in paths:
        for package in read_as(path, _File).package:
            if package.id in found:
                first = found[package.id][0]
                where = "" if first == path else f", first in {first.name}"
                raise PortlintError(f"{path}: the id {package.id!r} stands twice{where}")
            found[package.id] = path, package
    return [found[each] for each in sorted(found)]


def recognise(
    packages: Sequence[Package], manifest: str, entry_symbol: str, libraries: Iterable[str]
) -> Package | None:
    """The package that a manifest belongs to: by its entry symbol, else its libraries, else its file name.

    In this order, since a fork keeps the symbol and a project may rename the file. `libraries` are paths.
    """
    shipped = [_base(library) for library in libraries]
    for package in packages:
        if _any(package.match.entry_symbols, [entry_symbol]):
            return package
    for package in packages:
        if _any(package.match.libraries, shipped):
            return package
    return next((each for each in packages if _any(each.match.stems, [PurePosixPath(manifest).stem])), None)


def _base(library: str) -> str:
    return library.rpartition("/")[2].partition(".")[0].removeprefix("lib")


def _any(names: Iterable[str], found: Sequence[str]) -> bool:
    return any(_matches(name.lower(), text.lower()) for name in names for text in found if text)


def _matches(name: str, text: str) -> bool:
    return text.startswith(name[:-1]) if name.endswith("*") else text == name
