"""How much of an archive is unpacked, and what is said of the rest."""

from __future__ import annotations

import msgspec

MEGABYTE = 1_000_000
DEPTH = 3  # archives inside archives, the file on disk counted
TOTAL = 512 * MEGABYTE  # unpacked, over all depths of one file on disk
MEMBER = 128 * MEGABYTE  # with a file on disk and two archives inside it in memory, far below a worker's limit
ENTRIES = 100_000  # listed, over all depths
RATIO = 100  # deflate reaches 1,032; real libraries pack to a fifth at best
SMALL = MEGABYTE  # a ratio says nothing of a file below this
LIBRARIES = 2_000  # read, over all depths
FACTS = 200_000  # kept, over all members
NAME = 255  # characters of a member's name: it stands in every one of its facts

_SHOWN = 3  # names a reason
_REASONS = 8


class Unpacked(msgspec.Struct, frozen=True):
    """One member: its content, or the reason why there is none."""

    name: str
    content: bytes = b""
    reason: str = ""


class Ledger:
    """What may still be unpacked of one file on disk, and what was left out of it."""

    def __init__(self, archive: str) -> None:
        self._start = len(archive) + 2
        self._left_out: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}
        self.bytes = TOTAL
        self.entries = ENTRIES
        self.libraries = LIBRARIES
        self.facts = FACTS
        self.classes = 0  # of Java

    def leave(self, reason: str, path: str = "", count: int = 1) -> None:
        """Say that something at `path` (with the archive in front; "" for the archive itself) was left out."""
        names = self._left_out.setdefault(reason, [])
        self._counts[reason] = self._counts.get(reason, 0) + count
        if path and len(names) < _SHOWN:
            names.append(path[self._start :])

    def refusal(self, size: int, packed: int) -> str:
        """Why a member of that size is not unpacked, or ""."""
        if size > MEMBER:
            return f"larger than the {MEMBER // MEGABYTE} MB limit of a member"
        if size > SMALL and size > RATIO * packed:
            return f"unpacks to more than {RATIO} times its size"
        if size > self.bytes:
            return f"beyond the {TOTAL // MEGABYTE} MB that are unpacked of one file"
        return ""

    def text(self) -> str:
        """One line for the file's record; "" where nothing was left out."""
        reasons = sorted(self._left_out)
        parts = [_part(reason, self._left_out[reason], self._counts[reason]) for reason in reasons[:_REASONS]]
        if further := sum(self._counts[reason] for reason in reasons[_REASONS:]):
            parts.append(f"{further} more for other reasons")
        if self.classes:
            parts.append(f"{self.classes} Java class file{'' if self.classes == 1 else 's'} not read")
        return "; ".join(parts)


def _part(reason: str, names: list[str], count: int) -> str:
    if not names:
        return reason
    more = count - len(names)
    return f"{', '.join(names)}{f' and {more} more' if more > 0 else ''}: {reason}"
