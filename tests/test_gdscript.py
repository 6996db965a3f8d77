"""GDScript: source in, facts with guards out."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder, vocabulary
from portlint.extractors.source.gdscript import extractor as gdscript
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

FIXTURES = Path(__file__).parent / "fixtures" / "rules" / "godot"
WORDS = Vocabulary(
    "gdscript",
    calls=frozenset(
        {
            "OS.execute",
            "Thread.new",
            "Thread.start",
            "UPNP.new",
            "UPNP.discover",
            "HTTPRequest.set_use_threads",
            "CameraServer.set_monitoring_feeds",
            "RenderingServer.get_rendering_device",
            "FileAccess.open",
            "OpenXR.*",
        }
    ),
    types=frozenset({"Thread", "UPNP", "OpenXR*"}),
    constants=frozenset({"FileDialog.ACCESS_FILESYSTEM"}),
)


def facts(source: str) -> list[Fact]:
    """Facts about the engine; what ties files together is left out."""
    found = gdscript.extract("a.gd", source.encode(), WORDS).facts
    return [
        f
        for f in found
        if f.kind not in ("import", "export") and f.name not in ("mentions", "extends", "tool", "registers")
    ]


def seen(source: str) -> list[str]:
    """`line kind name` of every fact, with `=value` where there is one."""
    return [f"{f.location.line} {f.kind} {f.name}" + (f"={f.value}" if f.value else "") for f in facts(source)]


def guards(body: str, head: str = "") -> list[str]:
    """The guards of the OS.execute calls in a function body (one level of indentation is added)."""
    lines = "".join(f"\t{line}\n" for line in body.strip("\n").split("\n"))
    return [str(f.guard) for f in facts(f"extends Node\n{head}\nfunc f(x, y):\n{lines}") if f.name == "OS.execute"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('func f(): OS.execute("ls", [])', ["1 call OS.execute=ls"]),
        ("func f(p): OS.execute(p, [])", ["1 call OS.execute"]),
        ("func f(): return OS.execute.bind(3)", ["1 call OS.execute"]),
        ("func f(): other.OS.execute(); $OS.execute(); OSX.execute()", []),
        ("# OS.execute()\nfunc f(): pass # OS.execute()", []),
        ('func f(): print("OS.execute()", &"Thread", \'Thread\', """\nThread.new()\n""")', []),
        ("var a := Thread.new()", ["1 call Thread.new"]),
        ("var a: Thread = Thread.new()", ["1 call Thread.new"]),
        ("var a: Thread", ["1 type Thread"]),
        ("var a: Array[Thread] = []", ["1 type Thread"]),
        ("func f(a: Thread, b: Thread = null) -> Thread: return null", ["1 type Thread"]),
        ("extends Thread", ["1 type Thread"]),
        ("class_name A extends Thread", ["1 type Thread"]),
        ("func f(a):\n\tif a is Thread or a is not UPNP: pass", ["2 type Thread", "2 type UPNP"]),
        ("func f(a): return a as Thread", ["1 type Thread"]),
        ("func f(a): return is_instance_of(a, Thread)", []),
        ("func f(a: other.Thread, b: Thread.Priority): pass", []),
        ("enum Thread { A }\nvar a: Thread", []),
        ("enum { Thread }\nfunc f(): Thread.new()", []),
        ("enum Way { UPNP }\nvar a: UPNP", ["2 type UPNP"]),
        ("class Thread:\n\tpass\nvar a := Thread.new()", []),
        ('const Thread = preload("t.gd")\nvar a := Thread.new()', []),
        ("func f(Thread): Thread.new()", []),
        ("var a: OpenXRInterface\nvar b: MyOpenXRThing", ["1 type OpenXRInterface"]),
        ("func f(d): d.access = FileDialog.ACCESS_FILESYSTEM", ["1 constant FileDialog.ACCESS_FILESYSTEM"]),
        ("func f(d): d.access = FileDialog.ACCESS_RESOURCES", []),
        ("func f(): CameraServer.monitoring_feeds = true", ["1 call CameraServer.set_monitoring_feeds=true"]),
        (
            "func f():\n\tif RenderingServer.get_rendering_device(): pass\n\tg(RenderingServer.get_rendering_device())",
            ["2 call RenderingServer.get_rendering_device=?", "3 call RenderingServer.get_rendering_device"],
        ),
        (
            "func f():\n\tvar d := RenderingServer.get_rendering_device()\n\tif not d: return\n\td.a()",
            ["2 call RenderingServer.get_rendering_device=?"],
        ),
        (
            "func f():\n\tvar d := RenderingServer.get_rendering_device()\n\tif d.a(): return\nfunc g(d):\n\tif d: 0",
            ["2 call RenderingServer.get_rendering_device"],
        ),
        (
            'func f(): FileAccess.open("res://a", FileAccess.WRITE); FileAccess.open("res://a", FileAccess.READ)',
            ["1 call FileAccess.open=res://a", "1 construct write-to-res=res://a", "1 call FileAccess.open=res://a"],
        ),
        ("func f(): pass", []),
        ("", []),
    ],
)
def test_what_a_file_names(source: str, expected: list[str]) -> None:
    assert seen(source) == expected


@pytest.mark.parametrize(
    ("source", "started"),
    [
        ("var t: Thread\nfunc f(): t.start(g)", True),
        ("var t := Thread.new()\nfunc f(): self.t.start(g)", True),
        ("onready var t = Thread.new()\nfunc f():\n\tt.start(self)\n", True),
        ("func f(t: Thread): t.start(g)", True),
        ("func f(): Thread.new().start(g)", True),
        ("var t\nfunc f():\n\tt = Thread.new()\n\tt.start(g)", True),
        ("var t = null\nfunc f():\n\tself.t = Thread.new()\n\tt.start(g)\n\tt = null", True),
        ("func f():\n\tfor t: Thread in all: t.start(g)", True),
        ("var all: Array[Thread]\nfunc f():\n\tfor t in all: t.start(g)", True),
        ("var all: Array[Thread]\nfunc f(): all[0].start(g)", True),
        ("var t: Thread\nfunc f():\n\tvar g = func(): t.start(h)", True),
        ("func f(x):\n\tvar t = x as Thread\n\tt.start(g)", True),
        # A variable of the same name, of another class or of none that the file tells.
        ("var t: Thread\nfunc f(t): t.start(g)", False),
        ("var t: Thread\nfunc f():\n\tvar t: Timer\n\tt.start(g)", False),
        ("func f():\n\tvar t := Thread.new()\nfunc g(t): t.start(3)", False),
        ("var t\nfunc f():\n\tt = Thread.new()\n\tt = Timer.new()\n\tt.start(g)", False),
        ("var t\nfunc f(x):\n\tt = Thread.new()\n\tt = x\n\tt.start(g)", False),
        ("var t := Thread.new()\nfunc f(): other.t.start(g)", False),
        ("var t := Thread.new()\nfunc f(): $t.start(g)", False),
        ("var t := Thread.new()\nfunc f(): t.x.start(g)", False),
        ("var t := Thread.new()\nclass In:\n\tfunc f(): t.start(g)", False),
        ("var all: Array[Thread]\nfunc f(): all.start(g)", False),
        ("var t := Thread.new()\nfunc f(): start(g)", False),
    ],
)
def test_methods_of_variables(source: str, started: bool) -> None:
    assert any(name.endswith("Thread.start") for name in seen(source)) is started


def test_a_property_is_its_setter() -> None:
    head = "@onready var h: HTTPRequest = $H\nfunc f():\n"
    source = head + "\th.use_threads = true\n\th.set_use_threads(false)\n\tprint(h.use_threads)"
    assert seen(source) == ["3 call HTTPRequest.set_use_threads=true", "4 call HTTPRequest.set_use_threads=false"]


@pytest.mark.parametrize(
    ("loop", "blocks"),
    [
        ("while t.is_alive():\n\t\tOS.delay_msec(1)", True),
        ("while t.is_alive(): pass", True),
        ("while t.is_alive():\n\t\tawait get_tree().process_frame", False),
        ("while t.is_alive():\n\t\tif late(): break", False),
        ("while not t.is_alive(): pass", False),
        ("while t.is_alive() and waits(): pass", False),
        ("while u.is_alive(): pass", False),
        ("if t.is_alive(): pass", False),
    ],
)
def test_waiting_loops(loop: str, blocks: bool) -> None:
    source = f"var t := Thread.new()\nvar u\nfunc f():\n\t{loop}"
    assert ("4 construct blocking-loop:Thread.is_alive" in seen(source)) is blocks


RUN = "OS.execute(x, [])"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (RUN, ["true"]),
        (f'if OS.has_feature("web"): {RUN}', ["feature(web)"]),
        (f'if OS.has_feature(&"web"):\n\t{RUN}\nelse:\n\t{RUN}', ["feature(web)", "!feature(web)"]),
        (f'if not OS.has_feature("web"): {RUN}', ["!feature(web)"]),
        (f'if !(OS.has_feature("web")): {RUN}', ["!feature(web)"]),
        (f'if OS.has_feature("web") == false: {RUN}', ["!feature(web)"]),
        (f'if OS.has_feature("threads") and x: {RUN}', ["feature(threads)"]),
        (f'if OS.has_feature("threads") or x: {RUN}', ["true"]),
        (f'if OS.has_feature("web") and x:\n\tpass\nelse:\n\t{RUN}', ["true"]),
        (f'if OS.has_feature("web") or x:\n\tpass\nelse:\n\t{RUN}', ["!feature(web)"]),
        (
            f'if OS.has_feature("windows") or OS.has_feature("macos"): {RUN}',
            ["feature(windows) || feature(macos)"],
        ),
        (
            f'if x:\n\tpass\nelif OS.get_name() == "Web":\n\tpass\nelif y:\n\t{RUN}\nelse:\n\t{RUN}',
            ["!feature(web)", "!feature(web)"],
        ),
        (f'if OS.get_name() != "HTML5": {RUN}', ["!feature(web)"]),
        (f'if "Web" == OS.get_name(): {RUN}', ["feature(web)"]),
        (f'if OS.get_name() == "UWP": {RUN}', ["!feature(web)"]),
        (f'if OS.get_name() in ["Windows", "X11"]: {RUN}', ["feature(windows) || feature(linuxbsd)"]),
        (f'if OS.get_name() not in ["Web"]: {RUN}', ["!feature(web)"]),
        (f'if Engine.has_singleton("JavaScriptBridge"): {RUN}', ["feature(web)"]),
        (f'if Engine.has_singleton("Steam"): {RUN}', ["true"]),
        (f'if ClassDB.class_exists("ENetConnection"): {RUN}', ["true"]),
        (f'if DisplayServer.get_name() == "headless": {RUN}', ["feature(dedicated_server)"]),
        (f"if Engine.is_editor_hint(): {RUN}", ["feature(editor)"]),
        (f"if Engine.editor_hint: {RUN}", ["feature(editor)"]),
        (f"if OS.is_debug_build(): {RUN}", ["feature(debug)"]),
        (f"if false: {RUN}", ["false"]),
        (f'OS.has_feature("pc") and {RUN}', ["feature(pc)"]),
        (f'OS.has_feature("web") or {RUN}', ["!feature(web)"]),
        (f'x = {RUN} if OS.has_feature("pc") else {RUN}', ["feature(pc)", "!feature(pc)"]),
        (f'while OS.has_feature("pc"): {RUN}', ["feature(pc)"]),
        (f'if OS.has_feature("web"):\n\treturn\n{RUN}', ["!feature(web)"]),
        (f'if OS.has_feature("web"):\n\tx = 1\n{RUN}', ["true"]),
        (f'if OS.has_feature("web") or x:\n\treturn\n{RUN}', ["!feature(web)"]),
        (f'if OS.has_feature("web") and x:\n\treturn\n{RUN}', ["true"]),
        (f'if x:\n\tif OS.has_feature("web"): return\n\t{RUN}\n{RUN}', ["!feature(web)", "true"]),
        (f'if OS.has_feature("pc"):\n\tx = 1\nelse:\n\treturn\n{RUN}', ["feature(pc)"]),
        (f'for i in x:\n\tif OS.has_feature("web"): continue\n\t{RUN}\n{RUN}', ["!feature(web)", "true"]),
        (f'{RUN}\nif OS.has_feature("web"): return', ["true"]),
        (f'if OS.has_feature("web"): return\nvar g = func(): {RUN}', ["!feature(web)"]),
        (
            f'match OS.get_name():\n\t"Web", "HTML5":\n\t\t{RUN}\n\t"Windows":\n\t\t{RUN}\n\t_:\n\t\t{RUN}',
            ["feature(web)", "!feature(web) && feature(windows)", "!feature(web) && !feature(windows)"],
        ),
        (f'match OS.get_name():\n\t"Web" when x:\n\t\tpass\n\t_:\n\t\t{RUN}', ["true"]),
        (f'match OS.get_name():\n\t"Web":\n\t\treturn\n{RUN}', ["!feature(web)"]),
        (f'match OS.get_name():\n\t"Windows":\n\t\tx = 1\n\t_:\n\t\treturn\n{RUN}', ["feature(windows)"]),
        (f'match x:\n\t"Web":\n\t\t{RUN}', ["true"]),
        (f'var name = OS.get_name()\nif name == "Web":\n\treturn\n{RUN}', ["!feature(web)"]),
    ],
)
def test_guards(body: str, expected: list[str]) -> None:
    assert guards(body) == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('const WEB := OS.has_feature("web")', f"if WEB: return\n{RUN}", ["!feature(web)"]),
        ('var web = OS.has_feature("web")', f"if self.web: {RUN}", ["feature(web)"]),
        ('var web = OS.has_feature("web")\nfunc g(): web = false', f"if web: {RUN}", ["true"]),
        ('@onready var web: bool = OS.has_feature("web")', f"if not web: {RUN}", ["!feature(web)"]),
        ('var web := false\nfunc _ready(): web = OS.has_feature("web")', f"if not web: {RUN}", ["!feature(web)"]),
        ('func web(): return OS.has_feature("web")', f"if web(): return\n{RUN}", ["!feature(web)"]),
        ('func web(): return OS.has_feature("web")', f"if self.web(): return\n{RUN}", ["!feature(web)"]),
        ('func web(): return OS.has_feature("web")', f"if other.web(): return\n{RUN}", ["true"]),
        ('func web():\n\tif OS.has_feature("web"): return true\n\treturn false', f"if web(): {RUN}", ["feature(web)"]),
        ('func web():\n\tprint(1)\n\treturn OS.has_feature("web")', f"if web(): {RUN}", ["true"]),
        ('func web(): return not pc()\nfunc pc(): return OS.has_feature("pc")', f"if pc(): {RUN}", ["feature(pc)"]),
        ('func a(): return a() or OS.has_feature("web")', f"if a(): {RUN}", ["true"]),  # never ends by itself
    ],
)
def test_guards_by_name(head: str, body: str, expected: list[str]) -> None:
    assert guards(body, head) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@tool\nextends EditorPlugin\nfunc f(): OS.execute()", ["feature(editor)"]),
        ("@tool\nclass_name P\nextends EditorScript\nfunc f(): OS.execute()", ["feature(editor)"]),
        ("@tool\nclass_name P extends EditorScript\nfunc f(): OS.execute()", ["feature(editor)"]),
        ("@tool\nextends Node\nfunc f(): OS.execute()", ["true"]),
        ("extends EditorCamera\nfunc f(): OS.execute()", ["true"]),
        (
            "extends Node\nclass E extends EditorExportPlugin:\n\tfunc f(): OS.execute()\nfunc f(): OS.execute()",
            ["feature(editor)", "true"],
        ),
        ("class E:\n\textends EditorExportPlugin\n\tfunc f(): OS.execute()", ["feature(editor)"]),
    ],
)
def test_editor_scripts(source: str, expected: list[str]) -> None:
    assert [str(fact.guard) for fact in facts(source)] == expected


def test_places_count_characters_from_one() -> None:
    (fact,) = facts('func f():\n\tprint("é"); OS.execute()\n')
    assert (fact.location.path, fact.location.line, fact.location.column) == ("a.gd", 2, 14)


def test_broken_code_still_gives_facts() -> None:
    extraction = gdscript.extract("a.gd", b"func f():\n\tOS.execute()\nfunc ):\n\tvar t := Thread.new()\n", WORDS)
    assert [fact.name for fact in extraction.facts if fact.kind == "call"] == ["OS.execute", "Thread.new"]
    assert extraction.partly == "syntax not understood at line 3"


@pytest.mark.parametrize(
    "line",
    ["#\tprint(1)", "# OS.execute()", "\t\t$%Button.disabled = true", "\t\tvar b := %Button"],
)
def test_what_the_grammar_does_not_know_costs_no_guard(line: str) -> None:
    source = f'func f():\n\tif OS.has_feature("pc"):\n\t\tpass\n{line}\n\t\tOS.execute()\n\telse:\n\t\tOS.execute()\n'
    extraction = gdscript.extract("a.gd", source.encode(), WORDS)
    assert [str(fact.guard) for fact in facts(source)] == ["feature(pc)", "!feature(pc)"]
    assert extraction.partly == ""


def test_files_without_a_known_name_are_not_parsed() -> None:
    assert gdscript.extract("a.gd", b"func ):", WORDS).partly == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"#" * 4_000_001, "4 MB limit"),
        ("OS.execute()".encode("utf-16"), "UTF-8"),
        (b"OS.execute()\0", "UTF-8"),
        (b"func f(): return " + b"(" * 5000 + b"OS.execute()" + b")" * 5000, "nested"),
    ],
)
def test_beyond_us(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gdscript.extract("a.gd", data, WORDS)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.gd")), ids=lambda path: path.stem)
def test_every_cut_of_a_fixture_is_survived(path: Path) -> None:
    """An editor saves half-written files."""
    words = vocabulary(load_catalog(), "gdscript")
    data = path.read_bytes()
    whole = gdscript.extract("a.gd", data, words)
    assert whole.partly == ""
    for end in range(0, len(data), 7):
        gdscript.extract("a.gd", data[:end], words)


def test_crlf_gives_the_same_facts() -> None:
    data = (FIXTURES / "godot-thread.gd").read_bytes()
    words = vocabulary(load_catalog(), "gdscript")
    unix = gdscript.extract("a.gd", data, words).facts
    assert gdscript.extract("a.gd", data.replace(b"\n", b"\r\n"), words).facts == unix
    assert len(unix) > 5


def test_every_godot_rule_that_reads_code_has_a_fixture_of_its_own() -> None:
    known = load_catalog().rules
    rules = {path.stem for path in (rules_folder() / "checks" / "godot").glob("*.toml") if known[path.stem].match}
    assert len(rules) >= 22
    assert rules <= {path.stem for path in FIXTURES.iterdir()}


def tied(source: str, path: str = "addons/x/a.gd") -> list[str]:
    """`line kind name` of what ties the file to others."""
    found = gdscript.extract(path, source.encode(), WORDS).facts
    ties = [f for f in found if f.kind in ("import", "export") or f.name in ("mentions", "extends")]
    return [f"{f.location.line} {f.kind} {f.name}" + (f"={f.value}" if f.value else "") for f in ties]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("func f(): pass", []),
        ("class_name Ab extends Bc", ["1 export Ab", "1 construct extends=Bc", "1 construct mentions=Ab,Bc"]),
        ("@tool\nextends Bc", ["2 construct extends=Bc", "1 construct mentions=Bc"]),
        ("# class_name Ab\n", ["1 construct mentions=Ab"]),
        ('extends "b.gd"', ["1 construct extends=b.gd", "1 import addons/x/b.gd"]),
        ('var a = preload("res://b.tscn")', ["1 import res://b.tscn"]),
        ("\nvar a = load('../b.gd')", ["2 import addons/b.gd"]),
        ('var a = load("res://levels/%d.tscn" % n)', ["1 import res://levels/"]),
        ('var a = load("res://levels/" + n)', ["1 import res://levels/"]),
        ('var a = load("uid://abc")', ["1 import uid://abc"]),
        ('var a = "https://x.org/a.gd"; var b = "user://a.gd"; var c = "res://a.png"', []),
        ('func f(): Engine.has_singleton("Steam")', ["1 construct mentions=Engine,Steam,has_singleton"]),
    ],
)
def test_what_ties_files_together(source: str, expected: list[str]) -> None:
    assert tied(source) == expected


@pytest.mark.parametrize(
    ("source", "is_tool"),
    [
        ("@tool\nextends Node\n", True),
        ("\ufeff# a comment\n\n@tool extends Node\n", True),
        ("tool\nextends Node\n", True),  # Godot 3
        ("extends Node\n@tool\n", False),  # it stands above everything
        ("# @tool\nextends Node\n", False),
        ("tool.use()\n", False),
    ],
)
def test_scripts_that_the_editor_runs_too(source: str, is_tool: bool) -> None:
    found = gdscript.extract("a.gd", source.encode(), WORDS).facts
    assert any(fact.kind == "construct" and fact.name == "tool" for fact in found) == is_tool


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('add_custom_type("A", "Node", preload("a.gd"), icon("x"))', {"addons/x/a.gd"}),
        (
            'const Wall = preload("res://w.gd")\nfunc f():\n\tadd_custom_type("A", "Node",\n\t\tWall, null)',
            {"res://w.gd"},
        ),
        ('add_autoload_singleton("Music", "res://m.tscn")', {"res://m.tscn"}),
        ('add_autoload_singleton("Music", get_path() + "m.tscn")', {"addons/x/m.tscn"}),
        ('add_custom_type("A", "Node", Wall, null)', {"Wall"}),
        ('const Wall = preload("res://w.gd")\nWall.new()', set[str]()),
    ],
)
def test_what_a_plugin_registers(source: str, expected: set[str]) -> None:
    found = gdscript.extract("addons/x/plugin.gd", source.encode(), WORDS).facts
    assert {fact.value for fact in found if fact.name == "registers"} == expected
