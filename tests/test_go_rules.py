"""The rules for Go: fixtures through extractor and rules, and levels as the real toolchain showed them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from speaking import rules_of, speaking

from portlint.catalog import load_catalog, vocabulary
from portlint.extractors.manifest.packages import go_mod
from portlint.extractors.source.go import extractor as go_lang
from portlint.judge.matching import Matcher
from portlint.model.catalog import Rule
from portlint.model.fact import Fact
from portlint.projects.go_gaps import with_gaps

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures" / "rules" / "go"
TRUTH = HERE / "truth" / "go"
TARGETS = re.compile(r"// targets: ([\w, -]+)")
MARK = re.compile(r"//\s*finding(?:\[([\w, -]+)\])?:\s*([\w-]+)(?:\s*\((low|medium)\))?\s*$")

# What a probe measures, and what the rules know it by; "" is what no rule speaks of, since it works everywhere.
MEASURED = {
    "cgo": "go.cgo",
    "chmod": "go.file-mode",
    "dns": "go.dns",
    "exec": "go.process",
    "file": "go.file",
    "goroutine": "",
    "http-get": "go.http-client",
    "http-serve": "go.http-server",
    "interfaces": "go.interfaces",
    "kill": "go.kill",
    "lock-thread": "",
    "mmap": "go.syscall",
    "pipe": "go.pipe",
    "plugin": "go.plugin",
    "random": "",
    "signal": "go.signal",
    "start-process": "go.process",
    "syscall-kill": "go.kill",
    "syscall-socket": "go.syscall-socket",
    "tcp-dial": "go.dial",
    "tcp-listen": "go.listen",
    "time": "",
    "udp-dial": "go.udp-dial",
    "udp-listen": "go.udp",
    "udp-send": "go.udp",
    "unix-listen": "go.unix",
    "user": "go.user",
}
PORTS = {"wasip1": "wasip1", "js": "web-emscripten"}


def facts(path: Path) -> tuple[Fact, ...]:
    """Of one file, in a package with the files beside it where these are a module."""
    folder = path.parent if (path.parent / "go.mod").exists() else None
    files = sorted(folder.iterdir()) if folder else [path]
    read = {each.name: each.read_bytes() for each in files}
    extractions = {
        name: go_mod.extract(name, data)
        if name == "go.mod"
        else go_lang.extract(name, data, vocabulary(load_catalog(), "go"))
        for name, data in read.items()
    }
    return with_gaps(extractions, read.__getitem__)[path.name].facts


def fixtures() -> list[Path]:
    return sorted(path for path in FIXTURES.rglob("*") if path.is_file())


def findings(path: Path, name: str) -> set[tuple[int, str, str]]:
    return {(fact.location.line, rule.id, match.confidence) for fact, rule, match, _ in speaking(facts(path), name)}


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.name)
def test_marks_and_findings_agree(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    named = TARGETS.match(lines[0]) or TARGETS.match((FIXTURES / "module" / "go.mod").read_text(encoding="utf-8"))
    assert named
    for target in named[1].split(", "):
        marks = set()
        for number, line in enumerate(lines, 1):
            mark = MARK.search(line)
            if mark and (not mark[1] or target in mark[1].split(", ")):
                marks.add((number, mark[2], mark[3] or "high"))
        assert findings(path, target) == marks, target


def test_every_rule_has_a_mark() -> None:
    marked = {
        mark[2]
        for path in fixtures()
        for line in path.read_text(encoding="utf-8").split("\n")
        if (mark := MARK.search(line))
    }
    assert {rule.id for rule in rules_of("go")} == marked


@pytest.mark.parametrize("rule", rules_of("go"), ids=lambda rule: rule.id)
def test_rule_is_complete(rule: Rule) -> None:
    assert rule.source.startswith("https://")
    assert rule.checked is not None and rule.notes
    assert rule.summary[0].islower() and not rule.summary.endswith(".")
    assert {match.language for match in rule.match} == {"go"}
    for match in rule.match:
        assert match.kind not in ("call", "type") or all(
            re.fullmatch(r"[\w./-]+\.[A-Z]\w*", name) for name in match.names
        )


def measured() -> dict[str, Any]:
    return tomllib.loads((TRUTH / "results.toml").read_text(encoding="utf-8"))


def test_every_probe_can_succeed() -> None:
    """The control: natively each of them works, so a failure elsewhere is the port's."""
    control = measured()["native"]
    assert {name: row["level"] for name, row in control.items() if row["level"] != "works"} == {}
    assert set(control) == {path.stem for path in (TRUTH / "programs").glob("*.go")}


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("probe", MEASURED)
def test_levels_are_those_of_the_real_toolchain(port: str, probe: str) -> None:
    said = measured()[port][probe]["level"]
    needs = MEASURED[probe]
    if not needs:
        assert said == "works"
        return
    level = load_catalog().targets[PORTS[port]].support[needs].level
    assert level == said or (said == "works" and level in ("flag", "partial"))


@pytest.mark.parametrize("probe", [name for name, needs in MEASURED.items() if needs])
def test_the_program_of_a_probe_shows_its_need(probe: str) -> None:
    """The same source that was built and run makes a fact whose rule needs the capability."""
    matcher = Matcher(load_catalog().rules.values())
    chosen = [matcher.first(fact) for fact in facts(TRUTH / "programs" / f"{probe}.go")]
    assert MEASURED[probe] in {row[0].needs for row in chosen if row}
