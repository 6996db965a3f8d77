"""What a back-test comes to: the estimate against dumb baselines, and every bar with what came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from benchmarks.backtest_ports import Port
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
)
from portlint.model.report import Range


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


def baselines(outcomes: Sequence[Outcome]) -> list[str]:
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
    falls = {each.port.name: each.after.p50 < each.before.p50 for each in outcomes if each.before and each.after}
    same = ", ".join(name for name, fell in falls.items() if not fell)
    share = median([each.share for each in files])
    lines = [
        _bar("median recall, the best 10 % of each tree", median([each.at_share for each in files]), 0.70),
        _bar(f"median recall of what is expected, median share {share:.2f}", median([f.expected for f in files]), 0.70),
        _bar("median recall at three times the touched files", median([each.at_3k for each in files]), 0.60),
        _bar(f"top two areas among the first {NAMED_AREAS} named", _share(each.named for each in outcomes), 0.80),
        f"        among the first 2, 3, 4, 6: {', '.join(f'{_named(outcomes, of):.2f}' for of in (2, 3, 4, 6))}",
        f"{'met   ' if not blocked else 'MISSED'}  no false blocker: {', '.join(blocked) or 'none'}",
        _bar(f"cleanest ports inside their range, at most x6 wide (n = {len(clean)})", _share(inside), 0.75),
        _bar(f"the estimate falls from base to end (n = {len(falls)})", _share(falls.values()), 0.80),
        f"        it does not for: {same or 'none'}",
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
