"""Give every finding its standing. Verdicts, what decides them and the estimate stay what they were judged to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from portlint.living.selectors import any_chooses, chooses
from portlint.living.suppressions import Suppressions
from portlint.model.finding import Confidence, Finding, Severity, Standing
from portlint.model.report import Report, TargetReport

_OPEN: tuple[Standing, ...] = ("open",)
_SURE: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


class Selection(msgspec.Struct, frozen=True):
    """Which findings one wants to hear of. Without `select` all, but those of `ignore`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence = "low"

    def takes(self, finding: Finding) -> bool:
        return (
            (not self.select or any_chooses(self.select, finding))
            and not any_chooses(self.ignore, finding)
            and _SURE[finding.confidence] >= _SURE[self.min_confidence]
        )


def with_severities(report: Report, severities: Mapping[str, Severity]) -> Report:
    """Severities by rule, capability or area, as the settings want them; the most exact word counts."""
    if not severities:
        return report

    def changed(finding: Finding) -> Finding:
        words = [word for word in severities if chooses(word, finding)]
        exact = {finding.rule: 2, finding.capability: 1}
        best = max(words, key=lambda word: (exact.get(word, 0), len(word)), default="")
        return msgspec.structs.replace(finding, severity=severities[best]) if best else finding

    return _each_finding(report, changed)


def with_standings(
    report: Report,
    suppressions: Suppressions,
    selection: Selection,
    known: Collection[int] = frozenset(),
    wanted: Callable[[Finding], bool] | None = None,
) -> Report:
    """`known`: numbers of findings, counted over all targets. `wanted`: whether a finding is asked about."""
    numbers = iter(range(sum(len(target.findings) for target in report.targets)))

    def placed(finding: Finding) -> Finding:
        number = next(numbers)
        reason = suppressions.reason_for(finding)
        if reason is not None:
            return msgspec.structs.replace(finding, standing="suppressed", reason=reason)
        standing: Standing = "open"
        if not selection.takes(finding):
            standing = "not-selected"
        elif number in known:
            standing = "known"
        elif wanted is not None and not wanted(finding):
            standing = "elsewhere"
        return finding if standing == "open" else msgspec.structs.replace(finding, standing=standing)

    return _each_finding(report, placed)


def shown(report: Report, standings: Collection[Standing] = _OPEN) -> Report:
    """Only the findings of these standings; the others are counted."""
    return msgspec.structs.replace(report, targets=tuple(_shown(target, standings) for target in report.targets))


def focused(report: Report, paths: Collection[str]) -> Report:
    """Without the records of other files."""
    return msgspec.structs.replace(report, files=tuple(file for file in report.files if file.path in paths))


def _shown(target: TargetReport, standings: Collection[Standing]) -> TargetReport:
    kept = tuple(finding for finding in target.findings if finding.standing in standings)
    if len(kept) == len(target.findings):
        return target
    left = Counter(finding.standing for finding in target.findings if finding.standing not in standings)
    return msgspec.structs.replace(target, findings=kept, set_aside=dict(left))


def _each_finding(report: Report, change: Callable[[Finding], Finding]) -> Report:
    def changed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(change(finding) for finding in findings)

    targets = (msgspec.structs.replace(target, findings=changed(target.findings)) for target in report.targets)
    return msgspec.structs.replace(report, targets=tuple(targets))


def as_known(report: Report) -> Report:
    """What was to be heard has become known."""

    def known(finding: Finding) -> Finding:
        return msgspec.structs.replace(finding, standing="known") if finding.standing == "open" else finding

    return _each_finding(report, known)
