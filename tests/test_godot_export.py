"""How Godot's exporter picks libraries, and what a web export makes of an addon."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portlint.catalog.packages import load_packages, recognise
from portlint.errors import PortlintError
from portlint.extractors.manifest import EXTRACTORS
from portlint.graph import locator
from portlint.judge.godot.export import (
    features_of_web_export,
    is_before,
    resolve,
    select_dependencies,
    select_gdnlib,
    select_library,
)
from portlint.judge.godot.libraries import (
    Extension,
    Outcome,
    colliding,
    extension_outcome,
    extensions,
    package_of,
)
from portlint.judge.godot.preset import (
    Preset,
    WebExport,
    extensions_on,
    leaves_out,
    preset_for,
    threads_on,
    web_presets,
)
from portlint.model.fact import Fact, Location

ARENA = Path(__file__).parent / "fixtures" / "godot" / "arena"
CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
PACKAGES = load_packages("godot")
NOTHREADS = frozenset(("web", "wasm32", "nothreads", "release"))
THREADS = frozenset(("web", "wasm32", "threads", "release"))


def ships(*names: str, kind: str = "ships") -> list[Fact]:
    """Entries in file order; the value is the name with a mark, so that the one picked can be told."""
    return [
        Fact(
            "links" if kind == "links" else "ships",
            name,
            Location("a/x.gdextension", line),
            "godot",
            value=f"{name}@{line}",
        )
        for line, name in enumerate(names, 1)
    ]


def facts_of(root: Path) -> list[Fact]:
    return [
        fact
        for path in sorted(root.rglob("*"))
        for extractor in EXTRACTORS
        if path.is_file() and extractor.NAME != "scene" and extractor.wants(path.relative_to(root).as_posix())
        for fact in extractor.extract(path.relative_to(root).as_posix(), path.read_bytes()).facts
    ]


@pytest.mark.parametrize(
    ("names", "features", "picked"),
    [
        (["web.release.wasm32"], NOTHREADS, "web.release.wasm32@1"),
        (["web.release.wasm32"], THREADS, "web.release.wasm32@1"),  # no longer key: it serves both
        (["web.release.wasm32", "web.release.threads.wasm32"], THREADS, "web.release.threads.wasm32@2"),
        (["web.release.wasm32", "web.release.threads.wasm32"], NOTHREADS, "web.release.wasm32@1"),
        (["web.release.threads.wasm32"], NOTHREADS, None),
        (["wasm32", "web", "release"], NOTHREADS, "wasm32@1"),  # of equals the first
        (["web", "web.release"], NOTHREADS, "web.release@2"),  # not a prefix match: most tags
        (["release.web", "web.release"], NOTHREADS, "release.web@1"),  # in any order
        (["web. release"], NOTHREADS, "web. release@1"),
        (["Web.release"], NOTHREADS, None),
        (["web.editor", "#web", "//web"], NOTHREADS, None),
        (["web.wasm32.nothreads", "web.wasm32"], THREADS, "web.wasm32@2"),  # debug-draw-3d: the plain key is threaded
        ([], NOTHREADS, None),
    ],
)
def test_select_library(names: list[str], features: frozenset[str], picked: str | None) -> None:
    entry = select_library(ships(*names), features)
    assert (entry.value if entry else None) == picked


def test_gdnlib_takes_the_first_that_matches() -> None:
    features = {"HTML5", "web", "wasm32"}
    names = ["X11.64", "html5.wasm32", "HTML5", "HTML5.wasm32"]
    entry = select_gdnlib(ships(*names), features)
    assert entry is not None
    assert entry.name == "HTML5"
    assert select_gdnlib(ships("html5.wasm32"), features) is None  # tags know case


def test_dependencies_take_the_first_key_that_matches() -> None:
    links = ships("linux", "web", "web", "web.wasm32", kind="links")
    assert [link.value for link in select_dependencies(links, NOTHREADS)] == ["web@2", "web@3"]
    assert select_dependencies(links, {"windows"}) == ()


def preset(text: str, head: str = "") -> Preset:
    """The web preset of an export_presets.cfg with these options."""
    platform = "HTML5" if "export_type" in text else "Web"
    source = f'[preset.0]\nplatform="{platform}"\n{head}\n[preset.0.options]\n{text}\n'
    (extractor,) = [each for each in EXTRACTORS if each.wants("export_presets.cfg")]
    (found,) = web_presets(extractor.extract("export_presets.cfg", source.encode()).facts)
    return found


OFF = preset("variant/extensions_support=false")
ON = preset("variant/extensions_support=true")


@pytest.mark.parametrize(
    ("export", "extensions", "has", "lacks"),
    [
        (
            WebExport(False),
            True,
            "web wasm32 wasm nothreads web_extensions release template_release s3tc",
            "threads debug",
        ),
        (WebExport(True), False, "threads web_noextensions", "nothreads web_extensions"),
        (WebExport(False, "4.2"), True, "threads", "nothreads"),  # 4.0 to 4.2 know nothing else
        (WebExport(False, "4.10"), True, "nothreads", "threads"),
        (WebExport(False, "3.6"), True, "HTML5 web JavaScript wasm32", "threads nothreads template"),
        (WebExport(True, "3.6"), False, "HTML5 threads", "wasm32"),
        (
            WebExport(False, "", preset("", 'custom_features="a, b"\ndedicated_server=true')),
            True,
            "a b dedicated_server",
            "",
        ),
        (WebExport(False, "", preset("vram_texture_compression/for_mobile=true")), True, "etc2 astc s3tc", ""),
        (WebExport(False, "", preset("vram_texture_compression/for_desktop=false")), True, "web", "s3tc bptc etc2"),
    ],
)
def test_features(export: WebExport, extensions: bool, has: str, lacks: str) -> None:
    features = features_of_web_export(export, extensions)
    assert set(has.split()) <= features
    assert not set(lacks.split()) & features


@pytest.mark.parametrize(
    ("version", "bound", "expected"),
    [("4.2", "4.3", True), ("4.10", "4.3", False), ("4.2.1", "4.3", True), ("3.6", "4", True), ("", "4", False)],
)
def test_is_before(version: str, bound: str, expected: bool) -> None:
    assert is_before(version, bound) is expected


def test_web_presets_of_a_file() -> None:
    (found,) = web_presets(facts_of(ARENA))
    assert (found.path, found.index, found.line, found.platform) == ("export_presets.cfg", 1, 17, "Web")
    assert extensions_on(found)
    assert not threads_on(found)


@pytest.mark.parametrize(
    ("export_type", "extensions", "threads"), [(0, False, False), (1, False, True), (2, True, False), (3, True, True)]
)
def test_presets_of_godot_3(export_type: int, extensions: bool, threads: bool) -> None:
    found = preset(f"variant/export_type={export_type}")
    assert (extensions_on(found), threads_on(found)) == (extensions, threads)


def test_preset_for() -> None:
    threaded = preset("variant/thread_support=true")
    runnable = preset("variant/thread_support=true", "runnable=true")
    assert preset_for([], True) is None
    assert preset_for([OFF, threaded, runnable], True) is runnable
    assert preset_for([threaded, OFF], False) is OFF
    assert preset_for([threaded], False) is threaded


@pytest.mark.parametrize(
    ("head", "left_out"),
    [
        ('exclude_filter="addons/x/*"', True),
        ('exclude_filter="*.psd, ADDONS/*"', True),  # ignores case, * crosses slashes
        ('exclude_filter="res://addons/x/x.gdextension"', True),
        ('exclude_filter="x.gdextension"', False),  # the whole path must match
        ('exclude_filter="[a]ddons/*"', False),  # no sets
        ('exclude_filter=", "', False),
        ('export_filter="exclude"\nexport_files=PackedStringArray("res://a", "res://addons/x/x.gdextension")', True),
        ('export_filter="resources"\nexport_files=PackedStringArray("res://addons/x/x.gdextension")', False),
        ('customized_files={"res://addons/x/x.gdextension": "remove"}', True),
        ('customized_files={"res://addons/x/x.gdextension": "keep"}', False),
    ],
)
def test_leaves_out(head: str, left_out: bool) -> None:
    assert leaves_out(preset("", head), "addons/x/x.gdextension") is left_out


def test_filters_ignore_the_case_of_paths() -> None:
    assert leaves_out(preset("", 'exclude_filter="addons/*"'), "Addons/X/x.gdextension")


def test_a_hostile_filter_costs_nothing() -> None:
    start = time.perf_counter()
    assert not leaves_out(preset("", f'exclude_filter="{"*a" * 50}b"'), "a" * 3000)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("path", "project", "expected"),
    [
        ("res://a/b.wasm", ".", "a/b.wasm"),
        ("res://a/b.wasm", "demo", "demo/a/b.wasm"),
        ("res://../bin/b.wasm", "demo", "bin/b.wasm"),
        ("addons/b.wasm", "demo", "addons/b.wasm"),  # resolved by the extractor already
    ],
)
def test_resolve(path: str, project: str, expected: str) -> None:
    assert resolve(path, project) == expected


def test_project_of() -> None:
    project_of = locator([".", "demo", "games/a"], ".")
    assert [project_of(path) for path in ("x", "demo/b/x", "games/x", "games/a/x")] == [
        ".",
        "demo",
        ".",
        "games/a",
    ]
    assert locator(["demo"], ".")("a/x") == "."


def extension(*names: str, settings: dict[str, str] | None = None, manifest: str = "a/x.gdextension") -> Extension:
    return Extension(manifest, ".", tuple(ships(*names)), (), settings or {})


PLAIN = extension("web.release.wasm32", "linux.release")
NATIVE_ONLY = extension("linux.release", "windows.release")
GODOTSTEAM = extension("linux.release", settings={"configuration/entry_symbol": "godotsteam_init"})
WEBRTC = extension("linux.release", settings={"configuration/entry_symbol": "webrtc_extension_init"})
JOLT = extension("linux.release", settings={"configuration/entry_symbol": "godot_jolt_main"})
LIMBO_OLD = extension("linux.release", settings={"configuration/entry_symbol": "limboai_init"})
PLAIN_FILE = "web.release.wasm32@1"


@pytest.mark.parametrize(
    ("given", "export", "files", "expected"),
    [
        # no web preset: judged as an export that could load extensions
        (NATIVE_ONLY, WebExport(False), [], ("no-web-build", "error", True)),
        (GODOTSTEAM, WebExport(False), [], ("no-web-build", "error", True)),
        (PLAIN, WebExport(False), [PLAIN_FILE], ("selected", None, False)),
        (PLAIN, WebExport(True), [PLAIN_FILE], ("selected", None, False)),
        (PLAIN, WebExport(False), [], ("missing-file", "warning", False)),
        (PLAIN, WebExport(False), None, ("selected", None, False)),  # the tree is not known
        # a preset that loads no extensions
        (GODOTSTEAM, WebExport(False, "4.4", OFF), [], ("not-loaded", "warning", False)),
        (PLAIN, WebExport(False, "4.4", OFF), [PLAIN_FILE], ("needs-extensions-support", "error", False)),
        (WEBRTC, WebExport(False, "4.4", OFF), [], ("not-loaded", None, False)),
        # one that does
        (GODOTSTEAM, WebExport(False, "4.4", ON), [], ("no-web-build", "error", True)),
        (WEBRTC, WebExport(False, "4.4", ON), [], ("not-loaded", None, False)),
        (PLAIN, WebExport(False, "4.4", ON), [PLAIN_FILE], ("selected", None, False)),
        # threads
        (extension("web.release.threads"), WebExport(False), None, ("wrong-threads", "error", False)),
        (extension("web.release.nothreads"), WebExport(True), None, ("wrong-threads", "error", False)),
        (extension("web.release.threads"), WebExport(False, "4.2"), None, ("selected", None, False)),
        (extension("web.debug.threads"), WebExport(True), None, ("selected", None, False)),  # a debug export shows it
        # what does not count
        (extension("web.editor", "linux.release"), WebExport(False), None, ("no-web-build", "error", True)),
        (extension("linux.editor.x86_64", "windows.editor"), WebExport(False), None, ("not-loaded", None, False)),
        (extension("#web.release", "linux"), WebExport(False), None, ("no-web-build", "error", True)),
        (PLAIN, WebExport(False, "", preset("", 'exclude_filter="a/*"')), None, ("not-loaded", None, False)),
        # what the packages know
        (JOLT, WebExport(False, "4.4"), None, ("not-loaded", None, False)),
        (JOLT, WebExport(False, "4.3"), None, ("no-web-build", "error", True)),
        (LIMBO_OLD, WebExport(False), None, ("no-web-build", "error", False)),  # a newer version has a web build
        # Godot 3
        (extension("HTML5.wasm32", manifest="a/x.gdnlib"), WebExport(False, "3.6"), None, ("selected", None, False)),
        (extension("X11.64", manifest="a/x.gdnlib"), WebExport(False, "3.6"), None, ("no-web-build", "error", True)),
    ],
)
def test_outcome(
    given: Extension, export: WebExport, files: list[str] | None, expected: tuple[str, str | None, bool]
) -> None:
    outcome = extension_outcome(given, export, files=files, package=package_of(given, PACKAGES))
    assert (outcome.status, outcome.severity, outcome.blocker) == expected
    assert outcome.reason
    assert not outcome.reason.endswith(".")


def test_a_module_that_was_read_decides_on_threads() -> None:
    """Keys and file names do not tell: what counts is whether the module imports a shared memory."""
    for shared, threads, status in [
        (True, False, "wrong-threads"),
        (True, True, "selected"),
        (False, True, "wrong-threads"),
    ]:
        outcome = extension_outcome(PLAIN, WebExport(threads), files=[PLAIN_FILE], shared={PLAIN_FILE: shared})
        assert outcome.status == status
    outcome = extension_outcome(PLAIN, WebExport(False), shared={PLAIN_FILE: True})
    assert outcome.reason == "has a web build with threads only, and the export is one without threads"


def test_sources_in_the_tree_make_it_work_and_no_blocker() -> None:
    outcome = extension_outcome(NATIVE_ONLY, WebExport(False), built_here=True)
    assert (outcome.status, outcome.blocker) == ("no-web-build", False)


@pytest.mark.parametrize(
    ("prefix", "files", "status", "tags"),
    [
        ("bin/libx", ["a/bin/libx.web.release.wasm32.wasm", "a/bin/libx.linux.so"], "selected", "web.release.wasm32"),
        ("res://a/bin/libx", ["a/bin/libx.web.wasm", "a/bin/libx.web.release.wasm"], "selected", "web.release"),
        ("bin", ["a/bin/web.release.wasm", "a/binary.web.wasm"], "selected", "web.release"),
        ("bin/libx", ["a/bin/libx.linux.release.so", "a/bin/libx.wasm"], "missing-file", None),
    ],
)
def test_autodetected_libraries(prefix: str, files: list[str], status: str, tags: str | None) -> None:
    given = extension(settings={"configuration/autodetect_library_prefix": prefix})
    outcome = extension_outcome(given, WebExport(False), files=files)
    assert (outcome.status, outcome.entry.name if outcome.entry else None) == (status, tags)


def test_two_modules_of_one_name_collide() -> None:
    def selected(path: str) -> Outcome:
        return Outcome("selected", "x", Fact("ships", "web", Location("m"), "godot", value=path))

    outcomes = [selected("a/x.wasm"), selected("b/x.wasm"), selected("b/y.wasm"), Outcome("not-loaded", "x")]
    assert [entry.value for entry in colliding(outcomes)] == ["a/x.wasm", "b/x.wasm"]


def test_the_sample_project() -> None:
    facts = facts_of(ARENA)
    files = [path.relative_to(ARENA).as_posix() for path in ARENA.rglob("*")]
    export = WebExport(False, "4.10", preset_for(web_presets(facts), False))
    found = {
        each.manifest: extension_outcome(each, export, files=files, package=package_of(each, PACKAGES))
        for each in extensions(facts, ["."])
    }
    assert {path: outcome.status for path, outcome in found.items()} == {
        "addons/noise/noise.gdextension": "missing-file",
        "addons/retro/retro.gdnlib": "not-loaded",
        "addons/steamlike/steamlike.gdextension": "no-web-build",
    }
    assert (
        found["addons/noise/noise.gdextension"].reason
        == "declares addons/noise/bin/noise.wasm, which is not in the tree"
    )


# The catalogue of packages


def test_packages_hold_their_word() -> None:
    assert len(PACKAGES) >= 10
    for package in PACKAGES:
        match = package.match
        assert match.entry_symbols or match.stems or match.libraries, package.id
        fate = package.on["browser"]
        assert fate.source.startswith("https://"), package.id
        if fate.status in ("no", "yes"):
            assert fate.instead, package.id
        assert not fate.instead.endswith("."), package.id


@pytest.mark.parametrize(
    ("manifest", "symbol", "libraries", "expected"),
    [
        ("addons/godotsteam/godotsteam.gdextension", "godotsteam_init", [], "godotsteam"),
        ("x.gdnlib", "", ["res://addons/godotsteam/x11/libgodotsteam.so"], "godotsteam"),
        ("x.gdextension", "", ["lib/libwebrtc_native.linux.template_debug.x86_64.so"], "webrtc-native"),
        ("godot-jolt.gdextension", "", [], "godot-jolt"),
        ("x.gdextension", "", ["windows/godot-jolt_windows-x64.dll"], "godot-jolt"),
        ("x.gdextension", "limboai_init", ["libgodotsteam.so"], "limboai"),  # the symbol decides
        ("terrain.gdextension", "my_terrain_init", ["libterrain.so"], None),
        ("x.gdextension", "", [], None),
    ],
)
def test_recognise(manifest: str, symbol: str, libraries: list[str], expected: str | None) -> None:
    package = recognise(PACKAGES, manifest, symbol, libraries)
    assert (package.id if package else None) == expected


ROW = (
    '[[package]]\nid="x"\nname="X"\nkind="addon"\nmatch.stems=["x"]\n'
    'on.browser = {status="no", source="https://x", checked=2026-01-01}\n'
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("[[package", "not valid TOML"),
        (ROW + "colour=1\n", "unknown field `colour`"),
        (ROW + "match.colour=1\n", "unknown field `colour`"),
        (ROW.replace('"no"', '"perhaps"'), "Invalid enum value 'perhaps'"),
        (ROW + ROW, "the id 'x' stands twice"),
        ("[packages]\n", "unknown field `packages`"),
    ],
)
def test_bad_package_files(tmp_path: Path, text: str | None, message: str) -> None:
    folder = tmp_path / "packages"
    folder.mkdir()
    if text is not None:
        (folder / "godot.toml").write_text(text)
    with pytest.raises(PortlintError, match=re.escape(message)):
        load_packages("godot", tmp_path)


# Real projects


def outcomes(project: str, threads: bool) -> Iterator[tuple[str, Outcome]]:
    root = CORPUS / project
    facts = facts_of(root)
    files = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    projects = [path.rpartition("/")[0] or "." for path in files if path.rpartition("/")[2] == "project.godot"]
    project_of = locator(projects, ".")
    for each in extensions(facts, projects):
        own = [found for found in web_presets(facts) if project_of(found.path) == each.project]
        export = WebExport(threads, "4.4", preset_for(own, threads))
        yield each.manifest, extension_outcome(each, export, files=files, package=package_of(each, PACKAGES))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTLINT_CORPUS names no folder of real projects")
@pytest.mark.parametrize("threads", [False, True])
@pytest.mark.parametrize(
    ("project", "manifest", "expected"),
    [
        ("straif", "addons/godotsteam/godotsteam.gdextension", ("no-web-build", "error", True)),
        ("material-maker", "addons/godotsteam/godotsteam.gdextension", ("not-loaded", "warning", False)),
        ("godot-webrtc-demo", "webrtc/webrtc.gdextension", ("not-loaded", None, False)),
        ("limboai", "gdextension/limboai.gdextension", ("missing-file", "warning", False)),
    ],
)
def test_real_addons(project: str, manifest: str, expected: tuple[str, str | None, bool], threads: bool) -> None:
    found = {path: (each.status, each.severity, each.blocker) for path, each in outcomes(project, threads)}
    assert found == {manifest: expected}
