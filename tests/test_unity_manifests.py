"""Facts and components of Unity's files: every kind, the quirks of each, and what is refused with one line."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from portlint.extractors.manifest.unity import asmdef as unity_asmdef
from portlint.extractors.manifest.unity import jslib as unity_jslib
from portlint.extractors.manifest.unity import meta as unity_meta
from portlint.extractors.manifest.unity import packages as unity_packages
from portlint.extractors.manifest.unity import scene as unity_scene
from portlint.extractors.manifest.unity import settings as unity_settings
from portlint.extractors.manifest.unity import version as unity_version
from portlint.model.extraction import Extraction
from tests.unity_trees import ARENA, MANIFESTS, of_folder, read

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
PROJECTS = ("mirror", "boss-room", "nakama-unity", "klak-ndi", "steamworks-net", "fishnet")

ENTRY = "  - first:\n      {pair}\n    second:\n      enabled: {on}\n      settings:{settings}\n"
META = (
    "fileFormatVersion: 2\nguid: 0123456789abcdef0123456789abcdef\nPluginImporter:\n"
    "  serializedVersion: 2\n  defineConstraints: {constraints}\n  platformData:\n{entries}  userData: \n"
)


def entry(pair: str, on: int, **settings: object) -> str:
    block = "".join(f"\n        {key.replace('_', ' ')}: {value}" for key, value in settings.items()) or " {}"
    return ENTRY.format(pair=pair, on=on, settings=block)


def meta(*entries: str, constraints: str = "[]") -> Extraction:
    text = META.format(constraints=constraints, entries="".join(entries))
    return unity_meta.extract("Assets/a.dll.meta", text.encode())


def rows(extraction: Extraction, kind: str = "setting") -> dict[str, str]:
    return {fact.name: fact.value for fact in extraction.facts if fact.kind == kind}


def shipped(extraction: Extraction) -> set[str]:
    return {fact.name.removeprefix("unity/") for fact in extraction.facts if fact.kind == "ships"}


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("ProjectSettings/ProjectVersion.txt", unity_version),
        ("game/ProjectSettings/ProjectVersion.txt", unity_version),
        ("MyProjectSettings/ProjectVersion.txt", None),
        ("ProjectSettings/ProjectSettings.asset", unity_settings),
        ("ProjectSettings/QualitySettings.asset", None),
        ("Packages/manifest.json", unity_packages),
        ("web/manifest.json", None),  # of a web app
        ("Packages/packages-lock.json", unity_packages),
        ("Packages/Nakama/package.json", unity_packages),
        ("com.arena.sound/package.json", unity_packages),
        ("web/package.json", None),  # npm's
        ("package.json", None),
        ("a/b.dll.meta", unity_meta),
        ("a/b.asmdef", unity_asmdef),
        ("a/b.asmref", unity_asmdef),
        ("Assets/csc.rsp", unity_asmdef),
        ("a/b.unity", unity_scene),
        ("a/b.prefab", unity_scene),
        ("a/b.asset", unity_scene),
        ("a/b.jslib", unity_jslib),
        ("a/b.jspre", unity_jslib),
        ("a/b.js", None),
    ],
)
def test_wants(path: str, module: object) -> None:
    assert [each for each in MANIFESTS if each.wants(path)] == ([module] if module else [])


def test_every_fact_of_the_sample_names_the_language_and_its_file() -> None:
    for path, extraction in read(of_folder(ARENA)).items():
        if not path.endswith(".cs"):
            assert {(fact.language, fact.location.path) for fact in extraction.facts} <= {("unity", path)}
            assert all(fact.location.line > 0 for fact in extraction.facts)


def test_the_editor_version() -> None:
    text = b"\xef\xbb\xbfm_EditorVersion: 6000.0.52f1\r\nm_EditorVersionWithRevision: 6000.0.52f1 (9e40)\r\n"
    path = "ProjectSettings/ProjectVersion.txt"
    assert rows(unity_version.extract(path, text)) == {"unity/editor-version": "6000.0.52f1"}


def test_player_settings_of_the_sample() -> None:
    path = "ProjectSettings/ProjectSettings.asset"
    found = rows(unity_settings.extract(path, (ARENA / path).read_bytes()))
    assert found["unity/player/webGLThreadsSupport"] == "0"
    assert found["unity/player/productName"] == "Arena"
    assert found["unity/player/defines/WebGL"] == "ARENA_LITE"
    assert found["unity/player/defines/Standalone"] == "ARENA_STORE;ARENA_VOICE"
    assert found["unity/player/scripting-backend/Standalone"] == "1"
    assert found["unity/player/graphics/WebGLSupport"] == "0b000000"


def test_symbols_of_older_editors_are_keyed_by_number() -> None:
    text = b"%YAML 1.1\nPlayerSettings:\n  scriptingDefineSymbols:\n    1: A;B\n    13: C\n    99: D\n  next: 1\n"
    found = rows(unity_settings.extract("ProjectSettings/ProjectSettings.asset", text))
    assert found == {
        "unity/player/defines/Standalone": "A;B",
        "unity/player/defines/WebGL": "C",
        "unity/player/defines/99": "D",
    }


@pytest.mark.parametrize("pair", ["'': Any", ": Any", '"": Any'])
def test_both_spellings_of_the_table_of_exclusions(pair: str) -> None:
    found = meta(entry(pair, 0, Exclude_WebGL=1, Exclude_Win=0), entry("Any: ", 1))
    assert shipped(found) == {"Any"}
    assert set(rows(found)) == {"unity/plugin", "unity/plugin/exclude/WebGL"}


def test_a_platform_of_the_past_called_webgl_is_not_meant() -> None:
    assert shipped(meta(entry("Any: ", 0), entry("Facebook: WebGL", 1), entry("Editor: Editor", 1))) == {"Editor"}
    assert shipped(meta(entry("Facebook: WebGL", 0), entry("WebGL: WebGL", 1))) == {"WebGL"}


def test_no_processor_means_not_used_on_desktops() -> None:
    found = meta(entry("Standalone: Win", 1, CPU="None"), entry("Standalone: Win64", 1, CPU="x86_64"))
    assert shipped(found) == {"Win64"}
    assert shipped(meta(entry("Android: Android", 1, CPU="None"))) == {"Android"}  # a rule of desktops only


def test_names_with_blanks_and_entries_without_a_target() -> None:
    found = meta(entry("Windows Store Apps: WindowsStoreApps", 1, CPU="AnyCPU"), entry(": ", 1))
    assert shipped(found) == {"WindowsStoreApps"}


@pytest.mark.parametrize(
    ("constraints", "guard"),
    [
        ("[]", "true"),
        ("\n  - UNITY_2021_2_OR_NEWER", "defined(UNITY_2021_2_OR_NEWER)"),
        ("\n  - A\n  - '!B'", "defined(A) && !defined(B)"),
        ("\n  - A || !B", "defined(A) || !defined(B)"),
    ],
)
def test_define_constraints_guard_a_plugin(constraints: str, guard: str) -> None:
    (fact,) = [each for each in meta(entry("WebGL: WebGL", 1), constraints=constraints).facts if each.kind == "ships"]
    assert str(fact.guard) == guard


@pytest.mark.parametrize("version", [1, 3])
def test_the_shapes_that_are_maps(version: int) -> None:
    text = (
        f"PluginImporter:\n  serializedVersion: {version}\n  platformData:\n    Any:\n      enabled: 1\n"
        "      settings:\n        Exclude WebGL: 1\n        Exclude Win: 0\n    Editor:\n      enabled: 0\n"
        "      settings:\n        CPU: AnyCPU\n    Linux64:\n      enabled: 1\n      settings: {}\n  userData: \n"
    )
    found = unity_meta.extract("a.dll.meta", text.encode())
    assert shipped(found) == {"Any", "Linux64"}
    assert "unity/plugin/exclude/WebGL" in rows(found)


def test_a_plugin_without_platforms_says_so() -> None:
    assert unity_meta.extract("a.dll.meta", b"PluginImporter:\n  serializedVersion: 2\n  userData: \n").partly
    assert unity_meta.extract("a.dll.meta", b"PluginImporter:\n  platformData: []\n").partly


def test_most_metas_say_nothing() -> None:
    assert unity_meta.extract("a.cs.meta", b"fileFormatVersion: 2\nguid: 00\nMonoImporter:\n\t*x\n") == Extraction()
    found = unity_meta.extract("a.asmdef.meta", b"fileFormatVersion: 2\nguid: 0123456789abcdef0123456789abcdef\n")
    assert rows(found) == {"unity/guid": "0123456789abcdef0123456789abcdef"}


def test_locked_packages_are_components_with_edges() -> None:
    path = "Packages/packages-lock.json"
    found = unity_packages.extract(path, (ARENA / path).read_bytes())
    purls = {each.name: each.purl for each in found.components}
    assert purls["com.unity.transport"] == "pkg:upm/com.unity.transport@1.4.0"
    assert purls["com.arena.sound"] == "pkg:upm/com.arena.sound"  # embedded: its version is in its own manifest
    edges = {(each.source, each.target): each.scope for each in found.dependencies}
    root = "package:Packages/com.unity"
    assert edges[f"{root}.netcode.gameobjects", f"{root}.transport"] == "run"
    assert edges["project:.", f"{root}.test-framework"] == "test"
    assert ("project:.", f"{root}.transport") not in edges  # depth 1


def test_an_embedded_package_may_lie_in_a_folder_of_another_name() -> None:
    entries = {"com.x.nakama": {"version": "file:Nakama", "depth": 0, "source": "embedded", "dependencies": {}}}
    found = unity_packages.extract("g/Packages/packages-lock.json", json.dumps({"dependencies": entries}).encode())
    assert [each.id for each in found.components] == ["package:g/Packages/Nakama"]
    assert [each.source for each in found.dependencies] == ["project:g"]


def test_an_assembly() -> None:
    path = "Packages/com.arena.sound/Runtime/Arena.Sound.asmdef"
    found = unity_asmdef.extract(path, (ARENA / path).read_bytes())
    assert rows(found)["unity/asmdef/versionDefines/ARENA_INPUT"] == "com.unity.inputsystem [1.0,2.0)"
    assert [(each.id, each.provenance) for each in found.components] == [
        ("module:Packages/com.arena.sound/Runtime", "first-party")
    ]


@pytest.mark.parametrize(
    ("more", "provenance"),
    [
        ({"includePlatforms": ["Editor"]}, "editor"),
        ({"includePlatforms": ["Editor", "WebGL"]}, "first-party"),
        ({"defineConstraints": ["UNITY_INCLUDE_TESTS"]}, "test"),
        ({"optionalUnityReferences": ["TestAssemblies"]}, "test"),
        ({"defineConstraints": ["UNITY_EDITOR"]}, "editor"),
    ],
)
def test_what_an_assembly_is_for(more: dict[str, object], provenance: str) -> None:
    found = unity_asmdef.extract("a/b.asmdef", json.dumps({"name": "B", **more}).encode())
    assert found.components[0].provenance == provenance


def test_compiler_options_and_references() -> None:
    text = b"-nowarn:0618\n-define:A;B\n/d:C\n# -define:NO\n"
    found = unity_asmdef.extract("Assets/csc.rsp", text)
    assert [(fact.value, fact.location.line) for fact in found.facts] == [("A", 2), ("B", 2), ("C", 3)]
    assert rows(unity_asmdef.extract("a.asmref", b'{"reference": "GUID:00"}')) == {"unity/asmref/reference": "GUID:00"}


def test_fields_of_scenes() -> None:
    text = (
        b"%YAML 1.1\n--- !u!114 &1\nMonoBehaviour:\n  m_UseWebSockets: 1\n  m_UseWebSocketsX: 0\n"
        b"    - target: {fileID: 1}\n      propertyPath: m_UseWebSockets\n      value: 0\n"
    )
    found = unity_scene.extract("a.unity", text)
    assert [(each.value, each.location.line) for each in found.facts] == [("1", 4), ("0", 7)]
    assert unity_scene.extract("a.asset", b"\0\0binary") == Extraction()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mergeInto(LibraryManager.library, { A: function () {}, B() {}, 'C': 1, $d: {}, A__deps: ['$d'] });", "ABC"),
        ("var L = { A: function () { return { X: 1 }; }, B, };\nmergeInto(LibraryManager.library, L);", "AB"),
        ("addToLibrary({ A: async function () {}, async B() {} })", "AB"),
        ("var X = { A: 1 }; // mergeInto(LibraryManager.library, X)", ""),
        (
            "addToLibrary({ A: function () { /* } */ return '}' + /[}'\"]/.test(x) + `}`; }, B: 1 })",
            "AB",
        ),
        ("mergeInto(LibraryManager.library, { A: function () {", "A"),  # cut off
    ],
)
def test_functions_of_a_web_plugin(text: str, names: str) -> None:
    found = unity_jslib.extract("a.jslib", text.encode())
    assert "".join(sorted(fact.name for fact in found.facts if fact.kind == "export")) == names
    assert bool(found.partly) == (not names)


@pytest.mark.parametrize(
    ("path", "data", "complaint"),
    [
        ("ProjectSettings/ProjectVersion.txt", b"", "no m_EditorVersion"),
        ("ProjectSettings/ProjectVersion.txt", b"m_EditorVersion: new\n", "no editor version"),
        ("ProjectSettings/ProjectVersion.txt", "m_EditorVersion: 1\n".encode("utf-16"), "UTF-16"),
        ("ProjectSettings/ProjectVersion.txt", b"m_EditorVersion: \xff\n", "not UTF-8"),
        ("ProjectSettings/ProjectSettings.asset", b"\0\0\0\x16PlayerSettings", "binary"),
        ("ProjectSettings/ProjectSettings.asset", b"%YAML 1.1\nOther:\n  a: 1\n", "not the text form"),
        (
            "ProjectSettings/ProjectSettings.asset",
            b"\nPlayerSettings:\n<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> b\n",
            "line 3: an unresolved merge conflict",
        ),
        ("Packages/manifest.json", b'{"dependencies": {"a": "1"', "line 1: not valid JSON"),
        ("Packages/manifest.json", b"[1]", "JSON without an object"),
        ("Packages/manifest.json", b'{"a":' * 200_000, "nested too deeply"),
        ("Packages/packages-lock.json", b"{}", "without dependencies"),
        ("Packages/a/package.json", b"{}", "without a name"),
        ("a.asmdef", b"{}", "without a name"),
        ("a.asmref", b"{}", "no assembly"),
        ("a.asmdef", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
        ("a.dll.meta", b"PluginImporter:\n  serializedVersion: 4\n  platformData: []\n", "unknown version '4'"),
        ("a.dll.meta", b"PluginImporter:\n  a: *all\n", "a YAML alias"),
        ("a.dll.meta", b"PluginImporter:\n\ta: 1\n", "a tab as indentation"),
        ("a.dll.meta", b"PluginImporter:\n  platformData:\n    nonsense: 1\n", "neither a list nor a map"),
        ("a.unity", b"\x1f\x8bbinary", "binary scene"),
        ("a.prefab", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_line(path: str, data: bytes, complaint: str) -> None:
    (module,) = [each for each in MANIFESTS if each.wants(path)]
    with pytest.raises(ValueError, match=complaint) as caught:
        module.extract(path, data)
    assert "\n" not in str(caught.value)


def test_of_a_key_given_twice_the_last_counts() -> None:
    found = unity_packages.extract("Packages/manifest.json", b'{"dependencies": {"a": "1", "a": "2"}}')
    assert rows(found, "package") == {"upm/a": "2"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.unity", b"%YAML 1.1\n" + b"  m_LocalPosition: {x: 0, y: 0, z: 0}\n" * 1_300_000),  # 50 MB
        ("a.unity", b"%YAML 1.1\n" + b"  m_UseWebSockets " * 300_000),
        ("a.dll.meta", b"PluginImporter:\n" + b"  - first:\n      Any: \n" * 40_000),
        ("a.dll.meta", b"PluginImporter:\n" + b" " * 2_000_000 + b"x"),
        ("a.jslib", b"{" * 2_000_000),
        ("a.jslib", b"/" * 2_000_000),
        ("a.jslib", b"mergeInto(LibraryManager.library, " * 20_000),
        ("a.jslib", b'"\\' * 1_000_000),
    ],
    ids=["scene", "field", "pairs", "blanks", "braces", "slashes", "merges", "strings"],
)
def test_hostile_sizes_cost_seconds_at_most(path: str, data: bytes) -> None:
    (module,) = [each for each in MANIFESTS if each.wants(path)]
    start = time.process_time()
    try:
        module.extract(path, data)
    except ValueError as error:
        assert "\n" not in str(error)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", PROJECTS)
def test_every_file_of_a_real_project_is_read(name: str) -> None:
    if not (CORPUS / name).is_dir():
        pytest.skip(f"no checkout of {name} in PORTLINT_CORPUS")
    refused = []
    for path in sorted((CORPUS / name).rglob("*")):
        relative = path.relative_to(CORPUS / name).as_posix()
        for module in MANIFESTS:
            if path.is_file() and module.wants(relative):
                try:
                    module.extract(relative, path.read_bytes())
                except ValueError as error:
                    refused += [str(error)] * ("LFS" not in str(error))
    assert refused == []
