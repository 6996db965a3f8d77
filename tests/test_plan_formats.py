"""The decision sheet as it is printed: the samples' snapshots, its size, names that mean harm, the same bytes again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from report_example import hostile_report

from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.estimate import load_rates, priced
from portlint.planning.hosting import load_hosting
from portlint.planning.sheet import Sheet, sheet
from portlint.reporters import plan_markdown, plan_text

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "sample_projects"
SNAPSHOTS = HERE / "snapshots" / "plan"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/expected.toml"))
TWO_SCREENS = 80


@cache
def sheet_of(sample: str) -> Sheet:
    from portlint.scan import Options, scan

    done = scan(SAMPLES / sample, Options(use_cache=False, jobs=1), lambda done, of: None)
    return sheet(done.report, done.catalog, load_rates(), load_packages(), load_hosting())


def same(file: Path, text: str) -> None:
    """PORTLINT_UPDATE_SNAPSHOTS=1 writes it anew; the difference is read like code."""
    if os.environ.get("PORTLINT_UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", NAMES)
def test_snapshot(sample: str) -> None:
    text = plan_text.render(sheet_of(sample))
    same(SNAPSHOTS / f"{sample}.txt", text)
    assert text.count("\n") <= TWO_SCREENS


def test_snapshot_markdown() -> None:
    same(SNAPSHOTS / "godot_arena.md", plan_markdown.render(sheet_of("godot_arena")))


@pytest.mark.parametrize("sample", NAMES)
def test_verbose_counts_nothing_that_it_could_say(sample: str) -> None:
    assert "(--verbose)" not in plan_text.render(sheet_of(sample), verbose=True)


@pytest.mark.parametrize("sample", NAMES)
def test_no_line_is_wider_than_the_terminal_but_for_a_long_name(sample: str) -> None:
    lines = plan_text.render(sheet_of(sample)).splitlines()
    assert [line for line in lines if len(line) > TWO_SCREENS and len(line.split()) > 1] == []


def test_hostile_names_stay_text() -> None:
    found = sheet(priced(hostile_report(), load_catalog(), load_rates()), load_catalog(), load_rates())
    for text in (plan_text.render(found, verbose=True), plan_markdown.render(found, verbose=True)):
        assert text.encode().decode() == text
        assert [char for char in text if not char.isprintable() and char != "\n"] == []
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", plan_markdown.render(found, verbose=True).replace("<br>", ""))
    assert not re.search(r"[<\[]", bare)  # names that Markdown would read as markup stand in code spans
    assert not re.search(r"(?m)^\s*::|##\[", plan_text.render(found, verbose=True))


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_the_same_bytes_under_any_hash_seed(format: str) -> None:
    command = [sys.executable, "-m", "portlint", "plan", str(SAMPLES / "udp_server_cpp"), "--output-format", format]
    found = {
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "7")
    }
    assert len(found) == 1


def test_an_unknown_target_is_one_line() -> None:
    command = [sys.executable, "-m", "portlint", "plan", str(SAMPLES / "life_web"), "--target", "nowhere"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("portlint: unknown target 'nowhere'")
    assert done.stderr.count("\n") == 1
