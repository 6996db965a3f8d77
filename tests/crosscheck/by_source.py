"""What a library needs of each target, by its source and by a binary of it, side by side.

    python -m tests.crosscheck.by_source SOURCE_FOLDER BINARY [--define NAME=VALUE]

SOURCE_FOLDER holds what the binary is made of and nothing else.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.crosscheck.capabilities import TARGETS, names, of_binary, of_source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--define", action="append", default=[])
    given = parser.parse_args()
    defines = dict((*part.split("=", 1), "1")[:2] for part in given.define)
    for target in TARGETS:
        source = of_source(given.source, target, defines)
        binary = of_binary(given.binary.name, given.binary.read_bytes(), target)
        both = names(source) & names(binary)
        print(
            f"{given.binary.name} {target}: capabilities {len(source)} and {len(binary)}, "
            f"only source {sorted(source.keys() - binary.keys())}, "
            f"only binary {sorted(binary.keys() - source.keys())}; "
            f"names {len(both)} in both, only source {sorted(names(source) - both)}, "
            f"only binary {sorted(names(binary) - both)}"
        )


if __name__ == "__main__":
    main()
