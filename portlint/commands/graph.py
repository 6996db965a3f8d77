"""`portlint graph`: the components of a tree and what needs what, in six formats."""

from __future__ import annotations

import argparse

from portlint.commands.scanned import add_scan_arguments, scanned
from portlint.output import write_stdout

_FORMATS = ("text", "dot", "mermaid", "graphml", "json", "cyclonedx")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("graph", help="print the components and what needs what")
    add_scan_arguments(parser)
    parser.add_argument(
        "--output-format",
        choices=_FORMATS,
        default="text",
        metavar="FORMAT",
        help=f"what to print: {', '.join(_FORMATS)} (default: text)",
    )
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from portlint.planning.view import view
    from portlint.reporters.graph_formats import graph_reporter

    done, _ = scanned(options)
    write_stdout(graph_reporter(options.output_format).render(view(done.report, done.catalog.targets)))
    return 0
