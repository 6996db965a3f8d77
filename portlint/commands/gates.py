"""The tax as a gate: `--budget` and `--fail-on-increase`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.config import Settings
    from portlint.estimate.budget import Tax
    from portlint.model.report import Report


class Gates(NamedTuple):
    """`budget` "": the settings' or none. `baseline`: the taxes not to grow beyond, None for no such limit."""

    budget: str = ""
    baseline: tuple[Tax, ...] | None = None

    def crossed(self, report: Report, settings: Settings) -> tuple[str, ...]:
        """One line for each tax beyond a limit. Raises PortlintError for limits that do not fit the report."""
        from portlint.estimate.budget import increase, over_budget

        budget = self.budget or settings.budget
        over = over_budget(report, budget) if budget else ()
        if self.baseline is None:
            return over
        _check_same(report, self.baseline)
        return (*over, *increase(report, self.baseline))


def _check_same(report: Report, baseline: Sequence[Tax]) -> None:
    """A gate that compares nothing would be open for ever."""
    from portlint.estimate.budget import taxes

    known = {(tax.target, tax.project) for tax in baseline}
    judged = {(target, each.path) for each in report.projects for target in each.verdicts}
    if taxes(report) and not known & judged:
        raise PortlintError("the baseline has no estimate for any project and target of this report: make a new one")


def add_gate_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the tax as a gate", "exit 1 beyond it, as for findings")
    group.add_argument(
        "--budget",
        default="",
        metavar="DAYS",
        help="20d, 4w or 2m of work for the median; playable=20d for a milestone",
    )
    group.add_argument(
        "--fail-on-increase", type=Path, metavar="BASELINE.json", help="a JSON report whose taxes may not grow"
    )


def gates(options: argparse.Namespace) -> Gates:
    """Raises PortlintError for a budget without a unit and a baseline that is no report, before anything is scanned."""
    from portlint.estimate.budget import parse_budget, taxes_of_json

    if options.budget:
        parse_budget(options.budget)
    if options.fail_on_increase is None:
        return Gates(options.budget)
    from portlint.planning.stored import stored_table

    table = stored_table(options.fail_on_increase)
    return Gates(options.budget, tuple(taxes_of_json(table, str(options.fail_on_increase))))
