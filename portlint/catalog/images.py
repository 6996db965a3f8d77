"""What a server is shipped in today, and what its module would weigh: `rules/images.toml`.

Context beside a verdict, never a reason to port: images change with every release, and module sizes are classes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import read_as, rules_folder


class Image(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One base image. Sizes in MB (10^6 bytes): `compressed` as pulled, `unpacked` on disk; None where not known.

    `tags` are patterns (`*-slim`); a row without them answers for the tags that no other row has.
    """

    name: str
    source: str
    checked: date
    tags: tuple[str, ...] = ()
    compressed: float | None = None
    unpacked: float | None = None
    notes: str = ""


class ModuleSize(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size class of a module by language, or by engine. MB before compression."""

    low: float
    likely: float
    source: str
    checked: date
    language: str = ""
    engine: str = ""
    notes: str = ""


class Stay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a server that needs one of these stays in its container. `needs` are patterns of capabilities."""

    needs: tuple[str, ...]
    because: str


class Images(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    image: tuple[Image, ...]
    module: tuple[ModuleSize, ...]
    stay: tuple[Stay, ...]

    def of(self, reference: str) -> Image | None:
        """The row for what stands after FROM: `docker.io/library/node:22-slim@sha256:...`; None when not known."""
        name, tag = _name_and_tag(reference)
        rows = [row for row in self.image if row.name == name or (row.tags == ("*",) and name.startswith(row.name))]
        told = [row for row in rows if any(fnmatchcase(tag, pattern) for pattern in row.tags)]
        # The longest pattern is the most particular one.
        told.sort(key=lambda row: -max(len(pattern) for pattern in row.tags if fnmatchcase(tag, pattern)))
        variants = re.search(r"(alpine|slim)", tag)
        plain = [row for row in rows if not row.tags and not variants]
        return next(iter([*told, *plain]), None)

    def module_of(self, language: str = "", engine: str = "") -> ModuleSize | None:
        """The size class of a module; an engine, where there is one, decides."""
        found = (row for row in self.module if (row.engine == engine if engine else row.language == language))
        return next(found, None) if engine or language else None

    def why_stay(self, lacking: Collection[str]) -> str:
        """Why the container is the answer where modules lack these capabilities, or ""."""
        for row in self.stay:
            if any(fnmatchcase(capability, pattern) for capability in lacking for pattern in row.needs):
                return row.because
        return ""


@cache
def load_images(folder: Path | None = None) -> Images:
    """Raises PortlintError for a missing file, invalid TOML, unknown keys and wrong types."""
    if folder is None:
        return compiled("images", Images, lambda: read_as(rules_folder() / "images.toml", Images))
    return read_as(folder / "images.toml", Images)


def _name_and_tag(reference: str) -> tuple[str, str]:
    """(`node`, `22-slim`): registry, the folder of official images, and digest are left out."""
    rest = reference.strip().partition("@")[0]
    first, slash, after = rest.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        rest = after
    name, _, tag = rest.removeprefix("library/").partition(":")
    return name, tag
