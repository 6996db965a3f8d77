"""Shortest paths, what falls, names and circles, on graphs small enough to see."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_example import EXAMPLE, SYMBOL, catalog

from portlint.errors import PortlintError
from portlint.model.component import Dependency, Scope
from portlint.model.guard import ALWAYS, Guard
from portlint.planning.drop import Fall, falls
from portlint.planning.loops import loops
from portlint.planning.names import one_component, replacements, subject
from portlint.planning.paths import Strength, shortest, state

WEB = catalog().targets["godot-web"]  # has feature(web)
ON_WEB = Guard("defined", "feature(web)")
NOT_WEB = Guard("not", args=(ON_WEB,))
OPEN = Guard("defined", "USE_STEAM")
STEAM_ADDON = "plugin:client/addons/steam"


def edge(ends: str, condition: Guard = ALWAYS, scope: Scope = "run", line: int = 1) -> Dependency:
    return Dependency(ends[0], ends[1], scope, "manifest", line, condition)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [(ALWAYS, "holds"), (ON_WEB, "holds"), (NOT_WEB, "ruled out"), (OPEN, "open"), (Guard("false"), "ruled out")],
)
def test_state(condition: Guard, expected: str) -> None:
    assert state(edge("ab", condition), WEB) == expected


def test_without_a_target_a_condition_is_open() -> None:
    assert state(edge("ab", NOT_WEB), None) == "open"


@pytest.mark.parametrize(
    ("edges", "strength", "paths"),
    [
        pytest.param([edge("rx")], "ships", ["rx"], id="direct"),
        pytest.param(
            [edge("ra"), edge("rb"), edge("ax"), edge("bx"), edge("bc"), edge("cx")],
            "ships",
            ["rax", "rbx"],
            id="all shortest, not the longer",
        ),
        pytest.param(
            [edge("rx", NOT_WEB), edge("ra"), edge("ax", OPEN)], "ships", ["rax"], id="a longer way that may hold"
        ),
        pytest.param(
            [edge("rx", NOT_WEB), edge("ra", scope="editor"), edge("ax")], "aside", ["rax"], id="the editor alone"
        ),
        pytest.param([edge("rx", NOT_WEB)], "elsewhere", ["rx"], id="other targets alone"),
        pytest.param([edge("ra"), edge("ar"), edge("aa"), edge("ax")], "ships", ["rax"], id="circles"),
        pytest.param([edge("ax")], "none", [], id="not from the project"),
    ],
)
def test_shortest(edges: Sequence[Dependency], strength: Strength, paths: list[str]) -> None:
    found = shortest(edges, ["r"], "x", WEB)
    assert (found.strength, found.count) == (strength, len(paths))
    assert ["r" + "".join(hop.target for hop in path) for path in found.paths] == paths


def test_every_line_that_states_a_step() -> None:
    (path,) = shortest([edge("rx", line=4), edge("rx", line=2), edge("rx", NOT_WEB, line=1)], ["r"], "x", WEB).paths
    assert [each.line for each in path[0].stated] == [2, 4]


def test_more_paths_than_asked_for_are_counted() -> None:
    """Twelve diamonds in a row: 4,096 paths."""
    edges = []
    for number in range(12):
        for way in "lr":
            edges.append(Dependency(f"n{number}", f"{way}{number}", "run", "m", 1))
            edges.append(Dependency(f"{way}{number}", f"n{number + 1}", "run", "m", 1))
    found = shortest(edges, ["n0"], "n12", WEB, limit=3)
    assert found.count == 4096
    assert len(found.paths) == 3
    assert [hop.target for hop in found.paths[0]][::2] == [f"l{number}" for number in range(12)]


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        pytest.param([edge("ra"), edge("ab"), edge("bc")], Fall(("b", "c"), (), ()), id="a chain"),
        pytest.param([edge("ra"), edge("ab"), edge("rb"), edge("bc")], Fall((), (), ()), id="another way"),
        pytest.param(
            [edge("ra"), edge("ab"), edge("rb", OPEN)], Fall((), ("b",), ()), id="another way that may not hold"
        ),
        pytest.param([edge("ra"), edge("ab"), edge("rb", NOT_WEB)], Fall(("b",), (), ()), id="another way elsewhere"),
        pytest.param([edge("ra"), edge("ab", NOT_WEB)], Fall((), (), ("b",)), id="elsewhere alone"),
        pytest.param([edge("ra"), edge("ab"), edge("ba"), edge("bb")], Fall(("b",), (), ()), id="circles"),
    ],
)
def test_falls(edges: Sequence[Dependency], expected: Fall) -> None:
    assert falls(edges, ["r"], ["a"], WEB) == expected


PAIRS = st.lists(st.tuples(st.sampled_from("rabcde"), st.sampled_from("rabcde")), max_size=14)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PAIRS)
def test_what_falls_is_what_is_dominated(pairs: list[tuple[str, str]]) -> None:
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from("ra")
    above = nx.immediate_dominators(graph, "r")
    expected = set()
    for each in above:
        chain = [each]
        while chain[-1] != "r" and above[chain[-1]] is not None:
            chain.append(above[chain[-1]])
        if each != "a" and "a" in chain:
            expected.add(each)
    edges = [edge(source + target) for source, target in pairs]
    assert set(falls(edges, ["r"], ["a"]).sure) == expected


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PAIRS)
def test_circles_are_strongly_connected(pairs: list[tuple[str, str]]) -> None:
    graph = nx.DiGraph(pairs)
    expected = {tuple(sorted(group)) for group in nx.strongly_connected_components(graph) if len(group) > 1}
    assert loops(pairs) == sorted(expected | {(each,) for each in nx.nodes_with_selfloops(graph)})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(PAIRS)
def test_all_shortest_paths_are_those_of_networkx(pairs: list[tuple[str, str]]) -> None:
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from("re")
    expected = (
        {tuple(path) for path in nx.all_shortest_paths(graph, "r", "e")} if nx.has_path(graph, "r", "e") else set()
    )
    found = shortest([edge(source + target) for source, target in pairs], ["r"], "e", None, limit=100)
    assert {("r", *(hop.target for hop in path)) for path in found.paths} == expected
    assert found.count == len(expected)


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("steam", {STEAM_ADDON: 0}),
        ("STEAM", {STEAM_ADDON: 0}),
        (STEAM_ADDON, {STEAM_ADDON: 0}),
        ("client/addons/steam/", {STEAM_ADDON: 0}),
        ("thread-create", {"project:client": 2}),
        ("process-fork", {STEAM_ADDON: 1, "project:server": 1}),
        ("client/net.gd:3", {"project:client": 1}),
        ("client/net.gd", {"project:client": 3}),
        ("client/addons/steam/libsteam.so", {STEAM_ADDON: 2}),
    ],
)
def test_subject(text: str, components: dict[str, int]) -> None:
    found = subject(EXAMPLE, text).components
    assert {id: len(findings) for id, findings in found.items()} == components


def test_a_subject_on_one_target() -> None:
    assert subject(EXAMPLE, "process-fork", ["godot-web"]).components == {STEAM_ADDON: (SYMBOL,)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("staem", "did you mean 'steam'?"),
        ("proces-fork", "did you mean 'process-fork'?"),
        ("zzzz", "'portlint graph' lists the components"),
        ("client/net.gd:99", "no component, rule or place with a finding"),
    ],
)
def test_an_unknown_subject(text: str, message: str) -> None:
    with pytest.raises(PortlintError) as error:
        subject(EXAMPLE, text)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_one_component() -> None:
    assert one_component(EXAMPLE, "steam").id == STEAM_ADDON
    with pytest.raises(PortlintError, match=r"unknown component 'staem'; did you mean 'steam'\?"):
        one_component(EXAMPLE, "staem")


def test_replacements() -> None:
    assert replacements(EXAMPLE, ["steam=web_steam", "client=server"]) == {
        STEAM_ADDON: "web_steam",
        "project:client": "project:server",
    }


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (["steam"], "write COMPONENT=SUBSTITUTE"),
        (["=steam"], "write COMPONENT=SUBSTITUTE"),
        (["staem=x"], "unknown component 'staem'"),
        (["steam=x", "steam=y"], "replaced twice"),
        (["steam=steam"], f"circular replacement: {STEAM_ADDON} by {STEAM_ADDON}"),
        (
            ["client=server", "server=client"],
            "circular replacement: project:client by project:server by project:client",
        ),
    ],
)
def test_bad_replacements(pairs: list[str], message: str) -> None:
    with pytest.raises(PortlintError, match=message):
        replacements(EXAMPLE, pairs)
