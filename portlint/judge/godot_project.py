"""What a Godot project as a whole means for a web export: no export at all, C#, extensions, the web preset."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence

import msgspec

from portlint.judge.godot import Extension, Outcome, colliding, extension_outcome, extensions, package_of
from portlint.judge.godot_export import (
    Preset,
    WebExport,
    is_before,
    is_threaded,
    preset_for,
    resolve,
    threads_on,
    web_presets,
)
from portlint.judge.matching import in_range
from portlint.judge.wasm_library import library_wants
from portlint.model.catalog import Catalog, Rule, Support, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.finding import SEVERITY_OF, Finding, Level
from portlint.model.package import Package
from portlint.projects import ships

_OUTCOME_RULE = {
    "no-web-build": "native-library-without-wasm",
    "not-loaded": "native-library-without-wasm",
    "wrong-threads": "web-library-thread-mismatch",
    "needs-extensions-support": "extensions-support-off",
    "missing-file": "declared-library-missing",
}


class Ground(msgspec.Struct, frozen=True):
    """What a project stands on: the tree's extractions, file paths and project folders, known packages.

    `shared`: side modules that were read -> whether the memory they import is shared. `builds`: the tree holds the
    sources of an extension. `rebuild`: what a rebuild of a binary would have to do without, as the end of a sentence.
    """

    extractions: Mapping[str, Extraction]
    paths: frozenset[str]
    folders: tuple[str, ...]
    packages: tuple[Package, ...]
    shared: Mapping[str, bool]
    builds: bool
    rebuild: Callable[[Extraction], str]


def godot_findings(
    project: Project, facts: Sequence[Fact], ground: Ground, target: Target, catalog: Catalog
) -> list[Finding]:
    """Findings of one project, addon or extension; `facts` are those of its own files, in order of paths."""
    if target.engine != "godot":
        return _without_export(project, facts, target, catalog)
    judged = _GodotProject(project, facts, ground, target, catalog)
    return [*judged.csharp(), *judged.preset_threads(), *judged.extensions()]


def finding(
    rule: Rule, kind: FactKind, name: str, location: Location, level: Level, message: str, instead: str, source: str
) -> Finding:
    """A finding that is sure of itself and blocks nothing; its component and path are found later."""
    severity = SEVERITY_OF.get(level, "note")
    return Finding(
        rule.id, rule.needs, level, severity, False, "high", kind, name, location, "", "", (), message, instead, source
    )


def of_support(rule: Rule, kind: FactKind, name: str, location: Location, support: Support) -> Finding:
    """A finding as the target's answer for the rule's capability says it."""
    message = f"{rule.summary}: {support.because}"
    found = finding(rule, kind, name, location, support.level, message, support.instead, support.source)
    return msgspec.structs.replace(found, blocker=support.blocker)


def _without_export(project: Project, facts: Sequence[Fact], target: Target, catalog: Catalog) -> list[Finding]:
    """No engine, no game; an addon or an extension of the engine is not better off."""
    support = target.support["engine.export"]
    if support.level in ("works", "unknown") or not facts:
        return []
    manifests = [fact.location.path for fact in facts if fact.location.path.endswith((".gdextension", ".gdnlib"))]
    path = _inside(project, "project.godot") if project.kind == "godot" else [*manifests, facts[0].location.path][0]
    name, place = posixpath.basename(path), Location(path, 1, 1)
    return [of_support(catalog.rules["engine-without-export"], "setting", name, place, support)]


def _inside(project: Project, path: str) -> str:
    return posixpath.normpath(posixpath.join(project.path, path))


class _GodotProject:
    def __init__(
        self, project: Project, facts: Sequence[Fact], ground: Ground, target: Target, catalog: Catalog
    ) -> None:
        self._project = project
        self._facts = facts
        self._ground = ground
        self._target = target
        self._rules = catalog.rules
        # Godot reads the presets at the project's root only; a tree may keep others (templates, CI).
        own = _inside(project, "export_presets.cfg")
        self._presets = web_presets(fact for fact in facts if fact.location.path == own)

    def csharp(self) -> list[Finding]:
        """C# that runs: attached to scenes, autoloaded, or announced by the project. A leftover .csproj is no need."""
        version = self._project.engine_version
        if self._project.kind != "godot" or (version and not in_range(version, ">=4")):
            return []  # Godot 3 exports C# to HTML5
        named = [fact for fact in self._facts if _names_csharp(fact)]
        named.sort(key=lambda fact: not ships(fact.location.path, self._project))
        rule, support = self._rules["godot-csharp"], self._target.support["engine.csharp"]
        if named:
            script = named[0].name if named[0].kind == "import" else named[0].value
            return [of_support(rule, named[0].kind, script.lstrip("*"), named[0].location, support)]
        announced = [fact for fact in self._facts if _announces_csharp(fact)]
        folder = "" if self._project.path == "." else f"{self._project.path}/"
        if announced and any(path.endswith(".cs") and path.startswith(folder) for path in self._ground.paths):
            return [of_support(rule, "setting", "C#", announced[0].location, support)]
        return []

    def preset_threads(self) -> list[Finding]:
        """A note where the project exports with threads and the target is the export without, or the reverse."""
        version = self._project.engine_version
        always = bool(version) and is_before(version, "4.3") and not is_before(version, "4")
        if not self._presets or any((always or threads_on(each)) == self._target.threads for each in self._presets):
            return []
        preset = self._presets[0]
        has, other = ("without", "godot-web") if self._target.threads else ("with", "godot-web-threads")
        why = f": Godot {version} has no other web export" if always else ""
        rule = self._rules["web-preset-threads"]
        return [
            finding(
                rule,
                "setting",
                "variant/thread_support",
                Location(preset.path, preset.line, 1),
                "flag",
                f"the web preset exports {has} threads{why}; this target is the other export",
                f"judge it for {other} too",
                rule.source,
            )
        ]

    def extensions(self) -> list[Finding]:
        preset: Preset | None = preset_for(self._presets, self._target.threads)
        export = WebExport(self._target.threads, self._project.engine_version, preset)
        found: list[Finding] = []
        outcomes: list[Outcome] = []
        mine = extensions(self._facts, self._ground.folders)
        for extension in mine:
            package = package_of(extension, self._ground.packages)
            outcome = extension_outcome(
                extension,
                export,
                files=self._ground.paths,
                package=package,
                shared=self._ground.shared,
                built_here=self._ground.builds and self._is_own(extension, len(mine)),
            )
            if ships(extension.manifest, self._project):
                outcomes.append(outcome)
            if outcome.severity is not None:
                found.append(self._outcome(extension, outcome, package, is_threaded(export)))
            elif outcome.status == "selected":
                found.extend(self._side_module(extension, outcome, export))
        return [*found, *self._collisions(outcomes)]

    def _side_module(self, extension: Extension, outcome: Outcome, export: WebExport) -> list[Finding]:
        """What the bytes of the selected library say beyond its thread flavour."""
        entry = outcome.entry
        read = self._ground.extractions.get(resolve(entry.value, extension.project)) if entry else None
        if entry is None or read is None or not read.facts or extension.manifest.endswith(".gdnlib"):
            return []
        symbol = extension.settings.get("configuration/entry_symbol", "")
        beside = {posixpath.basename(fact.value) for fact in (*extension.links, *extension.ships)}
        rule, file = self._rules["wasm-library-mismatch"], posixpath.basename(entry.value)
        return [
            finding(
                rule,
                "ships",
                want.subject,
                entry.location,
                want.level,
                f"{file} {want.text}",
                want.instead,
                want.source,
            )
            for want in library_wants(read, symbol, export.version, beside, self._target)
        ]

    def _is_own(self, extension: Extension, of: int) -> bool:
        """Built from the sources in this tree: its libraries are not in it, or it is the only one."""
        return of == 1 or not any(
            resolve(each.value, extension.project) in self._ground.paths for each in extension.ships
        )

    def _outcome(self, extension: Extension, outcome: Outcome, package: Package | None, threads: bool) -> Finding:
        rule = self._rules[_OUTCOME_RULE[outcome.status]]
        level: Level = "fails-at-run" if outcome.severity == "error" else "partial"
        entry = outcome.entry or (extension.ships[0] if extension.ships else None)
        folder = posixpath.basename(posixpath.dirname(extension.manifest))
        name = package.name if package else folder or extension.manifest
        fate = package.fate(self._target.id, "browser") if package else None
        found = finding(
            rule,
            "ships",
            name,
            Location(extension.manifest, entry.location.line if entry else 1, 1),
            level,
            f"{name} {self._reason(extension, outcome, package)}",
            outcome.instead,
            fate.source if fate else rule.source,
        )
        return msgspec.structs.replace(found, blocker=outcome.blocker)

    def _reason(self, extension: Extension, outcome: Outcome, package: Package | None) -> str:
        files = [resolve(each.value, extension.project) for each in extension.ships]
        if outcome.status == "missing-file" and outcome.entry:
            absent = sum(path not in self._ground.paths for path in files)
            which = "" if len(files) == absent else f"{absent} of "
            file = posixpath.basename(outcome.entry.value)
            return f"names {file}, which is not in the tree: {which}its {len(files)} libraries are built elsewhere"
        if outcome.status == "wrong-threads" and outcome.entry:
            shared = self._ground.shared.get(resolve(outcome.entry.value, extension.project))
            if shared is not None:  # the bytes decide, whatever the name of the file and the tags say
                file = posixpath.basename(outcome.entry.value)
                return f"{outcome.reason} ({file} imports memory that is {'' if shared else 'not '}shared)"
        fate = package.fate(self._target.id, "browser") if package else None
        if outcome.status != "no-web-build" or (fate and fate.status == "no"):
            return outcome.reason  # what a vendor alone can rebuild: what it asks for says nothing
        read = [self._ground.extractions[path] for path in files if path in self._ground.extractions]
        return outcome.reason + next((text for each in read if (text := self._ground.rebuild(each))), "")

    def _collisions(self, outcomes: Sequence[Outcome]) -> list[Finding]:
        rule = self._rules["web-library-name-collision"]
        return [
            finding(
                rule,
                "ships",
                posixpath.basename(entry.value),
                entry.location,
                "fails-at-run",
                f"{posixpath.basename(entry.value)} is the file name of two web libraries: the engine loads side "
                "modules by their names alone, so one takes the other's place",
                "rename one of the files",
                rule.source,
            )
            for entry in colliding(outcomes)
        ]


def _names_csharp(fact: Fact) -> bool:
    if fact.kind == "import":
        return fact.name.endswith(".cs")
    return fact.kind == "setting" and fact.name.startswith("autoload") and fact.value.lstrip("*").endswith(".cs")


def _announces_csharp(fact: Fact) -> bool:
    return fact.kind == "setting" and fact.name == "application/config/features" and "C#" in fact.value.split(",")
