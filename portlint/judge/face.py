"""Whether a project is a game with something to look at, or a library, and what no longer blocks it then.

A page will never give UDP or an open port. A server is nothing without them; a game still boots and plays, and needs
another transport when it goes online: ioquake3, OpenRCT2 and Luanti were ported that way. Which capabilities these are
is said by the target (`dispensable`). In a page a library of Rust leaves out what
is lacking there, as quinn left out its socket: no function of it is what every user calls. On WASI a library of servers
is as much without sockets as the servers are, and of C this is not said at all: there a library is one build.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from portlint.catalog.vocabulary import C_FAMILY
from portlint.graph import with_ways
from portlint.judge.aside import SHIPPED
from portlint.judge.kinds import engine_of
from portlint.judge.matching import Matcher
from portlint.judge.rust.features import PROGRAM
from portlint.judge.tree import Tree
from portlint.model.catalog import Rule, Target
from portlint.model.component import Project
from portlint.model.fact import Fact
from portlint.model.finding import Finding
from portlint.projects import ships

_SHOWS = ("gfx.", "ui.window")  # sound, keys and main loops are also found in servers
_NATIVE = "ui.native-window"
_HIDDEN = "windows-window"  # services wait for messages of windows that nobody sees
# Crates and Go modules that open a window: a program that is run with one is a game or its client.
_WINDOWS = frozenset(
    "winit glutin sdl2 sdl3 glfw minifb miniquad macroquad ggez tetra notan speedy2d piston_window pixels bevy_winit "
    "bracket-terminal fyrox three-d raylib sfml "
    "github.com/hajimehoshi/ebiten github.com/hajimehoshi/ebiten/v2 github.com/gen2brain/raylib-go/raylib "
    "github.com/veandco/go-sdl2 github.com/go-gl/glfw/v3.3/glfw github.com/faiface/pixel "
    "github.com/gopxl/pixel/v2".split()
)


def go_without(findings: Iterable[Finding], tree: Tree, target: Target, matcher: Matcher) -> list[Finding]:
    """The findings, where the lack of what a game or a library can go without is an error and no blocker."""
    dispensable = {name for name, support in target.support.items() if support.dispensable}
    games: dict[str, bool] = {}
    libraries: dict[str, bool] = {}

    def spared(each: Finding) -> bool:
        project = tree.layout.project_of(each.location.path)
        if project is None:
            return False
        path = project.path
        if path not in libraries:
            libraries[path] = target.family == "browser" and is_library(project, tree)
        if libraries[path] or each.capability not in dispensable:
            return libraries[path]
        if path not in games:
            games[path] = has_face(project, tree, matcher)
        return games[path]

    return [
        msgspec.structs.replace(each, blocker=False) if each.blocker and spared(each) else each for each in findings
    ]


def is_library(project: Project, tree: Tree) -> bool:
    """Are the project's crates libraries, but for those that try them out?"""
    graph = tree.layout.graph

    def is_shipped(path: str) -> bool:
        return ships(path, project) and ((owner := graph.owner(path)) is None or owner.provenance in SHIPPED)

    return project.kind == "rust" and not any(
        (PROGRAM.search(path) or any(fact.name == "cargo/binary" for fact in extraction.facts)) and is_shipped(path)
        for path, extraction in tree.by_project[project.path].items()
    )


def has_face(project: Project, tree: Tree, matcher: Matcher) -> bool:
    """Does shipped code of the project open a window or draw, or is it an engine's project?"""
    if engine_of(project) or (project.kind in ("rust", "bevy") and opens_window(tree, project)):
        return True
    facts = (
        fact
        for path, extraction in tree.by_project[project.path].items()
        if ships(path, project)
        for fact in extraction.facts
    )
    return any(_shows(rule, fact) for fact in facts for rule, _ in matcher.all(fact, (fact.name,)))


def opens_window(tree: Tree, project: Project) -> bool:
    """A manifest of the project, or what it runs with, asks for a package that opens one."""
    graph = tree.layout.graph

    def run_with(component: str) -> Iterable[str]:
        return (edge.target for edge in graph.onward.get(component, ()) if edge.scope == "run")

    start = f"project:{project.path}"
    found = (graph.components.get(each) for each in with_ways({start: (start,)}, run_with))
    return any(each is not None and each.kind == "package" and each.name in _WINDOWS for each in found)


def _shows(rule: Rule, fact: Fact) -> bool:
    """A window of one system counts in C alone: a server in C# may have a launcher with Windows Forms."""
    if rule.needs == _NATIVE:
        return fact.language in C_FAMILY and rule.id != _HIDDEN
    return rule.needs.startswith(_SHOWS)
