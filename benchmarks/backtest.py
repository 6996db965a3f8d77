"""What portlint says of trees before they were ported, against what the ports did.

python benchmarks/backtest.py PORTS.toml TREES [--fetch] [--only NAME]

PORTS.toml is a table of ports ([[port]] with name, repo, base, end, kind, touched, change_lines, author_days_visible).
TREES holds each port's tree before (TREES/NAME) and after (TREES/NAME-end); --fetch has git check them out there. A
tree that is missing is said. Figures, and how they are to be read: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.backtest_ports import Port, fetch, load_ports, tree_of
from benchmarks.backtest_score import (
    NAMED_AREAS,
    Files,
    constant_errors,
    error,
    fitted_errors,
    is_inside,
    is_narrow,
    median,
    names_top_two,
    rank_correlation,
    score_files,
    top_areas,
)
from portlint.catalog import load_catalog
from portlint.estimate import load_rates, priced
from portlint.model.report import Range, Report
from portlint.scan import Options, scan

_FILE_HEAD = (
    f"{'port':18}{'verdict':12}{'r@10%':>6}{'r@3k':>6}{'recall':>7}{'share':>6}{'prec':>6}{'grep':>12}"
    "   areas named; changed"
)


class Outcome(msgspec.Struct, frozen=True):
    """One port, scored. None: cannot be said. `after`: the range of the tree after the port."""

    port: Port
    verdict: str
    findings: int
    files: Files
    areas: tuple[str, ...]
    named: bool | None
    before: Range | None
    after: Range | None


def main() -> None:
    given = _arguments()
    ports = [port for port in load_ports(given.ports) if not given.only or port.name in given.only]
    outcomes: list[Outcome] = []
    print(_FILE_HEAD)
    for port in ports:
        problem = fetch(given.trees, port, given.host) if given.fetch else ""
        outcome = judged(port, given.trees)
        if outcome is None:
            print(f"{port.name:18}NOT SCORED: no tree {given.trees / port.name}{': ' if problem else ''}{problem}")
            continue
        outcomes.append(outcome)
        print(_file_row(outcome), flush=True)
    print()
    print(f"{'port':18}{'milestone':10}{'effort':9}{'P10-P50-P90':16}{'days':>5}  inside  width   after")
    for outcome in outcomes:
        print(_range_row(outcome))
    print("\n".join(["", *_baselines(outcomes), "", *bars(outcomes)]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ports", type=Path)
    parser.add_argument("trees", type=Path)
    parser.add_argument("--fetch", action="store_true", help="check out what is missing, with git")
    parser.add_argument("--host", default="https://github.com/", help="where --fetch finds OWNER/NAME")
    parser.add_argument("--only", action="append", metavar="NAME")
    return parser.parse_args()


def judged(port: Port, trees: Path) -> Outcome | None:
    """None where the tree before the port is missing. Without the tree after it, `after` is None."""
    before = tree_of(trees, port)
    if before is None:
        return None
    report = _report(before, port, work=True)
    target = report.targets[0]
    work = target.work
    assert work is not None
    after = tree_of(trees, port, end=True)
    ranked = [place.path for place in work.places]
    return Outcome(
        port,
        target.verdict,
        len(target.findings),
        score_files(
            ranked,
            sum(place.expected for place in work.places),
            port.touched,
            port.sources or len(ranked),
            port.grep_share,
        ),
        work.areas,
        names_top_two(work.areas, port.changed),
        range_of(report, port.milestone),
        range_of(_report(after, port, work=False), port.milestone) if after else None,
    )


def _report(tree: Path, port: Port, work: bool) -> Report:
    return scan(tree, Options(targets=(port.target,), use_cache=False, work=work), lambda done, of: None).report


def range_of(report: Report, milestone: str) -> Range | None:
    """The range to the milestone. A verdict `unknown` prints none: what was found is priced here all the same."""
    priced_all = priced(report, load_catalog(), load_rates(), though_unknown=True)
    estimate = report.targets[0].estimate or priced_all.targets[0].estimate
    stages = estimate.stages if estimate else ()
    return next((stage.days for stage in stages if stage.milestone == milestone), None)


def _file_row(each: Outcome) -> str:
    files, port = each.files, each.port
    grep = "-" if port.grep_recall is None else f"{port.grep_recall:.2f}@{port.grep_share:.2f}"
    changed = ", ".join(top_areas(port.changed)) or "none classified"
    mark = {True: "", False: " (not both)", None: ""}[each.named]
    return (
        f"{port.name:18}{each.verdict:12}{files.at_share:6.2f}{files.at_3k:6.2f}{files.expected:7.2f}{files.share:6.2f}"
        f"{files.precision:6.2f}{grep:>12}   {', '.join(each.areas[:NAMED_AREAS])}; {changed}{mark}"
    )


def _range_row(each: Outcome) -> str:
    port, before = each.port, each.before
    start = f"{port.name:18}{port.milestone or '?':10}{port.effort or '?':9}"
    if before is None:
        return f"{start}no range"
    days = f"{port.author_days:g}" if port.author_days else "?"
    inside = "?" if not port.author_days else ("yes" if is_inside(before.p10, before.p90, port.author_days) else "no")
    after = f"{each.after.p50:g}" if each.after else "no tree"
    after += "" if _is_printed(each) else "   (verdict unknown: no range is printed)"
    words = f"{before.p10:g}-{before.p50:g}-{before.p90:g}"
    return f"{start}{words:16}{days:>5}  {inside:6}  x{before.p90 / before.p10:<5.1f} {after}"


def _baselines(outcomes: Sequence[Outcome]) -> list[str]:
    """portlint's median against a constant, lines of code and matches, over the ports with days and a range."""
    rows = [each for each in outcomes if each.port.author_days and each.before and each.port.kloc]
    if len(rows) < 4:
        return ["baselines: fewer than four ports with days, a range and lines of code"]
    days = [each.port.author_days or 0.0 for each in rows]
    predicted = [each.before.p50 if each.before else 0.0 for each in rows]
    klocs = [each.port.kloc or 0.0 for each in rows]
    matches = [float(each.port.grep_matches) for each in rows]
    findings = [float(each.findings) for each in rows]
    return [
        f"days of {len(rows)} ports: rank correlation, median error in doublings (baselines: leaving one out)",
        _line("portlint P50", rank_correlation(predicted, days), [*map(error, predicted, days)]),
        _line("constant", None, constant_errors(days)),
        _line("lines of code", rank_correlation(klocs, days), fitted_errors(klocs, days)),
        _line("matches of the grep", rank_correlation(matches, days), fitted_errors(matches, days)),
        _line("portlint's findings, counted", rank_correlation(findings, days), fitted_errors(findings, days)),
    ]


