"""The scores of the back-test, on made-up ports, and one made-up port from end to end."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.backtest import judged
from benchmarks.backtest_bars import bars
from benchmarks.backtest_ports import Port, fetch, load_ports, tree_of
from benchmarks.backtest_score import (
    constant_errors,
    fitted_errors,
    is_inside,
    is_narrow,
    names_top_two,
    rank_correlation,
    score_files,
    top_areas,
)
from benchmarks.places_fit import Sample, fit, solved

Git = Callable[..., str]
TABLE = """
[[port]]
name = "tiny"
repo = "someone/tiny"
base = "{base} (a fork)"
end = "{end}"
kind = "game"
base_source_files = 20
author_days_visible = 5
change_lines = {{ sockets = 9, fs = 2 }}
touched = ["src/net.c", "src/gone.c"]
"""
SIDE = '[tiny]\nmilestone = "boots"\ntarget = "web-emscripten"\neffort = "clean"\n'
NET = "#include <sys/socket.h>\nint net_open(void) { return socket(AF_INET, SOCK_DGRAM, 0); }\n"
RANKED = [f"{letter}.c" for letter in "abcdefghij"]


def tiny(tmp_path: Path, base: str = "", end: str = "") -> Port:
    table, side = tmp_path / "ports.toml", tmp_path / "side.toml"
    table.write_text(TABLE.format(base=base, end=end))
    side.write_text(SIDE)
    return load_ports(table, side)[0]


@pytest.mark.parametrize(("note", "days"), [('"~8"', 8), ('"8"', 8), ('"n/a"', 5)])
def test_days_of_the_note_go_first(tmp_path: Path, note: str, days: float) -> None:
    table, side = tmp_path / "ports.toml", tmp_path / "side.toml"
    table.write_text(TABLE.format(base="", end="") + f"effort_note = {note}\n")
    side.write_text(SIDE)
    assert load_ports(table, side)[0].author_days == days


def test_files() -> None:
    scored = score_files(RANKED, expected=4, touched={"a.c", "d.c", "zz.c"}, sources=20, grep_share=0.2)
    assert scored.at_share == pytest.approx(1 / 3)  # the best 2 of 20
    assert scored.at_3k == pytest.approx(2 / 3)
    assert (scored.expected, scored.share, scored.precision) == (pytest.approx(2 / 3), 0.2, 0.5)
    assert scored.at_grep == pytest.approx(2 / 3)


def test_nothing_expected_is_no_division_by_zero() -> None:
    scored = score_files(RANKED, 0, {"a.c"}, 10, None)
    assert (scored.expected, scored.precision, scored.at_grep) == (0.0, 0.0, None)


@pytest.mark.parametrize(
    ("named", "changed", "expected"),
    [
        (["fs", "audio", "net"], {"fs": 9, "audio": 8, "net": 1}, True),
        (["fs", "net", "audio"], {"fs": 9, "audio": 8}, True),
        (["fs", "a", "b", "c", "d", "audio"], {"fs": 9, "audio": 8}, False),  # only the first five count
        (["fs"], {"fs": 9}, True),
        (["net"], {"fs": 9}, False),
        (["fs"], {}, None),
    ],
)
def test_top_two_areas(named: list[str], changed: dict[str, int], expected: bool | None) -> None:
    assert names_top_two(named, changed) is expected


def test_ties_of_areas_go_by_name() -> None:
    assert top_areas({"net": 3, "fs": 3, "audio": 3}) == ["audio", "fs"]


def test_ranges() -> None:
    assert is_inside(2, 8, 2)
    assert not is_inside(2, 8, 8.5)
    assert is_narrow(2, 12)
    assert not is_narrow(2, 12.5)
    assert not is_narrow(0, 1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 400], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 1, 2, 2], [1, 1, 5, 5], 1.0),
        ([1, 2, 2, 3], [1, 2, 3, 4], 0.9487),  # the ties share rank 2.5
    ],
)
def test_rank_correlation(first: list[float], second: list[float], expected: float) -> None:
    assert rank_correlation(first, second) == pytest.approx(expected, abs=1e-4)


def test_rank_correlation_of_nothing_is_none() -> None:
    assert math.isnan(rank_correlation([1, 2], [1, 2]))
    assert math.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))


def test_baselines_leave_one_out() -> None:
    assert constant_errors([1, 2, 4]) == [
        pytest.approx(math.log2(3)),
        pytest.approx(math.log2(1.25)),
        pytest.approx(math.log2(4 / 1.5)),
    ]
    assert fitted_errors([1, 3, 7, 15], [2, 4, 8, 16]) == pytest.approx([0, 0, 0, 0])  # a line in logarithms


def test_equations_are_solved() -> None:
    assert solved([[0, 2], [4, 1]], [6, 11]) == pytest.approx([2, 3])


def test_the_fit_finds_the_sign_that_tells(tmp_path: Path) -> None:
    rows = [[float(number % 7), float(number % 3)] for number in range(60)]
    weights, constant = fit([Sample(tiny(tmp_path), [], rows, [row[0] > 4 for row in rows])])
    assert weights[0] > 5 * abs(weights[1])
    assert constant + 4.5 * weights[0] + weights[1] == pytest.approx(0, abs=0.5)  # between the two halves


def test_a_port_from_end_to_end(tmp_path: Path, make_tree: Callable[..., Path]) -> None:
    plain = {f"src/plain{number}.c": f"int add{number}(int a) {{ return a; }}\n" for number in range(18)}
    make_tree({**plain, "src/net.c": NET}, "tiny")
    make_tree({**plain, "src/net.c": f"#ifndef __EMSCRIPTEN__\n{NET}#endif\n"}, "tiny-end")
    outcome = judged(tiny(tmp_path, end="abc"), tmp_path)
    assert outcome is not None
    assert outcome.files.at_share == 0.5  # src/gone.c is not in the tree: missed
    assert "sockets" in outcome.areas
    assert outcome.before is not None
    assert outcome.after is not None
    assert outcome.after.p50 < outcome.before.p50
    said = "\n".join(bars([outcome]))
    assert "MISSED  median recall, the best 10 % of each tree: 0.50" in said
    assert "met     the estimate falls from base to end (n = 1): 1.00" in said


def test_a_missing_tree_is_no_score(tmp_path: Path) -> None:
    assert judged(tiny(tmp_path), tmp_path) is None
    (tmp_path / "tiny").mkdir()
    assert tree_of(tmp_path, tiny(tmp_path)) is None  # an empty folder is no tree


def test_fetch_checks_out_both_commits(tmp_path: Path, make_tree: Callable[..., Path], git: Git) -> None:
    (tmp_path / "host/someone").mkdir(parents=True)
    source = make_tree({"a.c": "int a;\n"}, "host/someone/tiny")
    commits = []
    for text in ("int a;\n", "int b;\n"):
        (source / "a.c").write_text(text)
        if not commits:
            git(source, "init", "-q")
        git(source, "add", ".")
        git(source, "commit", "-q", "-m", "x")
        commits.append(git(source, "rev-parse", "--short=12", "HEAD").strip())
    trees = tmp_path / "trees"
    trees.mkdir()
    port = tiny(tmp_path, *commits)
    assert fetch(trees, port, f"{tmp_path}/host/") == ""
    assert (trees / "tiny/a.c").read_text() == "int a;\n"
    assert (trees / "tiny-end/a.c").read_text() == "int b;\n"
    assert fetch(trees, port, f"{tmp_path}/host/") == ""  # what is there stays


def test_fetch_says_what_failed(tmp_path: Path) -> None:
    assert "does not exist" in fetch(tmp_path, tiny(tmp_path, "abc"), f"{tmp_path}/nowhere/")
