"""The estimates of the sample projects change only together with an entry in the changelog.

`python tests/test_estimate_golden.py` writes them anew; the row in `golden/changes.toml` is then written by hand.
"""

from __future__ import annotations

import json
import sys
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
SAMPLES = HERE.parent / "sample_projects"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/expected.toml"))

Json = dict[str, Any]


@cache
def estimates(sample: str) -> Json:
    """By target and project: days to each milestone (P10, P50, P90), class, grade; for the targets of the sample."""
    from portlint.catalog import load_catalog
    from portlint.estimate import load_rates, priced
    from portlint.scan import Options, scan

    verdicts = tomllib.loads((SAMPLES / sample / "expected.toml").read_text())["verdict"]
    asked = Options(targets=tuple(sorted(verdicts)), use_cache=False, jobs=1)
    report = priced(scan(SAMPLES / sample, asked, lambda done, of: None).report, load_catalog(), load_rates())
    found: Json = {}
    for project in report.projects:
        for target, answer in sorted(project.estimates.items()):
            days = {one.milestone: [one.days.p10, one.days.p50, one.days.p90] for one in answer.stages}
            row = {"milestone": answer.milestone, "size": answer.size, "grade": answer.grade, "days": days}
            found.setdefault(target, {})[project.path] = row
    return found


def written(sample: str) -> str:
    return json.dumps(estimates(sample), indent=1, sort_keys=True) + "\n"


def digest() -> str:
    """Of all golden files together."""
    whole = b"\0".join(path.name.encode() + path.read_bytes() for path in sorted(GOLDEN.glob("*.json")))
    return sha256(whole.replace(b"\r\n", b"\n")).hexdigest()[:16]


@pytest.mark.parametrize("sample", NAMES)
def test_the_estimate_of_a_sample_is_the_one_that_was_agreed(sample: str) -> None:
    assert written(sample) == (GOLDEN / f"{sample}.json").read_text()


def test_there_is_a_golden_file_for_each_sample_and_no_other() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == NAMES


def test_a_changed_estimate_has_an_entry_in_the_changelog() -> None:
    changes = tomllib.loads((GOLDEN / "changes.toml").read_text())["change"]
    last = changes[-1]
    assert last["digest"] == digest(), "add a [[change]] to tests/golden/changes.toml, and its entry to CHANGELOG.md"
    changelog = " ".join((HERE.parent / "CHANGELOG.md").read_text().split())
    for change in changes:
        assert change["entry"] in changelog


def test_a_container_has_no_estimate() -> None:
    assert all("container" not in json.loads((GOLDEN / f"{sample}.json").read_text()) for sample in NAMES)


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent), str(HERE)]
    GOLDEN.mkdir(exist_ok=True)
    for name in NAMES:
        (GOLDEN / f"{name}.json").write_text(written(name), newline="\n")
    print(f'[[change]]\ndigest = "{digest()}"\nentry = ""')
