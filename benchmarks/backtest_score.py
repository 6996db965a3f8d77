"""Scores of a back-test: how well files, areas, verdicts and ranges of the tree before a port say what the port did."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping, Sequence

import msgspec

SHARE = 0.10  # of the tree: what a grep of ten expressions flags in the median port
NAMED_AREAS = 5
WIDEST = 6.0


class Files(msgspec.Struct, frozen=True):
    """`at_share`: recall of the best tenth of the tree. `expected`, `share` and `precision`: recall of the files that
    are said to be expected, their share of the tree, the share of them that was touched. `at_grep`: recall when as
    much is flagged as by the grep.
    """

    at_share: float
    at_3k: float
    expected: float
    share: float
    precision: float
    at_grep: float | None


def score_files(
    ranked: Sequence[str], expected: int, touched: Collection[str], sources: int, grep_share: float | None
) -> Files:
    """`ranked`: every source, the likeliest first; the first `expected` are flagged. `touched` is not empty."""
    hits = frozenset(touched)

    def recall(count: float) -> float:
        return len(hits.intersection(ranked[: int(count)])) / len(hits)

    right = recall(expected) * len(hits)
    return Files(
        recall(SHARE * sources),
        recall(3 * len(hits)),
        recall(expected),
        expected / sources,
        right / expected if expected else 0.0,
        None if grep_share is None else recall(grep_share * sources),
    )


def top_areas(changed: Mapping[str, int]) -> list[str]:
    """The two areas with most changed lines, of those that changed; ties by name."""
    return sorted(changed, key=lambda area: (-changed[area], area))[:2]


def names_top_two(named: Sequence[str], changed: Mapping[str, int], of: int = NAMED_AREAS) -> bool | None:
    """Are the areas that changed most among the first that were named? None where no line was classified."""
    top = top_areas(changed)
    return set(top) <= set(named[:of]) if top else None


def is_inside(low: float, high: float, days: float) -> bool:
    return low <= days <= high


def is_narrow(low: float, high: float) -> bool:
    return low > 0 and high / low <= WIDEST


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's, ties at their mean rank. NaN for fewer than three pairs, or where one side is constant."""
    if len(first) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return math.nan
    return statistics.correlation(_ranks(first), _ranks(second))


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]


def error(predicted: float, days: float) -> float:
    """How far off, in doublings."""
    return abs(math.log2(predicted / days))


def constant_errors(days: Sequence[float]) -> list[float]:
    """Each port predicted by the median of the others."""
    return [error(median([*days[:n], *days[n + 1 :]]), day) for n, day in enumerate(days)]


def fitted_errors(sizes: Sequence[float], days: Sequence[float]) -> list[float]:
    """Each port predicted by a line through the logarithms of the others' sizes and days."""
    errors = []
    logs = [math.log2(size + 1) for size in sizes]
    for n, day in enumerate(days):
        xs = [*logs[:n], *logs[n + 1 :]]
        ys = [math.log2(other) for m, other in enumerate(days) if m != n]
        line = statistics.linear_regression(xs, ys)
        errors.append(abs(line.slope * logs[n] + line.intercept - math.log2(day)))
    return errors
