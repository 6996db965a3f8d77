"""Every annotated fixture through the real pipeline: each mark is found, and nothing else is.

A fixture's first line names the targets: `targets: wasip1, web-emscripten`. `finding: RULE` at the end of a line
expects that rule there on every one of them, `finding[TARGET, TARGET]: RULE` on these; `(low)` and `(medium)` behind
the rule expect that confidence, no word behind it anything but low.

A folder is a project of its own; one of its files names the targets. Marks go before the scan where a format has no
comments at the end of a line. `x.wat` is assembled to `x.wasm`. `x.expected.toml` stands for the binary `x`: `bytes`
names a file of `tests/fixtures`, and a mark is for all of it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from wasmtime import wat2wasm

from portlint.catalog import load_catalog
from portlint.pages.examples import MARK, TARGETS
from portlint.scan import Options, scan

FIXTURES = Path(__file__).parent / "fixtures" / "rules"
_ANY_MARK = re.compile(r"finding(?:\[[^\]\n]*\])?:")
_WITHOUT_COMMENTS = (
    ".asset", ".ini", ".json", ".meta", ".project", ".unity", ".uplugin", ".uproject", "Dockerfile",
)  # fmt: skip
_BYTES = ".expected.toml"


class Row(NamedTuple):
    """One expected or actual finding. Line 0 stands for a finding of the whole file."""

    target: str
    path: str
    line: int
    rule: str
    confidence: str  # "low", "medium" where a mark asks for it, else "sure"


def fixtures() -> list[Path]:
    """Files that stand alone, and folders that are a project of their own."""
    return sorted(FIXTURES.glob("*/*"))


def files_of(fixture: Path) -> list[Path]:
    return sorted(path for path in fixture.rglob("*") if path.is_file()) if fixture.is_dir() else [fixture]


def in_tree(fixture: Path, path: Path) -> str:
    """`tokio.Cargo.toml` is a fixture's name for a file that has to be called Cargo.toml."""
    name = path.relative_to(fixture if fixture.is_dir() else fixture.parent).as_posix()
    if name.endswith(".wat"):
        return f"{name.removesuffix('.wat')}.wasm"
    return "Cargo.toml" if name.endswith(".Cargo.toml") else name.removesuffix(_BYTES)


def content(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if path.name.endswith(_BYTES):
        return (FIXTURES.parent / str(tomllib.loads(text)["bytes"])).read_bytes()
    if path.suffix == ".wat":
        return bytes(wat2wasm(text))
    if path.name.endswith(_WITHOUT_COMMENTS):
        text = MARK.sub("", TARGETS.sub("", text, count=1))
    return text.encode()


def targets_of(fixture: Path) -> tuple[str, ...]:
    for path in files_of(fixture):
        found = TARGETS.match(path.read_text(encoding="utf-8"))
        if found:
            return tuple(name.strip() for name in found[1].split(","))
    raise AssertionError(f"{fixture}: no `targets:` line")


def expected(fixture: Path, targets: tuple[str, ...]) -> set[Row]:
    rows = set()
    for path in files_of(fixture):
        text = path.read_text(encoding="utf-8")
        marks = list(MARK.finditer(text))
        assert len(marks) == len(_ANY_MARK.findall(text)), f"{path}: a mark that this test cannot read"
        for mark in marks:
            line = text.count("\n", 0, mark.start()) + 1
            named = [name.strip() for name in mark[1].split(",")] if mark[1] else targets
            assert set(named) <= set(targets), f"{path}:{line}: a target that the first line does not name"
            rules = mark[2].split(", ")
            where = in_tree(fixture, path)
            rows |= {Row(t, where, line, rule, mark[3] or "sure") for t in named for rule in rules}
    return rows


def actual(fixture: Path, targets: tuple[str, ...], folder: Path, medium: set[tuple[str, str, int, str]]) -> set[Row]:
    for path in files_of(fixture):
        placed = folder / in_tree(fixture, path)
        placed.parent.mkdir(parents=True, exist_ok=True)
        placed.write_bytes(content(path))
    if fixture.suffix == ".gd":  # a script lives in a project; without one no engine target is asked
        settings = 'config_version=5\n[application]\nconfig/features=PackedStringArray("4.6")\n'
        (folder / "project.godot").write_text(settings)
    report = scan(folder, Options(targets=targets, use_cache=False, jobs=1), lambda _done, _all: None).report
    bad = [record for record in report.files if record.state == "not-analysed"]
    assert not bad, f"not read: {bad}"
    rows = set()
    for target in report.targets:
        for finding in target.findings:
            where = (target.id, finding.location.path, finding.location.line, finding.rule)
            exact = finding.confidence == "low" or (finding.confidence == "medium" and where in medium)
            rows.add(Row(*where, finding.confidence if exact else "sure"))
    return rows


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_marks_and_findings_agree(fixture: Path, tmp_path: Path) -> None:
    targets = targets_of(fixture)
    want = expected(fixture, targets)
    medium = {row[:4] for row in want if row.confidence == "medium"}
    got = actual(fixture, targets, tmp_path, medium)
    whole_file = {(row.target, row.path, row.rule) for row in got if not row.line}
    want = {row._replace(line=0) if (row.target, row.path, row.rule) in whole_file else row for row in want}
    missed, extra = sorted(want - got), sorted(got - want)
    report = [*(f"missed: {row}" for row in missed), *(f"extra:  {row}" for row in extra)]
    assert not report, "\n".join(["", *report])


def test_every_rule_has_a_fixture_with_a_hit_and_a_near_miss() -> None:
    marked = set()
    for fixture in fixtures():
        lines = [line for path in files_of(fixture) for line in path.read_text(encoding="utf-8").splitlines()]
        found = {rule for line in lines for mark in MARK.finditer(line) for rule in mark[2].split(", ")}
        unmarked = [line for line in lines if line.strip() and not MARK.search(line) and not TARGETS.match(line)]
        assert unmarked, f"{fixture}: nothing but hits"
        marked |= found
    assert sorted(load_catalog().rules.keys() - marked) == []
