"""The estimate's numbers, as `rules/rates.toml` or a studio's own file states them."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from portlint.catalog import rules_folder
from portlint.errors import PortlintError
from portlint.model.catalog import Family
from portlint.model.finding import LEVELS, Confidence, Level

Days = tuple[float, float, float]  # low, likely, high person-days
State = Literal["known-good", "well-trodden", "plain", "optional", "inherent", "unconfirmed"]
STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]
CONFIDENCES: tuple[Confidence, ...] = Confidence.__args__  # type: ignore[attr-defined]
Share = Annotated[float, msgspec.Meta(ge=0)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every number says what it rests on."""

    basis: str


class Shared(Row, frozen=True):
    """`p90`: the 90th percentile of the factor that all items share; its median is 1."""

    p90: Annotated[float, msgspec.Meta(gt=1)]


class Team(Row, frozen=True):
    id: str
    title: str
    factor: Annotated[float, msgspec.Meta(gt=0)]


class Verification(Row, frozen=True):
    low: Share
    high: Share


class Milestone(Row, frozen=True):
    """`capabilities` are ids or areas (`net`) that belong to this milestone and to none before it."""

    id: str
    family: Family
    share: Share
    capabilities: tuple[str, ...]


class Fixed(Row, frozen=True):
    """`kind` is a project's, or `*` for any other."""

    kind: str
    family: Family
    title: str
    days: Days
    needs: tuple[str, ...] = ()


class Repeated(Row, frozen=True):
    share: Share


class StateRate(Row, frozen=True):
    state: State
    title: str
    days: Days


class Choice(Row, frozen=True):
    id: str
    title: str
    days: Days


class LevelRate(Row, frozen=True):
    level: Level
    share: Share


class ConfidenceRate(Row, frozen=True):
    confidence: Confidence
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Unit(Row, frozen=True):
    """`cap` limits a unit to so many base prices."""

    site_exponent: Annotated[float, msgspec.Meta(gt=0, le=1)]
    cap: Annotated[float, msgspec.Meta(ge=1)]
    investigate: Days


class FewFiles(Row, frozen=True):
    """Up to how many files a failing capability is taken for an option of the dependency."""

    files: int


class Size(Row, frozen=True):
    id: str
    below: float


class Grade(Row, frozen=True):
    id: str
    least: float


class WellTrodden(Row, frozen=True):
    names: frozenset[str]


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rates. `digest` identifies the file that they come from."""

    shared: Shared
    team: tuple[Team, ...]
    verification: Verification
    milestone: tuple[Milestone, ...]
    fixed: tuple[Fixed, ...]
    repeated: Repeated
    dependency: tuple[StateRate, ...]
    choice: tuple[Choice, ...]
    level: tuple[LevelRate, ...]
    confidence: tuple[ConfidenceRate, ...]
    unit: Unit
    optional: FewFiles
    size: tuple[Size, ...]
    grade: tuple[Grade, ...]
    well_trodden: WellTrodden
    digest: str = ""


@cache
def load_rates(path: Path | None = None) -> Rates:
    """The rates of the given file, by default the ones that ship with portlint.

    Raises PortlintError for an unreadable file, an unknown key, a wrong type, a missing row, or a price that is not
    low <= likely <= high.
    """
    path = path or rules_folder() / "rates.toml"
    try:
        data = path.read_bytes().replace(b"\r\n", b"\n")
        table = tomllib.loads(data.decode())
        rates = msgspec.convert({**table, "digest": sha256(data).hexdigest()[:12]}, Rates, strict=False)
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise PortlintError(f"{path}: {error}") from error
    _check(path, rates)
    return rates


def _check(path: Path, rates: Rates) -> None:
    wanted: list[tuple[str, set[str], set[str]]] = [
        ("level", set(LEVELS), {row.level for row in rates.level}),
        ("confidence", set(CONFIDENCES), {row.confidence for row in rates.confidence}),
        ("dependency", set(STATES), {row.state for row in rates.dependency}),
        ("choice", {"drop", "replace", "ask"}, {row.id for row in rates.choice}),
        ("fixed", {"browser", "wasi"}, {row.family for row in rates.fixed if row.kind == "*"}),
        ("milestone", {"browser", "wasi"}, {row.family for row in rates.milestone}),
        ("team", {"one-port"}, {row.id for row in rates.team}),
    ]
    for name, needed, found in wanted:
        if missing := sorted(needed - found):
            raise PortlintError(f"{path}: no {name} row for {', '.join(missing)}")
    if not any(grade.least <= 0 for grade in rates.grade):
        raise PortlintError(f"{path}: no grade row with least = 0")
    for days in (row.days for rows in (rates.fixed, rates.dependency, rates.choice) for row in rows):
        if not 0 <= days[0] <= days[1] <= days[2]:
            raise PortlintError(f"{path}: days = {list(days)} is not low <= likely <= high")
