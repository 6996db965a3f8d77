"""Functions and headers that belong to Windows or Apple systems alone."""

from __future__ import annotations

from functools import cache

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import rules_folder
from portlint.errors import PortlintError

_TITLES = {"windows": "Windows", "apple": "Apple systems"}


class Home(msgspec.Struct, frozen=True):
    """Where a function is at home: the platform as it is called in sentences, and the library that exports it."""

    platform: str
    library: str

    def __str__(self) -> str:
        return f"{self.platform} ({self.library})"


@cache
def platform_names() -> dict[str, Home]:
    """Homes by function name; no name that some toolchain's symbol table has. Written by tools/platform_names.py."""
    homes = compiled("platform-names", tuple[tuple[Home, tuple[str, ...]], ...], _homes)
    return {name: home for home, names in homes for name in names}


@cache
def platform_headers() -> dict[str, str]:
    """Headers of Windows and Apple systems -> `windows` or `apple`. Written by tools/platform_headers.py."""
    path = rules_folder() / "toolchains" / "platform-headers.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    return dict(line.split("\t") for line in lines)


def _homes() -> tuple[tuple[Home, tuple[str, ...]], ...]:
    path = rules_folder() / "toolchains" / "platform-names.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    names: dict[Home, list[str]] = {}
    for line in lines:
        name, platform, library = line.split("\t")
        names.setdefault(Home(_TITLES[platform], library), []).append(name)
    return tuple((home, tuple(of_it)) for home, of_it in names.items())
