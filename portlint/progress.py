"""A line that counts files, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

WIPED = "\r\x1b[K"  # the cursor at the start of an empty line
_EVERY = 64  # files between two updates


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total); the line is wiped at the end."""
    if not stream.isatty():
        yield lambda done, total: None
        return

    def show(done: int, total: int) -> None:
        if done % _EVERY == 0:
            stream.write(f"{WIPED}scanning {done} of {total} files")
            stream.flush()

    try:
        yield show
    finally:
        stream.write(WIPED)
        stream.flush()
