"""What becomes of Unity's plug-ins, native imports, packages and settings on the web."""

from __future__ import annotations

import json
import tomllib

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.catalog.packages import load_packages
from portlint.judge.unity.assemblies import Assemblies
from portlint.judge.unity.plugins import built_with, emscripten_of, is_unresolved, plugins, stem
from portlint.judge.unity.project import unity_findings
from portlint.model.component import Component, Dependency, Project
from portlint.model.finding import Finding
from portlint.projects import Locator, unity
from tests.unity_trees import ARENA, of_folder, read

PROJECT = Project(".", "unity", "2022.3.40f1")
META = "PluginImporter:\n  serializedVersion: 3\n  platformData:\n{}  userData: \n"
IMPORT = 'using System.Runtime.InteropServices;\nclass C {{\n{}[DllImport("{}")] static extern void Go();\n}}\n'

Tree = dict[str, str | bytes]


def meta(*targets: str, excluded: str = "", constraint: str = "") -> str:
    rows = []
    if excluded:
        rows.append(
            f"    Any:\n      enabled: {int('Any' in targets)}\n      settings:\n        Exclude {excluded}: 1\n"
        )
    rows += [
        f"    {each}:\n      enabled: 1\n      settings: {{}}\n" for each in targets if not (each == "Any" and excluded)
    ]
    head = f"PluginImporter:\n  defineConstraints:\n  - {constraint}\n" if constraint else ""
    return META.replace("PluginImporter:\n", head or "PluginImporter:\n").format("".join(rows))


def judged(files: Tree, target: str = "unity-web", project: Project = PROJECT) -> list[Finding]:
    catalog = load_catalog()
    return unity_findings(project, read(files), frozenset(files), load_packages(), catalog.targets[target], catalog)


def found(files: Tree, target: str = "unity-web") -> list[tuple[str, str, bool]]:
    return [(each.rule, each.level, each.blocker) for each in judged(files, target)]


@pytest.mark.parametrize("target", ["unity-web", "unity-web-threads", "wasip1"])
def test_the_sample_gets_what_its_makers_would_sign(target: str) -> None:
    """The rows of its expected.toml that are about manifests and native imports."""
    files = of_folder(ARENA)
    findings = judged(dict(files), target)
    expected = tomllib.loads((ARENA / "expected.toml").read_text())
    rules = {"native-library-without-wasm", "dll-import-without-library", "engine-without-export"}
    for row in expected["must"]:
        if row["target"] == target and (row.get("rule", "") in rules or row.get("rule", "").startswith("unity-")):
            line = next(
                (n for n, text in enumerate(files[row["path"]].decode().split("\n"), 1) if row.get("at", "\0") in text),
                0,
            )
            assert [
                each
                for each in findings
                if (each.rule, each.location.path) == (row["rule"], row["path"])
                and all(
                    getattr(each, key) == row[key] for key in ("level", "severity", "blocker", "name") if key in row
                )
                and ("at" not in row or each.location.line == line)
            ], row
    for row in expected["must_not"]:
        if row["target"] == target:
            start = row.get("path", "\0").removesuffix("*")
            assert not [
                each
                for each in findings
                if (each.location.path.startswith(start) or each.rule == row.get("rule"))
                and each.severity == row.get("severity", each.severity)
            ], row


@pytest.mark.parametrize(
    ("settings", "on_web"),
    [
        (meta("Any"), True),
        (meta("Any", excluded="WebGL"), False),
        (meta("Any", excluded="Win64"), True),
        (meta("Any", "WebGL", excluded="WebGL"), True),  # an entry of its own counts beside the exclusion
        (meta("WebGL"), True),
        (meta("Win64", "Linux64"), False),  # sparse: no entry is no
        (meta("Editor"), False),
        (meta("WebGL", constraint="UNITY_2022_2_OR_NEWER"), True),
        (meta("WebGL", constraint="UNITY_6000_0_OR_NEWER"), False),
        (meta("WebGL", constraint="MINE"), None),
    ],
)
def test_where_a_plugin_goes(settings: str, on_web: bool | None) -> None:
    files = read({"Assets/x.a.meta": settings})
    (plugin,) = plugins(files, {"Assets/x.a"}, Assemblies(PROJECT, files))
    assert plugin.on_web is on_web


