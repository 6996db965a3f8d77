"""Rust: workspaces and crates as projects, their modules' conditions, and the graph of their packages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

import msgspec

from portlint.extractors.source.rust.modules import CHAIN, MACRO, MODULE
from portlint.extractors.source.rust.settle import by_cases, settled
from portlint.model.component import Component, ComponentKind, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, NEVER, Guard, either, every, negated
from portlint.projects.locate import Locator
from portlint.projects.rust_crates import FUZZ, MANIFEST, Crate, crates, feature_of
from portlint.provenance import provenance

KIND = "rust"
LOCK = "Cargo.lock"
_UNREACHED = Guard("condition", "no `mod` leads to this file")
_KEPT = ("setting", "ignore", "links")  # what a crate that only builds run says of itself


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Workspaces, and packages outside of them; none in folders of tests, examples and fetched code."""
    homes = sorted({crate.home for crate in crates(extractions).values()}, key=lambda each: (each != ".", each))
    fuzzed = [home for home in homes if posixpath.basename(home) == FUZZ]
    shown = [home for home in homes if home not in fuzzed and _is_own(home)]
    return [Project(home, KIND) for home in shown or homes[:1]]


def _is_own(folder: str) -> bool:
    return provenance(f"{folder}/{MANIFEST}") in ("first-party", "tool")


def arranged(extractions: Mapping[str, Extraction]) -> dict[str, Extraction]:
    """The extractions with what only a whole crate tells: to be called once, before anything is judged.

    Facts of a file get the conditions of the `mod` declarations that lead to it; features that a default build has on
    are settled; manifests get the rows of their workspace; procedural macros and build-time crates keep no uses.
    """
    known = crates(extractions)
    if not known:
        return dict(extractions)
    out = dict(extractions)
    for folder, crate in known.items():
        manifest = posixpath.normpath(f"{folder}/{MANIFEST}")
        own = {f"cargo/{other.name}" for other in known.values()}
        facts = tuple(
            msgspec.structs.replace(fact, guard=_whole(fact, crate))
            for fact in crate.facts
            if fact.kind != "package" or (crate.is_shipped and f"cargo/{feature_of(fact)[0]}" not in own)
        )
        out[manifest] = msgspec.structs.replace(extractions[manifest], facts=facts)
    files = _files(extractions, known)
    for folder, paths in files.items():
        _arrange_crate(known[folder], paths, extractions, out)
    return out


def _whole(fact: Fact, crate: Crate) -> Guard:
    """The condition of a row of a manifest; packages count where the crate itself does."""
    guard = settled(fact.guard, crate.active)
    return every(crate.condition, guard) if fact.kind == "package" else guard


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Crates as modules, packages with the versions that the lock file gives, and the edges between them all."""
    known = crates(extractions)
    projects = {home: project_of(posixpath.normpath(f"{home}/{MANIFEST}")) for home in {c.home for c in known.values()}}
    ids = {}
    for folder in known:  # a member may be a project of its own: a game on Bevy beside its server
        own = project_of(posixpath.normpath(f"{folder}/{MANIFEST}"))
        ids[folder] = f"project:{folder}" if own and own.path == folder else f"module:{folder}"
    for folder, crate in known.items():
        project = projects[crate.home]
        if project is None:
            continue
        label = provenance(posixpath.relpath(folder, crate.home) + "/x") if folder != crate.home else "first-party"
        label = label if crate.is_shipped or label != "first-party" else "tool"
        purl = f"pkg:cargo/{crate.name}" + (f"@{crate.version}" if crate.version else "")
        kind: ComponentKind = "project" if ids[folder].startswith("project:") else "module"
        components[ids[folder]] = Component(ids[folder], kind, crate.name, folder, crate.version, purl, label)
        if kind == "module":
            scope: Scope = "run" if crate.is_shipped else "build"
            manifest = posixpath.normpath(f"{project.path}/{MANIFEST}")
            edges.append(Dependency(f"project:{project.path}", ids[folder], scope, manifest, 1, crate.condition))
    versions = _locked(extractions, components, edges)
    for folder, crate in known.items():
        of_lock = versions.get(crate.home, {}).get(crate.name, {})
        for edge in crate.edges:
            target = _target(edge, ids, of_lock, components)
            condition = settled(edge.condition, crate.active)
            scope = edge.scope if crate.is_shipped or edge.scope != "run" else "build"
            edges.append(
                msgspec.structs.replace(edge, source=ids[folder], target=target, condition=condition, scope=scope)
            )


def _target(
    edge: Dependency, ids: Mapping[str, str], locked: Mapping[str, str], components: dict[str, Component]
) -> str:
    if edge.target.startswith("crate:"):
        return ids.get(edge.target[6:], edge.target)
    name = edge.target.removeprefix("cargo/")
    if name in locked:
        return locked[name]
    identity = f"package:cargo/{name}"
    purl = f"pkg:cargo/{name}"
    components.setdefault(identity, Component(identity, "package", name, "", "", purl, "vendored"))
    return identity


def _locked(
    extractions: Mapping[str, Extraction], components: dict[str, Component], edges: list[Dependency]
) -> dict[str, dict[str, dict[str, str]]]:
    """Add what lock files hold; per folder of a lock file and crate of the tree, package ids by name."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path, extraction in extractions.items():
        if posixpath.basename(path) != LOCK:
            continue
        components.update({component.id: component for component in extraction.components})
        of_crates = found.setdefault(posixpath.dirname(path) or ".", {})
        for edge in extraction.dependencies:
            if not edge.source.startswith("locked:"):
                edges.append(edge)
            elif edge.target.startswith("package:cargo/"):
                name = edge.target.removeprefix("package:cargo/").partition("@")[0]
                of_crates.setdefault(edge.source.rpartition(":")[2], {})[name] = edge.target
    return found


