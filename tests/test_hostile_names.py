"""Names on disk that mean harm, through the whole tool, into every format: nothing escapes and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from test_formats import CODE_SPAN, OWN_HTML, columns, commands

import portlint
from portlint import cli
from portlint.commands.scan import FORMATS
from portlint.reporters import REPORTERS
from portlint.reporters.sanitise import raw, visible

NAMES = (
    "a b",
    " lead and trail ",
    "bad\udcff\udc80",
    "line\nbreak",
    "cr\rback",
    "tab\there",
    "esc\x1b[31m",
    "osc\x1b]8;;evil\x07link",
    "bidi\u202egpj",
    "c1\u009b31m",
    "ls\u2028ps\u2029",
    "nonchar\ufffe",
    "<script>alert(1)<script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;&#60;i&#62;",
    "]]>-->",
    "%41%0A",
    "#frag?query",
    "-rf",
    "::error::owned",
    "x ::set-output name=a::b",
    "##[error]owned",
    "a,line=9:b",
    "[red]red[bold]",
    "[click](javascript:alert(1))",
    "![x](y)",
    "{0}{{x}}",
    "pipe|pipe",
    "pipe|tick`s\\",
    "``` ~~~",
    "back\\x1bslash\\",
    "back\\\\|pipe",
    "$(id);'\"",
    "@everyone *_~",
    "C:x",
    "CON",
    "中文 😀 e\u0301",
    "n" * 253,
)
CHUNKS = [NAMES[at : at + 10] for at in range(0, len(NAMES), 10)]  # GitHub's format shows ten errors
SOURCE = b"#include <unistd.h>\nint go(void) { return fork(); }\n"
TARGET = "wasip1"
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The tool as a user starts it, in a folder."""
    home = Path(portlint.__file__).parent.parent
    return subprocess.run(
        [sys.executable, "-m", "portlint", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(home), **environment},
        capture_output=True,
        check=False,
    )


def all_formats(folder: Path) -> list[str]:
    return [part for name in REPORTERS for part in ("--output", f"{name}={folder / name}")]


def test_the_command_line_offers_every_format() -> None:
    assert set(FORMATS) == set(REPORTERS)


@pytest.fixture(scope="module", params=CHUNKS, ids=lambda names: ascii(names[0]))
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A tree with a source file of each name, and a Godot project with an addon of each; its report in every format."""
    names: tuple[str, ...] = request.param
    top = tmp_path_factory.mktemp("hostile")
    root = top / os.fsdecode(b"::error::root\xff\x1b[31m|`<b>")
    for name in names:
        (root / "src").mkdir(parents=True, exist_ok=True)
        (root / "src" / f"{name}.c").write_bytes(SOURCE)
        addon = root / "game" / "addons" / name
        addon.mkdir(parents=True)
        (addon / "plug.gdextension").write_bytes(
            b'[configuration]\nentry_symbol = "go"\n[libraries]\nlinux.x86_64 = "libplug.so"\n'
        )
        (addon / "libplug.so").write_bytes(b"\x7fELF no more")
    (root / "game" / "project.godot").write_bytes(b'config_version=5\n[application]\nconfig/name="|`<i>::error::"\n')
    done = run(top, "scan", str(root), "--no-cache", "--target", TARGET, "--target", "godot-web", *all_formats(top))
    assert done.returncode == cli.FOUND, done.stderr.decode()
    written = {name: (top / name).read_bytes().decode() for name in REPORTERS}
    return {"names": names, "paths": {f"src/{name}.c" for name in names}, "terminal": done.stdout.decode(), **written}


@pytest.mark.parametrize("name", ["terminal", *sorted(set(REPORTERS) - {"html"})])
def test_no_control_character_and_no_command_comes_from_a_name(name: str, reports: dict[str, Any]) -> None:
    """Runners obey `::x::` at the start of a line and `##[x]` anywhere, in a report that is printed too."""
    text: str = reports[name]
    assert not _HARMFUL.search(text)
    assert not re.search(r"##\w*\[", text)
    if name != "github":
        assert not re.search(r"^\s*::", text, re.MULTILINE)


def test_text_and_concise_can_be_taken_back(reports: dict[str, Any]) -> None:
    for name in ("text", "concise"):
        lines = reports[name].splitlines()
        found = {raw(match[1]) for line in lines if (match := re.match(r"(src/.*?\.c):2(?::\d+)?: error\[", line))}
        assert found == reports["paths"]


def findings_of_json(name: str, text: str) -> Iterator[dict[str, Any]]:
    if name == "json":
        for target in json.loads(text)["targets"]:
            yield from target["findings"]
        return
    for line in text.splitlines():
        record = json.loads(line)
        if record["type"] == "finding":
            yield record


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_json_is_lossless(name: str, reports: dict[str, Any]) -> None:
    exact = {
        unquote_to_bytes(found["path_uri"]) if "path_uri" in found else found["path"].encode()
        for found in findings_of_json(name, reports[name])
    }
    assert exact >= {os.fsencode(path) for path in reports["paths"]}


def test_sarif_uris_give_the_bytes_back(reports: dict[str, Any]) -> None:
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for run_ in json.loads(reports["sarif"])["runs"]
        for result in run_["results"]
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._~%/-]+", uri) for uri in uris)
    assert {unquote_to_bytes(uri) for uri in uris} >= {os.fsencode(path) for path in reports["paths"]}


def test_github_has_one_command_a_finding(reports: dict[str, Any]) -> None:
    *found, last = commands(reports["github"])
    total = sum(len(target["findings"]) for target in json.loads(reports["json"])["targets"])
    counts = re.search(r"(\d+) findings annotated(?:; (\d+) more)?", last[2])
    assert counts
    assert int(counts[1]) == len(found)
    assert int(counts[1]) + int(counts[2] or 0) <= total
    assert {command[0] for command in found} <= {"error", "warning", "notice"}
    shown = {visible(path) for path in reports["paths"]}
    own = [command[1] for command in found if command[1]["file"].startswith("src/")]
    assert {properties["file"] for properties in own} <= shown
    assert all(set(properties) == {"file", "line", "col", "title"} for properties in own)
    assert all((properties["line"], properties["title"]) == ("2", "process-fork") for properties in own)


def test_gitlab_keeps_every_issue(reports: dict[str, Any]) -> None:
    issues = json.loads(reports["gitlab"])
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    paths = [issue["location"]["path"] for issue in issues]
    assert sum(path.startswith("src/") for path in paths) >= len(reports["names"])


def test_junit_is_xml_of_known_elements(reports: dict[str, Any]) -> None:
    root = ET.fromstring(reports["junit"])
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped"),
        *("system-out", "system-err"),
    }
    text = "\n".join(element.text or "" for element in root.iter("failure"))
    found = {raw(match[1]) for line in text.splitlines() if (match := re.match(r"(src/.*?\.c):2:\d+: error: ", line))}
    assert found == reports["paths"]


def test_markdown_has_no_foreign_cell_and_no_markup(reports: dict[str, Any]) -> None:
    head = 0
    for line in reports["markdown"].splitlines():
        if not line.startswith("|"):
            head = 0
        elif head:
            assert columns(line) == head, line
        else:
            head = columns(line)
        bare = OWN_HTML.sub("", CODE_SPAN.sub("", line.replace("**", "")))
        assert not re.search(r"[<>`\[\]@~_\\#$&]|://", bare.lstrip("#")), line
    spans = {match[2].replace("\\|", "|") for match in CODE_SPAN.finditer(reports["markdown"])}
    stripped = spans | {span[1:-1] for span in spans if span[:1] == span[-1:] == " "}
    assert {raw(span) for span in stripped} >= reports["paths"]


class _Page(HTMLParser):
    """Elements and their attributes; the text of scripts apart."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.skipif("html" not in REPORTERS, reason="no HTML report in this version")
