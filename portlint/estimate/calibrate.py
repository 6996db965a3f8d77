"""Fit the shared factor and the families' multipliers to a studio's own ports, shrunk to what was guessed before.

The logarithm of actual over predicted is a shared offset, an offset by family, and noise. Each offset is the mean of
what it has to explain times n / (n + weight): so many ports of one's own weigh as much as the prior, which is 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import msgspec

from portlint.errors import PortlintError
from portlint.estimate.history import Port
from portlint.estimate.spread import shared_factor
from portlint.model.catalog import Family

LEAST = 3  # ports; with two, leaving one out leaves nothing to fit to
TRUSTED = 8
_COVERED = 0.6  # of the ports left out must lie in the range before it counts as calibrated
_WEIGHT = 3.0
_Z90 = 1.2815515655446004


class Fit(msgspec.Struct, frozen=True):
    """`factor` is the shared factor's median, `p90` its 90th percentile over the median; `families` multiply it."""

    factor: float
    p90: float
    families: dict[Family, float]


class Score(msgspec.Struct, frozen=True):
    """Of predictions for ports: the share between P10 and P90, and the median of |log2(predicted / actual)|."""

    covered: float
    off_by: float


class Calibrated(msgspec.Struct, frozen=True):
    """`left_out`: each port predicted by a fit to the others. `before`: the uncalibrated rates. `constant`: the
    median of the others' days, the dumbest prediction that there is.
    """

    fit: Fit
    ports: int
    before: Score
    left_out: Score
    constant: Score

    @property
    def trusted(self) -> bool:
        """Many enough, mostly right on ports that it has not seen, and no worse than a constant."""
        good = self.left_out.covered >= _COVERED and self.left_out.off_by <= self.constant.off_by
        return self.ports >= TRUSTED and good


def calibrate(ports: Sequence[Port], p90: float) -> Calibrated:
    """`p90` is that of the uncalibrated shared factor. Raises PortlintError for fewer than three ports."""
    if len(ports) < LEAST:
        raise PortlintError(
            f"{len(ports)} port{'s are' if len(ports) != 1 else ' is'} too little to calibrate with: {LEAST} are the "
            f"least, and only from {TRUSTED} on is the result called calibrated"
        )
    ordered = sorted(ports, key=lambda port: (port.name, port.family, port.milestone, port.days, port.p50))
    others = [[*ordered[:at], *ordered[at + 1 :]] for at in range(len(ordered))]
    fits = [fit(rest, p90) for rest in others]
    plain = Fit(1.0, p90, {})
    return Calibrated(
        fit(ordered, p90),
        len(ordered),
        score([_predicted(port, plain) for port in ordered], ordered, [plain.p90] * len(ordered)),
        score([_predicted(port, one) for port, one in zip(ordered, fits, strict=True)], ordered, [f.p90 for f in fits]),
        score([median(port.days for port in rest) for rest in others], ordered, [p90] * len(ordered)),
    )


def fit(ports: Sequence[Port], p90: float) -> Fit:
    """The shared factor and the families' multipliers; what ports cannot tell stays what it was."""
    errors = [math.log(port.days / port.p50) for port in ports]
    shared = _shrunk(errors)
    families: dict[Family, float] = {}
    for family in sorted({port.family for port in ports}):
        rest = [error - shared for error, port in zip(errors, ports, strict=True) if port.family == family]
        families[family] = _shrunk(rest)
    left = [error - shared - families[port.family] for error, port in zip(errors, ports, strict=True)]
    prior = shared_factor(1.0, p90).sigma
    weight = 2 * _WEIGHT  # a spread takes more ports than a mean
    sigma = math.sqrt((weight * prior**2 + math.fsum(each**2 for each in left)) / (weight + len(left)))
    return Fit(math.exp(shared), math.exp(_Z90 * sigma), {name: math.exp(each) for name, each in families.items()})


def score(predicted: Sequence[float], ports: Sequence[Port], p90s: Sequence[float]) -> Score:
    ratios = [port.days / days for port, days in zip(ports, predicted, strict=True)]
    inside = sum(1 / p90 <= ratio <= p90 for ratio, p90 in zip(ratios, p90s, strict=True))
    return Score(inside / len(ratios), median(abs(math.log2(ratio)) for ratio in ratios))


def overlay(found: Calibrated) -> str:
    """A rates file that changes nothing but the calibration."""
    fitted = found.fit
    families = "".join(f"{name} = {value:.3f}\n" for name, value in fitted.families.items())
    basis = (
        f"leaving one out, {found.left_out.covered:.0%} of {found.ports} ports lie between P10 and P90, and half of "
        f"the medians are within a factor of {2**found.left_out.off_by:.1f}"
    )
    return (
        "# Written by `portlint calibrate`: fitted to ports of one's own, shrunk to the shipped rates.\n"
        "overlay = true\n\n[calibration]\n"
        f"factor  = {fitted.factor:.3f}\np90     = {max(fitted.p90, 1.001):.3f}\nports   = {found.ports}\n"
        f"covered = {found.left_out.covered:.2f}\ntrusted = {'true' if found.trusted else 'false'}\n"
        f'basis   = "{basis}"\n\n[calibration.families]\n{families}'
    )


def lines(found: Calibrated) -> list[str]:
    """What a person should read: the fit, how it scores, and what it is worth."""
    fitted = found.fit
    names = ", ".join(f"{name} x{value:.2f}" for name, value in fitted.families.items())
    text = [
        f"{found.ports} ports: shared factor x{fitted.factor:.2f}, P90 over median {fitted.p90:.1f}; families {names}",
        _scored("the rates as they ship", found.before),
        _scored("calibrated, each port left out in turn", found.left_out),
        _scored("a constant, each port left out in turn", found.constant),
    ]
    if found.trusted:
        return [*text, "estimates with these rates are called calibrated"]
    if found.ports < TRUSTED:
        return [*text, f"too little data to call estimates calibrated: {TRUSTED} ports are the least"]
    return [*text, "the fit fails on ports that it has not seen: estimates go on to be called uncalibrated"]


def _scored(what: str, found: Score) -> str:
    return f"  {what}: {found.covered:.0%} between P10 and P90, median off by a factor of {2**found.off_by:.1f}"


def _predicted(port: Port, fitted: Fit) -> float:
    return port.p50 * fitted.factor * fitted.families.get(port.family, 1.0)


def _shrunk(errors: Sequence[float]) -> float:
    return math.fsum(errors) / (len(errors) + _WEIGHT)
