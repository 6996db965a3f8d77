"""What hosts of WebAssembly offer: names to import (`rules/hosts/worlds.toml`) and features, one file a host.

`emscripten.toml` says which Emscripten an engine's web build is made with.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import read_as, rules_folder
from portlint.errors import PortlintError
from portlint.model.catalog import Family
from portlint.model.finding import Level

_WORLDS, _EMSCRIPTEN = "worlds.toml", "emscripten.toml"


class World(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of imports. `module` is the import module of core wasm, "" for the interfaces of components.

    `version` is what the version of an interface begins with. `targets` have these names by their standard.
    """

    id: str
    title: str
    module: str
    targets: tuple[str, ...]
    names: frozenset[str]
    source: str
    checked: date
    version: str = ""

    def has(self, name: str, version: str) -> bool:
        """`name` as facts have it: `wasi_snapshot_preview1.fd_read`, or `wasi:sockets/udp` with its version."""
        if not self.module:
            # A release candidate is another version than its release: "0.3.0-rc-2026-01-06" is not "0.3.".
            return name in self.names and version.startswith(self.version) and "-" not in version
        space, dot, function = name.partition(".")
        return bool(dot) and space == self.module and function in self.names


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a host has a world. `until`: the first version without it; `because` completes "...: "."""

    world: str
    level: Level
    source: str
    because: str = ""
    flag: str = ""
    until: str = ""


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A browser or a run-time in one version; `features`: first version, `flag: how`, `no` or `unknown`."""

    id: str
    title: str
    version: str
    family: Family
    source: str
    checked: date
    features: dict[str, str]
    offer: tuple[Offer, ...] = ()
    notes: str = ""


class Hosts(msgspec.Struct, frozen=True):
    """All worlds in file order, all hosts sorted by id."""

    worlds: tuple[World, ...]
    hosts: tuple[Host, ...]

    def world(self, name: str, version: str, target: str) -> World | None:
        """The world that has an import; where several have it, the one that is the target's own."""
        found = [each for each in self.worlds if each.has(name, version)]
        return min(found, key=lambda each: target not in each.targets) if found else None


class Emscripten(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Emscripten of an engine from its version `since` on: `exact`, or the `minimum` that its build asks for."""

    engine: str
    since: str
    version: str
    kind: Literal["exact", "minimum"]
    source: str
    checked: date


class _Engines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    engine: tuple[Emscripten, ...]


class _Worlds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    world: tuple[World, ...]


@cache
def load_hosts(folder: Path | None = None) -> Hosts:
    """`folder` is another `rules/`.

    Raises PortlintError for a missing file, invalid TOML, unknown keys, wrong types, an offer of an unknown world, an
    id that is not the file name, and hosts that do not answer for the same features.
    """
    if folder is None:
        return compiled("hosts", Hosts, lambda: _hosts(rules_folder() / "hosts"))
    return _hosts(folder / "hosts")


def _hosts(place: Path) -> Hosts:
    worlds = read_as(place / _WORLDS, _Worlds).world
    known = {world.id for world in worlds}
    hosts: list[Host] = []
    for path in sorted(place.glob("*.toml")):
        if path.name in (_WORLDS, _EMSCRIPTEN):
            continue
        host = read_as(path, Host)
        if host.id != path.stem:
            raise PortlintError(f"{path}: the id {host.id!r} is not the file name")
        if unknown := {offer.world for offer in host.offer} - known:
            raise PortlintError(f"{path}: offers the unknown world {min(unknown)!r}")
        if hosts and (odd := hosts[0].features.keys() ^ host.features.keys()):
            raise PortlintError(f"{path}: {min(odd)!r} is answered here or in {hosts[0].id}.toml only")
        hosts.append(host)
    return Hosts(worlds, tuple(hosts))


@cache
def emscripten_of(engine: str, folder: Path | None = None) -> tuple[Emscripten, ...]:
    """The rows of one engine, the newest first. Raises PortlintError as `load_hosts` does."""
    rows = read_as((folder or rules_folder()) / "hosts" / _EMSCRIPTEN, _Engines).engine
    return tuple(reversed([row for row in rows if row.engine == engine]))
