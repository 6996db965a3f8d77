"""`portlint calibrate HISTORY`: fit the rates to a studio's own ports."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from portlint.errors import PortlintError
from portlint.output import write_file


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser("calibrate", help="fit the estimate to ports of your own")
    parser.add_argument(
        "history", type=Path, metavar="HISTORY", help="TOML or CSV: what was predicted, and what it took"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("portlint-rates.toml"), metavar="FILE",
        help="the rates file to write (default: portlint-rates.toml)",
    )  # fmt: skip
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Write the rates and say what they are worth. Raises PortlintError for too little data and a bad history."""
    from portlint.catalog import load_catalog
    from portlint.estimate.calibrate import calibrate, lines, overlay
    from portlint.estimate.history import load_history
    from portlint.estimate.load import load_rates

    rates = load_rates()
    families = {target.id: target.family for target in load_catalog().targets.values()}
    ports = load_history(options.history, families, rates.digest)
    try:
        found = calibrate(ports, rates.shared.p90)
    except PortlintError as error:
        raise PortlintError(f"{options.history}: {error}") from error
    write_file(options.output, overlay(found))
    print("\n".join([*lines(found), f"written to {options.output}"]))
    return 0
