"""The options with which one lives with findings, and a report to which they are applied."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.commands.asked import Asked, through
from portlint.commands.known import everything, flat, known_before
from portlint.commands.scanned import print_notes
from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.config import Settings
    from portlint.living.fingerprints import Read
    from portlint.living.suppressions import Suppressions
    from portlint.model.report import Report
    from portlint.revision import Revision
    from portlint.scan import Scan

CONFIDENCES = ("low", "medium", "high")


def add_living_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--select", action="append", default=[], metavar="RULE,...", help="only these rules, capabilities or areas"
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="RULE,...", help="all but these")
    parser.add_argument("--min-confidence", choices=CONFIDENCES, help="leave out what is less sure (default: low)")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="leave out what this file knows")
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help="write what is found as a baseline")
    parser.add_argument("--since", metavar="REV", help="leave out what was there in this git revision")


def check_living_arguments(options: argparse.Namespace) -> None:
    """Before a long scan: raises PortlintError for what it would end with."""
    from portlint.catalog import load_catalog
    from portlint.living.selectors import split_selectors

    for name in ("select", "ignore"):
        if words := getattr(options, name):
            split_selectors(words, f"--{name}", load_catalog())
    if options.baseline and (options.since or options.hook):
        raise PortlintError(f"--baseline and {'--since' if options.since else '--hook'}: name one of them")
    if options.baseline and not options.baseline.is_file():
        raise PortlintError(f"{options.baseline}: no such file; write a baseline with --write-baseline")


def lived(
    options: argparse.Namespace,
    settings: Settings,
    done: Scan,
    asked: Asked,
    tree: Revision | None,
    read: Read,
    nothing_new: bool = False,
) -> tuple[Report, frozenset[str] | None]:
    """The report with the standing of each finding, and the files that differ from the revision (None: not known).

    `tree`: what was scanned instead of the folder, if anything. `nothing_new`: as if it were what HEAD has. Writes the
    baseline that is asked for, and notes to standard error. Raises PortlintError for what the user can mend.
    """
    from portlint.config import settings_place
    from portlint.living.selectors import known_selectors, split_selectors
    from portlint.living.standing import Selection, with_severities, with_standings
    from portlint.living.suppressions import Suppressions, of_comments, of_settings

    root = asked.path if asked.path.is_dir() else asked.path.parent
    place = settings_place(root)
    suppressions = Suppressions(
        [*of_comments(done.report.ignores), *of_settings(settings.ignore, place)], settings.require_reason
    )
    selection = Selection(
        split_selectors(options.select, "--select", done.catalog) or settings.select,
        split_selectors(options.ignore, "--ignore", done.catalog),
        options.min_confidence or settings.min_confidence or "low",
    )
    report = with_severities(done.report, settings.severity)
    known, changed = everything(report) if nothing_new else known_before(options, settings, report, asked, tree, read)
    wanted = through(report, asked) if asked.files is not None else None
    report = with_standings(report, suppressions, selection, known, wanted)
    if options.write_baseline:
        report = _write_baseline(options, report, read)
    if not options.target and not asked.path.is_file():
        _note_unused(suppressions, report, known_selectors(done.catalog), asked, changed)
    return report, changed


def _write_baseline(options: argparse.Namespace, report: Report, read: Read) -> Report:
    """All that is to be heard, and what is known already, is known from now on."""
    from portlint.living.baseline import baseline_text
    from portlint.living.fingerprints import prints
    from portlint.living.standing import as_known, shown
    from portlint.output import write_file
    from portlint.words import counted

    kept = shown(report, ("open", "known"))
    each = flat(prints(kept, read))
    write_file(options.write_baseline, baseline_text(each))
    print_notes([f"{counted(len(each), 'finding')} written to {options.write_baseline}"])
    return as_known(report)


def _note_unused(
    suppressions: Suppressions,
    report: Report,
    known: frozenset[str],
    asked: Asked,
    changed: frozenset[str] | None,
) -> None:
    targets = [target.id for target in report.targets]

    def wanted(path: str) -> bool:
        return asked.wanted(path) and (changed is None or path in changed)

    if targets:
        print_notes(suppressions.notes(known, targets, wanted))


def of_commit(report: Report, changed: frozenset[str]) -> Report:
    """Of the files only those of the commit, the others that were not read as a number on standard error.

    A hook that lists every blind spot of a tree is not read.
    """
    from portlint.living.standing import focused
    from portlint.words import counted

    unread = sum(file.state in ("not-analysed", "partly") for file in report.files if file.path not in changed)
    if unread:
        print_notes(
            [f"{counted(unread, 'file')} beside this commit not looked at, or only partly: portlint scan says why"],
        )
    return focused(report, changed)
