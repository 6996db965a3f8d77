"""Lists of names in the sentence of a finding, where numbers have no commas."""

from __future__ import annotations

from collections.abc import Sequence

from portlint import words

_SHOWN = 3


def some(names: Sequence[str], limit: int = _SHOWN) -> str:
    """`a, b, c and 2 more`."""
    return words.some(names, limit, commas=False)


def cut(names: Sequence[str]) -> str:
    """`a, b, c ...`."""
    return words.cut(names, _SHOWN)
