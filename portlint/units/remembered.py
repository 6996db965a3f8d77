"""What units showed in an earlier run: one whose files are all unchanged is not walked again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.cache import Cache
from portlint.units.state import Gate, Lacking
from portlint.units.view import UnitView

_LAYOUT = 2  # raise when UnitView or the meaning of its numbers changes


class _Stored(msgspec.Struct, array_like=True):
    """One toolchain's units. Facts are (file number, number in its file); files are numbers into `paths`."""

    paths: list[str]
    contents: list[str]
    units: dict[str, _StoredUnit]


class _StoredUnit(msgspec.Struct, array_like=True):
    flags: tuple[bool, bool]
    facts: list[list[int]]  # live, open, behind: file and fact numbers in turn
    gates: list[Gate]
    lacking: list[Lacking]
    strangers: list[str]
    files: list[int]


class Remembered:
    """The units of one code base under one toolchain, kept in the cache.

    `contents` names the content of every file (the same text, the same id), `spans` the numbers of each file's facts.
    `settings` is everything else that a walk depends on: tables, defines, the paths that includes can find.
    """

    def __init__(
        self, cache: Cache, contents: Mapping[str, str], spans: Mapping[str, range], settings: Sequence[str]
    ) -> None:
        self._cache = cache
        self._contents = contents
        self._spans = spans
        self._key = hashlib.blake2b(repr((_LAYOUT, sorted(settings))).encode(), digest_size=16).digest()
        self._stored = self._load()
        self._same: set[int] = set()
        self._starts: list[int] = []  # the number of the first fact of each stored path
        if self._stored:
            self._starts = [spans[path].start if path in spans else 0 for path in self._stored.paths]
            pairs = enumerate(zip(self._stored.paths, self._stored.contents, strict=True))
            self._same = {number for number, (path, content) in pairs if contents.get(path) == content}

    def recall(self, path: str) -> UnitView | None:
        unit = self._stored.units.get(path) if self._stored else None
        if self._stored is None or unit is None or not self._same.issuperset(unit.files):
            return None
        paths = self._stored.paths
        live, maybe, behind = (self._numbers(row) for row in unit.facts)
        files = frozenset(paths[number] for number in unit.files)
        gates, lacking = tuple(unit.gates), tuple(unit.lacking)
        return UnitView(*unit.flags, live, maybe, behind, gates, lacking, tuple(unit.strangers), files)

    def keep(self, shown: Mapping[str, UnitView]) -> None:
        """Store the units of this run, when any of them was walked anew."""
        if self._stored and self._stored.units.keys() == shown.keys() and len(self._same) == len(self._stored.paths):
            return
        paths = sorted({path for unit in shown.values() for path in unit.files})
        number_of = {path: number for number, path in enumerate(paths)}
        owner = self._owners(number_of)
        units = {
            path: _StoredUnit(
                (unit.unsettled, unit.foreign),
                [self._pairs(row, owner) for row in (unit.live, unit.open, unit.behind)],
                list(unit.gates),
                list(unit.lacking),
                list(unit.strangers),
                sorted(number_of[each] for each in unit.files),
            )
            for path, unit in shown.items()
        }
        stored = _Stored(paths, [self._contents.get(path, "") for path in paths], units)
        try:
            self._cache.put_bytes(self._key, msgspec.msgpack.encode(stored))
        except (UnicodeEncodeError, msgspec.MsgspecError):
            return  # a path that is not UTF-8: walked anew every time

    def _load(self) -> _Stored | None:
        value = self._cache.get_bytes(self._key)
        if value is None:
            return None
        try:
            return msgspec.msgpack.decode(value, type=_Stored)
        except (msgspec.MsgspecError, ValueError):
            return None

    def _owners(self, number_of: Mapping[str, int]) -> dict[int, tuple[int, int]]:
        """Fact number -> (file number, number in its file), for the files that some unit reads."""
        return {
            number: (file, number - self._spans[path].start)
            for path, file in number_of.items()
            for number in self._spans.get(path, range(0))
        }

    def _pairs(self, numbers: Iterable[int], owner: Mapping[int, tuple[int, int]]) -> list[int]:
        return [part for number in sorted(numbers) for part in owner[number]]

    def _numbers(self, pairs: Sequence[int]) -> tuple[int, ...]:
        starts = self._starts
        return tuple(starts[file] + number for file, number in zip(pairs[::2], pairs[1::2], strict=True))
