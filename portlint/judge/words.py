"""Lists of names in a sentence, cut short."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 3


def some(names: Sequence[str], limit: int = _SHOWN) -> str:
    """`a, b, c and 2 more`: the first names, and how many follow."""
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def cut(names: Sequence[str], limit: int = _SHOWN) -> str:
    """`a, b, c ...`: the first names, where the number of the others tells nothing."""
    return ", ".join(names[:limit]) + (" ..." if len(names) > limit else "")
