"""Fit the weights of rules/places.toml to ports, and say what they are worth where the port was left out of the fit.

python benchmarks/places_fit.py PORTS.toml... TREES

A logistic regression of "the port touched the file" on the signs of each file; every port weighs the same, and so do
touched and untouched files. Every port is then ranked by a fit to the ports of the other repositories. TREES as for
backtest.py. A file is expected from the score on at which half of the ports have at most a tenth of theirs expected.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.backtest_ports import Port, load_ports, tree_of
from benchmarks.backtest_score import SHARE, Files, median, score_files
from portlint.planning.knowledge import load_knowledge
from portlint.planning.places import expected_count
from portlint.scan import Options, scan

_RIDGE = 0.1  # of standardised weights; 0.01 to 1 gave the same ranking quality
_STEPS = 15


class Sample(msgspec.Struct, frozen=True):
    """A port's files, their signs in the order of the knowledge, and whether the port touched them."""

    port: Port
    paths: list[str]
    rows: list[list[float]]
    touched: list[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ports", type=Path, nargs="+")
    parser.add_argument("trees", type=Path)
    given = parser.parse_args()
    signs = [sign.id for sign in load_knowledge().sign]
    samples: list[Sample] = []
    tables = [load_ports(table) for table in given.ports]
    for port in [port for table in tables for port in table]:
        tree = tree_of(given.trees, port)
        if tree is None:
            print(f"{port.name}: no tree {given.trees / port.name}")
        else:
            samples.append(sample(port, tree, signs))
    weights, constant = fit(samples)
    print("fit to all:", ", ".join(f"{sign} {weight:.2f}" for sign, weight in zip(signs, weights, strict=True)))
    print(f"            constant {constant:.2f}")
    scores = []
    for one in samples:
        weights, constant = fit([each for each in samples if each.port.repo != one.port.repo])
        scores.append([constant + _dot(weights, row) for row in one.rows])
    cut = cut_of(samples, scores)
    print(f"            expected from {cut:.2f} on")
    for table in tables:  # each by itself, as far as it has trees
        names = {port.name for port in table}
        mine = [(one, score) for one, score in zip(samples, scores, strict=True) if one.port.name in names]
        if mine:
            print("\n".join(report(mine, cut)))


def sample(port: Port, tree: Path, signs: Sequence[str]) -> Sample:
    done = scan(tree, Options(targets=(port.target,), use_cache=False, work=True), lambda done, of: None)
    work = done.report.targets[0].work
    assert work is not None
    paths = [place.path for place in work.places]
    rows = [[place.signs[sign] for sign in signs] for place in work.places]
    return Sample(port, paths, rows, [path in port.touched for path in paths])


def fit(samples: Sequence[Sample]) -> tuple[list[float], float]:
    """Weights and the constant, by Newton's method on standardised signs."""
    rows = [row for one in samples for row in one.rows]
    sides = [side for one in samples for side in one.touched]
    shares = [share for one in samples for share in _shares(one.touched)]
    width = len(rows[0])
    means = [sum(row[n] for row in rows) / len(rows) for n in range(width)]
    spreads = [math.sqrt(sum((row[n] - means[n]) ** 2 for row in rows) / len(rows)) or 1.0 for n in range(width)]
    scaled = [[*((row[n] - means[n]) / spreads[n] for n in range(width)), 1.0] for row in rows]
    found = [0.0] * (width + 1)
    for _ in range(_STEPS):
        slope = [_RIDGE * value for value in found[:-1]] + [0.0]
        curve = [[_RIDGE if n == m and n < width else 0.0 for m in range(width + 1)] for n in range(width + 1)]
        for row, side, share in zip(scaled, sides, shares, strict=True):
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, _dot(found, row)))))
            pull, bend = share * (chance - side), share * chance * (1 - chance)
            for n, value in enumerate(row):
                slope[n] += pull * value
                part, line = bend * value, curve[n]
                for m in range(n + 1):
                    line[m] += part * row[m]
        for n in range(width + 1):
            for m in range(n):
                curve[m][n] = curve[n][m]
        found = [value - step for value, step in zip(found, solved(curve, slope), strict=True)]
    weights = [value / spread for value, spread in zip(found[:-1], spreads, strict=True)]
    return weights, found[-1] - _dot(weights, means)


def _shares(touched: Sequence[bool]) -> list[float]:
    """A half for the touched files together, a half for the others."""
    number = sum(touched)
    return [0.5 / number if side else 0.5 / max(len(touched) - number, 1) for side in touched]


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The x of matrix x = right, by elimination with the largest pivot. The matrix has full rank."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for n in range(size):
        best = max(range(n, size), key=lambda line: abs(rows[line][n]))
        rows[n], rows[best] = rows[best], rows[n]
        for line in range(n + 1, size):
            times = rows[line][n] / rows[n][n]
            rows[line] = [below - times * above for below, above in zip(rows[line], rows[n], strict=True)]
    found = [0.0] * size
    for n in reversed(range(size)):
        found[n] = (rows[n][size] - _dot(rows[n][n + 1 : size], found[n + 1 :])) / rows[n][n]
    return found


def cut_of(samples: Sequence[Sample], scores: Sequence[Sequence[float]]) -> float:
    """The least score at which the median port has at most a tenth of its files expected."""
    return next(
        (number / 20 for number in range(-80, 160) if _median_share(samples, scores, number / 20) <= SHARE), 8.0
    )


def report(ports: Sequence[tuple[Sample, Sequence[float]]], cut: float) -> list[str]:
    """The left-out ports one by one, and the medians."""
    lines, files = [], []
    for one, mine in ports:
        found = _scored(one, mine, cut)
        files.append(found)
        lines.append(
            f"{one.port.name:18} r@10% {found.at_share:.2f}  r@3k {found.at_3k:.2f}"
            f"  expected {found.expected:.2f} of {found.share:.2f}"
        )
    return [
        *lines,
        f"medians, left out: r@10% {median([each.at_share for each in files]):.2f}"
        f"  r@3k {median([each.at_3k for each in files]):.2f}"
        f"  expected {median([each.expected for each in files]):.2f} of {median([each.share for each in files]):.2f}",
    ]


def _median_share(samples: Sequence[Sample], scores: Sequence[Sequence[float]], cut: float) -> float:
    return median([_scored(one, mine, cut).share for one, mine in zip(samples, scores, strict=True)])


def _scored(one: Sample, scores: Sequence[float], cut: float) -> Files:
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], one.paths[n]))
    limits = msgspec.structs.replace(load_knowledge().expected, score=cut)
    expected = expected_count([scores[n] for n in order], len(order), limits)
    ranked = [one.paths[n] for n in order]
    return score_files(ranked, expected, one.port.touched, one.port.sources or len(ranked), one.port.grep_share)


def _dot(first: Sequence[float], second: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


if __name__ == "__main__":
    main()
