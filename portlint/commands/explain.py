"""`portlint explain`: what a rule, a capability or a package rests on."""

from __future__ import annotations

import argparse


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("explain", help="say what a rule, a capability or a package rests on, with sources")
    parser.add_argument("subject", metavar="RULE|CAPABILITY|PACKAGE")
    parser.add_argument("--target", metavar="ID", help="only for this target")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import explain
    from portlint.scan import check_targets

    catalog = load_catalog()
    if options.target:
        check_targets([options.target], catalog)
    print("\n".join(explain(catalog, options.subject, options.target)))
    return 0
