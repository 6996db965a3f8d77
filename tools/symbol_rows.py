"""The rows of `symbols.tsv`."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

HEADER = "name\tmark\thow\tsince\tuntil"


class Row(msgspec.Struct, frozen=True, order=True):
    """One line. From `since` on and before `until`, versions of the toolchain; "" is no bound."""

    name: str
    until: str
    since: str
    mark: str
    how: str

    def line(self) -> str:
        return "\t".join((self.name, self.mark, self.how, self.since, self.until)).rstrip("\t")


def table(rows: Iterable[Row]) -> str:
    """The text of `symbols.tsv`: sorted, and per name the row that still holds before those that no longer do."""
    return "\n".join([HEADER, *(row.line() for row in sorted(rows))]) + "\n"
