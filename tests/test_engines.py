"""The other engines: how their projects are known, what is read of them, and which road they have to a target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.catalog.engines import Engine, load_engines
from portlint.errors import PortlintError
from portlint.extractors.manifest.engines import (
    cocos_creator,
    defold,
    gamemaker,
    love,
    monogame,
    npm_game,
    o3de,
    pygame_project,
    renpy,
)
from portlint.extractors.manifest.packages import cargo
from portlint.judge.engines import engine_findings, unsettled
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.finding import Finding
from portlint.projects import other_engines as others

READERS = (cargo, cocos_creator, defold, gamemaker, love, monogame, npm_game, o3de, pygame_project, renpy)
CATALOG = load_catalog()
ENGINES = load_engines()
Files = dict[str, str]


def extracted(files: Files) -> dict[str, Extraction]:
    out = {}
    for path, text in files.items():
        for each in READERS:
            if each.wants(path):
                out[path] = each.extract(path, text.encode())
    return out


def project(files: Files) -> Project:
    (found,) = others.projects(extracted(files))
    return found


def judged(files: Files, target: str = "web-emscripten") -> list[Finding]:
    found = extracted(files)
    out = []
    for each in others.projects(found):
        out += engine_findings(each, found, frozenset(files), (), CATALOG.targets[target], CATALOG, ENGINES)
    return out


CSPROJ = (
    '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="{}" Version="{}" /></ItemGroup></Project>'
)
GAMES: dict[str, tuple[Files, str, str]] = {
    "defold": ({"game.project": "[project]\ntitle = Arena\nversion = 0.9\n"}, "defold", ""),
    "gamemaker": (
        {"Arena.yyp": '{"resources": [], "MetaData": {"IDEVersion": "2024.14.4.222",}, "name": "Arena",}'},
        "gamemaker",
        "2024.14.4.222",
    ),
    "cocos-3": ({"package.json": '{"name": "a", "creator": {"version": "3.8.8"}}'}, "cocos-creator", "3.8.8"),
    "cocos-2": (
        {"project.json": '{"engine": "cocos2d-html5", "packages": "packages", "version": "2.4.8"}'},
        "cocos-creator",
        "2.4.8",
    ),
    "bevy": ({"Cargo.toml": '[dependencies]\nbevy = { version = "0.18.0" }\n'}, "bevy", "0.18.0"),
    "bevy-workspace": (
        {"Cargo.toml": '[dependencies]\nbevy.workspace = true\n[workspace.dependencies]\nbevy = "0.17"\n'},
        "bevy",
        "0.17",
    ),
    "love": ({"conf.lua": 'function love.conf(t)\n  t.version = "11.5"\nend\n'}, "love", "11.5"),
    "love-main": ({"main.lua": "function love.draw()\n  love.graphics.print('x')\nend\n"}, "love", ""),
    "monogame": ({"A.csproj": CSPROJ.format("MonoGame.Framework.DesktopGL", "3.8.4")}, "monogame", "3.8.4"),
    "kni": ({"A.csproj": CSPROJ.format("nkast.Xna.Framework", "4.2.9001")}, "kni", "4.2.9001"),
    "fna": ({"A.csproj": '<Project><ProjectReference Include="..\\FNA\\FNA.csproj"/></Project>'}, "fna", ""),
    "stride": ({"A.csproj": CSPROJ.format("Stride.Engine", "4.2.0")}, "stride", "4.2.0"),
    "o3de": ({"project.json": '{"project_name": "Arena", "gem_names": ["XR>=1.0"]}'}, "o3de", ""),
    "renpy": ({"game/script.rpy": "label start:\n    return\n"}, "renpy", ""),
    "pygame": ({"requirements.txt": "numpy\npygame-ce==2.5.0\n"}, "pygame", "2.5.0"),
    "pygame-toml": ({"pyproject.toml": '[project]\ndependencies = ["pygame>=2.1"]\n'}, "pygame", "2.1"),
    "pygame-script": ({"main.py": "import pygame\npygame.init()\n"}, "pygame", ""),
    "phaser": ({"package.json": '{"dependencies": {"phaser": "^3.90.0"}}'}, "web-game", "phaser 3.90.0"),
}


@pytest.mark.parametrize("name", GAMES)
def test_projects_are_known_by_their_manifests(name: str) -> None:
    files, kind, version = GAMES[name]
    assert project(files) == Project(".", kind, version)


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": '{"dependencies": {"express": "4"}}'},
        {"Cargo.toml": '[dependencies]\nserde = "1"\n'},
        {"A.csproj": CSPROJ.format("Godot.NET.Sdk", "4.4")},
        {"A.csproj": CSPROJ.format("FNATester", "1")},
        {"project.json": '{"targets": {}}'},
        {"requirements.txt": "numpy\n"},
        {"tools/node_modules/x/package.json": '{"dependencies": {"phaser": "3"}}'},
        {"conf.lua": 'require("socket")\n'},
        {"main.py": "import pygame\nprint(pygame.ver)\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_is_no_game(files: Files) -> None:
    assert others.projects(extracted(files)) == []


def test_one_project_for_a_game_and_the_stronger_mark_wins() -> None:
    files = GAMES["defold"][0] | {"tools/requirements.txt": "pygame\n", "main/conf.lua": "function love.conf(t) end\n"}
    found = others.projects(extracted(files))
    assert [(each.path, each.kind) for each in found] == [(".", "defold"), ("main", "love")]


def test_below_a_project_of_another_kind_there_is_none() -> None:
    files = {"web/package.json": '{"dependencies": {"three": "1"}}'}
    assert others.projects(extracted(files), [Project(".", "godot", "4.4")]) == []


def test_the_csharp_projects_of_a_game_are_one_and_kni_is_its_web_head() -> None:
    files = {
        "Arena/Desktop/D.csproj": CSPROJ.format("MonoGame.Framework.DesktopGL", "3.8.1"),
        "Arena/Core/C.csproj": CSPROJ.format("MonoGame.Framework.DesktopGL", "3.8.1"),
    }
    assert project(files) == Project("Arena", "monogame", "3.8.1")
    files["Arena/Web/W.csproj"] = CSPROJ.format("nkast.Kni.Platform.Blazor.GL", "4.0")
    assert project(files) == Project("Arena", "kni", "4.0")


@pytest.mark.parametrize(
    ("name", "target", "level", "severity", "blocker"),
    [
        ("defold", "web-emscripten", "flag", "note", False),
        ("love", "web-emscripten", "fails-at-build", "error", False),
        ("stride", "web-emscripten", "unknown", "note", False),
        ("o3de", "web-emscripten", "fails-at-build", "error", True),
        ("defold", "wasip1", "fails-at-build", "error", True),
        ("bevy", "wasip1", "unknown", "note", False),
    ],
)
def test_roads(name: str, target: str, level: str, severity: str, blocker: bool) -> None:
    (finding,) = judged(GAMES[name][0], target)
    assert (finding.level, finding.severity, finding.blocker) == (level, severity, blocker)


def test_another_engines_exporter_is_not_asked() -> None:
    assert judged(GAMES["love"][0], "godot-web") == []


def test_manifests_alone_make_nothing_ready() -> None:
    web = CATALOG.targets["web-emscripten"]
    for files, _, _ in GAMES.values():
        found = project(files)
        assert bool(unsettled(found, web, ENGINES)) == (found.kind != "o3de")


def extensions(files: Files, *more: str) -> list[Finding]:
    found = extracted(files)
    (game,) = others.projects(found)
    paths = frozenset({*files, *more})
    made = engine_findings(game, found, paths, (), CATALOG.targets["web-emscripten"], CATALOG, ENGINES)
    return [each for each in made if each.rule == "engine-extension-without-web"]


MANIFEST = 'name: "store" # the name\nplatforms:\n    x86_64-linux:\n        context:\n            {}\n'


@pytest.mark.parametrize(
    ("context", "files", "said"),
    [
        ("flags: ['-std=c++11']", (), ""),  # sources alone are compiled for every platform
        ("flags: ['x']", ("store/lib/x86_64-win32/s.lib",), "x86_64-win32"),
        ("dynamicLibs: ['steam_api']", (), "x86_64-linux"),
        ("dynamicLibs: ['s']", ("store/lib/wasm-web/libs.a",), ""),
        ("libs: ['s']", ("store/lib/web/s.js",), ""),
        ("libs:\n                - s", ("store/lib/x86_64-linux/libs.a",), "x86_64-linux"),
    ],
)
def test_defold_extensions(context: str, files: tuple[str, ...], said: str) -> None:
    made = extensions(GAMES["defold"][0] | {"store/ext.manifest": MANIFEST.format(context)}, *files)
    assert len(made) == bool(said)
    assert all(said in each.message for each in made)


def yy(copy: int, *files: str) -> str:
    rows = ",".join(f'{{"filename": "{name}", "copyToTargets": -1,}}' for name in files)
    return f'{{"resourceType": "GMExtension", "name": "Store", "copyToTargets": {copy}, "files": [{rows},],}}'


@pytest.mark.parametrize(
    ("copy", "files", "level"),
    [
        (194, ("steam.dll",), "fails-at-run"),  # 2 + 64 + 128: the three desktops
        (-1, ("win.dll",), "fails-at-run"),
        (113497714299118, ("win.dll",), "fails-at-run"),
        (44, ("fire.ext", "fire.js"), ""),  # 4 + 8 + 32, with a script for HTML5
        (12, ("game.ext",), "partial"),  # phones only: desktops do without it, too
        (-1, ("maths.gml",), ""),
    ],
)
def test_gamemaker_extensions(copy: int, files: tuple[str, ...], level: str) -> None:
    made = extensions(GAMES["gamemaker"][0] | {"extensions/Store/Store.yy": yy(copy, *files)})
    assert [each.level for each in made] == ([level] if level else [])


def test_cocos_plugins_are_not_in_web_builds() -> None:
    made = extensions(GAMES["cocos-3"][0] | {"native/p/cc_plugin.json": '{"name": "ads", "platforms": ["ios"]}'})
    assert [each.name for each in made] == ["ads"]


def imports(path: str, text: str) -> list[tuple[str, int, str]]:
    (found,) = extracted({path: text}).values()
    return [(fact.name, fact.location.line, fact.language) for fact in found.facts if fact.kind == "import"]


def test_imports_of_scripts() -> None:
    lua = "-- require('ffi')\nlocal enet = require 'enet'\nlocal s = require(\"socket\")\nlocal own = require('mine')\n"
    assert imports("net.lua", lua) == [("enet", 2, "lua"), ("socket", 3, "lua")]
    python = "import os, threading as t\nfrom urllib.request import urlopen\nimport pygame\n# import socket\n"
    assert imports("net.py", python) == [("threading", 1, "python"), ("urllib.request", 2, "python")]
    assert imports("game/net.rpy", "init python:\n    import socket\n") == [("socket", 2, "python")]


def test_every_import_that_is_looked_for_has_a_rule() -> None:
    known = {
        (match.language, name)
        for rule in CATALOG.rules.values()
        for match in rule.match
        if match.kind == "import"
        for name in match.names
    }
    assert {("lua", name) for name in love.NATIVE} | {("python", name) for name in pygame_project.NATIVE} <= known


def test_scripts_that_say_nothing_are_not_analysed() -> None:
    for path, text, language in (("a.lua", "local x = 1\n", "Lua"), ("a.py", "import os\n", "Python")):
        with pytest.raises(ValueError, match=f"no reader for {language} yet"):
            extracted({path: text})


def test_crates_of_a_target_table_keep_its_condition() -> None:
    text = '[dependencies]\nbevy = "0.15"\n[target.\'cfg(not(target_arch = "wasm32"))\'.dependencies]\ntokio = "1"\n'
    facts = {fact.name: str(fact.guard) for fact in cargo.extract("Cargo.toml", text.encode()).facts}
    assert (facts["cargo/bevy"], facts["cargo/tokio"]) == ("true", "!defined(cfg(target_arch=wasm32))")


DEEP = b'{"a":' * 100_000


@pytest.mark.parametrize(
    ("path", "data", "complaint"),
    [
        ("package.json", DEEP, "nested more than 200 deep"),
        ("package.json", b"{", "line 1: not valid JSON"),
        ("A.yyp", b"{}", "no project of GameMaker"),
        ("extensions/a/a.yy", b"{}", "no extension of GameMaker"),
        ("gem.json", b"[]", "JSON without an object"),
        ("cc_plugin.json", b"{}", "without a name"),
        ("game.project", b"title = x\n", "no section"),
        ("game.project", b"\xff", "not UTF-8"),
        ("x/ext.manifest", b"platforms:\n  ios:\n", "without a name"),
        ("x/ext.manifest", b"name: a\n\tplatforms:\n", "line 2: a tab"),
        ("x/ext.manifest", b"name: a\nb: &x [1]\nc: *x\n", "line 2: a YAML alias"),
        ("Cargo.toml", b"[dependencies\n", "not valid TOML"),
        ("Cargo.toml", b"a = " + b"[" * 100_000, "TOML"),
        ("pyproject.toml", b"= 1\n", "not valid TOML"),
        ("A.csproj", b"<Project>", "not valid XML"),
        ("A.csproj", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        ("A.csproj", b"<a>" * 100_000, "nested more than 100 deep"),
        ("game/a.rpy", b"<<<<<<< HEAD\n", "line 1: an unresolved merge conflict"),
    ],
    ids=str,
)
def test_what_is_refused_says_so_in_one_line(path: str, data: bytes, complaint: str) -> None:
    (reader,) = (each for each in READERS if each.wants(path))
    with pytest.raises(ValueError, match=complaint) as caught:
        reader.extract(path, data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("row", ENGINES.values(), ids=lambda row: row.id)
def test_every_answer_rests_on_something(row: Engine) -> None:
    for route in (*row.web, *row.server):
        assert route.because and not route.because.endswith(".")
        assert route.answer == "unknown" or re.fullmatch(r"https://[\w.-]+/\S*", route.source)
        assert route.answer not in ("no", "community") or route.instead
        assert route.answer != "unknown" or "nobody has checked" in route.because
    for routes in (row.web, row.server):
        for version in ("0.1", "4.23", "4.24", "4.27.2", "5.0", "9999.1"):
            assert sum(route.holds(version) for route in routes) == 1, (row.id, version)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "bevy"', 'id = "love"', "stands twice"),
        ('answer = "community"', 'answer = "maybe"', "maybe"),
        ("recognised", "recognized", "recognized"),
        ('source = "https://github.com/Davidobot/love.js"\n', "", "without a source"),
    ],
)
def test_a_table_that_breaks_its_word_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (rules_folder() / "engines.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "engines.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PortlintError, match=complaint):
        load_engines(tmp_path)
