"""What portlint says of trees before they were ported, against what the ports did.

python benchmarks/backtest.py PORTS.toml TREES [--fetch] [--only NAME]

PORTS.toml is a table of ports ([[port]] with name, repo, base, end, kind, touched, change_lines, author_days_visible).
TREES holds each port's tree before (TREES/NAME) and after (TREES/NAME-end); --fetch has git check them out there. A
tree that is missing is said. Figures, and how they are to be read: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.backtest_bars import Outcome, bars, baselines
from benchmarks.backtest_ports import Port, fetch, load_ports, tree_of
from benchmarks.backtest_score import NAMED_AREAS, is_inside, names_top_two, score_files, top_areas
from portlint.model.report import Range, Report
from portlint.scan import Options, scan

_FILE_HEAD = (
    f"{'port':18}{'verdict':12}{'r@10%':>6}{'r@3k':>6}{'recall':>7}{'share':>6}{'prec':>6}{'grep':>12}"
    "   areas named; changed"
)


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
    print("\n".join(["", *baselines(outcomes), "", *bars(outcomes)]))


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
    after = tree_of(trees, port, end=True) if port.end else None
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
    """The range to the milestone; None where the report has none, for hardly anything could be looked at."""
    estimate = report.targets[0].estimate
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
    after += "   (verdict unknown)" if each.verdict == "unknown" else ""
    words = f"{before.p10:g}-{before.p50:g}-{before.p90:g}"
    return f"{start}{words:16}{days:>5}  {inside:6}  x{before.p90 / before.p10:<5.1f} {after}"


if __name__ == "__main__":
    main()
