"""Lists of names and numbers of things, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def some(names: Sequence[str], limit: int, commas: bool = True) -> str:
    """`a, b, c and 1,200 more`: the first names, and how many follow."""
    left = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {f'{left:,}' if commas else left} more" if left > 0 else "")


def cut(names: Sequence[str], limit: int) -> str:
    """`a, b, c ...`: the first names, where the number of the others tells nothing."""
    return ", ".join(names[:limit]) + (" ..." if len(names) > limit else "")
