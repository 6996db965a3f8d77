"""How projects of each kind are judged: whose exporter builds them, which facts count, what their manifests say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from portlint.catalog.engines import load_engines
from portlint.extractors.source.readers import is_code
from portlint.judge.dotnet.builds import effective_facts as dotnet_facts
from portlint.judge.dotnet.project import dotnet_findings
from portlint.judge.engines import engine_findings
from portlint.judge.engines import unsettled as engine_unsettled
from portlint.judge.godot import elsewhere
from portlint.judge.godot.export import effective_settings
from portlint.judge.godot.ground import Ground
from portlint.judge.godot.project import godot_findings
from portlint.judge.tree import Tree
from portlint.judge.unity.assemblies import Assemblies, effective_facts
from portlint.judge.unity.plugins import plugins
from portlint.judge.unity.project import KINDS as UNITY
from portlint.judge.unity.project import unity_findings
from portlint.judge.unreal.project import unreal_findings
from portlint.judge.unreal.project import unsettled as unreal_unsettled
from portlint.judge.unreal.project import why_not as unreal_why_not
from portlint.judge.wasm.modules import host_of, is_side_module
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.finding import Finding
from portlint.projects import ships
from portlint.projects.containers import is_container_file
from portlint.projects.node import PAGE
from portlint.projects.unreal import KINDS as UNREAL

GODOT = ("godot", "godot-addon", "gdextension")
MANIFESTS_SPEAK = ("godot", *UNITY)  # for the libraries in the tree: what no manifest names does not ship
_SCRIPTED = ("godot", "godot-addon", *UNITY)  # the engine compiles what is not script
_OF_BINARIES = ("symbol", "links", "may-load", "ships")

Files = Mapping[str, Extraction]


def engine_of(project: Project) -> str:
    """The engine whose exporter builds it (`unity` also for its packages), or ""."""
    engine = project.kind.removesuffix("-addon")
    return engine if engine in ("godot", "unity", "unreal") else ""


def is_concerned(project: Project, target: Target) -> bool:
    """An engine's exporter is asked about that engine's projects alone; every other target about all."""
    if project.kind == PAGE:
        return target.family == "browser" and not target.engine
    own = "godot" if project.kind == "gdextension" else engine_of(project)
    return target.engine in ("", own) or (target.engine == "rust" and project.kind in ("rust", "bevy"))


def manifest_findings(project: Project, tree: Tree, ground: Ground, target: Target, catalog: Catalog) -> list[Finding]:
    """What engine, settings, plug-ins and packages come to, as the project's manifests tell."""
    files = tree.by_project[project.path]
    if project.kind in GODOT:
        return godot_findings(
            project, [fact for each in files.values() for fact in each.facts], ground, target, catalog
        )
    if project.kind in UNITY:
        return unity_findings(project, files, ground.paths, ground.packages, target, catalog)
    if project.kind == "dotnet":
        return dotnet_findings(project, tree.unshadowed[project.path], tree.builds, ground.packages, target, catalog)
    engines = load_engines()
    if project.kind in UNREAL:
        return unreal_findings(project, files, ground.packages, target, catalog, engines["unreal"])
    return engine_findings(project, files, ground.paths, ground.packages, target, catalog, engines)


def plain_facts(project: Project, tree: Tree, target: Target) -> list[Fact]:
    """Facts whose own guard decides; settings and guards as the target's export would see them."""
    if engine_of(project) and target.engine != engine_of(project):
        return []  # the engine does not export there: its scripts are no question of this target
    files = tree.unshadowed[project.path]
    if project.kind in UNITY:
        return effective_facts(project, files)
    if project.kind == "dotnet":
        return [] if target.engine else dotnet_facts(project, files, tree.builds, target)
    brought = elsewhere.given(files) if project.kind in GODOT else frozenset()
    # Docker files beside a game are another server's; a page is served, and asks for no port of its own
    no_server = target.family == "browser" or bool(engine_of(project))
    facts = [
        fact
        for path, extraction in files.items()
        if extraction.outline is None and not (no_server and is_container_file(path))
        for fact in extraction.facts
        if fact.kind not in _OF_BINARIES
        and not elsewhere.is_of(fact, brought)
        and not (fact.kind == "import" and fact.name.startswith("env.pthread_") and is_side_module(extraction))
    ]
    return effective_settings(facts, target.features)


def ships_managed(project: Project, files: Files, paths: Collection[str]) -> Callable[[str], bool]:
    """Whether a managed assembly becomes part of what is built: Unity's as their metas say, .NET's by their folder."""
    if project.kind in UNITY:

        @cache  # most trees have no managed assembly to ask about
        def shipped() -> frozenset[str]:
            found = plugins(files, paths, Assemblies(project, files))
            return frozenset(each.file for each in found if each.kind == "managed" and each.on_web is not False)

        return lambda path: path in shipped()
    return lambda path: project.kind == "dotnet" and ships(path, project)


def looked_at(project: Project, files: Files) -> int:
    """How many scripts, scenes and finished modules were read, beside the units of the C family."""
    return sum(
        extraction.outline is None and (project.kind in GODOT or is_code(path) or host_of(extraction) is not None)
        for path, extraction in files.items()
    )


def is_scripted(project: Project) -> bool:
    """Whether code in other languages than the engine's scripts does not become part of the game."""
    return project.kind in _SCRIPTED


def why_not(project: Project, target: Target) -> str:
    """The sentence that forbids any verdict, or ""."""
    if target.engine or target.family != "browser":
        return ""
    if project.kind == PAGE:
        return "a page of JavaScript: browsers run it as it is, and there is nothing to port"
    if project.kind == "godot":
        return "a Godot project is exported by the engine: judge it on godot-web or godot-web-threads"
    if project.kind in UNITY:
        return "a Unity project is built by the engine: judge it on unity-web or unity-web-threads"
    return unreal_why_not(project, target, load_engines()["unreal"]) if project.kind in UNREAL else ""


def unsettled(project: Project, target: Target) -> str:
    """Why a project that nothing stands against is not `ready`, as a sentence, or ""."""
    if project.kind in (*GODOT, *UNITY):
        return ""
    engines = load_engines()
    return unreal_unsettled(project, target, engines["unreal"]) or engine_unsettled(project, target, engines)
