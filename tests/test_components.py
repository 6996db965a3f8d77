"""What no single line of code shows: exports, extensions, native libraries, wasm for another host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from portlint.cache import Cache, cache_key, content_id
from portlint.catalog import load_catalog, vocabulary
from portlint.catalog.packages import load_packages
from portlint.catalog.toolchain import load_toolchain
from portlint.collect import Collector
from portlint.extractors.binary import native
from portlint.extractors.binary.marks import marks
from portlint.extractors.binary.noise import knowledge
from portlint.extractors.manifest import EXTRACTORS
from portlint.judge.components import judge_components
from portlint.judge.defaults import default_targets
from portlint.judge.facts import Judge
from portlint.judge.matching import Matcher
from portlint.judge.tree import Tree
from portlint.model.component import Project
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.finding import Finding
from portlint.model.outline import Directive, Outline
from portlint.projects import Locator, layout, native_platforms
from portlint.walk import walk

BINARIES = Path(__file__).parent / "fixtures" / "binary"
PROJECT = '[application]\nconfig/name="Arena"\nconfig/features=PackedStringArray("{version}")\n'
PRESET = (
    '[preset.0]\nplatform="Web"\n[preset.0.options]\n'
    "variant/extensions_support={on}\nvariant/thread_support={threads}\n"
)
EXTENSION = '[configuration]\nentry_symbol="{symbol}"\ncompatibility_minimum="4.1"\n[libraries]\n{entries}\n'


def binary(path: str, *facts: tuple[FactKind, str, str]) -> Extraction:
    return Extraction(tuple(Fact(kind, name, Location(path), "elf", value=value) for kind, name, value in facts))


def source(*includes: str) -> Extraction:
    return Extraction(outline=Outline(tuple(Directive("include", line, text) for line, text in enumerate(includes, 1))))


def godot(version: str = "4.6") -> str:
    return PROJECT.format(version=version)


def preset(*, on: bool = True, threads: bool = False) -> str:
    return PRESET.format(on=str(on).lower(), threads=str(threads).lower())


def extension(*entries: str, symbol: str = "init") -> str:
    return EXTENSION.format(symbol=symbol, entries="\n".join(f'{entry} = "{entry}.bin"' for entry in entries))


def tree(files: Mapping[str, str | Extraction], also: tuple[str, ...] = ()) -> Tree:
    """A tree of manifests as text and of other files as their extractions; `also` are paths that nobody reads."""
    read: dict[str, Extraction] = {}
    for path, content in sorted(files.items()):
        if isinstance(content, Extraction):
            read[path] = content
            continue
        reader = next(each for each in EXTRACTORS if each.wants(path))
        read[path] = reader.extract(path, content.encode())
    records = [FileRecord(path, "analysed") for path in (*read, *also)]
    return Tree(
        read, frozenset(record.path for record in records), layout("tree", read, records), load_packages("godot")
    )


def judged(made: Tree, target: str = "godot-web") -> list[Finding]:
    catalog = load_catalog()
    asked = catalog.targets[target]
    judge = Judge(catalog, asked, load_toolchain(asked.toolchain), Matcher(catalog.rules.values()))
    return judge_components(made, asked, catalog, judge)


def by_rule(findings: list[Finding]) -> dict[str, Finding]:
    return {found.rule: found for found in findings}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b/x.gd", "a/b"),
        ("a/b/c/d/x.gd", "a/b"),
        ("a/x.gd", "a"),
        ("a/bc/x.gd", "a"),
        ("x.gd", None),
        ("ab/x.gd", None),
    ],
)
def test_a_file_belongs_to_the_deepest_project(path: str, expected: str | None) -> None:
    locate = Locator([Project("a", "godot"), Project("a/b", "godot")])
    for _ in range(2):  # the second answer is a remembered one
        found = locate(path)
        assert (found.path if found else None) == expected
    with_root = Locator([Project(".", "native"), Project("a", "godot")])("x/y/z.c")
    assert with_root is not None
    assert with_root.path == "."


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"src/a.cpp": source("<vector>")}, "native"),
        ({"src/a.cpp": source("<godot_cpp/core/class_db.hpp>")}, "gdextension"),
        ({"src/a.c": source('"gdextension_interface.h"')}, "gdextension"),
        ({"src/a.cpp": source('"my_godot_cpp/x.h"')}, "native"),
        ({"src/a.cpp": source("<vector>"), "x.gdextension": extension("linux")}, "gdextension"),
        ({"a.gd": Extraction()}, "godot-addon"),
        ({"a.wasm": Extraction()}, "files"),
    ],
)
def test_what_a_tree_without_an_engine_project_is(files: dict[str, str | Extraction], kind: str) -> None:
    assert [project.kind for project in tree(files).layout.projects] == [kind]


@pytest.mark.parametrize("target", ["wasip1", "wasip1-threads", "wasip2"])
@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"game/project.godot": godot()}, "game/project.godot"),
        ({"src/a.cpp": source("<godot_cpp/x.hpp>"), "bin/x.gdextension": extension("linux")}, "bin/x.gdextension"),
    ],
)
def test_no_engine_exports_to_wasi(target: str, files: dict[str, str | Extraction], path: str) -> None:
    (found,) = judged(tree(files), target)
    assert (found.rule, found.blocker, found.location.path) == ("engine-without-export", True, path)


SCENE = '[gd_scene format=3]\n[ext_resource type="Script" path="res://{script}" id="1"]\n'


@pytest.mark.parametrize(
    ("version", "files", "blocked"),
    [
        ("4.6", {"main.tscn": SCENE.format(script="Main.cs")}, True),
        ("4.6", {"main.tscn": SCENE.format(script="main.gd")}, False),
        ("3.5", {"main.tscn": SCENE.format(script="Main.cs")}, False),  # Godot 3 exports C#
        ('4.6", "C#', {}, True),  # announced, and there is a script
    ],
)
def test_csharp_blocks_where_it_runs(version: str, files: dict[str, str | Extraction], blocked: bool) -> None:
    made = tree({"project.godot": godot(version), **files}, also=("Main.cs", "tree.csproj"))
    assert [found.blocker for found in judged(made) if found.rule == "godot-csharp"] == ([True] if blocked else [])


def test_the_script_that_is_named_is_one_that_ships() -> None:
    made = tree(
        {
            "project.godot": godot(),
            "addons/gut/a.tscn": SCENE.format(script="A.cs"),
            "main.tscn": SCENE.format(script="Main.cs"),
        }
    )
    assert by_rule(judged(made))["godot-csharp"].location.path == "main.tscn"


@pytest.mark.parametrize(
    ("version", "presets", "target", "said"),
    [
        ("4.6", preset(threads=True), "godot-web", True),
        ("4.6", preset(threads=False), "godot-web", False),
        ("4.6", preset(threads=False), "godot-web-threads", True),
        ("4.6", preset(threads=True), "godot-web-threads", False),
        ("4.2", preset(threads=False), "godot-web", True),  # 4.0 to 4.2 have no other export
        ("4.2", preset(threads=False), "godot-web-threads", False),
        ("4.6", '[preset.0]\nplatform="Linux"\n[preset.0.options]\n', "godot-web", False),
    ],
)
def test_a_preset_with_the_other_thread_setting_is_a_note(version: str, presets: str, target: str, said: bool) -> None:
    findings = judged(tree({"project.godot": godot(version), "export_presets.cfg": presets}), target)
    assert [found.severity for found in findings if found.rule == "web-preset-threads"] == (["note"] if said else [])


def test_presets_of_other_folders_are_not_the_projects() -> None:
    files = {
        "project.godot": godot(),
        ".github/dist/export_presets.cfg": preset(on=False, threads=True),
        "sub/project.godot": godot(),
        "sub/export_presets.cfg": preset(on=False, threads=True),
        "x.gdextension": extension("linux.x86_64"),
    }
    findings = judged(tree(files))
    assert [found.location.path for found in findings if found.rule == "web-preset-threads"] == [
        "sub/export_presets.cfg"
    ]
    (library,) = [found for found in findings if found.rule == "native-library-without-wasm"]
    assert library.blocker  # no preset of its own says that extensions are off


@pytest.mark.parametrize(
    ("files", "rule", "severity", "blocker"),
    [
        ({"x.gdextension": extension("linux.x86_64")}, "native-library-without-wasm", "error", True),
        (
            {"x.gdextension": extension("linux.x86_64"), "export_presets.cfg": preset(on=False)},
            "native-library-without-wasm",
            "warning",
            False,
        ),
        ({"x.gdextension": extension("web.wasm32")}, "declared-library-missing", "warning", False),
        ({"x.gdextension": extension("web.threads")}, "web-library-thread-mismatch", "error", False),
        (
            {"x.gdextension": extension("web"), "export_presets.cfg": preset(on=False)},
            "extensions-support-off",
            "error",
            False,
        ),
    ],
)
def test_extensions(files: dict[str, str | Extraction], rule: str, severity: str, blocker: bool) -> None:
    found = by_rule(judged(tree({"project.godot": godot(), **files})))
    assert (found[rule].severity, found[rule].blocker, len(found)) == (severity, blocker, 1)


@pytest.mark.parametrize("entry", ["linux.editor", "web.editor"])
def test_extensions_of_the_editor_do_not_ship(entry: str) -> None:
    assert judged(tree({"project.godot": godot(), "x.gdextension": extension(entry)})) == []


def test_a_library_that_is_not_there_is_counted_and_not_blamed() -> None:
    files = {"project.godot": godot(), "x/x.gdextension": extension("web", "linux", "windows", symbol="limboai_init")}
    (found,) = judged(tree(files, also=("x/linux.bin",)))
    assert "names web.bin, which is not in the tree: 2 of its 3 libraries are built elsewhere" in found.message


@pytest.mark.parametrize(
    ("also", "blocker"),
    [((), False), (("demo/a/linux.bin", "demo/b/linux.bin"), True)],  # absent: built here; present: brought along
)
def test_who_builds_an_extension_can_build_it_for_the_web(also: tuple[str, ...], blocker: bool) -> None:
    files = {
        "src/a.cpp": source("<godot_cpp/x.hpp>"),
        "demo/project.godot": godot(),
        "demo/a/a.gdextension": extension("linux", symbol="a_init"),
        "demo/b/b.gdextension": extension("linux", symbol="b_init"),
    }
    findings = [found for found in judged(tree(files, also)) if found.rule == "native-library-without-wasm"]
    assert [found.blocker for found in findings] == [blocker, blocker]


def test_two_web_libraries_with_one_file_name_collide() -> None:
    entries = {"a": "one/lib.wasm", "b": "two/lib.wasm", "c": "one/other.wasm"}
    files = {
        f"{name}.gdextension": EXTENSION.format(symbol=name, entries=f'web = "{path}"')
        for name, path in entries.items()
    }
    found = judged(tree({"project.godot": godot(), **files}, tuple(entries.values())))
    assert [(each.rule, each.location.path, each.severity) for each in found] == [
        ("web-library-name-collision", "a.gdextension", "error"),
        ("web-library-name-collision", "b.gdextension", "error"),
    ]


ELF: tuple[FactKind, str, str] = ("ships", "elf-x86_64", "linux")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((ELF, ("symbol", "fork", "")), "a rebuild is confined to doing without"),
        ((ELF, ("symbol", "fork", "maybe")), "a rebuild would need nothing platform-specific"),
        ((ELF, ("symbol", "sinf", "libm.so.6")), "a rebuild would need nothing platform-specific"),
        ((ELF,), "/libx.so for linux: "),
    ],
)
def test_a_native_library_tells_what_a_rebuild_needs(facts: tuple[tuple[FactKind, str, str], ...], said: str) -> None:
    (found,) = judged(tree({"lib/libx.so": binary("lib/libx.so", *facts)}), "web-emscripten")
    assert found.rule == "native-library-without-wasm"
    assert said.lstrip("/") in found.message
    assert ("fork" in found.message) == (said == "a rebuild is confined to doing without")


def test_equal_files_share_a_finding() -> None:
    files = {path: binary(path, ELF, ("symbol", "fork", "")) for path in ("a/libx.so", "b/libx.so")}
    files["c/liby.so"] = binary("c/liby.so", ELF)
    findings = judged(tree(files), "web-emscripten")
    assert [found.location.path for found in findings] == ["a/libx.so", "c/liby.so"]
    assert "(and b/libx.so)" in findings[0].message


@pytest.mark.parametrize(
    "fact",
    [("ships", "pe-x86_64-import", "windows"), ("ships", "dotnet-anycpu", "managed"), ("ships", "wasm32", "web")],
)
def test_what_is_no_native_library(fact: tuple[FactKind, str, str]) -> None:
    assert judged(tree({"x.lib": binary("x.lib", fact)}), "web-emscripten") == []


def test_platforms_of_a_binary() -> None:
    assert native_platforms(binary("x", ELF, ("ships", "pe-x86-import", "windows"))) == ("linux",)
    assert native_platforms(binary("x", ("ships", "pe-x86-import", "windows"))) == ()


WASM = {"wasm-wasi.wasm": "wasip1", "wasm-main.wasm": "page", "wasm-component.wasm": "component"}


@pytest.mark.parametrize(
    ("file", "target", "level", "word"),
    [
        ("wasm-wasi.wasm", "wasip1", "flag", "sockets that it cannot open itself"),
        ("wasm-wasi.wasm", "wasip2", "flag", "imports preview 1"),
        ("wasm-wasi.wasm", "web-emscripten", "partial", "a page has to bring along (wasi_snapshot_preview1.sock_send)"),
        ("wasm-main.wasm", "wasip1", "fails-at-run", "(env.memory, env.poll)"),
        ("wasm-main.wasm", "wasip2", "fails-at-run", "built for a page"),
        ("wasm-main.wasm", "web-emscripten", "", ""),
        ("wasm-side.wasm", "wasip1", "fails-at-run", "env.pthread_create"),
        ("wasm-component.wasm", "wasip1", "fails-at-run", "is a component"),
        ("wasm-component.wasm", "wasip2", "", ""),
        ("wasm-component.wasm", "web-emscripten", "fails-at-run", "browsers load core modules only"),
    ],
)
def test_wasm_that_is_built_already(file: str, target: str, level: str, word: str) -> None:
    made = tree({file: native.extract(file, (BINARIES / file).read_bytes())})
    found = judged(made, target)
    assert [each.level for each in found] == ([level] if level else [])
    assert not found or word in found[0].message


@pytest.mark.parametrize(
    ("file", "targets"),
    [("wasm-wasi.wasm", ("wasip1", "wasip1-threads", "wasip2")), ("wasm-main.wasm", ("web-emscripten",))],
)
def test_a_module_is_judged_for_hosts_like_its_own(file: str, targets: tuple[str, ...]) -> None:
    made = tree({file: native.extract(file, (BINARIES / file).read_bytes())})
    assert tuple(default_targets(made, load_catalog())) == targets


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("wasi:sockets/udp", "wasm-udp-import"),
        ("wasi:sockets/tcp-create-socket", "wasm-tcp-import"),
        ("wasi:sockets/ip-name-lookup", "wasm-dns-import"),
        ("wasi.thread-spawn", "thread-create"),
        ("wasi:io/streams", ""),
        ("env.socket", ""),
    ],
)
def test_rules_for_what_a_module_imports(name: str, rule: str) -> None:
    matcher = Matcher(load_catalog().rules.values())
    found = matcher.first(Fact("import", name, Location("x.wasm"), "wasm"))
    assert (found[0].id if found else "") == rule
    assert matcher.first(Fact("import", name, Location("x.gd"), "godot")) is None


def test_a_script_inside_a_scene_is_read(make_tree: Callable[..., Path]) -> None:
    scene = (
        '[gd_scene format=3]\n\n[sub_resource type="GDScript" id="1"]\n'
        'script/source = "extends Node\n\nfunc _ready():\n\tvar peer := PacketPeerUDP.new()\n"\n'
    )
    root = make_tree({"project.godot": godot(), "main.tscn": scene, "b.tscn": "[gd_scene format=3]\n"})
    catalog = load_catalog()
    collector = Collector(
        root, Cache(None), {"c": vocabulary(catalog, "c"), "gdscript": vocabulary(catalog, "gdscript")}, 1
    )
    found = collector.collect(walk(root).entries, lambda done, of: None)
    lines = {fact.location.line for fact in found.extractions["main.tscn"].facts if "PacketPeerUDP" in fact.name}
    assert lines == {7}
    assert {record.state for record in found.records} == {"analysed"}


def test_a_binary_is_known_by_its_content_and_by_what_counts_as_noise(
    make_tree: Callable[..., Path], tmp_path: Path
) -> None:
    content = (BINARIES / "elf-x86_64.so").read_bytes()
    root = make_tree({"libx.so": content})
    (entry,) = walk(root).entries
    identity = (content_id(content), "libx.so", native.NAME, native.VERSION)
    with Cache(tmp_path / "cache") as cache:
        cache.put(cache_key(*identity, "other noise"), Extraction(partly="of another version of the noise table"))
    with Cache(tmp_path / "cache") as cache:
        found = Collector(root, cache, {}, 1).collect([entry], lambda done, of: None)
    assert native_platforms(found.extractions["libx.so"]) == ("linux",)
    with Cache(tmp_path / "cache") as cache:
        assert cache.get(cache_key(*identity, knowledge().digest + marks().digest)) == found.extractions["libx.so"]
        cache.put(cache_key(*identity, knowledge().digest + marks().digest), Extraction(partly="from the cache"))
    with Cache(tmp_path / "cache") as cache:
        found = Collector(root, cache, {}, 1).collect([entry], lambda done, of: None)
    assert found.extractions["libx.so"].partly == "from the cache"
