"""The formats of continuous integration and of scripts: what each promises to its reader, and what it folds."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_example import EXAMPLE, HOSTILE, catalog, finding, hostile_report, read, report_of

from portlint.model.finding import Level
from portlint.model.report import Report
from portlint.reporters import REPORTERS, RenderOptions, reporter
from portlint.reporters.markdown import MAX_BYTES
from portlint.reporters.markdown_text import cell, code, prose
from portlint.reporters.sanitise import visible

SNAPSHOTS = Path(__file__).parent / "snapshots" / "formats"
NEW = {"concise": "txt", "github": "txt", "gitlab": "json", "jsonl": "jsonl", "junit": "xml", "markdown": "md"}
EMPTY = report_of(())
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1)  # surrogates too
MARKUP = st.text("|`\\\\<>[]()!*_~#@&;:.- a1\n\"'$", min_size=1)


def rendered(name: str, report: Report) -> str:
    return reporter(name).render(report, catalog(), RenderOptions(read=read))


def many(number: int, level: Level = "fails-at-run") -> Report:
    return report_of([finding("enet-peer", "net.udp", "a.gd", line, 1, level=level) for line in range(1, number + 1)])


@pytest.mark.parametrize("name", NEW)
def test_snapshot(name: str) -> None:
    """PORTLINT_UPDATE_SNAPSHOTS=1 writes them anew; the difference is read like code."""
    file = SNAPSHOTS / f"{name}.{NEW[name]}"
    if os.environ.get("PORTLINT_UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered(name, EXAMPLE), encoding="utf-8", newline="\n")
    assert rendered(name, EXAMPLE) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(REPORTERS))
@pytest.mark.parametrize("report", [EXAMPLE, EMPTY, hostile_report()], ids=["example", "empty", "hostile"])
def test_every_format_ends_its_last_line_and_is_unicode(name: str, report: Report) -> None:
    text = rendered(name, report)
    assert name == reporter(name).NAME
    assert text.endswith("\n")
    assert text.encode().decode() == text


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_what_was_not_looked_at_is_in_every_format(name: str) -> None:
    text = rendered(name, EXAMPLE)
    for reason in ("larger than the 64 MB limit", "not a PE file", "the section headers are cut off"):
        assert reason in text


# concise


def test_concise_is_one_line_a_finding() -> None:
    lines = rendered("concise", EXAMPLE).splitlines()
    found = [line for line in lines if re.match(r"[^: ]+:\d+:\d+: (error|warning|note)\[[a-z-]+\] ", line)]
    assert len(found) == 7
    assert found[2] == (
        "client/net.gd:3:13: error[enet-peer] uses ENet: browsers give pages no datagram sockets "
        "(builds, then fails at run time; on godot-web)"
    )
    assert "godot-web: blocked (1 blocker, 4 errors)" in lines


# jsonl


def jsonl(report: Report) -> list[Any]:
    return [json.loads(line) for line in rendered("jsonl", report).splitlines()]


def test_jsonl_counts_its_lines() -> None:
    header, *lines = jsonl(EXAMPLE)
    assert (header["type"], header["schema"], header["root"]) == ("header", "portlint-lines/1", "arena")
    found = Counter(line["target"] for line in lines if line["type"] == "finding")
    assert found == {target["id"]: target["findings"] for target in header["targets"]}
    assert [line["path"] for line in lines if line["type"] == "file"] == [
        *("client/addons/steam/libsteam.so", "client/huge.bin", "server/bad.dll", "server/worse.dll")
    ]


def test_jsonl_says_of_a_finding_what_json_says() -> None:
    expected = json.loads(rendered("json", EXAMPLE))["targets"][0]["findings"]
    found = [line for line in jsonl(EXAMPLE) if line.get("target") == "godot-web"]
    assert [list(line)[:2] for line in found] == [["type", "target"]] * len(expected)
    assert [{key: line[key] for key in line if key not in ("type", "target")} for line in found] == expected


# github


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read the way the runner does: actions/runner, src/Runner.Common/ActionCommand.cs."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\S+) (.*?)::(.*)", line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append((match[1], {key: percent(value) for key, value in properties.items()}, percent(match[3])))
    return found


def percent(text: str) -> str:
    return unquote_to_bytes(text.encode()).decode()


def test_github_stands_on_the_manifest_line_of_a_binary() -> None:
    first = commands(rendered("github", EXAMPLE))[0]
    assert first[0] == "error"
    assert first[1] == {
        "file": "client/addons/steam/steam.gdextension",
        "line": "4",
        "title": "native-library-without-wasm",
    }
    assert "in client/addons/steam/libsteam.so. Instead: drop the addon" in first[2]


@pytest.mark.parametrize(
    ("level", "name", "shown"), [("fails-at-run", "error", 10), ("partial", "warning", 10), ("flag", "notice", 9)]
)
def test_github_shows_ten_of_a_level_and_counts_the_rest(level: Level, name: str, shown: int) -> None:
    *found, last = commands(rendered("github", many(25, level)))
    assert [command[0] for command in found] == [name] * shown
    assert last[0] == "notice"
    assert f"{shown} findings annotated; {25 - shown} more not annotated ({25 - shown} " in last[2]


def test_github_says_no_count_of_what_was_not_folded() -> None:
    assert commands(rendered("github", EMPTY)) == [
        ("notice", {"title": "portlint"}, "web-emscripten: needs-work (no findings); 0 findings annotated.")
    ]


def test_github_escapes_properties_and_data() -> None:
    text = rendered("github", report_of([finding("r", "net.udp", "a,b:c%.gd", 1, message="100%0A: a, b")]))
    assert text.startswith("::error file=a%2Cb%3Ac%25.gd,line=1,title=r::100%250A: a, b ")
    assert commands(text)[0][1]["file"] == "a,b:c%.gd"


@given(ANY_TEXT, ANY_TEXT)
def test_github_commands_hold_any_text(path: str, message: str) -> None:
    text = rendered("github", report_of([finding("r", "net.udp", path, 1, message=message)]))
    (_, properties, data), _ = commands(text)
    assert text.count("\n") == 2
    assert properties == {"file": visible(path), "line": "1", "title": "r"}
    assert data == visible(f"{message} (builds, then fails at run time)")


# gitlab


def issues(report: Report, files: dict[str, bytes] | None = None) -> list[Any]:
    source = read if files is None else files.get
    found: list[Any] = json.loads(reporter("gitlab").render(report, catalog(), RenderOptions(read=source)))
    return found


def test_gitlab_fields_and_severities() -> None:
    found = issues(EXAMPLE)
    for issue in found:
        assert list(issue) == ["description", "check_name", "fingerprint", "severity", "location"]
        assert issue["location"]["lines"]["begin"] >= 1
    assert [issue["severity"] for issue in found] == ["blocker", *["critical"] * 5, *["info"] * 4]
    levels: tuple[Level, ...] = ("partial", "flag", "unknown")
    assert [issues(many(1, level))[0]["severity"] for level in levels] == ["major", "minor", "info"]


def test_gitlab_fingerprints_are_unique() -> None:
    found = [issue["fingerprint"] for issue in issues(hostile_report())]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("path", "line", "text", "same"),
    [
        ("src/net.gd", 2, b"x\nvar a = ENet.new()\n", True),
        ("src/net.gd", 4, b"x\n\n\n    var a = ENet.new()\n", True),  # moved, and indented
        ("core/net.gd", 2, b"y\nvar a = ENet.new()\n", True),  # its folder renamed
        ("src/net.gd", 2, b"x\nvar b = ENet.new()\n", False),
        ("src/web.gd", 2, b"x\nvar a = ENet.new()\n", False),
    ],
)
def test_gitlab_fingerprints_follow_the_content(path: str, line: int, text: bytes, same: bool) -> None:
    before = issues(
        report_of([finding("enet-peer", "net.udp", "src/net.gd", 2)]), {"src/net.gd": b"x\nvar a = ENet.new()\n"}
    )
    after = issues(report_of([finding("enet-peer", "net.udp", path, line)]), {path: text})
    assert (before[0]["fingerprint"] == after[0]["fingerprint"]) is same


def test_gitlab_tells_equal_lines_apart() -> None:
    lines = b"ENet.new()\n" * 3
    found = issues(report_of([finding("enet-peer", "net.udp", "a.gd", line) for line in (1, 2, 3)]), {"a.gd": lines})
    assert len({issue["fingerprint"] for issue in found}) == 3


# junit

SUITE_ATTRIBUTES = {
    *("package", "id", "name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"),
}


@pytest.mark.parametrize("report", [EXAMPLE, EMPTY, hostile_report()], ids=["example", "empty", "hostile"])
def test_junit_holds_what_both_schemas_demand(report: Report) -> None:
    root = ET.fromstring(rendered("junit", report))
    assert (root.tag, root.attrib) == ("testsuites", {})
    assert [suite.get("name") for suite in root] == [target.id for target in report.targets]
    for number, suite in enumerate(root):
        cases = suite.findall("testcase")
        assert [part.tag for part in suite] == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
        assert set(suite.attrib) == SUITE_ATTRIBUTES
        assert suite.get("id") == str(number)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        answers = Counter(answer.tag for case in cases for answer in case)
        counts = {key: int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}
        assert counts == {
            "tests": len(cases),
            "failures": answers["failure"],
            "errors": 0,
            "skipped": answers["skipped"],
        }
        for case in cases:
            assert set(case.attrib) == {"name", "classname", "time"}
            assert len(case) <= 1
            assert all(set(answer.attrib) - {"type"} == {"message"} for answer in case)
            assert all(answer.get("type") for answer in case.findall("failure"))
        assert len({case.get("name") for case in cases}) == len(cases)


def test_junit_is_red_for_errors_only() -> None:
    levels: dict[Level, str] = {"fails-at-run": "failure", "partial": "skipped", "unknown": "skipped"}
    for level, tag in levels.items():
        case = ET.fromstring(rendered("junit", many(2, level))).findall(".//testcase")[1]
        assert [answer.tag for answer in case] == [tag]
        assert (case[0].text or "").count("a.gd:") == 2


def test_junit_of_a_ready_target_has_a_green_case() -> None:
    ready = report_of(())
    target = ready.targets[0]
    ready = Report(
        *(ready.version, ready.root, ready.files, ready.components, ready.dependencies, ready.projects),
        (type(target)(target.id, target.title, "ready", (), None, ()),),
    )
    cases = ET.fromstring(rendered("junit", ready)).findall(".//testcase")
    assert [(case.get("name"), len(case)) for case in cases] == [("verdict", 0)]


def test_junit_holds_no_character_that_xml_has_not() -> None:
    name = "".join(map(chr, (0, 8, 0x1F, 0x7F, 0xDC80, 0xFFFE, 0xFFFF))) + ']]>&<"'
    root = ET.fromstring(rendered("junit", report_of([finding("r", "net.udp", name, 1, name=name, message=name)])))
    shown = '\\x00\\x08\\x1f\\x7f\\x80\\ufffe\\uffff]]>&<"'
    assert root.findall(".//failure")[1].get("message") == f"{shown} (builds, then fails at run time)"


@given(ANY_TEXT)
def test_junit_holds_any_text(text: str) -> None:
    root = ET.fromstring(rendered("junit", report_of([finding("r", "net.udp", text, 1, name=text, message=text)])))
    assert len(list(root.iter("failure"))) == 2


# markdown

OWN_HTML = re.compile(r"</?(?:details|summary)>|&gt;")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")


def columns(row: str) -> int:
    """As GitHub counts: a pipe after a backslash is text, in a code span too."""
    return len(re.findall(r"(?<!\\)\|", row)) - 1


@pytest.mark.parametrize("report", [EXAMPLE, hostile_report()], ids=["example", "hostile"])
def test_markdown_tables_have_their_columns_and_no_foreign_markup(report: Report) -> None:
    head = 0
    rows = 0
    for line in rendered("markdown", report).splitlines():
        if not line.startswith("|"):
            head = 0
        elif head:
            rows += 1
            assert columns(line) == head, line
        else:
            head = columns(line)
        bare = OWN_HTML.sub("", CODE_SPAN.sub("", line.replace("**", "")))
        assert not re.search(r"[<>`\[\]@~_\\]|://", bare), line
    assert rows > len(report.targets)


@pytest.mark.parametrize("report", [EXAMPLE, hostile_report()], ids=["example", "hostile"])
def test_markdown_as_a_parser_reads_it(report: Report) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = parser.render(rendered("markdown", report))
    tags = set(re.findall(r"<([a-z0-9]+)", page))
    assert tags <= {
        *("h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "ul", "li"),
        *("details", "summary"),
    }
    for body in re.findall(r"<table>.*?</table>", page, re.DOTALL):
        assert len({row.count("<td") + row.count("<th>") for row in body.split("<tr>")[1:]}) == 1


def test_markdown_stays_below_the_limit_and_counts_what_it_folded() -> None:
    name = "x" * 200 + "|`中" * 50
    report = report_of([finding("enet-peer", "net.udp", name, line, 1, message=name * 9) for line in range(1, 8001)])
    text = rendered("markdown", report)
    assert len(text.encode()) < MAX_BYTES
    folded = re.search(r"([\d,]+) more findings not shown: a job summary must stay below 1 MiB", text)
    assert folded
    assert text.count("| error |") + int(folded[1].replace(",", "")) == 8000


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("uses fork(): a page has one process", "uses fork(): a page has one process"),
        ("calls pthread_create, and more", "calls `pthread_create`, and more"),
        ("(see <pthread.h>)", "(see `<pthread.h>`)"),
        ("a_b(c)", "`a_b(c)`"),
        ("https://example.org/a.", "`https://example.org/a`."),
        ("@everyone :boom: std::thread", "`@everyone` `:boom`: std::thread"),
        ("tick`s", "``tick`s``"),
        ("`", "`` ` ``"),
    ],
)
def test_prose(text: str, markdown: str) -> None:
    assert prose(text) == markdown


@pytest.mark.parametrize("name", HOSTILE)
def test_a_code_span_holds_the_whole_name(name: str) -> None:
    match = CODE_SPAN.fullmatch(code(name))
    assert match
    assert "\n" not in match[2]


@given(MARKUP)
def test_cells_hold_any_text(text: str) -> None:
    for made in (code(text), prose(text)):
        assert columns(f"| {cell(made)} |") == 1
        assert not re.search(r"[<>`\[\]@~_\\#$&*]", CODE_SPAN.sub("", made))
    match = CODE_SPAN.fullmatch(code(text))
    assert match
    shown = match[2]
    padded = shown[:1] == shown[-1:] == " " and shown.strip(" ")
    assert (shown[1:-1] if padded else shown.strip(" ")) == (visible(text) if padded else visible(text).strip(" "))
