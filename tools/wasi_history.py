"""Since when wasi-libc has a name: upstream's lists of defined symbols, one per wasi-sdk release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
from symbol_rows import Row

_LISTING = re.compile(r"wasm32-(?P<target>[\w-]+)@wasi-sdk-(?P<number>\d+)\.txt$")


def releases(toolchain: str, base: Path) -> dict[int, set[str]]:
    """The names by wasi-sdk number, ascending, from `expected/wasm32-<target>@wasi-sdk-<number>.txt` below `base`."""
    found = {}
    for path in (base / "expected").glob("*.txt"):
        match = _LISTING.match(path.name)
        if match and match["target"] == toolchain:
            found[int(match["number"])] = set(path.read_text(encoding="utf-8").split())
    return dict(sorted(found.items()))


def with_history(rows: Mapping[str, Row], listed: Mapping[int, set[str]], measured: int) -> list[Row]:
    """Add `since` to names that came after the first release, and rows for what the newest release brought.

    What upstream leaves out of its lists (libdl) gets no `since`: nothing is known.
    """
    numbers = list(listed)
    until = [number for number in numbers if number <= measured]
    later = [number for number in numbers if number > measured]
    found: list[Row] = []
    for name, row in rows.items():
        came = next((number for number in later if name in listed[number]), None)
        if row.mark == "absent" and came is not None:
            found.append(msgspec.structs.replace(row, until=f"wasi-sdk-{came}"))
            found.append(Row(name, "", f"wasi-sdk-{came}", "defined", "source"))
            continue
        first = _first(name, until, listed)
        known = row.mark != "absent" and first is not None and first != numbers[0]
        since = f"wasi-sdk-{first}" if known else ""
        found.append(msgspec.structs.replace(row, since=since))
        if known and first == numbers[-1]:  # the release before is still in use: say what it does
            found.append(Row(name, since, "", "absent", "source"))
    return found


def _first(name: str, numbers: list[int], listed: Mapping[int, set[str]]) -> int | None:
    """The oldest release from which on every one has the name, or None when the last one has not."""
    first = None
    for number in reversed(numbers):
        if name not in listed[number]:
            break
        first = number
    return first
