"""The entry point: run the command line and leave with its exit code."""

from __future__ import annotations

import sys


def main() -> None:
    from portlint.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
