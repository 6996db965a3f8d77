"""The sample projects get the verdicts and findings that their `expected.toml` asks for, and none that it forbids."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portlint.catalog import load_catalog

SAMPLES = Path(__file__).resolve().parent.parent / "sample_projects"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/expected.toml"))
PATTERNS = ("path", "name", "rule", "capability")
EXACT = ("level", "severity", "blocker", "kind", "line")

Row = dict[str, Any]


@cache
def expected(sample: str) -> Row:
    return tomllib.loads((SAMPLES / sample / "expected.toml").read_text())


@cache
def findings(sample: str) -> dict[str, Row]:
    """The targets of the JSON report, by id, for every target of the catalogue."""
    targets = [part for name in load_catalog().targets for part in ("--target", name)]
    command = [sys.executable, "-m", "portlint", "scan", str(SAMPLES / sample), *targets]
    done = subprocess.run(
        [*command, "--no-cache", "--exit-zero", "--output-format", "json"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return {target["id"]: target for target in json.loads(done.stdout)["targets"]}


def claims(word: str) -> list[Any]:
    rows = [(sample, row) for sample in NAMES for row in expected(sample)[word]]
    shown = ("target", "rule", "capability", "name")
    return [
        pytest.param(sample, row, id=f"{number}-{sample}-{'-'.join(row[key] for key in shown if key in row)}")
        for number, (sample, row) in enumerate(rows)
    ]


def met_by(sample: str, row: Row) -> list[Row]:
    """The findings that a row speaks of; a key that it does not have is not asked for."""
    reports = findings(sample)
    asked = [row["target"]] if "target" in row else list(reports)
    return [finding for name in asked for finding in reports[name]["findings"] if meets(sample, finding, row)]


def meets(sample: str, finding: Row, row: Row) -> bool:
    if "at" in row and (finding["path"], finding["line"]) != (row["path"], line_with(sample, row["path"], row["at"])):
        return False
    return all(fnmatchcase(finding[key], row[key]) for key in PATTERNS if key in row) and all(
        finding[key] == row[key] for key in EXACT if key in row
    )


def line_with(sample: str, path: str, text: str) -> int:
    lines = (SAMPLES / sample / path).read_text().splitlines()
    (number,) = [number for number, line in enumerate(lines, start=1) if line.strip() == text]
    return number


@pytest.mark.parametrize("sample", NAMES)
def test_verdicts(sample: str) -> None:
    """Every target is named, but for those of engines that the sample has nothing to do with."""
    verdicts = {name: target["verdict"] for name, target in findings(sample).items()}
    foreign = {name: "unknown" for name, target in load_catalog().targets.items() if target.engine}
    assert verdicts == foreign | expected(sample)["verdict"]


@pytest.mark.parametrize(("sample", "row"), claims("must"))
def test_findings_that_must_be_there(sample: str, row: Row) -> None:
    assert met_by(sample, row)


@pytest.mark.parametrize(("sample", "row"), claims("must_not"))
def test_findings_that_must_not(sample: str, row: Row) -> None:
    assert met_by(sample, row) == []


@pytest.mark.parametrize("sample", NAMES)
def test_the_expectations_name_only_what_exists(sample: str) -> None:
    catalog = load_catalog()
    for row in (*expected(sample)["must"], *expected(sample)["must_not"]):
        assert set(row) <= {"target", "at", *PATTERNS, *EXACT}
        assert row.get("target", "wasip1") in catalog.targets
        assert row.get("rule", "udp-socket") in catalog.rules
        assert row.get("capability", "net.udp") in catalog.capabilities
        assert "path" not in row or list((SAMPLES / sample).glob(row["path"]))
        if "at" in row:
            line_with(sample, row["path"], row["at"])
