"""`rules/binary_noise.toml`: what a binary imports whatever its code does, and under which other names libraries go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from portlint.errors import PortlintError

Format = Literal["elf", "pe", "macho", "wasm"]


class Noise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that prove nothing: start-up code imports them. Not `sure`: the library's own code may, too."""

    format: Format
    sure: bool
    why: str
    source: str
    names: frozenset[str]


class Alias(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that a compiler or a header puts in place of the plain C name that the source has."""

    format: Format
    why: str
    source: str
    names: dict[str, str]


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Functions and classes of C++'s standard library -> the name that the rules for source have for them.

    A class stands for its members, unless one has a row of its own.
    """

    why: str
    source: str
    names: dict[str, str]


class Ordinals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of a DLL's functions that are imported by number."""

    library: str
    source: str
    names: dict[int, str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    noise: tuple[Noise, ...]
    alias: tuple[Alias, ...]
    standard: tuple[Standard, ...]
    ordinals: tuple[Ordinals, ...]


class Knowledge(msgspec.Struct, frozen=True):
    """The file turned around for look-ups. `digest` is part of the cache key of every binary's facts."""

    noise: Mapping[str, frozenset[str]]  # format -> names
    maybe: Mapping[str, frozenset[str]]
    alias: Mapping[str, Mapping[str, str]]
    standard: Mapping[str, str]
    ordinals: Mapping[str, Mapping[int, str]]
    digest: str


@cache
def knowledge() -> Knowledge:
    """Read the file once. Raises PortlintError when it breaks its word."""
    path = _path()
    try:
        raw = path.read_bytes()
        file = msgspec.toml.decode(raw, type=_File, strict=False)
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:  # ValidationError is one
        raise PortlintError(f"{path}: {error}") from error
    formats: tuple[Format, ...] = Format.__args__  # type: ignore[attr-defined]
    return Knowledge(
        noise={name: _names(file, name, sure=True) for name in formats},
        maybe={name: _names(file, name, sure=False) for name in formats},
        alias={name: _aliases(file, name) for name in formats},
        standard={old: new for row in file.standard for old, new in row.names.items()},
        ordinals={row.library: row.names for row in file.ordinals},
        digest=hashlib.sha256(raw).hexdigest()[:16],
    )


def _path() -> Path:
    """Inside of the installed package, or beside it in a source checkout (`catalog.load` is a sibling layer)."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "rules" / "binary_noise.toml"
    return inside if inside.is_file() else package.parent / "rules" / "binary_noise.toml"


def _aliases(file: _File, name: Format) -> dict[str, str]:
    return {old: new for row in file.alias if row.format == name for old, new in row.names.items()}


def _names(file: _File, name: Format, *, sure: bool) -> frozenset[str]:
    return frozenset().union(*(row.names for row in file.noise if row.format == name and row.sure == sure))