@pytest.mark.parametrize(
    ("folder", "kind", "on_web"),
    [
        ("Assets/Editor", "a.jslib", False),
        ("Assets/Any", "a.jslib", True),
        ("Assets/Plugins/x86_64", "a.so", False),
        ("Assets/Plugins/WebGL", "a.a", True),
        ("Assets/Plugins/iOS", "a.a", False),
    ],
)
def test_folders_tell_where_a_plugin_without_platforms_goes(folder: str, kind: str, on_web: bool) -> None:
    files = read({f"{folder}/{kind}.meta": "PluginImporter:\n  serializedVersion: 2\n"})
    (plugin,) = plugins(files, {f"{folder}/{kind}"}, Assemblies(PROJECT, files))
    assert plugin.on_web is on_web


def test_a_library_of_another_system_marked_for_the_web() -> None:
    files: Tree = {"Assets/x.so.meta": meta("Any")}
    assert found(files) == [("unity-library-marked-for-web", "fails-at-run", False)]
    files["Assets/C.cs"] = IMPORT.format("", "x")
    assert found(files)[0] == ("unity-library-marked-for-web", "fails-at-run", True)


def test_managed_assemblies_are_no_native_code() -> None:
    managed: Tree = {
        "Assets/Nice.dll.meta": meta("Any"),  # not in the tree: an assembly refers to it
        "Assets/A.asmdef": '{"name": "A", "precompiledReferences": ["Nice.dll"]}',
        "Assets/Other.dll.meta": meta("Any"),  # nothing tells; not called native
    }
    assert found(managed) == []


def test_an_absent_library_is_judged_by_its_meta() -> None:
    files: Tree = {"Assets/Plugins/Voice/voice.dll.meta": meta("Win64")}
    (finding,) = judged(files)
    assert (finding.level, finding.blocker) == ("partial", False)
    assert "(not in the tree)" in finding.message
    files["Assets/C.cs"] = IMPORT.format("", "voice")
    assert ("native-library-without-wasm", "fails-at-run", True) in found(files)


def test_what_only_phones_have_is_no_loss_of_a_desktop_game() -> None:
    assert found({"Assets/Plugins/P/p.so.meta": meta("Android")}) == [("native-library-without-wasm", "partial", False)]
    assert found({"Assets/Editor/e.so.meta": meta("Editor")}) == []


def test_a_package_of_native_libraries_alone_has_nothing_for_the_web() -> None:
    package = "Packages/com.x.video"
    files: Tree = {
        f"{package}/package.json": '{"name": "com.x.video", "version": "1.0.0"}',
        f"{package}/Plugins/libvideo.so.meta": meta("Linux64"),
        f"{package}/Plugins/video.dll.meta": meta("Win64"),
    }
    assert found(files) == [("native-library-without-wasm", "fails-at-run", True)]  # one for all its libraries
    files[f"{package}/Plugins/video.jslib.meta"] = meta("WebGL")
    files[f"{package}/Plugins/video.jslib"] = "mergeInto(LibraryManager.library, { Go: function () {} });"
    assert found(files) == []


@pytest.mark.parametrize(
    ("before", "library", "level"),
    [
        ("", "x", "fails-at-run"),
        ("", "kernel32.dll", "fails-at-run"),
        ("", "__Internal", "fails-at-build"),
        ("#if UNITY_IOS\n", "__Internal", ""),
        ("#if UNITY_WEBGL && !UNITY_EDITOR\n", "__Internal", "fails-at-build"),
        ("#if !UNITY_WEBGL\n", "x", ""),
        ("#if MINE\n", "x", "unknown"),
    ],
)
def test_native_imports(before: str, library: str, level: str) -> None:
    text = IMPORT.format(before, library)
    text = text.replace("Go();", "Go();\n#endif") if before else text
    levels = [each.level for each in judged({"Assets/C.cs": text}) if each.rule == "dll-import-without-library"]
    assert levels == ([level] if level else [])


