"""Projects of the engines that `rules/engines.toml` lists: their road to a target, and what cannot come along."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

import msgspec

from portlint.catalog.engines import Engine, Route
from portlint.judge.godot.project import finding
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.finding import Finding, Level
from portlint.model.package import Package, is_called
from portlint.projects.other_engines import engine_of, extensions, is_of_engines

_LEVELS: dict[str, Level] = {
    "yes": "flag",
    "community": "fails-at-build",
    "no": "fails-at-build",
    "unknown": "unknown",
}
_STATUS: dict[str, Level] = {"no": "fails-at-build", "partial": "partial"}
_DEFOLD_WEB = ("wasm-web", "wasm_pthread-web", "js-web", "web", "common")
_READ = ("bevy",)
_DESKTOPS = {"windows", "macos", "linux"}


def engine_findings(
    project: Project,
    files: Mapping[str, Extraction],
    paths: Collection[str],
    packages: Sequence[Package],
    target: Target,
    catalog: Catalog,
    engines: Mapping[str, Engine],
) -> list[Finding]:
    """Findings of one project; `files` are its own extractions, `paths` all files of the tree.

    [] for projects of engines that the table does not list, and for targets that are another engine's exporter.
    """
    engine = engines.get(project.kind)
    if engine is None or project.kind == "unreal" or target.engine not in ("", "rust"):
        return []
    judged = _EngineProject(project, files, paths, packages, target, catalog, engine)
    if target.family != "browser" and target.support["engine.export"].level in ("works", "unknown"):
        return []  # a place where native programs run
    road = judged.road()
    if target.family != "browser":
        return road
    return [*road, *judged.native_extensions(), *judged.known_packages()]


def unsettled(project: Project, target: Target, engines: Mapping[str, Engine]) -> str:
    """Why no `ready` can be given although nothing stands against it; "" for projects that are not in the table.

    Manifests alone do not prove a game: the scripts of most of these engines have no reader yet, or are read for a few
    calls. Bevy's games are Rust, of which every line is.
    """
    engine = engines.get(project.kind)
    if (
        engine is None
        or project.kind == "unreal"
        or target.engine not in ("", "rust")
        or target.family not in ("browser", "wasi")
    ):
        return ""
    route = engine.route(target.family, project.engine_version)
    if route is not None and route.answer == "no":
        return ""
    if route is None or route.answer == "unknown":
        return route.because if route else f"which version of {engine.name} it is decides, and the project does not say"
    if project.kind in _READ and target.engine == "rust":
        return ""
    return f"{route.because}; only its manifests and imports were read, not its code"


class _EngineProject:
    def __init__(
        self,
        project: Project,
        files: Mapping[str, Extraction],
        paths: Collection[str],
        packages: Sequence[Package],
        target: Target,
        catalog: Catalog,
        engine: Engine,
    ) -> None:
        self._project, self._files, self._paths, self._packages = project, files, paths, packages
        self._target, self._rules, self._engine = target, catalog.rules, engine
        self._facts = [fact for each in files.values() for fact in each.facts if is_of_engines(fact)]

    def road(self) -> list[Finding]:
        """Whether the engine gets there, at the place that shows the engine."""
        marks = [fact for fact in self._facts if engine_of(fact) == self._project.kind]
        if not marks:
            return []
        told = min(marks, key=lambda fact: (not fact.value, fact.location))
        route = self._engine.route(self._target.family, self._project.engine_version)
        if route is None:
            route = Route("unknown", self._engine.web[0].checked, "nobody has checked which version this is")
        rule = self._rules["engine-without-export" if route.answer == "no" else "engine-road"]
        where = {"browser": "the web", "wasi": "WASI"}.get(self._target.family, self._target.title)
        words = {
            "yes": f"is made with {self._engine.name}, which goes to {where} by itself",
            "community": f"is made with {self._engine.name}, which has no road of its own to {where}",
            "no": f"is made with {self._engine.name}, which does not go to {where}",
            "unknown": f"is made with {self._engine.name}",
        }
        name = posixpath.basename(told.location.path)
        level = _LEVELS[route.answer]
        source = route.source or rule.source
        message = f"{words[route.answer]}: {route.because}"
        made = finding(rule, "setting", name, told.location, level, message, route.instead, source)
        return [msgspec.structs.replace(made, blocker=route.answer == "no")]

    def native_extensions(self) -> list[Finding]:
        """Extensions with native files for other platforms and nothing for the web."""
        found = []
        for fact in extensions(self._files):
            folder = posixpath.dirname(fact.location.path)
            reason = ""
            level: Level = "fails-at-run"
            if fact.name.startswith("engine/defold/"):
                reason = self._defold(folder)
            elif fact.name.startswith("engine/gamemaker/"):
                reason, level = self._gamemaker(fact.location.path)
            elif fact.name.startswith("engine/cocos-creator/"):
                reason = "is native code, and web builds run the TypeScript engine without it"
            if reason:
                found.append(self._extension(fact, reason, level))
        return found

    def _extension(self, fact: Fact, reason: str, level: Level) -> Finding:
        rule = self._rules["engine-extension-without-web"]
        row = next((each for each in self._packages if is_called(each.match.plugins, fact.value)), None)
        fate = row.fate(self._target.id, self._target.family) if row else None
        message = f"the extension {fact.value} {reason}"
        instead = (fate.instead if fate else "") or "leave its calls out of the web build, or give it a web side"
        source = fate.source if fate else rule.source
        made = finding(rule, "package", fact.value, fact.location, level, message, instead, source)
        return msgspec.structs.replace(made, confidence="high" if fate and fate.status == "no" else "medium")

    def _defold(self, folder: str) -> str:
        """The platforms that an extension brings libraries for; a platform without any still builds."""
        inside = f"{folder}/lib/" if folder else "lib/"
        platforms = {path[len(inside) :].split("/")[0] for path in self._paths if path.startswith(inside)}
        manifest = f"{folder}/ext.manifest" if folder else "ext.manifest"
        named = {fact.value for fact in self._facts if fact.kind == "links" and fact.location.path == manifest}
        if not platforms | named or set(_DEFOLD_WEB) & platforms:
            return ""
        listed = sorted((platforms | named) - set(_DEFOLD_WEB))
        return f"has libraries for {some(listed)} and none for the web" if listed else ""

    def _gamemaker(self, path: str) -> tuple[str, Level]:
        """What is missing on HTML5, and how bad that is: a game that runs on desktops does without what phones have."""
        own = [fact for fact in self._facts if fact.location.path == path]
        native = [fact for fact in own if fact.kind == "links" and fact.value]
        scripts = [fact.name for fact in own if fact.kind == "ships" and "html5" in fact.value.split(",")]
        if not native or scripts:
            return "", "works"
        names = [fact.name for fact in native if not fact.name.endswith(".ext")] or [native[0].name]
        desktop = any(set(fact.value.split(",")) & _DESKTOPS for fact in native)
        reason = f"is native ({some(names)}), and on HTML5 the game is JavaScript: it has no script for that target"
        return reason, "fails-at-run" if desktop else "partial"

    def known_packages(self) -> list[Finding]:
        """Packages that the catalogue knows not to work on this target."""
        rule = self._rules["engine-extension-without-web"]
        found = []
        for fact in self._facts:
            if fact.kind != "package":
                continue
            row = next((each for each in self._packages if is_called(each.match.packages, fact.name)), None)
            fate = row.fate(self._target.id, self._target.family) if row else None
            if row is None or fate is None or fate.status not in _STATUS:
                continue
            message = f"depends on {row.name} ({fact.name.partition('/')[2]}): {fate.because or 'it has no web build'}"
            level = _STATUS[fate.status] if fact.guard.op == "true" else "unknown"
            made = finding(rule, "package", row.name, fact.location, level, message, fate.instead, fate.source)
            guard = "" if fact.guard.op == "true" else str(fact.guard)
            found.append(msgspec.structs.replace(made, guard=guard))
        return found