def _line(name: str, correlation: float | None, errors: Sequence[float]) -> str:
    return f"  {name:30}{'-' if correlation is None else f'{correlation:.2f}':>6}{median(errors):8.2f}"


def bars(outcomes: Sequence[Outcome]) -> list[str]:
    """What was asked for, what came out, met or MISSED."""
    files = [each.files for each in outcomes]
    grep = [each for each in outcomes if each.port.grep_recall is not None]
    blocked = [each.port.name for each in outcomes if each.verdict == "blocked"]
    clean = [each for each in outcomes if each.port.effort == "clean" and each.port.author_days]
    inside = [_holds(each) for each in clean]
    printed = [_holds(each) and _is_printed(each) for each in clean]
    falls = [each.after.p50 < each.before.p50 for each in outcomes if each.before and each.after]
    share = median([each.share for each in files])
    lines = [
        _bar("median recall, the best 10 % of each tree", median([each.at_share for each in files]), 0.70),
        _bar(f"median recall of what is expected, median share {share:.2f}", median([f.expected for f in files]), 0.70),
        _bar("median recall at three times the touched files", median([each.at_3k for each in files]), 0.60),
        _bar(f"top two areas among the first {NAMED_AREAS} named", _share(each.named for each in outcomes), 0.80),
        f"        among the first 2, 3, 4, 6: {', '.join(f'{_named(outcomes, of):.2f}' for of in (2, 3, 4, 6))}",
        f"{'met   ' if not blocked else 'MISSED'}  no false blocker: {', '.join(blocked) or 'none'}",
        _bar(f"cleanest ports inside a printed range, at most x6 wide (n = {len(clean)})", _share(printed), 0.75),
        _bar("the same, what was found priced where the verdict is unknown", _share(inside), 0.75),
        _bar(f"the estimate falls from base to end (n = {len(falls)})", _share(falls), 0.80),
    ]
    if grep:
        recall, flagged, at_3k = (
            median([value or 0.0 for value in values])
            for values in zip(
                *((each.port.grep_recall, each.port.grep_share, each.port.grep_recall_at_3k) for each in grep),
                strict=True,
            )
        )
        ours = median([each.files.at_grep or 0.0 for each in grep])
        lines += [
            f"grep of ten expressions, median: recall {recall:.2f} flagging {flagged:.2f}, at 3k {at_3k:.2f}",
            f"portlint, where it flags as much of each tree as the grep: recall {ours:.2f}",
        ]
    return lines


def _is_printed(each: Outcome) -> bool:
    return each.verdict != "unknown"


def _holds(each: Outcome) -> bool:
    """Inside a narrow range; not without a range."""
    days, range_ = each.port.author_days, each.before
    if not days or range_ is None:
        return False
    return is_inside(range_.p10, range_.p90, days) and is_narrow(range_.p10, range_.p90)


def _named(outcomes: Iterable[Outcome], of: int) -> float:
    return _share(names_top_two(each.areas, each.port.changed, of) for each in outcomes)


def _share(answers: Iterable[bool | None]) -> float:
    known = [answer for answer in answers if answer is not None]
    return sum(known) / len(known) if known else 0.0


def _bar(what: str, value: float, least: float) -> str:
    return f"{'met   ' if round(value, 2) >= least else 'MISSED'}  {what}: {value:.2f} (asked: {least:.2f})"


if __name__ == "__main__":
    main()
