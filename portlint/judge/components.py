"""Findings that no single line of code makes: native libraries, extensions of an engine, engines without an export."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.judge.godot import Extension, Outcome, extension_outcome, extensions, package_of
from portlint.judge.godot_export import WebExport, preset_for, web_presets
from portlint.judge.matching import Matcher, in_range
from portlint.model.catalog import Catalog, Support, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.finding import SEVERITY_OF, Confidence, Finding, Level
from portlint.model.package import Package
from portlint.projects import Layout, native_platforms

_OUTCOME_RULE = {
    "no-web-build": "native-library-without-wasm",
    "not-loaded": "native-library-without-wasm",
    "wrong-threads": "web-library-thread-mismatch",
    "needs-extensions-support": "extensions-support-off",
    "missing-file": "declared-library-missing",
}


class Tree(msgspec.Struct, frozen=True):
    """What component judging looks at: extractions and all file paths of the tree, its layout, known packages."""

    extractions: Mapping[str, Extraction]
    paths: frozenset[str]
    layout: Layout
    packages: tuple[Package, ...]

    def facts(self, project: Project) -> list[Fact]:
        """Facts of the project's files, in order of paths."""
        return [
            fact
            for path, extraction in self.extractions.items()
            if self.layout.project_of(path) is project
            for fact in extraction.facts
        ]


def judge_components(tree: Tree, target: Target, catalog: Catalog, matcher: Matcher) -> list[Finding]:
    judged = _Components(tree, target, catalog, matcher)
    findings: list[Finding] = []
    for project in tree.layout.projects:
        if project.kind in ("godot", "godot-addon"):
            findings.extend(judged.godot(project))
        if not (target.engine and project.kind == "godot"):
            findings.extend(judged.libraries(project))
    return findings


