"""Which targets a tree is judged for when nobody names one."""

from __future__ import annotations

import posixpath

from portlint.judge.face import opens_window
from portlint.judge.godot.preset import threads_on, web_presets
from portlint.judge.kinds import engine_of
from portlint.judge.tree import Tree
from portlint.judge.wasm.modules import host_of
from portlint.model.catalog import Catalog
from portlint.model.component import Project
from portlint.projects import ships
from portlint.projects.node import PAGE

BUILT = ("wasip1", "wasip1-threads", "wasip2")
SERVER = ("wasip1", "wasip1-threads", "wasip2", "wasix", "container")
_OF_ENGINE = {"godot": "godot-web", "unity": "unity-web", "unreal": "unreal-html5"}
_LANGUAGES = ("go", "node", "python", "dotnet")
_NET = (".udp", ".tcp-server", ".http-server", ".async-socket")
_SERVES = frozenset({"listen", "accept", "accept4", "recvfrom", "recvmsg", "WSARecvFrom"})
_SHOWN = ("ui.", "gfx.", "audio.")


def default_targets(tree: Tree, catalog: Catalog) -> dict[str, frozenset[str]]:
    """The targets, in the catalogue's order, each with the paths of the projects that it is chosen for.

    Of an engine's project its web build, of a server without an engine the WASI family, else the browser. What asks
    for nothing by itself, and what stands beside it, is judged for all of them: a page, a folder of scripts.
    """
    rust = _of_rust(tree, catalog)
    wanted: dict[str, frozenset[str]] = {}
    for project in tree.layout.projects:
        names = rust.get(project.path)
        if names is None:
            names = _wanted(project, tree, catalog, alone=not any(wanted.values()))
        wanted[project.path] = frozenset(names)
    every = frozenset[str]().union(*wanted.values()) or frozenset({"web-emscripten"})
    return {
        name: frozenset(path for path, names in wanted.items() if name in names or not names)
        for name in catalog.targets
        if name in every
    }


def _of_rust(tree: Tree, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """By path. Where no crate opens a window or serves it is a library, or the rules of a game: both are asked."""
    found: dict[str, tuple[str, ...]] = {}
    for project in tree.layout.projects:
        if project.kind == "rust":
            shown = ("web-rust",) if opens_window(tree, project) else ()
            found[project.path] = (*shown, *SERVER) if _speaks_net(tree, project, catalog) else shown
    return found if any(found.values()) else dict.fromkeys(found, ("web-rust", "wasip1"))


def _wanted(project: Project, tree: Tree, catalog: Catalog, alone: bool) -> tuple[str, ...]:
    """`alone`: no project before asks for a target."""
    engine = "godot" if project.kind == "gdextension" else engine_of(project)
    if engine:
        return (_OF_ENGINE[engine] + ("-threads" if _builds_with_threads(project, tree) else ""),)
    if project.kind == "go" and opens_window(tree, project):
        return ("web-emscripten", *SERVER) if _speaks_net(tree, project, catalog) else ("web-emscripten",)
    if project.kind in _LANGUAGES:
        return (*SERVER, "cloudflare-workers") if project.kind == "node" else SERVER
    if project.kind == "bevy":
        return ("web-rust",)
    if project.kind == PAGE:
        return ()  # it is one already
    if project.kind == "files" and _is_wasi(tree):
        return BUILT
    if _is_server(tree, project, catalog) or (project.kind == "files" and _speaks_net(tree, project, catalog)):
        return SERVER
    return ("web-emscripten",) if project.kind == "native" or alone else ()


def _builds_with_threads(project: Project, tree: Tree) -> bool:
    """Whether its own settings say that its web build has threads: every preset of Godot's, Unity's player settings."""
    facts = [fact for each in tree.by_project[project.path].values() for fact in each.facts]
    if project.kind == "godot":
        own = posixpath.normpath(posixpath.join(project.path, "export_presets.cfg"))
        presets = web_presets(fact for fact in facts if fact.location.path == own)
        return bool(presets) and all(threads_on(preset) for preset in presets)
    return any(fact.name == "unity/player/webGLThreadsSupport" and fact.value == "1" for fact in facts)


def _is_wasi(tree: Tree) -> bool:
    """Modules that are built already, one of them at least for a WASI runtime."""
    return any(host_of(extraction) in ("wasip1", "component") for extraction in tree.extractions.values())


def _is_server(tree: Tree, project: Project, catalog: Catalog) -> bool:
    """It receives what others send, and shows nothing: no window, graphics or audio header in what ships."""
    shown = {
        name
        for rule in catalog.rules.values()
        if rule.needs.startswith(_SHOWN)
        for match in rule.match
        if match.kind == "include"
        for name in match.names
    }
    serves = False
    for path, extraction in tree.extractions.items():
        if extraction.outline is None or tree.layout.project_of(path) is not project or not ships(path, project):
            continue
        for fact in extraction.facts:
            if fact.kind == "include" and fact.name in shown and "_WIN32" not in str(fact.guard):
                return False
            serves = serves or (fact.kind == "call" and fact.name in _SERVES)
    return serves


def _speaks_net(tree: Tree, project: Project, catalog: Catalog) -> bool:
    """Something in what ships binds a socket or serves."""
    names = {
        name
        for rule in catalog.rules.values()
        if rule.needs.endswith(_NET)
        for match in rule.match
        for name in match.names
    }
    starts = tuple(name[:-1] for name in names if name.endswith("*"))
    return any(
        fact.kind in ("call", "type", "import", "setting") and (fact.name in names or fact.name.startswith(starts))
        for path, extraction in tree.by_project[project.path].items()
        if ships(path, project)
        for fact in extraction.facts
    )
