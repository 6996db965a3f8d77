"""`portlint rules`: the rules, a line each."""

from __future__ import annotations

import argparse


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("rules", help="list the rules")
    parser.set_defaults(command=run)


def run(_options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import rule_list

    print("\n".join(rule_list(load_catalog())))
    return 0