class _Components:
    def __init__(self, tree: Tree, target: Target, catalog: Catalog, matcher: Matcher) -> None:
        self._tree = tree
        self._target = target
        self._catalog = catalog
        self._matcher = matcher

    def godot(self, project: Project) -> list[Finding]:
        facts = self._tree.facts(project)
        if self._target.engine != "godot":
            return [] if project.kind != "godot" else self._without_export(project)
        findings = self._csharp(project, facts)
        preset = preset_for(web_presets(facts), self._target.threads)
        export = WebExport(self._target.threads, project.engine_version, preset)
        for extension in extensions(facts, [each.path for each in self._tree.layout.projects]):
            findings.extend(self._extension(extension, export, project))
        return findings

    def _without_export(self, project: Project) -> list[Finding]:
        support = self._target.support["engine.export"]
        if support.level == "works":
            return []
        path = posixpath.normpath(posixpath.join(project.path, "project.godot"))
        return [self._finding("engine-without-export", "setting", "project.godot", Location(path, 1, 1), support)]

    def _csharp(self, project: Project, facts: Sequence[Fact]) -> list[Finding]:
        """C# that runs: attached to scenes, autoloaded, or announced by the project. A leftover .csproj is a note."""
        support = self._target.support["engine.csharp"]
        if project.engine_version and not in_range(project.engine_version, ">=4"):
            return []  # Godot 3 exports C# to HTML5
        attached = [fact for fact in facts if _names_csharp(fact)]
        if attached:
            first = attached[0]
            script = first.name if first.kind == "import" else first.value
            return [self._finding("godot-csharp", first.kind, script.lstrip("*"), first.location, support)]
        announced = [fact for fact in facts if _announces_csharp(fact)]
        has_scripts = any(path.endswith(".cs") and self._tree.layout.project_of(path) is project for path in self._tree.paths)
        if announced and has_scripts:
            return [self._finding("godot-csharp", "setting", "C#", announced[0].location, support)]
        return []

    def _extension(self, extension: Extension, export: WebExport, project: Project) -> list[Finding]:
        package = package_of(extension, self._tree.packages)
        outcome = extension_outcome(
            extension,
            export,
            files=self._tree.paths,
            package=package,
            shared=self._shared_memory(),
            built_here=self._built_here(project),
        )
        if outcome.severity is None:
            return []
        name = package.name if package else posixpath.basename(posixpath.dirname(extension.manifest)) or extension.manifest
        entry = outcome.entry or (extension.ships[0] if extension.ships else None)
        location = Location(extension.manifest, entry.location.line if entry else 1, 1)
        return [self._outcome(outcome, name, location, package)]

    def _outcome(self, outcome: Outcome, name: str, location: Location, package: Package | None) -> Finding:
        rule = self._catalog.rules[_OUTCOME_RULE[outcome.status]]
        level: Level = "fails-at-run" if outcome.severity == "error" else "partial"
        return Finding(
            rule.id,
            rule.needs,
            level,
            SEVERITY_OF[level],
            outcome.blocker,
            "high",
            "ships",
            name,
            location,
            "",
            "",
            (),
            f"{name} {outcome.reason}",
            outcome.instead,
            package.source if package else rule.source,
        )

    def _shared_memory(self) -> dict[str, bool]:
        """Side modules that were read -> whether the memory they import is shared."""
        return {
            path: fact.value == "true"
            for path, extraction in self._tree.extractions.items()
            for fact in extraction.facts
            if fact.kind == "setting" and fact.name == "wasm/shared-memory"
        }

    def _built_here(self, project: Project) -> bool:
        """The tree builds extensions itself: C++ sources beside the Godot project."""
        return any(each.kind == "gdextension" for each in self._tree.layout.projects) or any(
            path.endswith("SConstruct") for path in self._tree.paths if self._tree.layout.project_of(path) is project
        )

    def libraries(self, project: Project) -> list[Finding]:
        """Native libraries that the target has no loader for; what a rebuild would need is read from their imports."""
        rule = self._catalog.rules["native-library-without-wasm"]
        support = self._target.support[rule.needs]
        findings = []
        for path, extraction in self._tree.extractions.items():
            platforms = native_platforms(extraction)
            if not platforms or self._tree.layout.project_of(path) is not project:
                continue
            if any(platform in ("web", "wasi", "any") for platform in platforms):
                continue
            name = posixpath.basename(path)
            message = f"ships {name} for {', '.join(platforms)}: {support.because}{self._rebuild(extraction)}"
            found = self._finding(rule.id, "ships", name, Location(path), support)
            findings.append(msgspec.structs.replace(found, message=message, blocker=False, confidence="medium"))
        return findings

    def _rebuild(self, extraction: Extraction) -> str:
        needs: set[str] = set()
        for fact in extraction.facts:
            if fact.kind in ("symbol", "links", "may-load") and fact.value != "maybe":
                chosen = self._matcher.first(fact)
                if chosen and self._target.support[chosen[0].needs].level not in ("works", "flag"):
                    needs.add(self._catalog.capabilities[chosen[0].needs].title)
        if not any(fact.kind == "symbol" for fact in extraction.facts):
            return ""
        if not needs:
            return "; its imports ask for nothing that a rebuild would lack"
        return f"; a rebuild would have to do without {', '.join(sorted(needs))}"

    def _finding(self, rule_id: str, kind: FactKind, name: str, location: Location, support: Support) -> Finding:
        rule = self._catalog.rules[rule_id]
        confidence: Confidence = "high"
        return Finding(
            rule.id,
            rule.needs,
            support.level,
            SEVERITY_OF.get(support.level, "note"),
            support.blocker,
            confidence,
            kind,
            name,
            location,
            "",
            "",
            (),
            f"{rule.summary}: {support.because}",
            support.instead,
            support.source,
        )


def _names_csharp(fact: Fact) -> bool:
    if fact.kind == "import":
        return fact.name.endswith(".cs")
    return fact.kind == "setting" and fact.name.startswith("autoload") and fact.value.lstrip("*").endswith(".cs")


def _announces_csharp(fact: Fact) -> bool:
    return fact.kind == "setting" and fact.name == "application/config/features" and "C#" in fact.value.split(",")


def unread_code(paths: Iterable[str]) -> tuple[str, ...]:
    """Languages of compiled code that no extractor read, sorted."""
    from portlint.extractors.languages import COMPILED, language_of

    return tuple(sorted({language_of(path) for path in paths} & COMPILED))
