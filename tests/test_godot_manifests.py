"""Facts and components of Godot's manifests, on a project of our own that holds every quirk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portlint.extractors.manifest import EXTRACTORS
from portlint.extractors.manifest.godot import (
    export_presets,
    gdextension,
    gdnlib,
    gdns,
    plugin_cfg,
    project_godot,
    scene,
)
from portlint.extractors.manifest.godot.scene import embedded_scripts
from portlint.extractors.manifest.godot.text import read
from portlint.model.extraction import Extraction

ARENA = Path(__file__).parent / "fixtures" / "godot" / "arena"
CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))


def extracted(path: str) -> Extraction:
    (extractor,) = [each for each in EXTRACTORS if each.wants(path)]
    return extractor.extract(path, (ARENA / path).read_bytes())


def lines(extraction: Extraction) -> dict[tuple[str, str], tuple[str, int]]:
    """(kind, name) -> (value, line)."""
    return {(fact.kind, fact.name): (fact.value, fact.location.line) for fact in extraction.facts}


@pytest.mark.parametrize(
    ("path", "extractor"),
    [
        ("project.godot", project_godot),
        ("a/b/override.cfg", project_godot),
        ("a/export_presets.cfg", export_presets),
        ("addons/x/x.gdextension", gdextension),
        ("addons/x/plugin.cfg", plugin_cfg),
        ("x.gdnlib", gdnlib),
        ("x.gdns", gdns),
        ("x.tscn", scene),
        ("x.tres", scene),
        ("my_project.godot", None),
        ("x.cfg", None),
        ("x.gdextension.uid", None),
        ("x.scn", None),
        (".godot/export_credentials.cfg", None),  # secrets: never read
    ],
)
def test_wants(path: str, extractor: object) -> None:
    assert [each for each in EXTRACTORS if each.wants(path)] == ([extractor] if extractor else [])


def test_every_fact_names_the_language_and_the_file() -> None:
    for path in sorted(ARENA.rglob("*.*")):
        relative = path.relative_to(ARENA).as_posix()
        for fact in extracted(relative).facts:
            assert (fact.language, fact.location.path) == ("godot", relative)
            assert fact.location.line > 0


def test_project_settings() -> None:
    extraction = extracted("project.godot")
    assert lines(extraction) == {
        ("setting", "config_version"): ("5", 4),
        ("setting", "application/config/name"): ('Arena; with "quotes"', 8),
        ("setting", "application/config/description"): ("Line one\n[not/a/section]\nkey=not a key", 9),
        ("setting", "application/config/version"): ("1.10", 12),
        ("setting", "application/config/features"): ("4.10,C#,Forward Plus", 13),
        ("setting", "application/run/main_scene"): ("res://main.tscn", 14),
        ("setting", "autoload/Net"): ("*res://net/net.gd", 18),
        ("setting", "dotnet/project/assembly_name"): ("Arena", 22),
        ("setting", "rendering/renderer/rendering_method.web"): ("gl_compatibility", 35),
        ("setting", "rendering/renderer/rendering_method.mobile"): ("mobile", 36),
        ("setting", "rendering/environment/defaults/default_clear_color"): ("Color(0.1,0.2,0.3,1)", 37),
        ("setting", "rendering/viewport/tint"): ("Color(#ff00ff)", 38),
        ("setting", "rendering/threads/model"): ("2", 39),
        ("setting", "rendering/quoted key/with spaces"): ("name", 40),
        ("setting", "rendering/renderer/rendering_method"): (
            "mobile",
            47,
        ),  # the later duplicate, null erased the other
    }
    (project,) = extraction.components
    assert (project.id, project.name, project.version) == ("project:.", 'Arena; with "quotes"', "1.10")
    assert extraction.partly == ""


def test_project_without_a_name_is_called_after_its_folder() -> None:
    (project,) = project_godot.extract("games/duel/project.godot", b"config_version=5\n").components
    assert (project.id, project.name, project.path) == ("project:games/duel", "duel", "games/duel")


def test_override_and_newer_format_are_read_in_part() -> None:
    assert extracted("override.cfg").partly.startswith("not applied")
    assert extracted("override.cfg").components == ()
    assert project_godot.extract("project.godot", b"config_version=6\n").partly.startswith("config_version 6 is newer")


def test_export_presets() -> None:
    extraction = extracted("export_presets.cfg")
    found = lines(extraction)
    assert found["setting", "preset/Linux/X11/0/dedicated_server"] == ("true", 6)
    assert found["setting", "preset/Web/1/platform"] == ("Web", 18)
    assert found["setting", "preset/Web/1/variant/extensions_support"] == ("true", 28)
    assert found["setting", "preset/Web/1/script_encryption_key"] == ("", 24)  # a secret
    assert not [name for _, name in found if "/3/" in name or "/9/" in name]
    assert extraction.partly == "Godot ignores preset.3 and later, since preset.2 is missing"


def test_preset_without_a_platform() -> None:
    extraction = export_presets.extract("export_presets.cfg", b'[preset.0]\nname="x"\n')
    assert extraction.partly == "preset.0 names no platform"


def test_gdextension() -> None:
    extraction = extracted("addons/steamlike/steamlike.gdextension")
    folder = "addons/steamlike"
    assert [(fact.kind, fact.name, fact.value, fact.location.line) for fact in extraction.facts] == [
        ("setting", "configuration/entry_symbol", "steamlike_init", 2),
        ("setting", "configuration/compatibility_minimum", "4.10", 3),
        ("ships", "windows.release.x86_64", f"{folder}/win64/steamlike.dll", 6),
        ("ships", "#windows.release.arm64", f"{folder}/win64/steamlike.arm64.dll", 7),
        ("ships", "//linux.release.arm64", "res://unused.so", 8),
        ("ships", "linux.release.x86_64", "res://addons/steamlike/linux64/libsteamlike.so", 9),
        ("ships", "macos.editor", "addons/shared/libsteamlike.dylib", 10),
        ("links", "windows.x86_64", f"{folder}/win64/vendor_api64.dll", 13),
        ("links", "windows.x86_64", f"{folder}/win64/vendor_extra.dll", 13),
        ("links", "linux.x86_64", "res://addons/steamlike/linux64/libvendor_api.so", 14),
        ("export", "SteamLike", "", 20),
    ]
    assert [component.id for component in extraction.components] == ["plugin:addons/steamlike"]
    assert extraction.partly == ""


@pytest.mark.parametrize(
    ("path", "component", "name"),
    [
        ("addons/x/bin/y.gdextension", "plugin:addons/x", "x"),
        ("demo/addons/x/y.gdextension", "plugin:demo/addons/x", "x"),
        ("addons/y.gdextension", "plugin:addons", "y"),
        ("webrtc/webrtc.gdextension", "plugin:webrtc", "webrtc"),
        ("y.gdextension", "plugin:.", "y"),
        ("src/gdextension/limbo.x.gdextension", "plugin:src/gdextension", "limbo"),
    ],
)
def test_where_a_plugin_lives(path: str, component: str, name: str) -> None:
    (found,) = gdextension.extract(path, b"").components
    assert (found.id, found.name) == (component, name)


def test_gdextension_that_godot_refuses() -> None:
    extraction = gdextension.extract("x.gdextension", b'[configuration]\nentry_symbol="x"\n[libraries]\nweb="x.wasm"\n')
    assert extraction.partly == "Godot does not load it without configuration/compatibility_minimum"
    assert ("ships", "web") in lines(extraction)


def test_gdnlib_and_gdns() -> None:
    found = [
        (fact.kind, fact.name, fact.value, fact.location.line) for fact in extracted("addons/retro/retro.gdnlib").facts
    ]
    assert found[3:] == [
        ("ships", "X11.64", "res://addons/retro/libretro.so", 9),
        ("ships", "HTML5.wasm32", "res://addons/retro/retro.wasm", 10),
        ("links", "X11.64", "res://addons/retro/liba.so", 15),
        ("links", "X11.64", "res://addons/retro/libb.so", 15),
    ]
    assert lines(extracted("addons/retro/retro.gdns")) == {("import", "res://addons/retro/retro.gdnlib"): ("Retro", 3)}


def test_plugin_cfg() -> None:
    extraction = extracted("addons/steamlike/plugin.cfg")
    assert lines(extraction)["setting", "plugin/author"] == ("us", 6)  # after a description of two lines
    (component,) = extraction.components
    assert (component.id, component.name, component.version) == ("plugin:addons/steamlike", "steamlike", "4.20")


def test_plugin_cfg_of_another_program() -> None:
    assert plugin_cfg.extract("plugin.cfg", b"[main]\na=1\n") == Extraction()


def test_scene() -> None:
    extraction = extracted("main.tscn")
    assert lines(extraction) == {
        ("import", "res://main.gd"): ("Script", 3),
        ("import", "res://player.tscn"): ("PackedScene", 5),
        ("type", "GDScript"): ("sub_resource", 7),
        ("type", "ArrayMesh"): ("sub_resource", 13),
        ("type", "Node3D"): ("node", 19),
        ("type", "HTTPRequest"): ("node", 26),
    }
    assert extraction.partly == "line 7: a script inside the file is not analysed"
    assert lines(extracted("crowd.tres")) == {
        ("type", "Crowd"): ("gd_resource", 1),
        ("import", "res://crowd.cs"): ("Script", 3),
    }


def test_embedded_scripts_keep_their_lines() -> None:
    ((line, source),) = embedded_scripts((ARENA / "main.tscn").read_bytes())
    assert line == 8
    assert source.split("\n")[1] == '# a "quoted" word'


def test_scene_that_breaks_off() -> None:
    extraction = scene.extract("x.tscn", b'[node name="a" type="Node"]\nx="open\n[node name="b" type="UPNP"]\n')
    assert lines(extraction) == {("type", "Node"): ("node", 1)}
    assert extraction.partly == "line 3: unterminated string; not read from there on"
    assert scene.extract("x.tscn", b'[node name="a" type=\n').partly.startswith("line 2: expected a value")


@pytest.mark.parametrize("data", [b'[node name="a"]\0', "[node ]".encode("utf-16"), b"\0PNG"])
def test_scene_that_is_no_text(data: bytes) -> None:
    with pytest.raises(ValueError, match="line 1: "):
        scene.extract("x.tscn", data)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTLINT_CORPUS names no folder of real projects")
def test_the_quick_reading_of_scenes_misses_nothing() -> None:
    """The scene extractor skips values; the full reader finds the same headers."""
    for path in sorted(CORPUS.glob("*/**/*.t[sr][ce][ns]")):
        data = path.read_bytes()
        quick = {fact.name for fact in scene.extract("x.tscn", data).facts if fact.kind == "type"}
        types = [each.attributes.get("type") for each in read(data, simple=False) if each.name != "ext_resource"]
        assert quick == {each for each in types if isinstance(each, str)}, path
