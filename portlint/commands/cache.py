"""`portlint cache`: where the cache lies, what it holds, and how to empty it."""

from __future__ import annotations

import argparse


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("cache", help="say what the cache holds, or empty it")
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("--stats", action="store_true", help="print where it lies, what it holds and its size")
    ways.add_argument("--clear", action="store_true", help="remove everything in it")
    ways.add_argument("--dir", action="store_true", help="print where it lies")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Raises PortlintError where there is no place for a cache, or it cannot be emptied."""
    from pathlib import Path

    from portlint.cache_folder import cache_folder
    from portlint.errors import PortlintError
    from portlint.stored import clear, stored

    place = cache_folder()
    if not place:
        raise PortlintError("no cache: neither XDG_CACHE_HOME nor HOME names a folder")
    if options.dir:
        print(place)
        return 0
    if options.clear:
        print(f"{clear(Path(place)) / 1e6:.1f} MB removed from {place}")
        return 0
    print(place)
    for row in stored(Path(place)):
        print(f"  {row.what}: {row.number}, {row.size / 1e6:.1f} MB")
    return 0
