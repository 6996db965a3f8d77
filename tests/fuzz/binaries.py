"""Damaged binaries by the thousand: every one gets an answer, and soon.

    python -m tests.fuzz.binaries --count 20000 --seed 1 [--format elf] [--each] [--folder 500] [--folders 4]

`--count` mutants go through the readers in this process, spread over the formats (`--each`: as many for each format);
then `--folders` folders of `--folder` fresh mutants each go through `portlint scan`. A mutant that raises anything but
ValueError, takes more than 5 s, or gets no record is written to `--keep` and named. Exit 1 if there was one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from portlint.extractors.binary import native
from tests.fuzz.mutation import mutants
from tests.fuzz.seeds import seeds
from tests.fuzz.whole_tool import Outcome, scanned

SECONDS = 5.0
Fault = tuple[str, bytes, str]  # name, bytes, what happened


class Figures(NamedTuple):
    """Of one format's in-process run."""

    format: str
    count: int
    refused: int
    slowest: float  # CPU seconds
    faults: list[Fault]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", action="append", choices=list(seeds()))
    parser.add_argument("--each", action="store_true", help="--count mutants for every format")
    parser.add_argument("--folder", type=int, default=500)
    parser.add_argument("--folders", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-faults"))
    given = parser.parse_args()
    formats = given.format or list(seeds())
    count = given.count if given.each else -(-given.count // len(formats))
    faults: list[Fault] = []
    for name in formats:
        figures = read(name, count, given.seed)
        faults += figures.faults
        print(
            f"{name:15} {figures.count:6} mutants, {figures.refused} refused, "
            f"slowest {figures.slowest:.3f} s, {len(figures.faults)} faults",
            flush=True,
        )
    for number in range(given.folders):
        files = list(folder(formats, given.folder, given.seed + 1000 + number))
        faults += _shown(scanned(files), dict(files))
    _kept(faults, given.keep)
    return bool(faults)


def read(format_: str, count: int, seed: int) -> Figures:
    """`count` mutants of one format's seeds, in turn, through the reader that its names lead to."""
    refused, slowest = 0, 0.0
    faults: list[Fault] = []
    for number, (name, data) in zip(range(count), stream(format_, seed), strict=False):
        start = time.process_time()
        try:
            reader(name)(name, data)
        except ValueError as error:
            refused += 1
            if not str(error) or "\n" in str(error):
                faults.append((f"{number}-{name}", data, f"refused without one clear line: {error!r}"))
        except Exception as error:
            faults.append((f"{number}-{name}", data, f"{type(error).__name__}: {error}"))
        taken = time.process_time() - start
        slowest = max(slowest, taken)
        if taken > SECONDS:
            faults.append((f"{number}-{name}", data, f"took {taken:.1f} s"))
    return Figures(format_, count, refused, slowest, faults)


def stream(format_: str, seed: int) -> Iterator[tuple[str, bytes]]:
    """Mutants of a format's seeds in turn, without end: the seed's name, the damaged bytes."""
    chosen = seeds()[format_]
    source = random.Random(f"{seed} {format_}")
    damaged = [mutants(data, source) for _, data in chosen]
    while True:
        for (name, _), copies in zip(chosen, damaged, strict=True):
            yield name, next(copies)


def reader(name: str) -> Callable[[str, bytes], object]:
    """The `extract` of the first extractor of binaries that wants a file of this name, else of the last one."""
    module = next((module for module in (native,) if module.wants(name)), (native,)[-1])
    extract: Callable[[str, bytes], object] = module.extract
    return extract


def folder(formats: list[str], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` mutants of all formats in turn, each under a name of its own."""
    streams = [stream(name, seed) for name in formats]
    for number in range(count):
        name, data = next(streams[number % len(streams)])
        yield f"{number:05}-{name}", data


def _shown(outcome: Outcome, files: dict[str, bytes]) -> list[Fault]:
    states = ", ".join(f"{count} {state}" for state, count in sorted(outcome.states.items()))
    print(
        f"scan of {outcome.files} files: exit {outcome.exit_code}, {states}, {len(outcome.lost)} lost, "
        f"{len(outcome.faults)} faults, {outcome.seconds:.1f} s, parent {outcome.peak:.0f} MB",
        flush=True,
    )
    found = [(name, files[name], "no record, or two") for name in outcome.lost]
    found += [(line.partition(": ")[0], files[line.partition(": ")[0]], line) for line in outcome.faults]
    if outcome.exit_code not in (0, 1):
        found.append(("folder", b"", f"exit {outcome.exit_code}: {outcome.message}"))
    return found


def _kept(faults: list[Fault], place: Path) -> None:
    if not faults:
        return
    place.mkdir(parents=True, exist_ok=True)
    kinds: Counter[str] = Counter()
    for name, data, what in faults:
        kinds[what[:80]] += 1
        if kinds[what[:80]] <= 3:  # three of a kind are enough to look at
            (place / name).write_bytes(data)
            print(f"{place / name}: {what}")


if __name__ == "__main__":
    sys.exit(main())