def test_html_has_no_foreign_element(reports: dict[str, Any]) -> None:
    page = _Page()
    page.feed(reports["html"])
    assert not [tag for tag, _ in page.tags if tag in ("img", "iframe", "object", "embed", "base")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [name for name in reports["names"] if re.search("[<\x00-\x1f\u202e]", name) and name in reports["html"]]


# the same bytes, whatever the machine

# Read by Python at its start: a file system that lists every folder the other way round.
REVERSED = """
import os
_scandir, _listdir = os.scandir, os.listdir

class _Backwards:
    def __init__(self, path="."):
        with _scandir(path) as found:
            self._entries = reversed(sorted(found, key=lambda entry: entry.name))
    def __iter__(self): return self
    def __next__(self): return next(self._entries)
    def __enter__(self): return self
    def __exit__(self, *_): self.close()
    def close(self): pass

os.scandir = _Backwards
os.listdir = lambda path=".": sorted(_listdir(path), reverse=True)
"""


def test_reports_depend_on_the_tree_alone(tmp_path: Path) -> None:
    """Order on disk, hash seed, locale, time zone, working directory, workers: none of them may show."""
    names = [*NAMES[:12], "b/z", "b/a", "a/c", "\u00e9"]
    (tmp_path / "sitecustomize.py").write_text(REVERSED)
    home = str(Path(portlint.__file__).parent.parent)
    backwards = os.pathsep.join((str(tmp_path), home))
    settings = (
        (".", {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}, "1"),
        ("..", {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "PYTHONPATH": backwards}, "2"),
        ("/", {"PYTHONHASHSEED": "77", "PYTHONIOENCODING": "latin-1", "TZ": "EST5"}, "2"),
    )
    outputs: list[dict[str, bytes]] = []
    for number, (place, environment, jobs) in enumerate(settings):
        top = tmp_path / str(number)
        root = top / "tree"
        for name in names if number else names[::-1]:
            file = root / "src" / f"{name}.c"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(SOURCE)
        folder = Path(place) if place == "/" else (root / place).resolve()
        arguments = ("scan", os.path.relpath(root, folder), "--no-cache", "--jobs", jobs, "--target", TARGET)
        done = run(folder, *arguments, *all_formats(top), **environment)
        assert done.returncode == cli.FOUND, done.stderr.decode()
        outputs.append({"stdout": done.stdout, **{name: (top / name).read_bytes() for name in REPORTERS}})
    assert outputs[1] == outputs[0]
    assert outputs[2] == outputs[0]
