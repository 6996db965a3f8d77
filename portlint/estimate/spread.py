"""Ranges of person-days, added up without sampling.

Each item is a PERT range (mean (low + 4 likely + high) / 6, deviation (high - low) / 6) that is due with a probability.
Means and variances add up; the sum is then taken for log-normal with the same mean and variance, and multiplied by
log-normal factors, whose logarithms add up again. Nothing is random, so nothing needs a seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from portlint.estimate.rates import Days
from portlint.model.report import Range

NOTHING: Days = (0.0, 0.0, 0.0)
_Z90 = 1.2815515655446004  # the 90th percentile of the standard normal distribution


class Item(msgspec.Struct, frozen=True):
    """One thing to pay for. `settled` says that it rests on resolved facts alone.

    It is due from the milestone number `stage` on; before that, switching it off costs `off`.
    """

    label: str
    days: Days
    probability: float = 1.0
    settled: bool = True
    stage: int = 0
    off: Days = NOTHING
    component: str = ""
    capability: str = ""

    @property
    def mean(self) -> float:
        return self.probability * pert_mean(self.days)

    @property
    def variance(self) -> float:
        """A doubtful item varies most: it costs its price or nothing."""
        of_price = ((self.days[2] - self.days[0]) / 6) ** 2
        return self.probability * (of_price + pert_mean(self.days) ** 2) - self.mean**2

    def until(self, stage: int) -> Item:
        """What it costs a port that goes no further than this milestone."""
        return self if self.stage <= stage else msgspec.structs.replace(self, days=self.off)


class Factor(msgspec.Struct, frozen=True):
    """A log-normal factor: the mean and the deviation of its logarithm."""

    mu: float
    sigma: float


def shared_factor(median: float, p90: float) -> Factor:
    """A factor with this median whose 90th percentile is `p90` times the median."""
    return Factor(math.log(median), math.log(p90) / _Z90)


def pert_factor(days: Days) -> Factor:
    """One plus a PERT share, as a log-normal factor."""
    return _matched(1 + pert_mean(days), ((days[2] - days[0]) / 6) ** 2)


def total(items: Iterable[Item], factors: Iterable[Factor]) -> Range:
    """P10, P50 and P90 of the items' sum times the factors, unrounded. (0, 0, 0) where nothing costs anything."""
    kept = [item for item in items if item.mean > 0]
    if not kept:
        return Range(0.0, 0.0, 0.0)
    parts = [_matched(math.fsum(item.mean for item in kept), math.fsum(item.variance for item in kept)), *factors]
    mu = math.fsum(part.mu for part in parts)
    sigma = math.sqrt(math.fsum(part.sigma**2 for part in parts))
    return Range(math.exp(mu - _Z90 * sigma), math.exp(mu), math.exp(mu + _Z90 * sigma))


def not_below(days: Range, before: Range) -> Range:
    """A later milestone never costs less than the one before it, at any percentile."""
    return Range(max(days.p10, before.p10), max(days.p50, before.p50), max(days.p90, before.p90))


def shown(days: Range) -> Range:
    return Range(presentable(days.p10), presentable(days.p50), presentable(days.p90))


def presentable(days: float) -> float:
    """Whole days with at most two significant digits; 0.5 stands for less than one day."""
    if days <= 0:
        return 0.0
    if days < 1:
        return 0.5
    step = 10 ** max(math.floor(math.log10(days)) - 1, 0)
    return float(math.floor(days / step + 0.5) * step)


def in_words(days: Days) -> str:
    """`2 to 20 person-days`."""
    low, high = presentable(days[0]), presentable(days[2])
    if high < 1:
        return "less than 1 person-day"
    if low < 1 or low == high:
        return f"up to {high:,.0f} person-day{'' if high == 1 else 's'}"
    return f"{low:,.0f} to {high:,.0f} person-days"


def times(days: Days, factor: float) -> Days:
    return (days[0] * factor, days[1] * factor, days[2] * factor)


def pert_mean(days: Days) -> float:
    return (days[0] + 4 * days[1] + days[2]) / 6


def _matched(mean: float, variance: float) -> Factor:
    sigma2 = math.log1p(variance / mean**2)
    return Factor(math.log(mean) - sigma2 / 2, math.sqrt(sigma2))
