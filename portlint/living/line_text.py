"""The text of a line with a finding, so that tomorrow's finding can be told to be this one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def text_digest(lines: Sequence[bytes], number: int) -> str:
    """Of a line without its blanks, by its 1-based number; of nothing for a line that is not there."""
    line = lines[number - 1] if number <= len(lines) else b""
    return sha256(b"".join(line.split())).hexdigest()[:16]
