"""`portlint why`: the paths from the project to a component or to what a finding is about, and what falls with it."""

from __future__ import annotations

import argparse

from portlint.commands.scanned import add_scan_arguments, scanned
from portlint.output import write_stdout

_PATHS = 10


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("why", help="say why a component is there, and what falls without it")
    parser.add_argument("subject", metavar="FINDING|COMPONENT", help="a rule, FILE:LINE, or a component's id or name")
    add_scan_arguments(parser, "--path")
    parser.add_argument(
        "--paths", type=_count, default=_PATHS, metavar="N", help=f"how many paths to print (default: {_PATHS})"
    )
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from portlint.planning.reasons import reasons
    from portlint.reporters.graph_why import why_text

    done, _ = scanned(options)
    found = reasons(done.report, done.catalog.targets, options.subject, options.paths)
    write_stdout(why_text(found))
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 1000: {text!r}")
    return int(text)
