"""The graph in every format: read back by what reads such files, harmful names, the same bytes each time."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import networkx as nx
import pytest
from report_example import EXAMPLE, HOSTILE, catalog

from portlint.commands import graph, why
from portlint.errors import PortlintError
from portlint.model.component import Component, Dependency
from portlint.model.guard import Guard
from portlint.model.report import Report
from portlint.planning.reasons import reasons
from portlint.planning.view import View, view
from portlint.reporters.graph_formats import GRAPH_FORMATS, graph_reporter
from portlint.reporters.graph_why import why_text
from portlint.reporters.sanitise import raw

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_projects" / "godot_arena"
MORE_HARM = (
    '"]; evil [label="x',
    "a --> b",
    "&lt;b&gt;",
    "end",
    "\\N",
    "]]>",
    "click n0 href",
    'x"|y',
    "`x`",
    "%%{init}%%",
)


def hostile() -> Report:
    """Every name stands for a component, each needs the next, the last the first."""
    names = (*HOSTILE, *MORE_HARM)
    plugins = tuple(Component(f"plugin:{name}", "plugin", name, name, version=name) for name in names)
    around = zip(plugins, (*plugins[1:], plugins[0]), strict=True)
    edges = tuple(Dependency(one.id, two.id, "run", one.name, 1, Guard("condition", two.name)) for one, two in around)
    loop = Dependency(plugins[0].id, plugins[0].id, "run", "x", 1)
    return msgspec.structs.replace(
        EXAMPLE,
        root='<root "]>',
        components=(*EXAMPLE.components, *plugins),
        dependencies=(*EXAMPLE.dependencies, *edges, loop),
    )


def shown(report: Report) -> View:
    return view(report, catalog().targets)


def rendered(name: str, report: Report) -> str:
    return graph_reporter(name).render(shown(report))


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_the_order_of_the_report_does_not_matter(name: str) -> None:
    report = hostile()
    turned = msgspec.structs.replace(report, components=report.components[::-1], dependencies=report.dependencies[::-1])
    assert rendered(name, turned) == rendered(name, report)


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_no_format_prints_control_or_hidden_characters(name: str) -> None:
    text = rendered(name, hostile())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert not re.search(r"(?m)^\s*::|##\[", text)


def test_text() -> None:
    assert rendered("text", EXAMPLE) == (
        "arena: 3 components, 1 dependency\n"
        "  godot-web: blocked\n"
        "  web-emscripten: blocked\n"
        "\n"
        "project client - 3 errors on godot-web\n"
        "  plugin steam 4.1 (vendored) [run, if !feature(web): ruled out on godot-web, open on web-emscripten] "
        "client/addons/steam/steam.gdextension:4 - 1 blocker, 1 error on godot-web; 1 blocker on web-emscripten\n"
        "project server - 1 error, 1 note on web-emscripten\n"
    )


def test_text_says_each_component_once_and_names_circles() -> None:
    lines = rendered("text", hostile()).splitlines()
    assert sum("plugin a b.gd" in line for line in lines) == 1
    assert sum(line.endswith("(see above)") for line in lines) == 1  # where the circle closes
    assert any("plugin:a b.gd needs itself" in line for line in lines)
    assert any(" <-> " in line for line in lines)


def test_graphml_is_read_by_networkx() -> None:
    report = hostile()
    read = nx.parse_graphml(rendered("graphml", report), force_multigraph=True)
    assert {raw(each) for each in read.nodes} == {each.id for each in report.components}
    assert {(raw(one), raw(two)) for one, two, _ in read.edges} == {(e.source, e.target) for e in report.dependencies}
    steam = read.nodes["plugin:client/addons/steam"]
    assert (steam["blockers"], steam["errors"], steam["version"]) == (1, 1, "4.1")
    (said,) = read.get_edge_data("project:client", "plugin:client/addons/steam").values()
    assert said["condition"] == "!feature(web)"
    assert said["state"] == "ruled out on godot-web, open on web-emscripten"


def test_graphml_names_its_graph() -> None:
    root = ElementTree.fromstring(rendered("graphml", hostile()))
    assert [each.get("id") for each in root.iter("{http://graphml.graphdrawing.org/xmlns}graph")] == ['<root "]>']


def test_json() -> None:
    document = json.loads(rendered("json", EXAMPLE))
    assert document["schema"] == "portlint-graph/1"
    (said,) = document["dependencies"]
    assert said["holds"] == {"godot-web": False, "web-emscripten": None}
    steam = document["components"][0]
    assert steam["findings"]["godot-web"] == {"blockers": 1, "errors": 1, "warnings": 0, "notes": 0}
    assert rendered("json", hostile()).isascii()


STRING = r'"(?:[^"\\\n]|\\.)*"'


def test_dot_is_nothing_but_nodes_edges_and_quoted_strings() -> None:
    """The grammar of the language, as far as this format uses it."""
    head, *lines, end, rest = rendered("dot", hostile()).split("\n")
    node = rf"  {STRING} \[label={STRING}, fillcolor={STRING}\];"
    edge = rf"  {STRING} -> {STRING} \[label={STRING}, style=(solid|dashed|dotted)\];"
    assert re.fullmatch(rf"digraph {STRING} {{", head)
    assert (end, rest) == ("}", "")
    assert [line for line in lines[2:] if not re.fullmatch(f"{node}|{edge}", line)] == []
    assert sum(" -> " in line for line in lines) >= len(hostile().dependencies)


def test_mermaid_labels_hold_no_syntax() -> None:
    head, *lines, rest = rendered("mermaid", hostile()).split("\n")
    label = r'"(?:[\w .,:/+=()-]|#\d+;|<br/>)*"'
    node = rf"  n\d+\[{label}\](:::(blocker|error|warning|note))?"
    edge = rf"  n\d+ (-->|-\.->|-\.-x)\|{label}\| n\d+"
    assert (head, rest) == ("flowchart LR", "")
    wrong = [each for each in lines if not re.fullmatch(rf"{node}|{edge}|  classDef \w+ [\w:#,]+", each)]
    assert wrong == []


def test_cyclonedx_holds_the_schema_of_its_library() -> None:
    pytest.importorskip("cyclonedx")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    for report in (EXAMPLE, hostile()):
        text = rendered("cyclonedx", report)
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
        assert "serialNumber" not in text
        assert "timestamp" not in text


def test_cyclonedx_says_scope_purl_and_dependencies() -> None:
    pytest.importorskip("cyclonedx")
    parts = (*EXAMPLE.components, Component("package:zlib", "package", "zlib", "m", "1.3", "pkg:conan/zlib@1.3"))
    edges = (*EXAMPLE.dependencies, Dependency("project:server", "package:zlib", "run", "conanfile.txt", 2))
    report = msgspec.structs.replace(EXAMPLE, components=parts, dependencies=edges)
    document = json.loads(rendered("cyclonedx", report))
    found = {each["bom-ref"]: each for each in document["components"]}
    assert found["package:zlib"]["purl"] == "pkg:conan/zlib@1.3"
    assert found["package:zlib"]["scope"] == "required"
    assert found["plugin:client/addons/steam"]["scope"] == "optional"
    ends = {each["ref"]: each.get("dependsOn", []) for each in document["dependencies"]}
    assert ends["tree"] == ["project:client", "project:server"]
    assert ends["project:server"] == ["package:zlib"]


def test_cyclonedx_without_its_library_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "cyclonedx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cyclonedx", None)
    with pytest.raises(PortlintError, match=r"pip install 'portlint\[cyclonedx\]'"):
        rendered("cyclonedx", EXAMPLE)


def test_the_command_knows_every_format() -> None:
    assert graph._FORMATS == GRAPH_FORMATS


def test_unknown_format_and_target() -> None:
    with pytest.raises(PortlintError, match="known formats: text, dot"):
        graph_reporter("png")
    with pytest.raises(PortlintError, match="'wasip1' was not judged here"):
        view(EXAMPLE, catalog().targets, ["wasip1"])


def test_why() -> None:
    assert why_text(reasons(EXAMPLE, catalog().targets, "process-fork")) == (
        "steam 4.1 (plugin, vendored) plugin:client/addons/steam\n"
        "  on godot-web:\n"
        "    client/addons/steam/libsteam.so: error[process-fork] imports fork: a page has one process\n"
        "    1 shortest path, by dependencies that this target rules out:\n"
        "      client > steam\n"
        "        client/addons/steam/steam.gdextension:4: run, if !feature(web)\n"
        "    nothing else falls with it\n"
        "\n"
        "server (project) project:server\n"
        "  on web-emscripten:\n"
        "    server/main.cpp:3: error[process-fork] forks a process: a page has one process\n"
        "    the project itself\n"
    )


def test_why_of_a_finding_outside_of_every_project() -> None:
    lost = msgspec.structs.replace(EXAMPLE.targets[1].findings[1], component="", rule="lost")
    target = msgspec.structs.replace(EXAMPLE.targets[1], findings=(lost,))
    with pytest.raises(PortlintError, match="'lost' lies outside of every project"):
        reasons(msgspec.structs.replace(EXAMPLE, targets=(target,)), catalog().targets, "lost")


def command(module: object, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    module.add(parser.add_subparsers())  # type: ignore[attr-defined]
    options = parser.parse_args(arguments)
    code: int = options.command(options)
    return code


def test_the_commands_on_a_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(graph, "graph", str(SAMPLE), "--no-cache") == 0
    assert "plugin steamlike" in capsys.readouterr().out
    assert command(why, "why", "steamlike", "--path", str(SAMPLE), "--no-cache") == 0
    said = capsys.readouterr().out
    assert "Arena > steamlike" in said
    assert "addons/steamlike/steamlike.gdextension:" in said
    with pytest.raises(PortlintError, match="did you mean"):
        command(why, "why", "steamlke", "--path", str(SAMPLE), "--no-cache")


def test_a_scan_loads_none_of_this(tmp_path: Path) -> None:
    """No graph library, no CycloneDX, no planning on the path of a scan."""
    (tmp_path / "a.c").write_text("int main(void) { return 0; }\n")
    code = (
        "import sys; from portlint.cli import run; run(['scan', sys.argv[1], '--no-cache']); "
        "print([each for each in sys.modules if each.startswith(('networkx', 'cyclonedx', 'portlint.planning'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_the_same_bytes_under_any_hash_seed(name: str) -> None:
    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "from test_graph_formats import hostile, rendered\n"
        f"sys.stdout.buffer.write(rendered({name!r}, hostile()).encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "7")
    }
    assert len(outputs) == 1
