"""Read `rules/packages/<ecosystem>.toml`, and recognise a package by what its manifest says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from portlint.catalog.load import rules_folder
from portlint.errors import PortlintError
from portlint.model.package import Package


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    package: tuple[Package, ...] = ()


@cache
def load_packages(ecosystem: str, folder: Path | None = None) -> tuple[Package, ...]:
    """The packages of one ecosystem (`godot`), sorted by id; `folder` is another `rules/`.

    Raises PortlintError for a missing file, invalid TOML, unknown keys, wrong types and an id given twice.
    """
    path = (folder or rules_folder()) / "packages" / f"{ecosystem}.toml"
    try:
        packages = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).package
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise PortlintError(f"{path}: {error}") from error
    by_id = {package.id: package for package in packages}
    if len(by_id) != len(packages):
        ids = [package.id for package in packages]
        raise PortlintError(f"{path}: the id {next(each for each in ids if ids.count(each) > 1)!r} stands twice")
    return tuple(by_id[each] for each in sorted(by_id))


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
