"""`portlint targets`: the targets, what one of them supports, or every capability against every target."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.model.catalog import Catalog


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("targets", help="list the targets, or what one of them supports")
    parser.add_argument("target", nargs="?", metavar="ID")
    parser.add_argument("--matrix", action="store_true", help="every capability against every target")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="of --matrix (default: text)")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import target_lines, target_list
    from portlint.scan import check_targets

    catalog = load_catalog()
    if options.matrix:
        return _matrix(options, catalog)
    if options.output_format != "text":
        raise PortlintError(
            "--output-format goes with --matrix: write 'portlint targets --matrix --output-format json'"
        )
    if options.target:
        check_targets([options.target], catalog)
    lines = target_lines(catalog, options.target) if options.target else target_list(catalog)
    print("\n".join(lines))
    return 0


def _matrix(options: argparse.Namespace, catalog: Catalog) -> int:
    from portlint.matrix import matrix_json, matrix_lines

    if options.target:
        raise PortlintError(f"--matrix shows every target; 'portlint targets {options.target}' shows one")
    print(matrix_json(catalog) if options.output_format == "json" else "\n".join(matrix_lines(catalog)))
    return 0