def test_functions_of_the_player_itself() -> None:
    script = "mergeInto(LibraryManager.library, {{ {}: function () {{}} }});"
    files: Tree = {"Assets/C.cs": IMPORT.format("", "__Internal"), "Assets/a.jslib.meta": meta("WebGL")}
    assert found({**files, "Assets/a.jslib": script.format("Go")}) == []
    assert [row[0] for row in found({**files, "Assets/a.jslib": script.format("Stop")})] == [
        "dll-import-without-library"
    ]
    assert [
        row[0] for row in found({**files, "Assets/a.jslib": script.format("Go"), "Assets/a.jslib.meta": meta("Win")})
    ]
    # the functions of a C source are not told, so nothing is claimed
    assert found({**files, "Assets/b.c.meta": meta("WebGL"), "Assets/a.jslib": script.format("Stop")}) == []


@pytest.mark.parametrize(
    ("version", "emscripten"),
    [
        ("2018.4.1f1", "1.37.40"),
        ("2019.4.1f1", "1.38.11"),
        ("2021.1.9f1", "1.38.11"),
        ("2021.3.45f1", "2.0.19"),
        ("2022.3.40f1", "3.1.8"),
        ("2023.2.1f1", "3.1.38"),
        ("6000.0.52f1", "3.1.38"),
        ("6000.5.1f1", "4.0.19"),
        ("2017.1.1f1", ""),
        ("", ""),
    ],
)
def test_the_editor_brings_its_emscripten(version: str, emscripten: str) -> None:
    assert emscripten_of(version) == emscripten


def test_one_of_several_web_libraries_must_be_of_the_editors_emscripten() -> None:
    assert built_with("Assets/WebGL/2.0.19-64bit/x.a") == "2.0.19"
    assert built_with("Packages/com.x@1.2/x.a") == ""
    files: Tree = {f"Assets/WebGL/{each}/x.a.meta": meta("WebGL") for each in ("2.0.19.6", "3.1.38-64bit")}
    assert found(files) == [("unity-plugin-emscripten-version", "fails-at-build", False)]
    assert found({**files, "Assets/WebGL/3.1.8/x.a.meta": meta("WebGL")}) == []


def test_names_of_libraries() -> None:
    assert {stem(each) for each in ("libsteam_api.so", "steam_api.dll", "steam_api.bundle", "Steam_API")} == {
        "steam_api"
    }
    assert stem("libx.so.1.2") == "x"
    assert is_unresolved("Config.DllName") and is_unresolved("LIBRARY")
    assert not is_unresolved("Processing.dll") and not is_unresolved("steam_api64")


@pytest.mark.parametrize(
    ("scene", "rules"),
    [("", 1), ("  m_UseWebSockets: 0\n", 1), ("  m_UseWebSockets: 1\n", 0)],
)
def test_unity_transport_wants_its_setting(scene: str, rules: int) -> None:
    manifest = json.dumps({"dependencies": {"com.unity.transport": "2.5.1"}})
    files: Tree = {"Packages/manifest.json": manifest, "Assets/a.unity": f"%YAML 1.1\nMonoBehaviour:\n{scene}"}
    assert found(files) == [("unity-transport-websockets", "partial", False)] * rules


@pytest.mark.parametrize(("value", "target", "notes"), [("0", "unity-web", 0), ("1", "unity-web", 1)])
def test_the_threads_setting_and_the_target(value: str, target: str, notes: int) -> None:
    text = f"%YAML 1.1\nPlayerSettings:\n  webGLThreadsSupport: {value}\n"
    files: Tree = {"ProjectSettings/ProjectSettings.asset": text}
    assert found(files, "unity-web") == [("unity-threads-setting", "flag", False)] * notes
    assert found(files, "unity-web-threads") == [("unity-threads-setting", "flag", False)] * (1 - notes)


def test_known_packages() -> None:
    asked = {"com.unity.webrtc": "2.4.0", "com.unity.test-framework": "1.1", "com.nobody.knows": "1.0"}
    files: Tree = {"Packages/manifest.json": json.dumps({"dependencies": asked})}
    assert found(files) == [("unity-package-without-web-build", "fails-at-run", False)]
    drawn = {"com.unity.render-pipelines.universal": "17.0", "com.unity.render-pipelines.high-definition": "17.0"}
    files = {"Packages/manifest.json": json.dumps({"dependencies": drawn})}
    assert found(files) == [("unity-package-without-web-build", "fails-at-run", False)]


