"""Real projects at pinned commits get the verdicts and findings that `corpus/*.toml` asks for, and none it forbids.

`PORTLINT_CORPUS` names a folder with one checkout a project, called like its file here; what is absent is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
EXPECTED: dict[str, Row] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "corpus").glob("*.toml"))
}
TARGETS = ("godot-web", "godot-web-threads", "wasip1")
PATTERNS = ("path", "name", "rule", "capability")
EXACT = ("severity", "blocker", "via", "level")
KEYS = {"repository", "commit", "projects", "findings", "verdict", "project", "must", "must_not", "targets"}

EACH = pytest.mark.parametrize("name", EXPECTED)


@cache
def report(name: str) -> Row:
    """The JSON report of one checkout."""
    if not (CORPUS / name).is_dir():
        pytest.skip(f"no checkout of {EXPECTED[name]['repository']} in PORTLINT_CORPUS")
    asked = [part for target in targets(name) for part in ("--target", target)]
    command = [sys.executable, "-m", "portlint", "scan", str(CORPUS / name), *asked]
    done = subprocess.run(
        [*command, "--no-cache", "--exit-zero", "--output-format", "json"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: Row = json.loads(done.stdout)
    return found


def targets(name: str) -> list[str]:
    return list(EXPECTED[name].get("targets", TARGETS))


def claims(word: str) -> list[Any]:
    shown = ("target", "rule", "path")
    return [
        pytest.param(name, row, id=f"{name}-{number}-{'-'.join(str(row[key]) for key in shown if key in row)}")
        for name, expected in EXPECTED.items()
        for number, row in enumerate(expected.get(word, ()))
    ]


def met_by(name: str, row: Row) -> list[Row]:
    """Findings that a row speaks of; a key that it does not have is not asked for."""
    return [
        finding
        for target in report(name)["targets"]
        if row.get("target", target["id"]) == target["id"]
        for finding in target["findings"]
        if all(fnmatchcase(finding[key], row[key]) for key in PATTERNS if key in row)
        and all(finding[key] == row[key] for key in EXACT if key in row)
    ]


@EACH
def test_the_expectation_says_what_it_rests_on(name: str) -> None:
    expected = EXPECTED[name]
    assert set(expected) <= KEYS
    assert len(expected["commit"]) == 40
    assert expected["must"]
    assert expected["must_not"]
    rows = [*expected["must"], *expected["must_not"]]
    assert all(set(row) <= {"target", *PATTERNS, *EXACT} for row in rows)


@EACH
def test_verdicts(name: str) -> None:
    found = {target["id"]: target["verdict"] for target in report(name)["targets"]}
    expected = EXPECTED[name].get("verdict", {})
    assert {target: found[target] for target in expected} == expected


@EACH
def test_verdicts_of_projects(name: str) -> None:
    found = {project["path"]: project["verdicts"] for project in report(name)["projects"]}
    assert len(found) == EXPECTED[name]["projects"]
    for path, expected in EXPECTED[name].get("project", {}).items():
        assert {target: found[path].get(target) for target in expected} == expected, path


@EACH
def test_not_more_findings_than_somebody_reads(name: str) -> None:
    counts = {target["id"]: len(target["findings"]) for target in report(name)["targets"]}
    assert all(count <= EXPECTED[name]["findings"] for count in counts.values()), counts


@pytest.mark.parametrize(("name", "row"), claims("must"))
def test_findings_that_must_be_there(name: str, row: Row) -> None:
    assert met_by(name, row)


@pytest.mark.parametrize(("name", "row"), claims("must_not"))
def test_findings_that_must_not_be_there(name: str, row: Row) -> None:
    assert met_by(name, row) == []
