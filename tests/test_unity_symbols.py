"""C# symbols of a Unity Web build, ranges of package versions, and which files the player has."""

from __future__ import annotations

import json

import pytest

from portlint.judge.unity.assemblies import Assemblies, effective_facts
from portlint.judge.unity.symbols import Symbols, of_engine, resolved, version_symbols, within
from portlint.model.component import Project
from portlint.model.guard import ALWAYS, NEVER, Guard
from tests.unity_trees import ARENA, of_folder, read

VERSION = "2022.3.40f1"
PROJECT = Project(".", "unity", VERSION)
WEB, EDITOR, MINE = (Guard("defined", name) for name in ("UNITY_WEBGL", "UNITY_EDITOR", "MINE"))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("UNITY_WEBGL", True),
        ("ENABLE_IL2CPP", True),
        ("UNITY_EDITOR", False),
        ("UNITY_EDITOR_WIN", False),
        ("UNITY_STANDALONE_OSX", False),
        ("UNITY_SERVER", False),
        ("NET8_0_OR_GREATER", False),
        ("UNITY_2021_3_OR_NEWER", True),
        ("UNITY_2022_3_OR_NEWER", True),
        ("UNITY_2023_1_OR_NEWER", False),
        ("UNITY_6000_0_OR_NEWER", False),
        ("UNITY_2022_3_40_OR_NEWER", True),
        ("UNITY_5_3_OR_NEWER", True),
        ("UNITY_2022", True),
        ("UNITY_2022_3", True),
        ("UNITY_2022_3_40", True),
        ("UNITY_2022_3_4", False),
        ("UNITY_2021", False),
        ("MIRROR", None),
    ],
)
def test_symbols_of_the_engine(name: str, answer: bool | None) -> None:
    assert of_engine(name, VERSION) is answer


def test_without_a_version_only_the_old_is_sure() -> None:
    assert of_engine("UNITY_2017_1_OR_NEWER", "") is True
    assert of_engine("UNITY_2022_3_OR_NEWER", "") is None


@pytest.mark.parametrize(
    ("version", "expression", "answer"),
    [
        ("1.2.6", "1.2.6", True),
        ("1.2.5", "1.2.6", False),
        ("1.3", "1.2.6", True),
        ("1.2.6", "", True),
        ("1.4.0", "[1.0,2.0)", True),
        ("2.0.0", "[1.0,2.0)", False),
        ("2.0.0", "[1.0,2.0]", True),
        ("1.0.0", "(1.0,2.0]", False),
        ("1.5.2", "[1.5.2]", True),
        ("1.5.3", "[1.5.2]", False),
        ("2021.3.45f1", "(0,2022.2.0a5)", True),
        ("2022.3.1f1", "(0,2022.2.0a5)", False),
        ("2.0.0", "2.0.0-exp", True),
        ("2.0.0-exp.4", "2.0.0", False),
        ("3.0.0", "[2.0,)", True),
        ("file:Nakama", "1.0", None),
        ("https://x.y/z.git", "", True),
    ],
)
def test_ranges_of_version_defines(version: str, expression: str, answer: bool | None) -> None:
    assert within(version, expression) is answer


def test_a_package_that_is_not_there_defines_nothing() -> None:
    written = {"A": "com.a 1.0", "B": "com.b", "C": "com.c 2.0", "D": "Unity 2023"}
    assert version_symbols(written, {"com.a": "1.5", "com.c": "git"}, VERSION) == ({"A"}, {"B", "D"})
    assert version_symbols(written, None, VERSION) == (set(), {"D"})


@pytest.mark.parametrize(
    ("guard", "left"),
    [
        (WEB, ALWAYS),
        (EDITOR, NEVER),
        (MINE, MINE),
        (Guard("not", args=(EDITOR,)), ALWAYS),
        (Guard("and", args=(WEB, Guard("not", args=(EDITOR,)))), ALWAYS),
        (Guard("and", args=(MINE, WEB)), MINE),
        (Guard("and", args=(MINE, EDITOR)), NEVER),
        (Guard("or", args=(MINE, WEB)), ALWAYS),
        (Guard("or", args=(MINE, EDITOR)), MINE),
        (Guard("condition", "x == y"), Guard("condition", "x == y")),
    ],
)
def test_what_is_left_of_a_guard(guard: Guard, left: Guard) -> None:
    assert resolved(guard, Symbols(VERSION).settle) == left


def test_a_project_that_was_read_has_no_other_symbols() -> None:
    assert Symbols(VERSION, frozenset({"A"})).settle("B") is None
    assert Symbols(VERSION, frozenset({"A"}), closed=True).settle("B") is False
    assert Symbols(VERSION, frozenset({"A"}), closed=True).settle("A") is True
    assert Symbols("", closed=True).settle("UNITY_2022_3_OR_NEWER") is None  # its version is not known


