"""A what-if with a warm cache against `git status`, in pairs: the whole command, and what of it is the what-if alone.

    python benchmarks/what_if.py TREE [--rounds 5] [--drop COMPONENT] [--provide SYMBOL]

TREE is a checkout whose index is fresh. CPU is user + system of a process with its children; wall time says what a
person waits, and is worth little on a shared machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cold import measured, paired
from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.estimate import load_rates
from portlint.planning.supposed import Supposed
from portlint.planning.what_if import what_if
from portlint.scan import Options, scan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--drop", action="append", default=[])
    parser.add_argument("--provide", action="append", default=[])
    given = parser.parse_args()
    supposed = Supposed(drop=tuple(given.drop), provide=tuple(given.provide))
    whole_command(given.tree.resolve(), supposed, given.rounds)
    alone(given.tree.resolve(), supposed, given.rounds)


def whole_command(tree: Path, supposed: Supposed, rounds: int) -> None:
    asked = [*(f"--drop={each}" for each in supposed.drop), *(f"--provide={each}" for each in supposed.provide)]
    ours = [sys.executable, "-m", "portlint", "scan", str(tree), "--exit-zero", "--jobs", "1", *asked]
    theirs = ["git", "-C", str(tree), "status"]
    waited: dict[str, list[float]] = {"ours": [], "theirs": []}

    def timed(name: str, command: list[str]) -> tuple[float, float]:
        begun = time.perf_counter()
        cost = measured(command)
        waited[name].append(time.perf_counter() - begun)
        return cost

    one, other, ratio = paired(lambda: timed("ours", ours), lambda: timed("theirs", theirs), rounds)
    print(f"{tree.name}: what-if {one[0]:.2f} s CPU, git status {other[0]:.3f} s, ratio {ratio:.1f} (goal 10)")
    wall = [statistics.median(each[1:]) for each in waited.values()]
    print(f"  wall: {wall[0]:.2f} s, {wall[1]:.3f} s, ratio {wall[0] / wall[1]:.1f}")


def alone(tree: Path, supposed: Supposed, rounds: int) -> None:
    """From a report to a report, in one process."""
    report = scan(tree, Options(jobs=1), lambda done, of: None).report
    catalog, packages, rates = load_catalog(), load_packages(), load_rates()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        what_if(report, supposed, catalog, packages, rates)
        times.append(time.perf_counter() - begun)
    findings = sum(len(each.findings) for each in report.targets)
    print(f"  from the report alone, {findings:,} findings: {statistics.median(times):.3f} s")


if __name__ == "__main__":
    main()
