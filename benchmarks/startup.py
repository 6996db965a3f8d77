"""What does not scan, against an interpreter that does nothing.

python benchmarks/startup.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from paired import PASS, PORTLINT, cpu, environment, line, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        given = environment(place / "cache")
        commands = {"--help": "4", "--version": "4", "scan --help": "none", "rules": "none"}
        for words in commands:
            cpu((*PORTLINT, *words.split()), place, given)
        runs = {words: lambda words=words: cpu((*PORTLINT, *words.split()), place, given) for words in commands}
        found = rounds(options.rounds, {"pass": lambda: cpu(PASS, place, given), **runs})
        for words, goal in commands.items():
            print(line(words, found[words], found["pass"], goal))


if __name__ == "__main__":
    main()
