"""Binaries read in worker processes: one that crashes a reader, hangs it or eats memory costs itself alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from portlint.extractors.binary import native
from portlint.model.extraction import Extraction
from portlint.walk import Entry, read
from portlint.workers import Failure, isolated

SECONDS = 20.0  # per file; the slowest of 150,000 damaged inputs took 0.3 s
_WORTH = 100  # files for which another worker pays: starting one costs what reading them does
MEMORY = 2_000_000_000  # bytes per worker


def native_extractions(
    root: Path, entries: Sequence[Entry], cap: int, jobs: int
) -> Iterator[tuple[Entry, Extraction | str, bool]]:
    """Each entry, in order, with its extraction or the reason why there is none. `jobs` 0: one a processor.

    Last whether the next run would say the same: a worker that died may have had too little time or memory.
    """
    work = partial(_extract, root, cap)
    workers = min(jobs or os.cpu_count() or 1, 1 + len(entries) // _WORTH)
    for entry, outcome in isolated(entries, work, jobs=workers, seconds=SECONDS, memory_bytes=MEMORY):
        if isinstance(outcome, Failure):
            yield entry, outcome.reason, False
        else:
            yield entry, outcome, True


def _extract(root: Path, cap: int, entry: Entry) -> Extraction | str:
    """In the worker: read and extract one file; a string says why it cannot be read at all."""
    try:
        data = read(root, entry, cap)
    except ValueError as error:
        return str(error)
    try:
        return native.extract(entry.path, data)
    except ValueError as error:
        return Extraction(refused=str(error))