def _files(extractions: Mapping[str, Extraction], known: Mapping[str, Crate]) -> dict[str, list[str]]:
    """The Rust files of each crate: of the nearest folder with a package."""
    found: dict[str, list[str]] = {}
    for path in extractions:
        if not path.endswith(".rs"):
            continue
        folder = posixpath.dirname(path)
        while folder and folder not in known:
            folder = posixpath.dirname(folder)
        if (folder or ".") in known:
            found.setdefault(folder or ".", []).append(path)
    return found


def _arrange_crate(
    crate: Crate, paths: list[str], extractions: Mapping[str, Extraction], out: dict[str, Extraction]
) -> None:
    build = posixpath.normpath(f"{crate.folder}/build.rs")
    by_build = {
        fact.value.partition("=")[0]
        for fact in (extractions[build].facts if build in extractions else ())
        if fact.name == "rust/build-cfg"
    }
    macros = {fact.value: fact.guard for path in paths for fact in extractions[path].facts if fact.name == MACRO}
    conditions = _conditions(crate, paths, extractions)
    source = posixpath.normpath(f"{crate.folder}/src") + "/"
    for path in paths:
        extraction = extractions[path]
        around = conditions.get(path, _UNREACHED if conditions and path.startswith(source) else ALWAYS)
        around = every(crate.condition, around)
        facts = []
        for fact in extraction.facts:
            if not crate.is_shipped and fact.kind not in _KEPT:
                continue
            whole = _expanded(every(around, fact.guard), macros)
            if fact.name == CHAIN:
                whole = by_cases(whole)
            guard = settled(whole, crate.active, by_build)
            facts.append(fact if guard == fact.guard else msgspec.structs.replace(fact, guard=guard))
        if tuple(facts) != extraction.facts:
            out[path] = msgspec.structs.replace(extraction, facts=tuple(facts))


def _expanded(guard: Guard, macros: Mapping[str, Guard]) -> Guard:
    """The condition with what the crate's own `cfg_net!` and its like stand for."""
    if guard.op == "condition":
        return macros.get(guard.name, guard)
    if not guard.args:
        return guard
    parts = [_expanded(each, macros) for each in guard.args]
    if guard.op == "not":
        return negated(parts[0])
    return every(*parts) if guard.op == "and" else either(*parts)


def _conditions(crate: Crate, paths: list[str], extractions: Mapping[str, Extraction]) -> dict[str, Guard]:
    """The condition under which each file is part of the crate; files that no `mod` leads to are left out."""
    present = set(paths)
    found: dict[str, list[Guard]] = {}
    for root, guard in _roots(crate, present):
        reached = {root: guard}
        todo = [root]
        while todo:
            path = todo.pop()
            for target, condition in _taken_in(path, root, extractions[path], present):
                whole = every(reached[path], condition)
                if target not in reached:
                    reached[target] = whole
                    todo.append(target)
                elif reached[target] != whole and reached[target].op != "true" and whole.op != "false":
                    # two declarations of one file; one more round would be needed for what is below it
                    reached[target] = either(reached[target], whole)
        for path, condition in reached.items():
            found.setdefault(path, []).append(condition)
    return {path: either(*guards) for path, guards in found.items()}


def _roots(crate: Crate, present: set[str]) -> Iterator[tuple[str, Guard]]:
    base = "" if crate.folder == "." else f"{crate.folder}/"
    needs = {fact.value: fact.guard for fact in crate.facts if fact.name == "cargo/binary"}
    for path in sorted(present):
        inside = path[len(base) :]
        is_binary = inside.startswith("src/bin/") and (inside.count("/") == 2 or inside.endswith("/main.rs"))
        if inside in ("src/lib.rs", "src/main.rs") or is_binary or path in needs:
            yield path, needs.get(path, ALWAYS)


def _taken_in(path: str, root: str, extraction: Extraction, present: set[str]) -> Iterator[tuple[str, Guard]]:
    """The files that the modules of a file lie in. Source: doc.rust-lang.org/reference/items/modules.html."""
    folder, name = posixpath.split(path)
    stem = name.removesuffix(".rs")
    own = folder if path == root or stem == "mod" else posixpath.join(folder, stem)
    for fact in extraction.facts:
        if fact.name != MODULE or fact.guard == NEVER:
            continue
        if fact.value.startswith("="):
            candidates = [posixpath.normpath(posixpath.join(folder, fact.value[1:]))]
        else:
            stem = posixpath.join(own, *fact.value.split("::"))
            candidates = [f"{stem}.rs", f"{stem}/mod.rs"]
        for candidate in candidates:
            if candidate in present:
                yield candidate, fact.guard
