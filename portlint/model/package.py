"""What is known of a package by name: what becomes of it on a target, and what replaces it there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from portlint.model.catalog import profile_id

PackageKind = Literal["middleware", "binding", "library", "engine-package", "addon"]
Status = Literal["native", "yes", "partial", "no", "unknown"]


class PackageMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """How to recognise a package: one matching name is enough. Names end in `*` for a prefix, and ignore case.

    `entry_symbols`: of a GDExtension manifest. `stems`: a manifest's file name without its ending. `libraries`: base
    names of the libraries that it ships, without `lib` in front and what follows the first dot; also of managed
    assemblies up to `.dll` (`Mono.Cecil`). `exports`: functions that such a library offers (case counts). `marks`:
    texts inside a library that nothing else has, ASCII, at least eight characters (case counts). `packages`:
    `ecosystem/name` with the ecosystem as package URLs write it (`npm/sharp`, `cargo/mio`, `golang/...`, `nuget/...`,
    `upm/com.unity.burst`, `vcpkg/...`, `conan/...`, `pypi/...`). `plugins`: names of engine plugins (`.uplugin`,
    GameMaker and Defold extensions, asmdef names).
    """

    entry_symbols: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


def is_called(patterns: Iterable[str], name: str) -> bool:
    """Whether one of the names of a match is this one."""
    small = name.lower()
    return any(
        small.startswith(each[:-1].lower()) if each.endswith("*") else small == each.lower() for each in patterns
    )


class Fate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a package on one kind of target.

    `status`: `native`, the platform or the engine does its work there; `yes`, a build is published or its source
    builds; `partial`, with limits that `because` names; `no`, there is none; `unknown`, nobody has checked. `since`
    bounds it to versions from there on: of the engine for addons and engine packages, else of the package. `because`
    completes "...: "; `instead` is a remedy, one sentence without its full stop, or "". `unless`: features of crates
    (`cargo/getrandom#js`) that lift the limits where a project asks for one of them.
    """

    status: Status
    source: str
    checked: date
    because: str = ""
    instead: str = ""
    since: str = ""
    unless: tuple[str, ...] = ()


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package of an ecosystem, or an SDK. `on`: by target id or family (`browser`, `wasi`).

    `wraps`: ids of the packages that it rests on: middleware and its binding to an engine are two rows.
    """

    id: str
    name: str
    kind: PackageKind
    match: PackageMatch
    on: dict[str, Fate] = {}
    wraps: tuple[str, ...] = ()
    notes: str = ""

    def fate(self, target: str, family: str) -> Fate | None:
        """What is known for a target (`wasip1` or, in one release, `wasip1@2022`), else for its family."""
        if family == "container":
            return None  # a place where native builds run
        nearest = "browser" if family == "workers" else family  # an isolate is built for as a page is
        return self.on.get(profile_id(target)) or self.on.get(family) or self.on.get(nearest)
