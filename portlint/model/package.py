"""What is known of a package by name: whether it runs on the web, and what replaces it there."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

OnWeb = Literal["native", "yes", "no", "unknown"]


class PackageMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How to recognise a package: one matching name is enough. Names end in `*` for a prefix, and ignore case.

    `entry_symbols`: of a GDExtension manifest. `stems`: a manifest's file name without its ending. `libraries`: base
    names of the libraries that it ships, without `lib` in front and what follows the first dot.
    """

    entry_symbols: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package of an ecosystem.

    `web`: `native`, the web platform or the engine does its work there; `yes`, a web build is published; `no`, there
    is none; `unknown`, nobody has checked. `since` bounds the first two to engine versions from there on. `instead`
    is a remedy, one sentence without its full stop, or "".
    """

    id: str
    name: str
    match: PackageMatch
    web: OnWeb
    source: str
    checked: date
    instead: str = ""
    since: str = ""
