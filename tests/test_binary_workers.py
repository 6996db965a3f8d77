"""The worker pool: a task that dies costs itself alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from portlint.extractors.binary import native
from portlint.workers import Failure, isolated

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
LIMIT = 1_000_000_000
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits on memory and CPU time are POSIX")


def misbehave(task: int | str) -> int:
    if task == "abort":
        os.abort()
    if task == "crash":
        ctypes.string_at(0)
    if task == "exit":
        os._exit(3)
    if task == "leave":
        raise SystemExit(4)
    if task == "sleep":
        time.sleep(1000)
    if task == "spin":
        while True:
            pass
    if task == "eat":
        return len(bytes(4 * LIMIT))
    if task == "refuse":
        raise ValueError("not a library")
    if task == "mistake":
        raise KeyError("x")
    return int(task) * 2


@posix
@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("abort", "the reader crashed (signal 6)"),
        ("crash", "the reader crashed (signal 11)"),
        ("exit", "the reader ended its process (exit code 3)"),
        ("leave", "SystemExit: 4"),
        ("sleep", "took longer than 1 s"),
        ("spin", "took longer than 1 s"),
        ("eat", "used more than 1 GB"),
        ("refuse", "not a library"),
        ("mistake", "KeyError: 'x'"),
    ],
)
def test_a_bad_task_costs_itself_alone(task: str, reason: str) -> None:
    tasks: list[int | str] = [1, 2, task, 3, 4]
    found = list(isolated(tasks, misbehave, jobs=2, seconds=1, memory_bytes=LIMIT))
    assert found == [(1, 2), (2, 4), (task, Failure(reason)), (3, 6), (4, 8)]


def extract(folder: Path, name: str) -> object:
    if name == "abort":
        os.abort()
    return native.extract(name, (folder / name).read_bytes())


@posix
def test_the_other_libraries_are_as_without_it() -> None:
    """A crash in the middle, another number of workers: the same facts in the same order."""
    names = sorted(path.name for path in FIXTURES.iterdir())
    half = len(names) // 2
    run = partial(extract, FIXTURES)
    clean = dict(isolated(names, run, jobs=1, seconds=20, memory_bytes=LIMIT))
    damaged = [*names[:half], "abort", *names[half:]]
    found = list(isolated(damaged, run, jobs=3, seconds=20, memory_bytes=LIMIT))
    assert [name for name, _ in found] == damaged
    assert {name: result for name, result in found if name != "abort"} == clean
    assert sum(isinstance(result, Failure) for result in clean.values()) == 2  # the Java class, the thin archive


def test_no_task_no_process() -> None:
    """In a fresh interpreter, since others here may have imported the pool already."""
    script = (
        "import sys\n"
        "from portlint.extractors.binary import native\n"
        "from portlint.workers import isolated\n"
        "assert list(isolated([], len, jobs=2, seconds=1, memory_bytes=1)) == []\n"
        "assert not {'pebble', 'multiprocessing', 'lief', 'elftools'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parent.parent)


def test_closing_the_iterator_stops_the_workers() -> None:
    tasks: list[int | str] = [1, "sleep", 2]
    results = isolated(tasks, misbehave, jobs=1, seconds=600, memory_bytes=LIMIT)
    assert next(results) == (1, 2)
    start = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 10
