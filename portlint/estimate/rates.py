"""The estimate's numbers, as `rules/rates.toml` or a studio's own file states them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec

from portlint.model.catalog import Family
from portlint.model.finding import Confidence, Level

Days = tuple[float, float, float]  # low, likely, high person-days
State = Literal["known-good", "flag", "in-tree", "well-trodden", "plain", "optional", "inherent", "unconfirmed"]
STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]
CONFIDENCES: tuple[Confidence, ...] = Confidence.__args__  # type: ignore[attr-defined]
Share = Annotated[float, msgspec.Meta(ge=0)]
Exponent = Annotated[float, msgspec.Meta(gt=0, le=1)]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every number says what it rests on."""

    basis: str


class Shared(Row, frozen=True):
    """`p90`: the 90th percentile of the factor that all items share, over its median."""

    p90: Annotated[float, msgspec.Meta(gt=1)]


class Scale(Row, frozen=True):
    """The level of all prices for one kind of project on one family, where ports have shown it."""

    kind: str
    family: Family
    factor: Annotated[float, msgspec.Meta(gt=0)]


class Team(Row, frozen=True):
    id: str
    title: str
    factor: Annotated[float, msgspec.Meta(gt=0)]


class Verification(Row, frozen=True):
    low: Share
    high: Share


class Milestone(Row, frozen=True):
    """`capabilities` (ids, areas, or patterns with `*`) belong to this milestone and to none before it."""

    id: str
    family: Family
    share: Share
    capabilities: tuple[str, ...]


class Fixed(Row, frozen=True):
    """`kind` is a project's, or `*` for any other; `milestone` "" is the first of the family.

    With `needs`, only where own code surely needs one of these. `covers`: what then costs no more by itself.
    """

    kind: str
    family: Family
    title: str
    days: Days
    milestone: str = ""
    needs: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


class StateRate(Row, frozen=True):
    """A dependency by its state. `many`: n of them without a finding cost n to this power."""

    state: State
    title: str
    days: Days
    many: Exponent = 1.0


class ChoiceRate(Row, frozen=True):
    id: str
    title: str
    days: Days


class LevelRate(Row, frozen=True):
    level: Level
    share: Share


class ConfidenceRate(Row, frozen=True):
    confidence: Confidence
    probability: Probability


class Unit(Row, frozen=True):
    """Files and uses count to the power `exponent`; `cap` limits a unit to so many base prices.

    `same_seam`: what a further capability of one area costs in the same component, for the areas in `seams`.
    `investigate` one open question; n of them in a component cost n to the power `many_questions`. `full_at`: from so
    many uses on the price of a `gradual` capability is due in full: two lines are no renderer. `lines_a_day`: a unit
    never costs more than writing its files anew.
    """

    exponent: Exponent
    cap: Annotated[float, msgspec.Meta(ge=1)]
    same_seam: Probability
    seams: frozenset[str]
    investigate: Days
    many_questions: Exponent
    gradual: tuple[str, ...]
    full_at: Annotated[int, msgspec.Meta(ge=1)]
    lines_a_day: Annotated[float, msgspec.Meta(gt=0)]


class Fallback(Row, frozen=True):
    """What is due where a branch for the target is there (`share`), or a sibling that has one (`alternative`);
    of the fixed part, where code names the target already (`begun`), or a build file its toolchain (`built`).

    `areas` whose components are alternatives to each other. `names`: parts of file names, `folders`: names of folders,
    that tell of such a branch, `macros` in conditions and `tools` in build files, by family.
    """

    share: Probability
    begun: Probability
    built: Probability
    alternative: Probability
    areas: frozenset[str]
    names: dict[Family, tuple[str, ...]]
    folders: dict[Family, tuple[str, ...]]
    macros: dict[Family, tuple[str, ...]]
    tools: dict[Family, tuple[str, ...]]


class Elsewhere(Row, frozen=True):
    """What is due for code in files that a folder or a word of their name gives to another platform."""

    share: Probability
    platforms: frozenset[str]


class Off(Row, frozen=True):
    """Switching something off: until its milestone comes, or for good where `capabilities` of a family may go."""

    family: Family
    days: Days
    capabilities: tuple[str, ...]


class FewFiles(Row, frozen=True):
    """Up to how many files a failing capability is taken for an option of the dependency."""

    files: Annotated[int, msgspec.Meta(ge=0)]


class Size(Row, frozen=True):
    id: str
    below: float


class Grade(Row, frozen=True):
    id: str
    least: float


class WellTrodden(Row, frozen=True):
    names: frozenset[str]


class Script(Row, frozen=True):
    """Ecosystems (as package URLs name them) whose packages need no recipe: the language's own tool builds them."""

    ecosystems: frozenset[str]


class CapabilityRate(Row, frozen=True):
    """A studio's own price of a capability, in place of the one of `capabilities.toml`."""

    id: str
    days: Days
    per_file: Share
    per_site: Share


class Calibration(Row, frozen=True):
    """What `portlint calibrate` found: the shared factor's median and P90 over median, and multipliers by family."""

    factor: Annotated[float, msgspec.Meta(gt=0)]
    p90: Annotated[float, msgspec.Meta(gt=1)]
    families: dict[Family, Annotated[float, msgspec.Meta(gt=0)]]
    ports: Annotated[int, msgspec.Meta(ge=1)]
    covered: Probability
    trusted: bool


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rates. `digest` identifies the files that they come from, the capabilities' prices among them."""

    shared: Shared
    team: tuple[Team, ...]
    verification: Verification
    milestone: tuple[Milestone, ...]
    fixed: tuple[Fixed, ...]
    dependency: tuple[StateRate, ...]
    choice: tuple[ChoiceRate, ...]
    level: tuple[LevelRate, ...]
    confidence: tuple[ConfidenceRate, ...]
    unit: Unit
    fallback: Fallback
    elsewhere: Elsewhere
    off: tuple[Off, ...]
    optional: FewFiles
    size: tuple[Size, ...]
    grade: tuple[Grade, ...]
    well_trodden: WellTrodden
    script: Script
    scale: tuple[Scale, ...] = ()
    capability: tuple[CapabilityRate, ...] = ()
    calibration: Calibration | None = None
    digest: str = ""

    def milestones(self, family: Family) -> list[Milestone]:
        return [row for row in self.milestone if row.family == family]


def stage_of(capability: str, milestones: Sequence[Milestone]) -> int:
    """The number of the milestone that a capability belongs to: the last that names it, else the first."""
    named = [at for at, row in enumerate(milestones) if belongs(capability, row.capabilities)]
    return named[-1] if named else 0


def belongs(capability: str, to: tuple[str, ...]) -> bool:
    """Is it named by an id, an area, or a pattern with `*`?"""
    area = capability.partition(".")[0]
    return any(name in (capability, area) or ("*" in name and fnmatchcase(capability, name)) for name in to)
