"""A scan before a commit, five files staged, against an interpreter that does nothing and one git status.

    python benchmarks/hook.py TREE [--rounds 7] [--hook]

TREE is a git checkout with C++ files; a copy of it is changed. `--hook` measures `portlint scan --hook`.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

from paired import PASS, PORTLINT, cpu, environment, line, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--hook", action="store_true")
    options = parser.parse_args()
    more = ("--hook",) if options.hook else ()
    with tempfile.TemporaryDirectory() as folder:
        tree, given = Path(folder, "tree"), environment(Path(folder, "cache"))
        subprocess.run(["git", "clone", "-q", "--shared", options.tree, tree], check=True)
        five = sorted(tree.rglob("*.cpp"), key=lambda path: path.stat().st_size)[-30:][:5]
        numbers = count()

        def stage() -> None:
            number = next(numbers)
            for path in five:
                with path.open("a") as file:
                    file.write(f"\n// {number}")
            subprocess.run(["git", "add", "-u"], cwd=tree, check=True)
            time.sleep(0.1)

        def yardstick() -> float:
            stage()
            return 6 * cpu(PASS, tree, given) + cpu(("git", "status"), tree, given)

        def scan() -> float:
            return cpu((*PORTLINT, "scan", *more, "."), tree, given)

        scan()
        scan()
        found = rounds(options.rounds, {"yardstick": yardstick, "first": scan, "again": scan})
        print(line("five files staged, scanned for the first time", found["first"], found["yardstick"], "1"))
        print(line("five files staged, scanned again", found["again"], found["yardstick"], "1"))


if __name__ == "__main__":
    main()
