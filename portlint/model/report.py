"""The report: everything that the reporters may know."""

from __future__ import annotations

import msgspec

from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.fact import Fact
from portlint.model.finding import Finding, Standing, Verdict


class Range(msgspec.Struct, frozen=True):
    """Person-days of one developer who knows the code: 10th, 50th and 90th percentile, two significant digits."""

    p10: float
    p50: float
    p90: float


class Stage(msgspec.Struct, frozen=True):
    """The tax from nothing up to one milestone. `needed`: something in the project belongs to it."""

    milestone: str
    days: Range
    size: str
    needed: bool


class Cost(msgspec.Struct, frozen=True):
    """One thing to pay for, before the shared factor and verification: (low, likely, high) person-days.

    `milestone` is the first that it belongs to; until there it costs `off` (switching it off). `component` and
    `capability` are ids, or "". `probability`: how likely it is due. `settled`: it rests on resolved facts.
    """

    label: str
    milestone: str
    days: tuple[float, float, float]
    off: tuple[float, float, float]
    probability: float
    settled: bool
    component: str = ""
    capability: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A blocker, and what each way out costs, (low, likely, high) person-days; `ask` is None where nobody can be."""

    component: str
    capability: str
    subject: str
    drop: tuple[float, float, float]
    replace: tuple[float, float, float]
    ask: tuple[float, float, float] | None
    instead: str


class Estimate(msgspec.Struct, frozen=True):
    """The porting tax to one milestone, and to each milestone of the target.

    `milestone` is the last that is needed, `days` what it takes from nothing to there, `size` the class that the range
    falls into. `drivers` name the items that widen the range most. `rates` is the digest of the rates. A blocked
    target has an estimate of the rest: blockers are choices, as lines in `choices`, as numbers in `options`.
    `stages` in order. `unknowns`: what to find out first, the one that widens the range most before the others.
    `unread`: what a reader failed at, of which nothing is known. `project`: the path of the project it is for.
    """

    milestone: str  # boots, playable, online; starts, serves
    days: Range
    size: str  # days, weeks, months, rethink
    drivers: tuple[str, ...]
    assumptions: tuple[str, ...]
    choices: tuple[str, ...]  # one line per blocker: drop, replace or ask the vendor
    calibrated: bool
    rates: str
    project: str = ""
    grade: str = ""  # A to D: the share that rests on resolved facts
    stages: tuple[Stage, ...] = ()
    costs: tuple[Cost, ...] = ()
    options: tuple[Choice, ...] = ()
    unknowns: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Basis(msgspec.Struct, frozen=True):
    """What was looked at, as far as it limits the verdict.

    `units`: translation units and scripts that were judged. `unsettled`: those of them that no environment here
    builds. `unread`: languages of shipped code without a reader. `unset`: settings of a configure step, defined by
    nothing that is read, that switch sockets, threads or processes on. `why_not`: a sentence that forbids any verdict,
    `open`: one that forbids `ready` alone.
    """

    units: int
    unsettled: int
    unread: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    why_not: str = ""
    open: str = ""


class WorkPlace(msgspec.Struct, frozen=True):
    """A source file that a port may change. `score` only orders, `signs` are what it is made of, unweighted. `areas`
    are ids, `reasons` clauses, for `expected` ones: those that a port is likely to change.
    """

    path: str
    score: float
    areas: tuple[str, ...]
    reasons: tuple[str, ...]
    expected: bool
    signs: dict[str, float] = {}


class Work(msgspec.Struct, frozen=True):
    """Where people will work: every source file, the likeliest first, and the ids of the areas, the largest first."""

    places: tuple[WorkPlace, ...]
    areas: tuple[str, ...]


class ProjectReport(msgspec.Struct, frozen=True):
    """`estimates` by target id, where there is one. `bases`: what the verdicts rest on beside findings."""

    path: str
    kind: str
    engine_version: str
    verdicts: dict[str, Verdict]  # target id -> verdict
    deciding: dict[str, tuple[str, ...]]  # target id -> the two or three facts that decide
    estimates: dict[str, Estimate] = {}
    bases: dict[str, Basis] = {}


class TargetReport(msgspec.Struct, frozen=True):
    """`deciding`: the two or three facts that decide the verdict, one sentence each. Findings are sorted.

    `estimate` is that of the project that decides. `aside`: components and files that only tests and tools read.
    `begun`: own files with a condition on the target itself, build files that name its toolchain. `set_aside`:
    how many findings of each standing but `open` were left out of this report.
    """

    id: str
    title: str
    verdict: Verdict
    deciding: tuple[str, ...]
    estimate: Estimate | None
    findings: tuple[Finding, ...]
    credit: int = 0  # facts that a guard rules out for this target
    aside: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    work: Work | None = None  # None: not asked for
    set_aside: dict[Standing, int] = {}


class Report(msgspec.Struct, frozen=True):
    """`assumptions`: what is supposed and not so in the tree, one line each; none in a report of what is there.

    `ignores`: the suppression comments of the tree.
    """

    version: str
    root: str  # the name of the scanned folder, never an absolute path
    files: tuple[FileRecord, ...]
    components: tuple[Component, ...]
    dependencies: tuple[Dependency, ...]
    projects: tuple[ProjectReport, ...]
    targets: tuple[TargetReport, ...]
    assumptions: tuple[str, ...] = ()
    ignores: tuple[Fact, ...] = ()
