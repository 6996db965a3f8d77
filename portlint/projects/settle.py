"""What only a whole project tells about its files, put into their extractions once, before anything is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portlint.model.extraction import Extraction
from portlint.projects import go_gaps, rust


def settle(extractions: Mapping[str, Extraction], read: Callable[[str], bytes]) -> dict[str, Extraction]:
    """Conditions that lead to a file (Rust's modules), and files that no platform chooses (Go).

    `read` gives a file's content and raises ValueError where it cannot.
    """
    return go_gaps.with_gaps(rust.arranged(extractions), read)
