"""Unreal's manifests: what is read, what is forgiven, and what is refused with one line."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from portlint.extractors.manifest import lenient_json
from portlint.extractors.manifest.unreal import config as unreal_config
from portlint.extractors.manifest.unreal import plugin as unreal_plugin
from portlint.extractors.manifest.unreal import project as unreal_project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
PROJECTS = ("gamelift-example", "nakama-unreal", "socketio-unreal")
MODULES = (unreal_config, unreal_plugin, unreal_project)


def facts(extraction: Extraction) -> dict[str, Fact]:
    return {fact.name: fact for fact in extraction.facts}


def project(text: str | bytes) -> Extraction:
    return unreal_project.extract("Game/Arena.uproject", text.encode() if isinstance(text, str) else text)


def plugin(**more: object) -> Extraction:
    return unreal_plugin.extract("Plugins/Store/Store.uplugin", json.dumps({"FileVersion": 3, **more}).encode())


def module(extraction: Extraction, name: str = "Store") -> Fact:
    return facts(extraction)[f"unreal/module/{name}"]


def holds(fact: Fact, platform: str, kind: str = "Game") -> bool | None:
    names = {f"platform({each})" for each in ("Win64", "Mac", "Linux", "HTML5")} | {"target(Server)", "target(Game)"}
    true = {f"platform({platform})", f"target({kind})"}
    return fact.guard.holds(true, names - true)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("Arena.uproject", unreal_project),
        ("Plugins/Store/Store.uplugin", unreal_plugin),
        ("Config/DefaultEngine.ini", unreal_config),
        ("Config/Custom/Steam/DefaultEngine.ini", unreal_config),
        ("Config/DefaultGame.ini", None),
        ("Arena.uprojectdirs", None),
        ("project.json", None),
    ],
)
def test_wants(path: str, owner: object) -> None:
    assert [each for each in MODULES if each.wants(path)] == ([owner] if owner else [])


def test_a_project_says_its_engine_its_modules_and_the_plugins_that_are_on() -> None:
    found = project(
        '{\n\t"FileVersion": 3,\n\t"EngineAssociation": "5.4",\n\t"Modules": [{"Name": "Arena", "Type": "Runtime"}],\n'
        '\t"Plugins": [\n\t\t{"Name": "Store", "Enabled": true, "PlatformDenyList": ["HTML5"]},\n'
        '\t\t{"Name": "Chat", "Optional": true},\n\t\t{"Name": "Off", "Enabled": false}\n\t]\n}\n'
    )
    named = facts(found)
    assert (named["unreal/engine-association"].value, named["unreal/engine-association"].location.line) == ("5.4", 3)
    assert named["unreal/module/Arena"].value == "Runtime"
    assert (holds(named["unreal/Store"], "HTML5"), holds(named["unreal/Store"], "Win64")) == (False, True)
    assert (named["unreal/Chat"].value, named["unreal/Chat"].location.line) == ("optional", 7)
    assert "unreal/Off" not in named
    assert [(each.id, each.name) for each in found.components] == [("project:Game", "Arena")]


@pytest.mark.parametrize(
    ("lists", "on_html5", "on_windows"),
    [
        ({}, True, True),
        ({"PlatformAllowList": []}, True, True),  # empty is no limit
        ({"PlatformAllowList": ["Win64"]}, False, True),
        ({"WhitelistPlatforms": ["Win64"]}, False, True),  # the older spelling
        ({"WhitelistPlatforms": ["Win64", "HTML5"]}, True, True),
        ({"PlatformDenyList": ["HTML5"]}, False, True),
        ({"BlacklistPlatforms": ["Win64"]}, True, False),
        ({"bHasExplicitPlatforms": True}, False, False),  # nothing listed: none
        ({"HasExplicitPlatforms": True, "PlatformAllowList": ["HTML5"]}, True, False),
        ({"TargetDenyList": ["Game"]}, False, False),
        ({"TargetAllowList": ["Server"]}, False, False),
    ],
)
def test_platform_lists(lists: dict[str, object], on_html5: bool, on_windows: bool) -> None:
    fact = module(plugin(Modules=[{"Name": "Store", "Type": "Runtime", **lists}]))
    assert (holds(fact, "HTML5"), holds(fact, "Win64")) == (on_html5, on_windows)


def test_a_plugin_of_editor_modules_is_the_editors() -> None:
    tools = plugin(Modules=[{"Name": "A", "Type": "Editor"}, {"Name": "B", "Type": "UncookedOnly"}])
    game = plugin(Modules=[{"Name": "A", "Type": "Editor"}, {"Name": "B"}])
    assert [each.provenance for each in (*tools.components, *game.components)] == ["editor", "first-party"]
    assert module(game, "B").value == "Runtime"


def test_a_plugin_says_which_engine_it_is_for() -> None:
    named = facts(plugin(EngineVersion="5.8.0", VersionName="2.1", SupportedTargetPlatforms=["Win64"]))
    assert named["unreal/plugin/engine-version"].value == "5.8.0"
    assert holds(named["unreal/plugin/name"], "HTML5") is False


@pytest.mark.parametrize(
    "text",
    [
        b'\xef\xbb\xbf{"FileVersion": 3, "EngineAssociation": "4.27"}',  # a byte order mark
        '{"FileVersion": 3, "EngineAssociation": "4.27",}'.encode("utf-16"),
        b'{\n// a comment, with "quotes"\n"FileVersion": 3, /* EngineAssociation */\n"EngineAssociation": "4.27",\n}',
        b'{"FileVersion": 3, "Description": "a // b, ]", "EngineAssociation": "4.27", "Modules": [ ], }',
        b'{"FileVersion": 99999999999999999999999, "EngineAssociation": "4.27"}',
    ],
    ids=["bom", "utf-16", "comments", "trailing", "64-bit"],
)
def test_what_a_strict_reader_refuses(text: bytes) -> None:
    assert facts(project(text))["unreal/engine-association"].value == "4.27"


def test_lines_stay_those_of_the_file() -> None:
    named = facts(project('{\n/* three\nlines\nlong */\n"FileVersion": 3,\n"EngineAssociation": "4.27",\n}'))
    assert named["unreal/engine-association"].location.line == 6


def test_of_a_key_that_stands_twice_the_last_one_counts_and_it_is_said() -> None:
    found = project('{"FileVersion": 3, "EngineAssociation": "4.23", "EngineAssociation": "5.1"}')
    assert facts(found)["unreal/engine-association"].value == "5.1"
    assert found.partly == "the key 'EngineAssociation' stands twice in one object: the last one counts"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "line 1: not valid JSON"),
        (b'{"FileVersion": 3, "Modules": [', "not valid JSON"),  # truncated
        (b'{"FileVersion": 3\n<<<<<<< HEAD\n}', "line 2: an unresolved merge conflict"),
        (b'{"FileVersion": "\xff\xfe"}', "not UTF-8 at byte"),
        (b"\x00\x01{}", "NUL bytes"),
        (b"[1, 2]", "JSON without an object"),
        (b'{"name": "npm"}', "no Unreal project"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS"),
        (b'{"a":' * 100_000, "nested more than 200 deep"),
        (b"[" * 100_000 + b"]" * 100_000, "nested more than 200 deep"),
        (b'{"FileVersion": ' + b"9" * 5000 + b"}", "too many digits"),
        (b" " * 33_000_000, "larger than the 32 MB limit"),
    ],
    ids=str,
)
def test_what_is_refused_says_so_in_one_line(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        project(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"{" + b'"k": "v",' * 700_000 + b"}",
        b'{"k": "' + b"/*" * 3_000_000,
        b"{" + b"/*" * 3_000_000,
        b"{" + b'"' * 5_000_001,
        b"{" + b"," + b" " * 8_000_000,
        b'{"k": [' + b"{}," * 1_000_000 + b"]}",
    ],
    ids=["keys", "open-string", "open-comment", "quotes", "blanks", "objects"],
)
def test_megabytes_take_seconds_at_most(data: bytes) -> None:
    started = time.process_time()
    try:
        lenient_json.read(data)
    except ValueError as error:
        assert "\n" not in str(error)
    assert time.process_time() - started < 5


def config(text: str) -> dict[str, str]:
    found = unreal_config.extract("Config/DefaultEngine.ini", text.encode())
    return {fact.name.removeprefix("unreal/config/"): fact.value for fact in found.facts}


DRIVER = '(DefName="{}",DriverClassName="/Script/{}",DriverClassNameFallback="/Script/X.Y")'
IP, WEB = (DRIVER.format("GameNetDriver", each) for each in ("A.IpNetDriver", "W.WebSocketNetDriver"))


@pytest.mark.parametrize(
    ("lines", "driver"),
    [
        ((f"+NetDriverDefinitions={IP}",), "/Script/A.IpNetDriver"),
        ((f"NetDriverDefinitions={IP}",), "/Script/A.IpNetDriver"),
        ((f"+NetDriverDefinitions={IP}", "!NetDriverDefinitions=ClearArray"), None),
        ((f"+NetDriverDefinitions={IP}", f"-NetDriverDefinitions={IP}"), None),
        ((f"+NetDriverDefinitions={IP}", f"NetDriverDefinitions={WEB}"), "/Script/W.WebSocketNetDriver"),
        ((f"; +NetDriverDefinitions={IP}",), None),
        (("+NetDriverDefinitions=(broken",), None),
    ],
)
def test_net_drivers(lines: tuple[str, ...], driver: str | None) -> None:
    assert config("\n".join(("[/Script/Engine.GameEngine]", *lines))).get("net-driver/GameNetDriver") == driver


def test_settings_belong_to_their_sections() -> None:
    text = "[OnlineSubsystem]\nDefaultPlatformService=Steam\n[Other]\nComponents=x\n"
    text += "[PacketHandlerComponents]\n+Components=Y\n"
    assert config(text) == {"online-service": "Steam", "packet-handler": "Y"}


@pytest.mark.parametrize("name", PROJECTS)
def test_real_manifests(name: str) -> None:
    if not (CORPUS / name).is_dir():
        pytest.skip("no checkout in PORTLINT_CORPUS")
    read = 0
    for path in sorted(CORPUS.joinpath(name).rglob("*")):
        for each in MODULES:
            if each.wants(path.name) and path.is_file():
                found = each.extract(path.relative_to(CORPUS).as_posix(), path.read_bytes())
                assert all(fact.location.line >= 1 and fact.guard for fact in found.facts)
                read += 1
    assert read >= 1


def test_nothing_is_a_condition_of_nothing() -> None:
    assert module(plugin(Modules=[{"Name": "Store"}])).guard == ALWAYS
