"""Findings that no single line of code makes: native libraries, extensions of an engine, engines without an export."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.judge.facts import Judge
from portlint.judge.godot_project import Ground, finding, godot_findings
from portlint.judge.rebuild import rebuild
from portlint.judge.wasm import RULE as OTHER_HOST
from portlint.judge.wasm import wasm_finding
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding
from portlint.model.package import Package
from portlint.projects import Layout, native_platforms

_WEB = frozenset({"web", "wasi", "any"})


class Tree(msgspec.Struct, frozen=True):
    """What component judging looks at: extractions and all file paths of the tree, its layout, known packages."""

    extractions: Mapping[str, Extraction]
    paths: frozenset[str]
    layout: Layout
    packages: tuple[Package, ...]

    def by_project(self) -> dict[str, dict[str, Extraction]]:
        """The extractions of each project's files, by the project's path, in order of paths."""
        found: dict[str, dict[str, Extraction]] = {project.path: {} for project in self.layout.projects}
        for path, extraction in self.extractions.items():
            project = self.layout.project_of(path)
            if project is not None:
                found[project.path][path] = extraction
        return found


def judge_components(tree: Tree, target: Target, catalog: Catalog, judge: Judge) -> list[Finding]:
    """Findings of all projects, without components yet."""
    libraries = _Libraries(target, catalog, judge)
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
    own = tree.by_project()
    for project in tree.layout.projects:
        files = own[project.path]
        if project.kind in ("godot", "godot-addon", "gdextension"):
            facts = [fact for extraction in files.values() for fact in extraction.facts]
            findings.extend(godot_findings(project, facts, ground, target, catalog))
        if project.kind != "godot":  # the manifests speak for those of a Godot project
            findings.extend(libraries.findings(files, _named(files, project)))
            findings.extend(libraries.modules(files))
    return findings


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
        posixpath.basename(fact.value)
        for path, extraction in files.items()
        if path.endswith((".gdextension", ".gdnlib"))
        for fact in extraction.facts
        if fact.kind in ("ships", "links")
    )


class _Libraries:
    """Binaries outside of an engine's manifests."""

    def __init__(self, target: Target, catalog: Catalog, judge: Judge) -> None:
        self._target = target
        self._catalog = catalog
        self._judge = judge

    def findings(self, files: Mapping[str, Extraction], named: frozenset[str]) -> list[Finding]:
        """Native libraries that the target has no loader for; equal files share a finding."""
        alike: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
        for path, extraction in files.items():
            platforms = native_platforms(extraction)
            if platforms and not _WEB & set(platforms) and posixpath.basename(path) not in named:
                alike.setdefault(_content(extraction.facts), []).append(path)
        return [self._library(paths, files[paths[0]]) for paths in alike.values()]

    def _library(self, paths: Sequence[str], extraction: Extraction) -> Finding:
        rule = self._catalog.rules["native-library-without-wasm"]
        support = self._target.support[rule.needs]
        name = posixpath.basename(paths[0])
        copies = f" (and {', '.join(paths[1:])})" if len(paths) > 1 else ""
        platforms = ", ".join(native_platforms(extraction))
        message = f"ships {name} for {platforms}{copies}: {support.because}{self.rebuild(extraction)}"
        found = finding(
            rule, "ships", name, Location(paths[0]), support.level, message, support.instead, support.source
        )
        return msgspec.structs.replace(found, confidence="medium")

    def modules(self, files: Mapping[str, Extraction]) -> list[Finding]:
        """WebAssembly that is built already, for another host."""
        rule = self._catalog.rules[OTHER_HOST]
        found = (wasm_finding(path, extraction, self._target, rule) for path, extraction in files.items())
        return [each for each in found if each is not None]

    def rebuild(self, extraction: Extraction) -> str:
        """How hard it would be to build it again, as the end of a sentence; "" where nothing tells."""
        return rebuild(extraction, self._judge, self._catalog).text


def _content(facts: Iterable[Fact]) -> tuple[tuple[str, str, str], ...]:
    return tuple((fact.kind, fact.name, fact.value) for fact in facts)
