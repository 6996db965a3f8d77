"""Whole Godot projects, written file by file: who uses an addon, what the export sees, what its host must send."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from portlint.model.finding import Finding
from portlint.model.report import TargetReport
from portlint.scan import Options, scan

THREADS = "variant/thread_support=true"
READ = (".gd", ".tscn", ".cfg", ".godot", ".gdextension")
SOCKET = "var s := TCPServer.new()\n"
SCRIPT = '[gd_scene format=3]\n[ext_resource type="Script" path="res://{script}" id="1"]\n[node name="A" type="Node"]\n'
EXTENSION = (
    '[configuration]\nentry_symbol="{symbol}"\ncompatibility_minimum="4.1"\n'
    '[libraries]\nwindows.x86_64="a.dll"\n{icons}'
)
PRELOADS = 'extends EditorPlugin\nconst H = preload("h.gd")\n'
PLUGIN = '[plugin]\nname="X"\nauthor=""\nversion="1"\ndescription=""\nscript="plugin.gd"\n'


def project(version: str = "4.6", more: str = "") -> str:
    number = 4 if version.startswith("3") else 5
    features = "" if version.startswith("3") else f'config/features=PackedStringArray("{version}")\n'
    return f'config_version={number}\n[application]\nconfig/name="Arena"\n{features}{more}'


def preset(index: int = 0, platform: str = "Web", keys: str = "", options: str = "") -> str:
    return f'[preset.{index}]\nplatform="{platform}"\n{keys}\n[preset.{index}.options]\n{options}\n'


def judged(folder: Path, files: Mapping[str, str], target: str = "godot-web") -> TargetReport:
    for name, text in {"project.godot": project(), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = scan(folder, Options(targets=(target,), use_cache=False, jobs=1), lambda _done, _all: None).report
    assert [each.path for each in report.files if each.state == "not-analysed" and each.path.endswith(READ)] == []
    return report.targets[0]


def of_rule(report: TargetReport, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == rule]


def extension(symbol: str = "init", *classes: str) -> str:
    icons = "".join(f'{name}="res://i.svg"\n' for name in classes)
    return EXTENSION.format(symbol=symbol, icons=f"[icons]\n{icons}" if icons else "")


ADDON = {"addons/rope/rope.gdextension": extension("init", "Rope2D", "RopeEnd2D")}


@pytest.mark.parametrize(
    ("files", "severity", "blocker", "text"),
    [
        ({"a.gd": "extends Node\n"}, "warning", False, "nothing in the game uses it (no scene or script names Rope2D,"),
        ({"a.tscn": '[gd_scene format=3]\n[node name="A" type="Rope2D"]\n'}, "error", True, "1 file uses it: a.tscn"),
        ({"a.gd": "func f():\n\tRope2D.new()\n"}, "error", True, "1 file uses it: a.gd"),
        ({"a.gd": "extends RopeEnd2D\n", "b.gd": "var r: Rope2D\n"}, "error", True, "2 files use it: a.gd, b.gd"),
        ({"tests/a.gd": "var r: Rope2D\n", "b.gd": "extends Node\n"}, "warning", False, "nothing in the game"),
        # the addon's own scripts count where the game gets to them
        (
            {"addons/rope/own.gd": "class_name RopeKit\nvar r: Rope2D\n", "a.gd": "extends Node\n"},
            "warning",
            False,
            "nothing",
        ),
        (
            {"addons/rope/own.gd": "class_name Kit\nvar r: Rope2D\n", "a.gd": "var k: Kit\n"},
            "error",
            True,
            "addons/rope/own.gd",
        ),
        # binary scenes and C# are not read: nobody can say that nothing uses it
        ({"a.gd": "extends Node\n", "b.scn": "RSRC"}, "error", True, "ships no library for the web"),
        (
            {"a.gd": 'func f():\n\tif ClassDB.class_exists("Rope2D"):\n\t\tClassDB.instantiate("Rope2D")\n'},
            "warning",
            False,
            "each asks first whether it is there",
        ),
    ],
)
def test_an_addon_is_weighed_by_who_uses_it(
    files: dict[str, str], severity: str, blocker: bool, text: str, tmp_path: Path
) -> None:
    (found,) = of_rule(judged(tmp_path, {**ADDON, **files}), "native-library-without-wasm")
    assert (found.severity, found.blocker) == (severity, blocker)
    assert text in found.message


def test_classes_are_known_from_documentation(tmp_path: Path) -> None:
    files = {
        "addons/rope/rope.gdextension": extension(),
        "addons/rope/doc_classes/Cable.xml": "<class/>",
        "a.gd": "extends Cable\n",
    }
    (found,) = of_rule(judged(tmp_path, files), "native-library-without-wasm")
    assert found.message.endswith("1 file uses it: a.gd")


def test_without_known_classes_nothing_is_called_unused(tmp_path: Path) -> None:
    files = {"addons/rope/rope.gdextension": extension(), "a.gd": "extends Node\n"}
    (found,) = of_rule(judged(tmp_path, files), "native-library-without-wasm")
    assert found.blocker


def test_a_known_package_names_its_classes(tmp_path: Path) -> None:
    files = {"addons/godotsteam/godotsteam.gdextension": extension("godotsteam_init"), "a.gd": "extends Node\n"}
    (found,) = of_rule(judged(tmp_path / "unused", files), "native-library-without-wasm")
    assert (found.severity, found.blocker) == ("warning", False)
    (found,) = of_rule(judged(tmp_path / "used", {**files, "a.gd": "Steam.run()"}), "native-library-without-wasm")
    assert found.blocker


def test_a_scene_needs_what_the_preset_does_not_load(tmp_path: Path) -> None:
    web = {"export_presets.cfg": preset(options="variant/extensions_support=false")}
    scene = '[gd_scene format=3]\n[node name="A" type="Rope2D"]\n'
    (found,) = of_rule(judged(tmp_path / "used", {**ADDON, **web, "a.tscn": scene}), "native-library-without-wasm")
    assert (found.severity, found.blocker) == ("error", True)
    (found,) = of_rule(
        judged(tmp_path / "not", {**ADDON, **web, "a.gd": "extends Node\n"}), "native-library-without-wasm"
    )
    assert found.severity == "note"


@pytest.mark.parametrize(
    ("plugin", "files", "counted"),
    [
        (PRELOADS, {}, False),
        ('extends EditorPlugin\nconst H = preload("res://addons/x/h.gd")\n', {}, False),
        ('extends EditorPlugin\nconst D = preload("d.gd")\n', {"addons/x/d.gd": 'extends "h.gd"\n'}, False),
        ("extends EditorPlugin\nvar h := Helper.new()\n", {"addons/x/h.gd": f"class_name Helper\n{SOCKET}"}, False),
        ("extends EditorPlugin\nfunc f(): pass\n", {}, True),  # who knows who loads it
        (PRELOADS, {"a.gd": 'var h = load("res://addons/x/h.gd")\n'}, True),
        (
            PRELOADS,
            {"a.gd": 'var h = load("res://addons/x/%s.gd" % n)'},
            True,
        ),
        (PRELOADS, {"a.gd": 'var h = load("uid://abc")\n'}, True),
        (PRELOADS, {"a.tscn": SCRIPT.format(script="addons/x/h.gd")}, True),
        (
            PRELOADS,
            {"project.godot": project(more='[autoload]\nH="*res://addons/x/h.gd"\n')},
            True,
        ),
        (
            PRELOADS,
            {"project.godot": project(more='[autoload_prepend]\nH="*res://addons/x/h.gd"\n')},
            True,
        ),
        ('extends EditorPlugin\nfunc f(): add_autoload_singleton("H", "res://addons/x/h.gd")\n', {}, True),
        (
            "extends EditorPlugin\nvar h := Helper.new()\n",
            {"addons/x/h.gd": f"class_name Helper\n{SOCKET}", "a.gd": "var h: Helper\n"},
            True,
        ),
    ],
)
def test_what_only_the_editor_reaches_is_not_counted(
    plugin: str, files: dict[str, str], counted: bool, tmp_path: Path
) -> None:
    addon = {
        "addons/x/plugin.cfg": PLUGIN,
        "addons/x/plugin.gd": plugin,
        "addons/x/h.gd": SOCKET,
        "a.gd": "extends Node\n",
    }
    report = judged(tmp_path, {**addon, **files})
    assert bool(of_rule(report, "godot-tcp-server")) == counted
    assert report.credit == (not counted)


def test_an_addon_by_itself_is_judged_by_what_games_may_name(tmp_path: Path) -> None:
    files = {
        "addons/x/plugin.cfg": PLUGIN,
        "addons/x/plugin.gd": "extends EditorPlugin\nvar h := Helper.new()\n",
        "addons/x/h.gd": f"class_name Helper\n{SOCKET}",
    }
    assert of_rule(judged(tmp_path, files), "godot-tcp-server")


@pytest.mark.parametrize(
    ("presets", "counted"),
    [
        (preset(keys='exclude_filter="net/*"'), False),
        (preset(keys='exclude_filter="other/*"'), True),
        (preset(keys='export_filter="exclude"\nexport_files=PackedStringArray("res://net/a.gd")'), False),
        (preset(platform="Linux", keys='exclude_filter="net/*"'), True),
        ("", True),
    ],
)
def test_what_the_preset_leaves_out_is_not_counted(presets: str, counted: bool, tmp_path: Path) -> None:
    report = judged(tmp_path, {"export_presets.cfg": presets, "net/a.gd": SOCKET})
    assert bool(of_rule(report, "godot-tcp-server")) == counted


@pytest.mark.parametrize(
    ("presets", "level"),
    [
        (preset(keys='custom_features="online"'), "fails-at-run"),
        (preset(keys='custom_features="demo, online"'), "fails-at-run"),
        (preset() + preset(1, "Linux", 'custom_features="online"'), None),  # the web preset could have it, and has not
        (preset(0, "Linux", 'custom_features="online"'), "unknown"),  # no web preset: who knows
        ("", "unknown"),
    ],
)
def test_custom_features_settle_guards(presets: str, level: str | None, tmp_path: Path) -> None:
    script = 'func f():\n\tif OS.has_feature("online"):\n\t\tvar s := TCPServer.new()\n'
    found = of_rule(judged(tmp_path, {"export_presets.cfg": presets, "a.gd": script}), "godot-tcp-server")
    assert [finding.level for finding in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("settings", "include", "counted"),
    [
        ("2d/run_on_separate_thread=true", "", True),
        ("2d/run_on_separate_thread=true\n2d/run_on_separate_thread.web=false", "", False),
        ("2d/run_on_separate_thread=true\n2d/run_on_separate_thread.lite=false", "", False),
        ("2d/run_on_separate_thread=false\n2d/run_on_separate_thread.mobile=true", "", False),
        ("", "", False),  # the override is not packed
        ("", "override.cfg", True),
    ],
)
def test_settings_as_the_export_sees_them(settings: str, include: str, counted: bool, tmp_path: Path) -> None:
    files = {
        "project.godot": project(more=f"[physics]\n{settings}\n"),
        "override.cfg": "" if settings else "[physics]\n2d/run_on_separate_thread=true\n",
        "export_presets.cfg": preset(keys=f'custom_features="lite"\ninclude_filter="{include}"'),
    }
    assert bool(of_rule(judged(tmp_path, files), "godot-separate-thread-setting")) == counted


@pytest.mark.parametrize(
    ("options", "target", "severity", "text"),
    [
        ("variant/thread_support=true", "godot-web-threads", "warning", "Cross-Origin-Embedder-Policy"),
        (
            "variant/thread_support=true\nprogressive_web_app/enabled=true",
            "godot-web-threads",
            "note",
            "service worker",
        ),
        (
            "variant/thread_support=true\nprogressive_web_app/enabled=true\n"
            "progressive_web_app/ensure_cross_origin_isolation_headers=false",
            "godot-web-threads",
            "warning",
            "preset 0 exports with threads",
        ),
        ("", "godot-web-threads", "warning", "an export with threads"),
        ("", "godot-web", "", ""),
        ("variant/extensions_support=true", "godot-web", "note", "the engine's loader does not"),
    ],
)
def test_what_the_host_of_the_page_must_send(
    options: str, target: str, severity: str, text: str, tmp_path: Path
) -> None:
    report = judged(tmp_path, {"export_presets.cfg": preset(options=options), "a.gd": "extends Node\n"}, target)
    found = of_rule(report, "godot-isolation-headers")
    assert [finding.severity for finding in found] == ([severity] if severity else [])
    assert all(text in finding.message for finding in found)
    if severity == "warning":
        assert any("Cross-Origin-Opener-Policy" in sentence for sentence in report.deciding)


@pytest.mark.parametrize(
    ("least", "most", "version", "refused"),
    [
        ("4.1", "", "4.6", False),
        ("4.7", "", "4.6", True),
        ("4.10", "", "4.6", True),  # not 4.1
        ("4.6.3", "", "4.6", False),  # the project does not say which patch
        ("4.1", "4.5", "4.6", True),
        ("4.1", "4.6", "4.6", False),
        ("4.1", "4", "4.6", False),
        ("4.7", "", "4", False),
    ],
)
def test_an_extension_for_another_engine(least: str, most: str, version: str, refused: bool, tmp_path: Path) -> None:
    text = extension().replace('"4.1"', least) + "[configuration]\n"  # versions are often written without quotes
    text += f'compatibility_maximum="{most}"\n' if most else ""
    files = {"project.godot": project(version), "addons/rope/rope.gdextension": text, "a.gd": "extends Node\n"}
    found = of_rule(judged(tmp_path, files), "godot-extension-version")
    assert [finding.severity for finding in found] == (["warning"] if refused else [])


def test_a_dependency_that_is_not_in_the_tree(tmp_path: Path) -> None:
    library = '[configuration]\nentry_symbol="i"\ncompatibility_minimum="4.1"\n[libraries]\nweb.wasm32="a.wasm"\n'
    web = {"export_presets.cfg": preset(options="variant/extensions_support=true"), "addons/r/a.wasm": ""}
    own = {**web, "addons/r/r.gdextension": f'{library}[dependencies]\nweb={{"b.wasm": ""}}\n'}
    (found,) = of_rule(judged(tmp_path, own), "declared-library-missing")
    assert "b.wasm" in found.message


@pytest.mark.parametrize(
    ("version", "target", "level", "blocker"),
    [
        ("4.6", "godot-web", "fails-at-build", True),
        ("4.6", "godot-web-threads", "fails-at-build", True),
        ("3.5", "godot-web", None, False),
        ("3.5", "godot-web-threads", "fails-at-build", False),  # the export type Regular only
    ],
)
def test_csharp_by_version(version: str, target: str, level: str | None, blocker: bool, tmp_path: Path) -> None:
    files = {"project.godot": project(version), "a.tscn": SCRIPT.format(script="a.cs"), "a.cs": "class A {}"}
    found = of_rule(judged(tmp_path, files, target), "godot-csharp")
    assert [(finding.level, finding.blocker) for finding in found] == ([(level, blocker)] if level else [])


def test_csharp_that_a_script_loads_if_it_can_is_no_need(tmp_path: Path) -> None:
    files = {
        "a.gd": 'func f():\n\tif type_exists("CSharpScript"):\n\t\tload("res://a.cs").new()\n',
        "a.cs": "class A {}",
    }
    assert of_rule(judged(tmp_path, files), "godot-csharp") == []


def test_a_server_without_the_engine(tmp_path: Path) -> None:
    files = {
        "net/listen.gd": SOCKET,
        "tests/probe.gd": SOCKET,
        "ui.gd": "func f(): OS.shell_open('x')\n",
        "export_presets.cfg": preset(0, "Linux", "dedicated_server=true"),
    }
    report = judged(tmp_path, files, "wasip1")
    assert report.verdict == "blocked"
    assert "what net/listen.gd do would have to be split out" in report.deciding[0]
    assert "its dedicated server (preset 0) is an export for Linux" in report.deciding[0]
    notes = of_rule(report, "godot-server-script")
    assert [(finding.location.path, finding.severity) for finding in notes] == [("net/listen.gd", "note")]


def test_compute_shaders_are_found_by_themselves(tmp_path: Path) -> None:
    report = judged(tmp_path, {"a.glsl": "#[compute]\n#version 450\n", "b.glsl": "#version 330\nvoid main() {}\n"})
    assert [finding.location.path for finding in of_rule(report, "godot-rendering-device")] == ["a.glsl"]


@pytest.mark.parametrize(
    ("scene", "used"), [(SCRIPT.format(script="rope.gdns"), True), ("[gd_scene format=2]\n", False)]
)
def test_who_uses_a_library_of_godot_3(scene: str, used: bool, tmp_path: Path) -> None:
    files = {
        "project.godot": project("3.5"),
        "rope.gdns": '[gd_resource type="NativeScript" format=2]\n'
        '[ext_resource path="res://rope.gdnlib" type="GDNativeLibrary" id=1]\n[resource]\nclass_name = "Rope"\n',
        "rope.gdnlib": '[general]\nsingleton=false\n[entry]\nX11.64="res://rope.so"\n[dependencies]\nX11.64=[]\n',
        "a.tscn": scene,
    }
    (found,) = of_rule(judged(tmp_path, files), "native-library-without-wasm")
    assert (found.severity == "error") == used


@pytest.mark.parametrize(("folder", "kind"), [("arena_game", "module"), ("dialogue", "plugin")])
def test_an_addon_that_is_called_as_the_game_is_the_game(folder: str, kind: str, tmp_path: Path) -> None:
    files = {
        "project.godot": 'config_version=5\n[application]\nconfig/name="Arena Game"\n',
        f"addons/{folder}/plugin.cfg": PLUGIN,
        f"addons/{folder}/core.gd": "extends Node\nfunc _ready():\n\tThread.new()\n",
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    report = scan(tmp_path, Options(targets=("godot-web",), use_cache=False), lambda *_: None).report
    assert [each.kind for each in report.components if each.path == f"addons/{folder}"] == [kind]


_STEAM = "extends Node\nfunc _ready():\n\tSteam.steamInitEx(480, true)\n"


@pytest.mark.parametrize(
    ("beside", "rules"),
    [
        ({}, ["godot-steam"]),
        ({"steam.gd": "class_name Steam\n"}, []),  # a stub of the project's own
        ({"project.godot": 'config_version=5\n[autoload]\nSteam="*res://s.gd"\n', "s.gd": "extends Node\n"}, []),
        (
            {
                "addons/godotsteam/godotsteam.gdextension": '[configuration]\nentry_symbol = "godotsteam_init"\n'
                'compatibility_minimum = "4.4"\n[libraries]\nlinux.debug = "libgodotsteam.so"\n'
            },
            ["native-library-without-wasm"],  # said once, where the library is
        ),
    ],
)
def test_an_addon_that_the_tree_does_not_hold(tmp_path: Path, beside: dict[str, str], rules: list[str]) -> None:
    found = judged(tmp_path, {"main.gd": _STEAM, **beside}).findings
    assert [each.rule for each in found if each.severity == "error"] == rules


@pytest.mark.parametrize("beside", ["demo", "tests/app", ".github/workflows/resources"])
def test_an_addon_beside_the_project_that_shows_it(tmp_path: Path, beside: str) -> None:
    files = {f"{beside}/project.godot": project(), "addons/talk/talk.gd": "extends Node\n" + SOCKET}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = scan(tmp_path, Options(targets=("godot-web",), use_cache=False), lambda *_: None).report
    kinds = {each.path: each.kind for each in report.projects}
    shown = {} if beside.startswith(".") else {beside: "godot"}
    assert kinds == {".": "godot-addon", **shown}
    assert report.targets[0].verdict == "needs-work"


_PROCESS = '@tool\nextends Node\nfunc go():\n\tOS.execute("git", [])\n'
_PATHS = (
    'extends EditorPlugin\nconst P = "res://addons/x/"\n'
    'func go():\n\tadd_autoload_singleton("A", get_path() + "a.gd")\n\tload(P + "up.gd")\n'
)


@pytest.mark.parametrize(
    ("beside", "is_error"),
    [
        ({}, False),  # the plugin is enabled nowhere; what it would register is written out
        ({"project.godot": project(more='[autoload]\nA="*res://addons/x/a.gd"\n')}, False),
        ({"project.godot": project(more='[autoload]\nA="*res://addons/x/up.gd"\n')}, True),
        (
            {
                "project.godot": project(more='[autoload]\nA="*res://addons/x/a.gd"\n'),
                "test/t.gd": 'load("res://addons/x/up.gd")\n',
            },
            False,
        ),
        (
            {
                "project.godot": project(more='[autoload]\nA="*res://addons/x/a.gd"\n'),
                "g.gd": 'load("res://addons/x/up.gd")\n',
            },
            True,
        ),
    ],
)
def test_what_the_editor_alone_runs_of_an_addon(tmp_path: Path, beside: dict[str, str], is_error: bool) -> None:
    addon = {"plugin.cfg": PLUGIN, "plugin.gd": _PATHS, "a.gd": "extends Node\n", "up.gd": _PROCESS}
    files = {f"addons/x/{name}": text for name, text in addon.items()} | {"main.gd": "extends Node\n"}
    found = judged(tmp_path, files | beside).findings
    assert any(each.severity == "error" for each in found) == is_error
