"""A scan before a commit, five files staged, against an interpreter that does nothing and one git status.

    python benchmarks/hook.py TREE [--rounds 7] [--hook]

TREE is a git checkout with C++ files; a copy of it is changed. `--hook` measures `portlint scan --hook`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from paired import PASS, PORTLINT, changing, line, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--hook", action="store_true")
    options = parser.parse_args()
    command = (*PORTLINT, "scan", *(("--hook",) if options.hook else ()), ".")
    with changing(options.tree) as copy:

        def scan() -> float:
            return copy.cpu(*command)

        def yardstick(which: str, text: str) -> float:
            copy.append(which, text, stage=True)
            return 6 * copy.cpu(*PASS) + copy.cpu("git", "status")

        scan()
        scan()
        call = "\nstatic int f{0}(int d) {{ return recvfrom(d, 0, 0, 0, 0, 0); }}\n"
        for what, text, times in (("a comment", "\n// {0}", options.rounds), ("a call", call, options.rounds // 2)):
            for which in copy.five:
                stage = lambda which=which, text=text: yardstick(which, text)  # noqa: E731
                found = rounds(times, {"yardstick": stage, "first": scan, "again": scan})
                title = f"{copy.named(which)}, {what} each, staged"
                print(line(f"{title}, for the first time", found["first"], found["yardstick"], "1"))
                print(line(f"{title}, again", found["again"], found["yardstick"], "1"))


if __name__ == "__main__":
    main()