@pytest.mark.parametrize(
    ("profile", "standard", "framework"), [("NET_STANDARD", True, False), ("NET_4_6", False, True), ("X", None, None)]
)
def test_the_profile_of_net(profile: str, standard: bool | None, framework: bool | None) -> None:
    symbols = Symbols(VERSION, frozenset({profile}), closed=True)
    assert [symbols.settle(name) for name in ("NETSTANDARD2_1", "NET_STANDARD_2_0")] == [standard, standard]
    assert [symbols.settle(name) for name in ("NET_UNITY_4_8", "NETFRAMEWORK")] == [framework, framework]


def test_symbols_of_the_engine_that_are_not_listed_stay_open() -> None:
    assert Symbols(VERSION, closed=True).settle("ENABLE_PROFILER") is None
    assert Symbols(VERSION, closed=True).settle("UNITY_ASSERTIONS") is None


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("Assets/Scripts/Physics.cs", True),
        ("Assets/Scripts/Server/Lobby.cs", False),  # its assembly excludes WebGL
        ("Assets/Scripts/Server/Deep/Er.cs", False),
        ("Assets/Editor/Build.cs", False),
        ("Assets/Samples~/Demo.cs", False),
        ("Assets/.hidden/Demo.cs", False),
        ("Packages/com.arena.sound/Runtime/Sound.cs", True),
        ("Packages/com.arena.sound/Runtime/Editor/InAnAssembly.cs", True),  # the folder's name means nothing there
        ("Packages/com.arena.sound/Loose.cs", False),  # in packages only assemblies are compiled
        ("Server/Program.cs", False),  # beside Assets
    ],
)
def test_which_files_the_player_has(path: str, answer: bool | None) -> None:
    assert Assemblies(PROJECT, read(of_folder(ARENA))).guard_of_file(path).holds((), ()) is answer


def assembly(**more: object) -> str:
    return json.dumps({"name": "A", **more})


@pytest.mark.parametrize(
    ("more", "guard"),
    [
        ({}, "true"),
        ({"includePlatforms": ["Editor", "WebGL"]}, "true"),
        ({"includePlatforms": ["Android"]}, "false"),
        ({"excludePlatforms": ["WebGL"]}, "false"),
        ({"excludePlatforms": ["iOS"]}, "true"),
        ({"defineConstraints": ["UNITY_INCLUDE_TESTS"]}, "false"),
        ({"optionalUnityReferences": ["TestAssemblies"]}, "false"),
        ({"defineConstraints": ["!UNITY_WEBGL"]}, "false"),
        ({"defineConstraints": ["MINE", "UNITY_WEBGL"]}, "defined(MINE)"),
        ({"defineConstraints": ["MINE || UNITY_WEBGL"]}, "true"),
        (
            {
                "defineConstraints": ["NEW"],
                "versionDefines": [{"name": "Unity", "expression": "2021.1", "define": "NEW"}],
            },
            "true",
        ),
    ],
)
def test_conditions_of_an_assembly(more: dict[str, object], guard: str) -> None:
    files = read({"Assets/A/A.asmdef": assembly(**more)})
    assert str(Assemblies(PROJECT, files).guard_of_file("Assets/A/x/y.cs")) == guard


@pytest.mark.parametrize("reference", ["A", "GUID:0123456789abcdef0123456789abcdef"])
def test_a_reference_file_adds_a_folder_to_an_assembly(reference: str) -> None:
    files = read(
        {
            "Assets/A/A.asmdef": assembly(excludePlatforms=["WebGL"]),
            "Assets/A/A.asmdef.meta": "fileFormatVersion: 2\nguid: 0123456789abcdef0123456789abcdef\n",
            "Assets/B/A.asmref": json.dumps({"reference": reference}),
        }
    )
    assert Assemblies(PROJECT, files).guard_of_file("Assets/B/x.cs") == NEVER
    assert Assemblies(PROJECT, files).guard_of_file("Assets/C/x.cs") == ALWAYS


def test_compiler_options_count_for_their_assembly_alone() -> None:
    files = read({"Assets/csc.rsp": "-define:A", "Assets/L/L.asmdef": assembly(), "Assets/L/csc.rsp": "-define:B"})
    assemblies = Assemblies(PROJECT, files)
    assert assemblies.symbols_of("Assets/x.cs").defined >= {"A"}
    assert assemblies.symbols_of("Assets/L/x.cs").defined >= {"B"}
    assert "A" not in assemblies.symbols_of("Assets/L/x.cs").defined


def test_guards_of_facts_lose_what_the_project_settles() -> None:
    guards = {
        (fact.location.path, fact.name): str(fact.guard) for fact in effective_facts(PROJECT, read(of_folder(ARENA)))
    }
    sound = "Packages/com.arena.sound/Runtime/Sound.cs"
    assert guards[sound, "__Internal"] == "true"
    assert guards[sound, "arena_sound"] == "false"
    assert guards[sound, "arena_sound_2"] == "false"  # transport 1.4 is locked, and the symbol asks for 2.0
    assert guards["Assets/Plugins/Steamlike/Steamlike.cs", "steamlike"] == "false"  # ARENA_STORE is for desktops
    assert guards["Assets/Scripts/Physics.cs", "arena_physics"] == "true"
    assert guards["Assets/Scripts/Server/Lobby.cs", "System.Net.Sockets.UdpClient"] == "false"
