"""What an Unreal project means for a target: the engine's road first, then what would have to go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.catalog.engines import load_engines
from portlint.extractors.manifest.unreal import config as unreal_config
from portlint.extractors.manifest.unreal import plugin as unreal_plugin
from portlint.extractors.manifest.unreal import project as unreal_project
from portlint.extractors.source.build_scripts import extractor as build_cs
from portlint.judge.unreal.project import unreal_findings, unsettled, why_not
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.finding import Finding
from portlint.model.package import Fate, Package, PackageMatch
from portlint.projects import unreal

SAMPLE = Path(__file__).resolve().parent.parent / "sample_projects" / "unreal_arena"
READERS = (build_cs, unreal_config, unreal_plugin, unreal_project)
CATALOG = load_catalog()
UNREAL = load_engines()["unreal"]
BUILD = "public class X : ModuleRules {{ public X(ReadOnlyTargetRules Target) : base(Target) {{ {} }} }}"
Files = Mapping[str, str | dict[str, object]]


def extracted(files: Files) -> dict[str, Extraction]:
    out = {}
    for path, written in files.items():
        reader = next(each for each in READERS if each.wants(path))
        text = written if isinstance(written, str) else json.dumps({"FileVersion": 3, **written})
        out[path] = reader.extract(path, text.encode())
    return out


def judged(files: Files, target: str = "unreal-html5", packages: tuple[Package, ...] = ()) -> list[Finding]:
    found = extracted(files)
    projects = unreal.find(found)
    out = []
    for project in projects:
        own = {path: each for path, each in found.items() if unreal.nearest(path, projects) is project}
        out += unreal_findings(project, own, packages, CATALOG.targets[target], CATALOG, UNREAL)
    return out


def of(found: list[Finding], rule: str) -> list[Finding]:
    return [each for each in found if each.rule == rule]


def game(version: str = "4.27", **more: object) -> dict[str, str | dict[str, object]]:
    return {"Arena.uproject": {"EngineAssociation": version, **more}}


def package(status: str, instead: str = "") -> Package:
    fate = Fate(status, "https://example.org", date(2026, 11, 22), "it has none", instead)  # type: ignore[arg-type]
    return Package("store", "The Store", "binding", PackageMatch(plugins=("Store",)), {"browser": fate})


@pytest.mark.parametrize(
    ("version", "level", "blocker"),
    [
        ("4.22", "flag", False),  # built in
        ("4.23.1", "flag", False),
        ("4.24", "fails-at-build", False),  # the community's
        ("4.27", "fails-at-build", False),
        ("5.0", "fails-at-build", True),  # nobody's
        ("5.8", "fails-at-build", True),
        ("{F4A77708-4084-1D66-0ED7-EBBB3D91B6D0}", "unknown", False),
        ("", "unknown", False),
    ],
)
def test_the_version_decides(version: str, level: str, blocker: bool) -> None:
    (finding,) = of(judged(game(version)), "unreal-web-target")
    assert (finding.level, finding.blocker, finding.location.path) == (level, blocker, "Arena.uproject")
    assert finding.source.startswith("https://") and finding.instead


def test_a_guid_comes_with_what_else_speaks_of_the_engines_age() -> None:
    files = game("{F4A77708}")
    files["Plugins/Store/Store.uplugin"] = {"EngineVersion": "5.4.0"}
    files["Source/Arena.Target.cs"] = (
        "public class ArenaTarget : TargetRules { public ArenaTarget(TargetInfo t) : base(t) "
        "{ Type = TargetType.Game; DefaultBuildSettings = BuildSettingsVersion.V5; } }"
    )
    (finding,) = of(judged(files), "unreal-web-target")
    assert "made for 5.4.0" in finding.message and "build settings V5" in finding.message


@pytest.mark.parametrize("target", ["wasip1", "wasip1-threads", "wasip2"])
def test_no_engine_has_a_wasi_target_and_the_server_is_named(target: str) -> None:
    files = game("4.27", Modules=[{"Name": "Rules", "Type": "ServerOnly"}, {"Name": "Arena"}])
    files["Source/ArenaServer.Target.cs"] = (
        "public class ArenaServerTarget : TargetRules { public ArenaServerTarget(TargetInfo t) : base(t) "
        '{ Type = TargetType.Server; ExtraModuleNames.Add("Arena"); } }'
    )
    found = judged(files, target)
    assert [(each.rule, each.blocker, each.severity) for each in found] == [
        ("engine-without-export", True, "error"),
        ("unreal-server-split", False, "note"),
        ("unreal-server-split", False, "note"),
    ]
    assert {each.name for each in found[1:]} == {"Rules", "ArenaServer.Target.cs"}
    assert "modules Arena" in next(each.message for each in found if each.name.endswith(".cs"))


@pytest.mark.parametrize("target", ["godot-web", "unity-web"])
def test_another_engines_exporter_is_not_asked(target: str) -> None:
    assert judged(game("5.4"), target) == []


@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ({}, False),
        ({"WhitelistPlatforms": ["Win64"]}, True),
        ({"PlatformAllowList": ["Win64", "HTML5"]}, False),
        ({"PlatformAllowList": ["Win64"], "Type": "Editor"}, False),
        ({"PlatformAllowList": ["Win64"], "Type": "UncookedOnly"}, False),
        ({"PlatformAllowList": ["Linux"], "Type": "ServerOnly"}, False),
        ({"PlatformAllowList": ["Linux"], "Type": "ClientOnly"}, True),
    ],
)
def test_plugins_that_leave_the_web_out(module: dict[str, object], left_out: bool) -> None:
    files = game()
    files["Plugins/Store/Store.uplugin"] = {"Modules": [{"Name": "Store", **module}]}
    assert bool(of(judged(files), "unreal-plugin-without-web")) == left_out


def test_a_plugin_that_the_project_keeps_from_the_web_is_no_finding() -> None:
    files = game(Plugins=[{"Name": "Store", "Enabled": True, "PlatformDenyList": ["HTML5"]}])
    files["Plugins/Store/Store.uplugin"] = {"Modules": [{"Name": "Store", "PlatformAllowList": ["Win64"]}]}
    assert of(judged(files, packages=(package("no"),)), "unreal-plugin-without-web") == []


@pytest.mark.parametrize(
    ("row", "level", "blocker"),
    [
        (package("no"), "fails-at-build", True),  # nothing replaces it
        (package("no", "use the web's"), "fails-at-build", False),
        (package("partial", "x"), "partial", False),
        (package("unknown"), "unknown", False),
    ],
)
def test_known_packages_by_plugin_and_by_module(row: Package, level: str, blocker: bool) -> None:
    by_plugin = game(Plugins=[{"Name": "Store", "Enabled": True}])
    by_module = game() | {"Source/X/X.Build.cs": BUILD.format('PublicDependencyModuleNames.Add("Store");')}
    for files in (by_plugin, by_module):
        (finding,) = of(judged(files, packages=(row,)), "unreal-plugin-without-web")
        assert (finding.name, finding.level, finding.blocker) == ("The Store", level, blocker)


def test_a_package_that_works_is_silent() -> None:
    assert of(judged(game(Plugins=[{"Name": "Store"}]), packages=(package("yes"),)), "unreal-plugin-without-web") == []


def libraries(body: str, **module: object) -> list[Finding]:
    files = game(Modules=[{"Name": "X", **module}]) | {"Source/X/X.Build.cs": BUILD.format(body)}
    return of(judged(files), "native-library-without-wasm")


ADD = 'PublicAdditionalLibraries.Add("x.lib");'


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        (ADD, "high"),  # asked for on every platform
        (f"if (Target.Platform == UnrealTargetPlatform.Win64) {{ {ADD} }}", "medium"),
        (f"if (Directory.Exists(Sdk)) {{ {ADD} }}", "medium"),
    ],
)
def test_libraries_without_a_web_build(body: str, confidence: str) -> None:
    (finding,) = libraries(body)
    assert (finding.confidence, finding.blocker, finding.name) == (confidence, False, "x.lib")


@pytest.mark.parametrize(
    "body",
    [
        f"if (Target.Type == TargetType.Server) {{ {ADD} }}",  # no client has it
        f"if (Target.bBuildEditor) {{ {ADD} }}",
        'PublicSystemLibraries.Add("winhttp.lib");',
        'RuntimeDependencies.Add("Content/cacert.pem");',
    ],
)
def test_what_is_no_library_of_a_game(body: str) -> None:
    assert libraries(body) == []


def test_an_editor_modules_libraries_ship_with_no_game() -> None:
    assert libraries(ADD, Type="Editor") == []


def test_a_plugin_for_servers_is_not_the_clients() -> None:
    files = game(Plugins=[{"Name": "Store", "Enabled": True}])
    files["Plugins/Store/Store.uplugin"] = {"Modules": [{"Name": "X", "PlatformAllowList": ["Linux"]}]}
    files["Plugins/Store/Source/X/X.Build.cs"] = BUILD.format(f"if (Target.Type == TargetType.Server) {{ {ADD} }}")
    found = judged(files, packages=(package("no"),))
    assert [each.rule for each in found] == ["unreal-web-target"]


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        ("/Script/OnlineSubsystemUtils.IpNetDriver", True),
        ("/Script/OnlineSubsystemSteam.SteamNetDriver", True),
        ("/Script/WebSocketNetworking.WebSocketNetDriver", False),
    ],
)
def test_net_drivers(driver: str, said: bool) -> None:
    line = f'+NetDriverDefinitions=(DefName="GameNetDriver",DriverClassName="{driver}")'
    files = game() | {"Config/DefaultEngine.ini": f"[/Script/Engine.GameEngine]\n{line}\n"}
    found = of(judged(files), "unreal-net-driver")
    assert [(each.capability, each.location.line) for each in found] == ([("net.udp", 2)] if said else [])


def test_a_net_driver_for_replays_needs_no_network() -> None:
    line = '+NetDriverDefinitions=(DefName="DemoNetDriver",DriverClassName="/Script/Engine.DemoNetDriver")'
    files = game() | {"Config/DefaultEngine.ini": f"[/Script/Engine.Engine]\n{line}\n"}
    assert of(judged(files), "unreal-net-driver") == []


def test_a_script_that_throws_refuses_the_build() -> None:
    chain = "if (Target.Platform == UnrealTargetPlatform.{}) {{ }} else {{ throw new X(); }}"
    for platform, refused in (("Win64", 1), ("HTML5", 0)):
        files = game() | {"Source/X/X.Build.cs": BUILD.format(chain.format(platform))}
        assert len(of(judged(files), "unreal-platform-refused")) == refused


def test_of_the_engines_own_parts_the_silent_ones_are_named_once() -> None:
    files = game(Plugins=[{"Name": "Niagara"}])
    files["Source/X/X.Build.cs"] = BUILD.format('PublicDependencyModuleNames.AddRange(new[] { "Niagara", "Core" });')
    found = of(judged(files), "unreal-plugin-without-web")
    assert [(each.name, each.level) for each in found] == [("Niagara", "partial")]


@pytest.mark.parametrize(
    ("version", "target", "never", "not_ready"),
    [
        ("4.27", "unreal-html5", False, False),
        ("", "unreal-html5", False, True),
        ("4.27", "web-emscripten", True, False),
        ("", "web-emscripten", True, False),
        ("5.4", "web-emscripten", False, False),  # blocked there, too
        ("5.4", "wasip1", False, False),
    ],
)
def test_where_no_verdict_can_be_given(version: str, target: str, never: bool, not_ready: bool) -> None:
    project, where = Project(".", "unreal", version), CATALOG.targets[target]
    assert (bool(why_not(project, where, UNREAL)), bool(unsettled(project, where, UNREAL))) == (never, not_ready)


def test_projects_and_plugins_outside_of_any() -> None:
    found = unreal.find(
        extracted(
            {
                "Game/Arena.uproject": {"EngineAssociation": "4.27"},
                "Game/Plugins/In/In.uplugin": {},
                "Other/Out.uplugin": {"EngineVersion": "5.4.0"},
                "Guid/G.uproject": {"EngineAssociation": "{0}"},
            }
        )
    )
    assert found == [
        Project("Game", "unreal", "4.27"),
        Project("Guid", "unreal", ""),
        Project("Other", "unreal-addon", "5.4.0"),
    ]


def test_components_and_edges_of_the_sample() -> None:
    files = {path.relative_to(SAMPLE).as_posix(): path.read_text() for path in SAMPLE.rglob("*") if path.is_file()}
    found = extracted({path: text for path, text in files.items() if any(each.wants(path) for each in READERS)})
    components, edges = unreal.components_and_edges(found, unreal.find(found))
    assert [(each.id, each.name, each.provenance) for each in components] == [
        ("module:Plugins/ArenaChat/Source/ArenaChat", "ArenaChat", "first-party"),
        ("module:Plugins/ArenaStore/Source/ArenaStore", "ArenaStore", "first-party"),
        ("module:Source/Arena", "Arena", "first-party"),
        ("module:Source/ArenaRules", "ArenaRules", "first-party"),
        ("package:unreal/Niagara", "Niagara", "first-party"),
        ("plugin:Plugins/ArenaChat", "ArenaChat", "first-party"),
        ("plugin:Plugins/ArenaStore", "ArenaStore", "first-party"),
        ("project:.", "Arena", "first-party"),
    ]
    assert {(each.source, each.target, each.scope) for each in edges} == {
        ("project:.", "module:Source/Arena", "run"),
        ("project:.", "module:Source/ArenaRules", "run"),
        ("project:.", "package:unreal/Niagara", "run"),
        ("project:.", "plugin:Plugins/ArenaChat", "run"),
        ("project:.", "plugin:Plugins/ArenaStore", "run"),
        ("plugin:Plugins/ArenaChat", "module:Plugins/ArenaChat/Source/ArenaChat", "run"),
        ("plugin:Plugins/ArenaStore", "module:Plugins/ArenaStore/Source/ArenaStore", "run"),
        ("module:Source/ArenaRules", "module:Source/Arena", "build"),
    }
    assert unreal.libraries_named(found.values()) >= {"arena_physics.lib", "arena_physics.dll", "libarena_physics.a"}


def test_where_native_programs_run_nothing_stands_against_an_engine() -> None:
    for name, target in CATALOG.targets.items():
        if target.family != "browser" and target.support["engine.export"].level == "works":
            assert judged(game("5.4"), name) == []
