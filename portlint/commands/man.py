"""`portlint man`: the manual page, for `man -l -`."""

from __future__ import annotations

import argparse

from portlint.output import write_stdout


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("man", help="print the manual page")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from portlint.manual import manual

    write_stdout(manual(options.whole))
    return 0
