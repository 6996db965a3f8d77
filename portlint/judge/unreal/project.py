"""What an Unreal project or plug-in means for a target: the engine's road there, and what would have to go."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

import msgspec

from portlint.catalog.engines import Engine, Route
from portlint.judge.godot.project import finding, of_support
from portlint.judge.unreal.parts import Parts
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.package import Package
from portlint.projects.unreal import KINDS

_LEVELS: dict[str, Level] = {"yes": "flag", "community": "fails-at-build", "no": "fails-at-build"}
_NET_DRIVER = "unreal/config/net-driver/"
_WEB_DRIVER = "WebSocketNetDriver"
_OF_REPLAYS = ("DemoNetDriver", "BeaconNetDriver")
_VERSIONED = ("unreal/build/DefaultBuildSettings", "unreal/build/IncludeOrderVersion")


def unreal_findings(
    project: Project,
    files: Mapping[str, Extraction],
    packages: Sequence[Package],
    target: Target,
    catalog: Catalog,
    engine: Engine,
) -> list[Finding]:
    """Findings of one Unreal project or plug-in; `files` are its own extractions, `engine` the row of Unreal.

    The engine's road comes first. Where there is none, what would have to go is listed all the same: it is the price
    of moving the game to an engine that has one.
    """
    if project.kind not in KINDS or target.engine not in ("", "unreal"):
        return []
    judged = _UnrealProject(project, files, target, catalog, engine)
    if target.family != "browser":
        road = judged.without_export()
        return [*road, *judged.servers()] if road else []
    parts = Parts(files, packages, target, catalog, engine)
    return [
        *judged.web_target(),
        *parts.plugins(),
        *parts.libraries(),
        *parts.packages(),
        *parts.engine_parts(),
        *parts.refusals(),
        *judged.net_driver(),
    ]


def why_not(project: Project, target: Target, engine: Engine) -> str:
    """The sentence that forbids a verdict on another browser target than Unreal's own; "" where there is one to give.

    An engine without any web target is blocked on each of them.
    """
    if project.kind not in KINDS or target.family != "browser" or target.engine:
        return ""
    route = engine.route("browser", project.engine_version)
    return (
        ""
        if route and route.answer == "no"
        else "an Unreal project is packaged by the engine: judge it on unreal-html5"
    )


def unsettled(project: Project, target: Target, engine: Engine) -> str:
    """Why no `ready` can be given to a project without errors, as a sentence; "" where it can."""
    if project.kind not in KINDS or target.engine != "unreal" or engine.route("browser", project.engine_version):
        return ""
    return (
        "the project does not say its engine's version: Unreal 5 has no web target, 4.27 has a community fork, "
        "4.23 and older package for HTML5"
    )


class _UnrealProject:
    def __init__(
        self, project: Project, files: Mapping[str, Extraction], target: Target, catalog: Catalog, engine: Engine
    ) -> None:
        self._project, self._target, self._engine = project, target, engine
        self._catalog = catalog
        self._facts = [fact for each in files.values() for fact in each.facts if fact.language == "unreal"]

    def web_target(self) -> list[Finding]:
        """One finding on the line that says the engine's version."""
        told = self._told()
        if told is None:
            return []
        rule = self._catalog.rules["unreal-web-target"]
        route = self._engine.route("browser", self._project.engine_version)
        name = posixpath.basename(told.location.path)
        if route is None:
            message = f"{self._unsaid(told)}: whether it has a web target hangs on that"
            hint = self._hint()
            instead = _SAY_IT if told.name == "unreal/engine-association" else _IN_A_PROJECT
            made = finding(
                rule, "setting", name, told.location, "unknown", message + hint, instead, self._engine.web[-1].source
            )
            return [made]
        return [self._of_route(route, name, told)]

    def _of_route(self, route: Route, name: str, told: Fact) -> Finding:
        rule = self._catalog.rules["unreal-web-target"]
        version = self._project.engine_version
        level = _LEVELS.get(route.answer, "unknown")
        what = "is made for" if told.name.startswith("unreal/plugin/") else "is a project of"
        message = f"{what} Unreal {version}: {route.because}"
        made = finding(rule, "setting", name, told.location, level, message, route.instead, route.source)
        confidence = "medium" if self._project.kind == "unreal-addon" else "high"
        return msgspec.structs.replace(made, blocker=route.answer == "no", confidence=confidence)

    def without_export(self) -> list[Finding]:
        """No engine has a WASI target: said before any code is read, of plug-ins too."""
        told = self._told()
        support = self._target.support["engine.export"]
        if told is None or support.level in ("works", "unknown"):
            return []
        route = self._engine.route(self._target.family, self._project.engine_version)
        rule = self._catalog.rules["engine-without-export"]
        name = posixpath.basename(told.location.path)
        made = of_support(rule, "setting", name, told.location, support)
        if route is None or self._target.family != "wasi":
            return [made]
        message = f"{rule.summary}: {route.because}"
        return [msgspec.structs.replace(made, message=message, instead=route.instead, source=route.source)]

    def servers(self) -> list[Finding]:
        """What a server would have to be split out of: the server targets, and the modules that only servers have."""
        rule = self._catalog.rules["unreal-server-split"]
        found = []
        for fact in self._facts:
            if fact.name == "unreal/build/target-type" and fact.value == "Server":
                modules = self._modules_of(fact.location.path)
                name = posixpath.basename(fact.location.path)
                listed = f" with the modules {', '.join(modules)}" if modules else ""
                message = (
                    f"{name} builds the dedicated server{listed} on top of the engine: what a WASI server can have of "
                    "it is the code that includes nothing of the engine"
                )
                found.append(self._note(rule.id, name, fact, message))
            elif fact.name.startswith("unreal/module/") and fact.value == "ServerOnly":
                name = fact.name.removeprefix("unreal/module/")
                message = f"the module {name} is for servers only: it is what would have to be split from the engine"
                found.append(self._note(rule.id, name, fact, message))
        return found

    def _note(self, rule: str, name: str, fact: Fact, message: str) -> Finding:
        row = self._catalog.rules[rule]
        return finding(row, "setting", name, fact.location, "flag", message, _SPLIT, row.source)

    def net_driver(self) -> list[Finding]:
        """The game's net driver, where it speaks UDP: a page connects through the WebSocket driver only."""
        rule = self._catalog.rules["unreal-net-driver"]
        support = self._target.support[rule.needs]
        found = []
        for fact in self._facts:
            name = fact.name.removeprefix(_NET_DRIVER)
            if name == fact.name or name in _OF_REPLAYS or _WEB_DRIVER in fact.value or "DemoNetDriver" in fact.value:
                continue
            driver = fact.value.rpartition(".")[2]
            message = f"{name} is {driver}: {support.because}, and the one driver that a page can use speaks WebSocket"
            found.append(finding(rule, "setting", driver, fact.location, support.level, message, _DRIVER, rule.source))
        return found

    def _told(self) -> Fact | None:
        """The fact that says which engine: the association, else the plug-in's engine version, else its name."""
        order = ("unreal/engine-association", "unreal/plugin/engine-version", "unreal/plugin/name")
        own = [fact for fact in self._facts if fact.name in order and self._is_own(fact.location)]
        return min(own, key=lambda fact: (order.index(fact.name), fact.location), default=None)

    def _is_own(self, place: Location) -> bool:
        return (posixpath.dirname(place.path) or ".") == self._project.path

    def _unsaid(self, told: Fact) -> str:
        if told.name.startswith("unreal/plugin/"):
            return "says no version of the engine"
        if not told.value:
            return "names no engine, as projects inside of the engine's own sources do"
        return f"names an engine built from source ({told.value}), which says no version"

    def _hint(self) -> str:
        """What else speaks of the engine's age: plug-ins in the tree, and the build settings of targets."""
        engines = {fact.value for fact in self._facts if fact.name == "unreal/plugin/engine-version"}
        asked = {fact.value for fact in self._facts if fact.name in _VERSIONED and fact.value not in ("Latest", "")}
        hints = [f"plug-ins in it are made for {', '.join(sorted(engines))}"] if engines else []
        hints += [f"its targets ask for the build settings {', '.join(sorted(asked))}"] if asked else []
        return f" ({'; '.join(hints)})" if hints else ""

    def _modules_of(self, path: str) -> list[str]:
        return sorted({f.value for f in self._facts if f.location.path == path and f.name == "unreal/build/needs"})


_SAY_IT = "write the version into EngineAssociation (for a fork of 4.27: 4.27), and look again"
_IN_A_PROJECT = "judge it with a project that names its engine, or say EngineVersion in its manifest"
_SPLIT = "move rules, state and protocol into a library without Unreal types, and build that for WASI"
_DRIVER = "set WebSocketNetworking.WebSocketNetDriver as the only net driver, on the server too"
