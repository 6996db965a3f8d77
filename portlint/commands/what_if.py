"""What-if arguments of the commands that scan: other parts, rates or team, applied to the finished report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.config import Settings
    from portlint.estimate.rates import Rates
    from portlint.model.report import Report
    from portlint.scan import Scan

_TEAM = "one-port"
_RATES_CAP = 1_000_000  # bytes


def add_what_if_arguments(parser: argparse.ArgumentParser) -> None:
    """For a command whose arguments go to `scanned`, and whose scan goes through `apply`."""
    group = parser.add_argument_group("what if", "the report says of each that it is only supposed")
    for name, metavar, text in (
        ("--drop", "COMPONENT", "without this component, and what only it brings in"),
        ("--replace", "A=B", "with the component or package B in the place of A"),
        ("--provide", "SYMBOL", "with a shim of one's own for a function that is missing"),
        ("--assume", "WHAT", "as the target would answer with this: threads"),
    ):
        group.add_argument(name, action="append", default=[], metavar=metavar, help=f"{text} (repeatable)")
    add_price_arguments(parser)


def add_price_arguments(parser: argparse.ArgumentParser) -> None:
    """Prices alone, for a command that supposes nothing but what the settings do."""
    parser.set_defaults(**{name: parser.get_default(name) or [] for name in ("drop", "replace", "provide", "assume")})
    prices = parser.add_argument_group("prices")
    prices.add_argument("--team", metavar="ID", help="who ports: first-port, one-port or specialists")
    prices.add_argument("--rates", type=Path, metavar="FILE", help="price with these rates, a whole file or an overlay")


def apply(done: Scan, settings: Settings, options: argparse.Namespace) -> Scan:
    """The scan with its report under the suppositions, priced with the rates and for the team of the call or settings.

    Raises PortlintError for what the user can mend.
    """
    import msgspec

    from portlint.estimate.price import priced

    rates = rates_of(settings, options)
    team = _team(options.team or settings.team or _TEAM, rates)
    if options.drop or options.replace or options.provide or settings.drop or settings.provide:
        return msgspec.structs.replace(done, report=_supposed(done, settings, options, rates, team))
    if team != _TEAM or options.rates or settings.rates:
        return msgspec.structs.replace(done, report=priced(done.report, done.catalog, rates, team=team))
    return done


def _supposed(done: Scan, settings: Settings, options: argparse.Namespace, rates: Rates, team: str) -> Report:
    from portlint.catalog.packages import load_packages
    from portlint.commands.scanned import print_notes
    from portlint.estimate.price import priced
    from portlint.planning.supposed import Supposed, standing
    from portlint.planning.what_if import what_if

    always = standing(done.report, settings.drop, settings.provide)
    print_notes(always.notes)
    supposed = Supposed((*always.drop, *options.drop), tuple(options.replace), (*always.provide, *options.provide))
    if supposed == Supposed():  # what the settings speak of is gone
        return priced(done.report, done.catalog, rates, team=team)
    packages = load_packages() if supposed.replace else ()
    return what_if(done.report, supposed, done.catalog, packages, rates, team)


def _team(name: str, rates: Rates) -> str:
    known = sorted(row.id for row in rates.team)
    if name not in known:
        raise PortlintError(f"unknown team {name!r}; known teams: {', '.join(known)}")
    return name


def rates_of(settings: Settings, options: argparse.Namespace) -> Rates:
    """Those of the call, else those of the settings, which are part of the scanned tree: a plain file inside of it."""
    from portlint.commands.scanned import root_of
    from portlint.estimate.load import load_rates
    from portlint.files import read_file

    if options.rates:
        return load_rates(options.rates)
    if not settings.rates:
        return load_rates()
    root = root_of(options.path)
    try:
        if ".." in Path(settings.rates).parts:
            raise ValueError("it lies outside of the tree: name it with --rates")
        read_file(root, settings.rates, _RATES_CAP)
    except ValueError as error:
        raise PortlintError(f"the setting 'rates' names {settings.rates!r}: {error}") from error
    return load_rates(root / settings.rates)