def test_no_engine_exports_to_wasi() -> None:
    files: Tree = {
        "ProjectSettings/ProjectVersion.txt": "m_EditorVersion: 6000.0.1f1\n",
        "Assets/x.so.meta": meta("Any"),
    }
    assert found(files, "wasip1") == [("engine-without-export", "fails-at-build", True)]
    assert found(files, "web-emscripten") == []


def test_projects_of_a_tree() -> None:
    files = read(
        {
            "game/ProjectSettings/ProjectVersion.txt": "m_EditorVersion: 6000.0.1f1\n",
            "game/Assets/a.asmdef": '{"name": "A"}',
            "com.x.lib/package.json": '{"name": "com.x.lib", "version": "2.0"}',
            "com.x.lib/Runtime/b.asmdef": '{"name": "B", "references": ["C"]}',
            "com.x.lib/Runtime/C/c.asmdef": '{"name": "C"}',
            "com.x.lib/Plugins/x.so.meta": meta("Any"),
            "web/package.json": "{}",
        }
    )
    projects = unity.find(files)
    assert [(each.path, each.kind, each.engine_version) for each in projects] == [
        ("com.x.lib", "unity-addon", ""),
        ("game", "unity", "6000.0.1f1"),
    ]
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    unity.add(files, Locator(projects), components, edges)
    assert set(components) == {
        "project:game",
        "project:com.x.lib",
        "package:com.x.lib",
        "module:game/Assets",
        "module:com.x.lib/Runtime",
        "module:com.x.lib/Runtime/C",
        "library:com.x.lib/Plugins/x.so",
    }
    pairs = {(each.source, each.target) for each in edges}
    assert ("module:com.x.lib/Runtime", "module:com.x.lib/Runtime/C") in pairs
    assert ("package:com.x.lib", "library:com.x.lib/Plugins/x.so") in pairs


@pytest.mark.parametrize(
    ("editor", "burst", "target", "named"),
    [
        ("6000.4.1f1", "1.8.26", "unity-web-threads", ""),
        ("6000.0.1f1", "1.8.26", "unity-web-threads", "Unity 6000.0.1f1:"),
        ("6000.4.1f1", "1.8.25", "unity-web-threads", "Burst 1.8.25:"),
        ("2022.3.1f1", "1.8.2", "unity-web-threads", "Unity 2022.3.1f1 and Burst 1.8.2:"),
        ("2022.3.1f1", "1.8.2", "unity-web", ""),
    ],
)
def test_burst_has_workers_from_a_version_on(editor: str, burst: str, target: str, named: str) -> None:
    files: Tree = {"Packages/manifest.json": json.dumps({"dependencies": {"com.unity.burst": burst}})}
    findings = [each for each in judged(files, target, Project(".", "unity", editor)) if "Burst" in each.name]
    assert [each.rule for each in findings] == ["unity-burst-threads"] * bool(named)
    assert all(named in each.message for each in findings)


def test_a_script_without_settings_is_for_the_web() -> None:
    files: Tree = {
        "Assets/C.cs": IMPORT.format("", "__Internal"),
        "Assets/a.jslib": "mergeInto(LibraryManager.library, { Go: function () {} });",
        "Assets/a.jslib.meta": "fileFormatVersion: 2\nguid: 0123456789abcdef0123456789abcdef\n",
    }
    assert found(files) == []


def test_hidden_folders_and_those_beside_assets_do_not_count() -> None:
    hidden = ("Assets/Samples~/x.so.meta", "Library/PackageCache/x.so.meta", "Assets/.old/x.so.meta")
    assert found({path: meta("Any") for path in hidden}) == []


def test_rules_are_complete() -> None:
    rules = [load_catalog().rules[path.stem] for path in sorted((rules_folder() / "checks" / "unity").glob("*.toml"))]
    assert len(rules) >= 7
    for rule in rules:
        assert rule.source.startswith("https://") and rule.checked and rule.notes, rule.id
        assert rule.summary[0].islower() and not rule.summary.endswith("."), rule.id
