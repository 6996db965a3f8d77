"""Warm scans against git status: nothing changed, five files changed in a comment, five in what they call.

    python benchmarks/warm.py TREE [--rounds 11]

TREE is a git checkout with C++ files. It is copied (`git clone --shared`), and the copy is what changes.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

from paired import PORTLINT, cpu, environment, line, rounds

STATUS = ("git", "status")
SCAN = (*PORTLINT, "scan", ".")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree, given = Path(folder, "tree"), environment(Path(folder, "cache"))
        subprocess.run(["git", "clone", "-q", "--shared", options.tree, tree], check=True)
        five = sorted(tree.rglob("*.cpp"), key=lambda path: path.stat().st_size)[-30:][:5]
        numbers = count()

        def status() -> float:
            return cpu(STATUS, tree, given)

        def scan() -> float:
            return cpu(SCAN, tree, given)

        def changed(text: str) -> float:
            number = next(numbers)
            for path in five:
                with path.open("a") as file:
                    file.write(text.format(number))
            time.sleep(0.1)  # a change in the very moment of the scan is another case
            return scan()

        print(f"{len(list(tree.rglob('*')))} files and folders; five of {five[0].stat().st_size} bytes and more")
        print(f"cold {scan():.2f} s")
        scan()
        found = rounds(options.rounds, {"status": status, "warm": scan})
        print(line("nothing changed", found["warm"], found["status"], "2.0"))
        found = rounds(options.rounds, {"status": status, "said": lambda: changed("\n// {}")})
        print(line("five files, a comment at the end", found["said"], found["status"], "3"))
        call = "\nstatic int f{0}(int d) {{ return recvfrom(d, 0, 0, 0, 0, 0); }}\n"
        found = rounds(max(3, options.rounds // 3), {"status": status, "said": lambda: changed(call)})
        print(line("five files, a call each", found["said"], found["status"], "none"))


if __name__ == "__main__":
    main()
