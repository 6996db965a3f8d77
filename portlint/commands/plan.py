"""`portlint plan`: the decision sheet: go or no-go for each target, what opens it, what it costs, what to do first."""

from __future__ import annotations

import argparse
import sys

from portlint.commands.scanned import add_scan_arguments, scanned
from portlint.commands.what_if import add_what_if_arguments, apply, rates_of
from portlint.output import wants_colour, width, write_stdout

_FORMATS = ("text", "markdown")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("plan", help="print the decision sheet: go or no-go, what opens a target, its price")
    add_scan_arguments(parser)
    parser.add_argument("--output-format", choices=_FORMATS, default="text", help="what to print (default: text)")
    parser.add_argument("--verbose", "-v", action="store_true", help="print everything instead of two screens")
    add_what_if_arguments(parser)
    parser.set_defaults(command=run, work=True)


def run(options: argparse.Namespace) -> int:
    from portlint.catalog.packages import load_packages
    from portlint.planning.hosting import load_hosting
    from portlint.planning.sheet import sheet
    from portlint.reporters import plan_markdown, plan_text

    done, settings = scanned(options)
    done = apply(done, settings, options)
    found = sheet(done.report, done.catalog, rates_of(settings, options), load_packages(), load_hosting())
    if options.output_format == "markdown":
        write_stdout(plan_markdown.render(found, verbose=options.verbose))
        return 0
    colour = wants_colour(sys.stdout)
    write_stdout(plan_text.render(found, colour=colour, width=min(width(), 120), verbose=options.verbose))
    return 0
