"""Findings that no single line of code makes: native libraries, extensions of an engine, engines without an export."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.judge.dotnet.managed import managed_findings
from portlint.judge.facts import Judge
from portlint.judge.godot.ground import Ground, finding
from portlint.judge.kinds import MANIFESTS_SPEAK, manifest_findings, ships_managed
from portlint.judge.packages import package_findings
from portlint.judge.rebuild import rebuild
from portlint.judge.rust.packages import crate_findings
from portlint.judge.tree import Tree
from portlint.judge.wasm.modules import wasm_findings
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.member import real_path
from portlint.model.package import Package, Status
from portlint.projects import library_path, native_platforms
from portlint.projects.unreal import libraries_named

_WEB = frozenset({"web", "wasi", "any"})


def judge_components(tree: Tree, target: Target, catalog: Catalog, judge: Judge) -> list[Finding]:
    """Findings of all projects, without components yet."""
    libraries = _Libraries(target, catalog, judge, tree.layout.known)
    ground = Ground(
        tree.extractions,
        tree.paths,
        tuple(each.path for each in tree.layout.projects if each.kind == "godot"),
        tree.packages,
        _shared_memory(tree.extractions),
        any(each.kind == "gdextension" for each in tree.layout.projects),
        libraries.rebuild,
    )
    findings: list[Finding] = []
    for project in tree.layout.projects:
        files = tree.by_project[project.path]
        findings.extend(manifest_findings(project, tree, ground, target, catalog))
        if project.kind not in MANIFESTS_SPEAK:
            named = _named(files, project) | libraries_named(files.values())
            findings.extend(libraries.findings(files, named))
            findings.extend(libraries.modules(files))
        findings.extend(_packages(project, files, tree, target, catalog))
        findings.extend(
            managed_findings(project, files, ships_managed(project, files, tree.paths), target, catalog, judge)
        )
    return findings


def _packages(
    project: Project, files: Mapping[str, Extraction], tree: Tree, target: Target, catalog: Catalog
) -> list[Finding]:
    """Packages by manifests and lock files; an engine's own are judged with the engine."""
    if project.kind in (*MANIFESTS_SPEAK, "dotnet"):
        return []
    graph, rules = tree.layout.graph, catalog.rules
    if any(path.endswith("Cargo.toml") for path in files):
        return crate_findings(project.path, files, graph, target, rules, tree.packages)
    return package_findings(project.path, graph, target, rules, tree.packages)


def _shared_memory(extractions: Mapping[str, Extraction]) -> dict[str, bool]:
    return {
        path: fact.value == "true"
        for path, extraction in extractions.items()
        for fact in extraction.facts
        if fact.kind == "setting" and fact.name == "wasm/shared-memory"
    }


def _named(files: Mapping[str, Extraction], project: Project) -> frozenset[str]:
    """Base names of the libraries that the manifests of an addon name: these are judged by the manifest."""
    if project.kind == "native":
        return frozenset()
    return frozenset(
        posixpath.basename(library_path(fact.value))
        for path, extraction in files.items()
        if path.endswith((".gdextension", ".gdnlib"))
        for fact in extraction.facts
        if fact.kind in ("ships", "links")
    )


NATIVE = "native-library-without-wasm"
_NOT_SHIPPED = (".whl", ".unitypackage")


# What becomes of a library that is known by name: the level (None: that of any native library), and why in short.
_FATES: dict[Status, tuple[Level | None, str]] = {
    "native": ("flag", "its work is built in there"),
    "yes": ("flag", "there is a build for it, which takes this file's place"),
    "partial": ("partial", "there is a build for it, with limits"),
    "no": (None, "nobody builds it for this target"),
}


class _Libraries:
    """Binaries outside of an engine's manifests."""

    def __init__(self, target: Target, catalog: Catalog, judge: Judge, known: Mapping[str, Package]) -> None:
        self._known = known
        self._target = target
        self._catalog = catalog
        self._judge = judge

    def findings(self, files: Mapping[str, Extraction], named: frozenset[str]) -> list[Finding]:
        """Native libraries that the target has no loader for; equal files share a finding, and those of one archive."""
        alike: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
        archives: dict[str, list[str]] = {}
        for path, extraction in files.items():
            platforms = native_platforms(extraction)
            name = posixpath.basename(library_path(real_path(path)))
            if not platforms or _WEB & set(platforms) or name in named:
                continue
            if real_path(path) != path:
                archives.setdefault(real_path(path), []).append(path)
            else:
                alike.setdefault(_content(extraction.facts), []).append(path)
        return [
            *(self._library(paths, files[paths[0]]) for paths in alike.values()),
            *(self._archive(path, [files[each] for each in members]) for path, members in archives.items()),
        ]

    def _archive(self, path: str, members: Sequence[Extraction]) -> Finding:
        """What a package holds natively. Wheels serve tools, and Unity's packages have yet to be imported."""
        rule = self._catalog.rules[NATIVE]
        support = self._target.support[rule.needs]
        platforms = ", ".join(sorted({each for member in members for each in native_platforms(member)}))
        merged = Extraction(tuple(dict.fromkeys(fact for member in members for fact in member.facts)))
        count = "1 native library" if len(members) == 1 else f"{len(members)} native libraries"
        message = f"ships {count} for {platforms} inside it: {support.because}{self.rebuild(merged)}"
        found = finding(
            rule, "ships", posixpath.basename(path), Location(path), support.level, message, support.instead,
            support.source,
        )  # fmt: skip
        if path.lower().endswith(_NOT_SHIPPED):
            return msgspec.structs.replace(found, severity="note", confidence="low")
        return msgspec.structs.replace(found, confidence="medium")

    def _library(self, paths: Sequence[str], extraction: Extraction) -> Finding:
        rule = self._catalog.rules[NATIVE]
        support = self._target.support[rule.needs]
        name = posixpath.basename(paths[0])
        copies = f" (and {', '.join(paths[1:])})" if len(paths) > 1 else ""
        platforms = ", ".join(native_platforms(extraction))
        package = self._known.get(library_path(paths[0]))
        fate = package.fate(self._target.id, self._target.family) if package else None
        called = f", which is {package.name}," if package else ""
        what = f"ships {name}{copies}{called} for {platforms}"
        if fate is None or fate.status == "unknown":
            message = f"{what}: {support.because}{self.rebuild(extraction)}"
            found = finding(
                rule, "ships", name, Location(paths[0]), support.level, message, support.instead, support.source
            )
            return msgspec.structs.replace(found, confidence="medium")
        level, because = _FATES[fate.status]
        message = f"{what}: {fate.because or because}"
        if fate.status == "no" and package and package.kind != "middleware":  # a vendor alone rebuilds a closed SDK
            message += self.rebuild(extraction)
        found = finding(
            rule, "ships", name, Location(paths[0]), level or support.level, message, fate.instead, fate.source
        )
        return msgspec.structs.replace(found, confidence="medium")

    def modules(self, files: Mapping[str, Extraction]) -> list[Finding]:
        """WebAssembly that is built already: for another host, with imports or features that the target lacks."""
        rules = self._catalog.rules
        return [each for path, one in files.items() for each in wasm_findings(path, one, self._target, rules)]

    def rebuild(self, extraction: Extraction) -> str:
        """How hard it would be to build it again, as the end of a sentence; "" where nothing tells."""
        return rebuild(extraction, self._judge, self._catalog).text


def _content(facts: Iterable[Fact]) -> tuple[tuple[str, str, str], ...]:
    return tuple((fact.kind, fact.name, fact.value) for fact in facts)
