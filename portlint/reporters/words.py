"""Phrases that several formats share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from portlint.model.extraction import FileRecord, State
from portlint.model.finding import STANDINGS, Finding, Level
from portlint.model.report import Estimate, Report, TargetReport
from portlint.words import counted

# Completes "on this target it ...".
LEVEL_PHRASE: dict[Level, str] = {
    "works": "works",
    "flag": "works with a flag or setting",
    "partial": "works differently",
    "fails-at-build": "fails to build",
    "fails-at-run": "builds, then fails at run time",
    "silent": "builds, then does nothing",
    "hangs": "builds, then hangs",
    "unknown": "nobody has checked",
}
_SEVERITIES = ("error", "warning", "note")
_CONFIDENCES = ("high", "medium", "low")


def blocks(finding: Finding) -> bool:
    """Does it make the verdict `blocked`? What nobody has checked, or only differs, does not."""
    return finding.blocker and finding.severity == "error"


def worst_first(finding: Finding) -> tuple[bool, int, int, str, int, int, str, str]:
    """A sort key: blockers, then by severity and confidence, then by place, rule and name."""
    place = finding.location
    return (
        not blocks(finding),
        _SEVERITIES.index(finding.severity),
        _CONFIDENCES.index(finding.confidence),
        place.path,
        place.line,
        place.column,
        finding.rule,
        finding.name,
    )


HYPOTHETICAL = "Hypothetical: not the tree as it is"


def suppositions(report: Report) -> list[str]:
    """`hypothetical: without steam (...)` for each assumption; texts of the tree are as they are."""
    return [f"hypothetical: {line}" for line in report.assumptions]


def severity_counts(findings: Iterable[Finding]) -> str:
    """`1 blocker, 2 errors, 3 notes`; a blocker is not counted again under its severity; `no findings` for none."""
    count = Counter("blocker" if blocks(finding) else finding.severity for finding in findings)
    parts = [counted(count[word], word) for word in ("blocker", *_SEVERITIES) if count[word]]
    return ", ".join(parts) or "no findings"


def set_aside_counts(target: TargetReport) -> str:
    """`2 suppressed, 14 known`: findings that are not shown, or ""."""
    counts = ((target.set_aside.get(standing, 0), standing.replace("-", " ")) for standing in STANDINGS)
    return ", ".join(f"{number:,} {words}" for number, words in counts if number)


def finding_counts(target: TargetReport) -> str:
    """`1 blocker, 2 errors; 2 suppressed`."""
    return "; ".join(filter(None, (severity_counts(target.findings), set_aside_counts(target))))


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with one; "" stays ""."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def person_days(days: float) -> str:
    """Whole person-days; `<1` below one."""
    return "<1" if days < 1 else f"{days:,.0f}"


def estimate_line(estimate: Estimate) -> str:
    """`weeks: 8-21-55 person-days (P10-P50-P90) to playable, uncalibrated`."""
    days = "-".join(person_days(value) for value in (estimate.days.p10, estimate.days.p50, estimate.days.p90))
    trust = "calibrated" if estimate.calibrated else "uncalibrated"
    return f"{estimate.size}: {days} person-days (P10-P50-P90) to {estimate.milestone}, {trust}"


def not_looked_at(files: Iterable[FileRecord]) -> list[tuple[State, str, list[str]]]:
    """(state, reason, paths) of what was not analysed, or only partly: the most files first."""
    groups: dict[tuple[State, str], list[str]] = {}
    for file in files:
        if file.state in ("not-analysed", "partly"):
            groups.setdefault((file.state, file.reason), []).append(file.path)
    rows = [(state, reason, sorted(paths)) for (state, reason), paths in groups.items()]
    return sorted(rows, key=lambda row: (row[0] == "partly", -len(row[2]), row[1]))
