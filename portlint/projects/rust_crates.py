"""The crates of a tree: their manifests with what workspaces state filled in, their features, and what they are for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from portlint.extractors.manifest.packages.cargo import INHERITED, Shared
from portlint.extractors.manifest.packages.cargo_features import closure
from portlint.extractors.source.rust.settle import of_targets, settled
from portlint.model.component import Dependency
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, NEVER, Guard, either, every

MANIFEST = "Cargo.toml"
FUZZ = "fuzz"  # where cargo-fuzz keeps its targets
# Words in the name of a member's folder that say that it tries the others out: `tests-integration`, `perf`.
_AROUND = frozenset("test tests bench benches benchmark benchmarks perf example examples fuzz".split())
_FEATURE = "cargo/feature/"
_SHARED = "cargo/shared/"
_ROUNDS = 8


class Crate(msgspec.Struct, frozen=True):
    """One package of the tree. `facts` and `edges` are its manifest's, with inherited rows filled in.

    `edges` run to `crate:<folder>` for crates of the tree. `home`: the folder of its workspace's root. `active`:
    features that a build of the workspace has on. `is_shipped`: no procedural macro, and not for builds and tests only.
    `condition`: on which targets the programs of its workspace need it.
    """

    folder: str
    name: str
    version: str
    facts: tuple[Fact, ...]
    edges: tuple[Dependency, ...]
    features: dict[str, tuple[str, ...]]
    home: str
    active: frozenset[str] = frozenset()
    is_shipped: bool = True
    condition: Guard = ALWAYS

    def setting(self, name: str) -> list[str]:
        return [fact.value for fact in self.facts if fact.name == name]


def crates(extractions: Mapping[str, Extraction]) -> dict[str, Crate]:
    """The packages of a tree by folder, sorted."""
    manifests = {
        posixpath.dirname(path) or ".": extraction
        for path, extraction in extractions.items()
        if posixpath.basename(path) == MANIFEST
    }
    named = {folder: each for folder, each in manifests.items() if _values(each.facts, "cargo/name")}
    homes = _homes(manifests, named)
    found = {}
    for folder in sorted(named):
        shared = _shared(manifests[homes[folder]].facts)
        facts, edges = _filled(named[folder], shared, named)
        features = {
            fact.name[len(_FEATURE) :]: tuple(fact.value.split()) for fact in facts if fact.name.startswith(_FEATURE)
        }
        version = next(iter(_values(facts, "cargo/version")), "")
        name = _values(facts, "cargo/name")[0]
        found[folder] = Crate(folder, name, version, facts, edges, features, homes[folder])
    return _conditioned(_activated(_for_builds(found, extractions)), extractions)


def feature_of(fact: Fact) -> tuple[str, str]:
    """(crate, feature) of a `package` fact; the feature is "" for the crate itself."""
    name, _, feature = fact.name.removeprefix("cargo/").partition("#")
    return name, feature


def _values(facts: Iterable[Fact], name: str) -> list[str]:
    return [fact.value for fact in facts if fact.name == name and fact.kind == "setting"]


def _homes(manifests: Mapping[str, Extraction], named: Collection[str]) -> dict[str, str]:
    """The folder of the workspace root, or of the outermost crate that takes it in by path; else its own."""
    roots = [folder for folder, each in manifests.items() if _values(each.facts, "cargo/workspace")]
    homes = {folder: folder for folder in named}
    for root in sorted(roots, key=len):
        facts = manifests[root].facts
        members, excluded = _values(facts, "cargo/member"), _values(facts, "cargo/exclude")
        for folder in named:
            inside = posixpath.relpath(folder, root)
            if inside == "." or (not inside.startswith("..") and _is_one(inside, members, excluded)):
                homes[folder] = root
    todo = sorted(named)
    while todo:  # path dependencies below a member belong to its workspace
        folder = todo.pop()
        for edge in manifests[folder].dependencies:
            other = edge.target.removeprefix("crate:")
            home = homes[folder]
            below = home == "." or other.startswith(f"{home}/")
            if edge.target.startswith("crate:") and homes.get(other) == other != home and below and other not in roots:
                homes[other] = home
                todo.append(other)
    return homes


def _is_one(folder: str, members: Sequence[str], excluded: Sequence[str]) -> bool:
    if any(folder == each.rstrip("/") or folder.startswith(each.rstrip("/") + "/") for each in excluded):
        return False
    return any(
        fnmatchcase(folder, posixpath.normpath(each)) and folder.count("/") == posixpath.normpath(each).count("/")
        for each in members
    )


def _shared(facts: Iterable[Fact]) -> dict[str, Shared]:
    return {
        fact.name[len(_SHARED) :]: msgspec.json.decode(fact.value, type=Shared)
        for fact in facts
        if fact.name.startswith(_SHARED)
    }


def _filled(
    extraction: Extraction, shared: Mapping[str, Shared], named: Collection[str]
) -> tuple[tuple[Fact, ...], tuple[Dependency, ...]]:
    """The facts and edges of a manifest, with the rows of the workspace in place of `workspace = true`."""
    facts: dict[Fact, None] = {}
    for fact in extraction.facts:
        key, feature = feature_of(fact)
        if fact.kind != "package" or fact.value != INHERITED:
            facts[fact] = None
        elif key in shared:
            row = shared[key]
            name = f"cargo/{row.name}" + (f"#{feature}" if feature else "")
            if feature != "default" or row.default:
                facts[msgspec.structs.replace(fact, name=name, value=row.version or row.place)] = None
            for each in row.features if not feature else ():
                extra = f"cargo/{row.name}#{each}"
                facts[msgspec.structs.replace(fact, name=extra, value=row.version)] = None
    edges = []
    for edge in extraction.dependencies:
        inherited = shared.get(edge.target.removeprefix("cargo/"))
        if inherited is not None:
            is_own = inherited.place in named
            target = f"crate:{inherited.place}" if is_own else f"cargo/{inherited.name}"
            edges.append(msgspec.structs.replace(edge, target=target))
        else:
            edges.append(edge)
    return tuple(facts), tuple(edges)


def _for_builds(found: dict[str, Crate], extractions: Mapping[str, Extraction]) -> dict[str, Crate]:
    """Mark procedural macros, libraries that only build scripts and tests need, and members that try out the others."""
    scopes: dict[str, set[str]] = {}
    for crate in found.values():
        for edge in crate.edges:
            if edge.target.startswith("crate:") and edge.source != edge.target:
                scopes.setdefault(edge.target[6:], set()).add(edge.scope)
    out = {}
    for folder, crate in found.items():
        runs = _runs(crate, extractions)
        words = re.split("[-_]", posixpath.basename(folder))
        tries = words == [FUZZ] or (folder != crate.home and not _AROUND.isdisjoint(words))
        aside = bool(crate.setting("cargo/proc-macro")) or tries
        aside = aside or (folder in scopes and "run" not in scopes[folder] and not runs and folder != crate.home)
        out[folder] = msgspec.structs.replace(crate, is_shipped=not aside)
    return out


def _runs(crate: Crate, extractions: Mapping[str, Extraction]) -> bool:
    """Whether it is a program."""
    return posixpath.normpath(f"{crate.folder}/src/main.rs") in extractions or bool(crate.setting("cargo/binary"))


def _conditioned(found: dict[str, Crate], extractions: Mapping[str, Extraction]) -> dict[str, Crate]:
    """Say of libraries when the programs of their workspace need them: a save file's database on desktops alone.

    Features stay out of it: a library that is off by default is one that somebody may switch on.
    """
    programs = {folder for folder, crate in found.items() if crate.is_shipped and _runs(crate, extractions)}
    ways: dict[str, list[tuple[str, Guard]]] = {}
    for folder, crate in found.items():
        for edge in crate.edges if crate.is_shipped else ():
            target = edge.target.removeprefix("crate:")
            if target in found and edge.scope == "run" and found[target].home == crate.home and target != folder:
                ways.setdefault(target, []).append((folder, of_targets(edge.condition)))
    known = dict.fromkeys(found, NEVER) | dict.fromkeys(programs, ALWAYS)
    for _ in range(_ROUNDS):
        before = dict(known)
        for target in ways.keys() - programs:
            known[target] = either(*(every(known[source], condition) for source, condition in ways[target]))
        if known == before:
            break
    # what no program leads to is a library for others
    return {
        folder: crate if known[folder].op == "false" else msgspec.structs.replace(crate, condition=known[folder])
        for folder, crate in found.items()
    }


def _activated(found: dict[str, Crate]) -> dict[str, Crate]:
    """The features that are on: the default ones, and what crates of the tree ask of each other."""
    by_name = {crate.name: folder for folder, crate in found.items()}
    asked = {folder: {"default"} for folder in found}
    active: dict[str, frozenset[str]] = {}
    for _ in range(_ROUNDS):
        before = active
        active = {folder: frozenset(closure(found[folder].features, names)) for folder, names in asked.items()}
        if active == before:
            break
        for folder, crate in found.items():
            for fact in crate.facts if crate.is_shipped else ():
                name, feature = feature_of(fact) if fact.kind == "package" else ("", "")
                if feature and name in by_name and settled(fact.guard, active[folder]).op == "true":
                    asked[by_name[name]].add(feature)
    return {folder: msgspec.structs.replace(crate, active=active[folder]) for folder, crate in found.items()}
