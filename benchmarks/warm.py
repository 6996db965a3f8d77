"""Warm scans against git status: nothing changed, five files changed in a comment, five in what they call.

    python benchmarks/warm.py TREE [--rounds 11]

TREE is a git checkout with C++ files. It is copied (`git clone --shared`), and the copy is what changes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from paired import PORTLINT, changing, line, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    with changing(options.tree) as copy:

        def status() -> float:
            return copy.cpu("git", "status")

        def scan() -> float:
            return copy.cpu(*PORTLINT, "scan", ".")

        def changed(which: str, text: str) -> float:
            copy.append(which, text)
            return scan()

        print(f"{len(list(copy.tree.rglob('*')))} files and folders")
        print(f"cold {scan():.2f} s")
        scan()
        found = rounds(options.rounds, {"status": status, "warm": scan})
        print(line("nothing changed", found["warm"], found["status"], "2.0"))
        call = "\nstatic int f{0}(int d) {{ return recvfrom(d, 0, 0, 0, 0, 0); }}\n"
        few = max(3, options.rounds // 3)
        for what, text, times, goal in (("comment", "\n// {0}", options.rounds, "3"), ("call", call, few, "none")):
            for which in copy.five:
                said = lambda which=which, text=text: changed(which, text)  # noqa: E731
                found = rounds(times, {"status": status, "said": said})
                print(line(f"{copy.named(which)}, a {what} each", found["said"], found["status"], goal))


if __name__ == "__main__":
    main()
