"""What one toolchain's walk of a code base found: unit by unit, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from portlint.units.state import Gate, Lacking

Life = Literal["live", "behind-gate", "foreign", "open"]
_RANK: dict[Life, int] = {"live": 0, "behind-gate": 1, "foreign": 2, "open": 3}


class View(NamedTuple):
    """What one toolchain's walk found.

    `lives`: fact number -> how it is alive; facts that are dead for this toolchain are absent. `gates` and
    `lacking`: with the number of units that reach them. `unsettled`: units that are built on other platforms only, or
    that the walk gave up on. `closures`: the files of the project that a unit reads.
    """

    lives: Mapping[int, Life]
    gates: Mapping[Gate, int]
    lacking: Mapping[Lacking, int]
    foreign: Mapping[str, tuple[str, ...]]  # header that nobody here knows -> units that include it
    unsettled: frozenset[str]
    closures: Mapping[str, frozenset[str]]


class UnitView(NamedTuple):
    """What one unit showed: numbers of facts by how they are alive, what refuses it, and the files that it read."""

    unsettled: bool
    foreign: bool
    live: tuple[int, ...]
    open: tuple[int, ...]
    behind: tuple[int, ...]
    gates: tuple[Gate, ...]
    lacking: tuple[Lacking, ...]
    strangers: tuple[str, ...]
    files: frozenset[str]


def together(shown: Mapping[str, UnitView]) -> View:
    """All units as one view: a fact is as alive as in the unit where it is most."""
    lives: dict[int, Life] = {}
    gates: dict[Gate, int] = {}
    lacking: dict[Lacking, int] = {}
    strangers: dict[str, list[str]] = {}
    for path, unit in shown.items():
        _raise(lives, unit.live, "foreign" if unit.foreign else "live")
        _raise(lives, unit.open, "open")
        _raise(lives, unit.behind, "behind-gate")
        for gate in unit.gates:
            gates[gate] = gates.get(gate, 0) + 1
        for row in unit.lacking:
            lacking[row] = lacking.get(row, 0) + 1
        for header in unit.strangers:
            strangers.setdefault(header, []).append(path)
    return View(
        lives,
        gates,
        lacking,
        {header: tuple(paths) for header, paths in strangers.items()},
        frozenset(path for path, unit in shown.items() if unit.unsettled),
        {path: unit.files for path, unit in shown.items()},
    )


def _raise(lives: dict[int, Life], numbers: Iterable[int], life: Life) -> None:
    for number in numbers:
        if number not in lives or _RANK[life] < _RANK[lives[number]]:
            lives[number] = life
