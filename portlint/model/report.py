"""The report: everything that the reporters may know."""

from __future__ import annotations

import msgspec

from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding, Verdict


class Range(msgspec.Struct, frozen=True):
    """Person-days of one developer who knows the code: 10th, 50th and 90th percentile, two significant digits."""

    p10: float
    p50: float
    p90: float


class Estimate(msgspec.Struct, frozen=True):
    """The porting tax to one milestone.

    `size` is the class that the range falls into. `drivers` name the items that widen the range most.
    `rates` is the digest of the rates file. A blocked target has an estimate of the rest: blockers are choices.
    """

    milestone: str  # boots, playable, online; starts, serves
    days: Range
    size: str  # days, weeks, months, rethink
    drivers: tuple[str, ...]
    assumptions: tuple[str, ...]
    choices: tuple[str, ...]  # one line per blocker: drop, replace or ask the vendor
    calibrated: bool
    rates: str


class ProjectReport(msgspec.Struct, frozen=True):
    path: str
    kind: str
    engine_version: str
    verdicts: dict[str, Verdict]  # target id -> verdict
    deciding: dict[str, tuple[str, ...]]  # target id -> the two or three facts that decide


class TargetReport(msgspec.Struct, frozen=True):
    """`deciding`: the two or three facts that decide the verdict, one sentence each. Findings are sorted."""

    id: str
    title: str
    verdict: Verdict
    deciding: tuple[str, ...]
    estimate: Estimate | None
    findings: tuple[Finding, ...]
    credit: int = 0  # facts that a guard rules out for this target


class Report(msgspec.Struct, frozen=True):
    version: str
    root: str  # the name of the scanned folder, never an absolute path
    files: tuple[FileRecord, ...]
    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...]
    projects: tuple[ProjectReport, ...]
    targets: tuple[TargetReport, ...]
