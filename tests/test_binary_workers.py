"""The worker pool: a task that dies costs itself alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
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


BAD = ("abort", "crash", "exit", "spin", "eat")


def extract(folder: Path, name: str) -> object:
    """The record of one library, as bytes; of a name in BAD, what happens to it."""
    if name in BAD:
        return misbehave(name)
    return msgspec.msgpack.encode(native.extract(name, (folder / name).read_bytes()))


def records(names: Sequence[str], jobs: int) -> list[tuple[str, object]]:
    return list(isolated(names, partial(extract, FIXTURES), jobs=jobs, seconds=2, memory_bytes=LIMIT))


@pytest.fixture(scope="module")
def clean() -> list[tuple[str, object]]:
    return records(sorted(path.name for path in FIXTURES.iterdir()), 1)


@posix
@pytest.mark.parametrize("how", BAD)
def test_the_other_records_are_as_without_it(how: str, clean: list[tuple[str, object]]) -> None:
    """A bad one in the middle, another number of workers: the same bytes in the same order, and a parent as small."""
    names = [name for name, _ in clean]
    half = len(names) // 2
    at_start = peak()
    found = records([*names[:half], how, *names[half:]], 3)
    assert found[half][0] == how
    assert isinstance(found[half][1], Failure)
    assert [*found[:half], *found[half + 1 :]] == clean
    assert peak() - at_start < 100_000_000


@posix
def test_bad_ones_everywhere(clean: list[tuple[str, object]]) -> None:
    """First, last, and one after another: the pool survives as many as there are."""
    names = [name for name, _ in clean]
    tasks = ["abort", *(task for name in names[:5] for task in (name, "crash")), "exit", "abort", "abort"]
    found = records(tasks, 2)
    assert [name for name, _ in found] == tasks
    assert [each for each in found if each[0] not in BAD] == clean[:5]
    assert {each for each in found if each[0] in BAD} == {
        ("abort", Failure("the reader crashed (signal 6)")),
        ("crash", Failure("the reader crashed (signal 11)")),
        ("exit", Failure("the reader ended its process (exit code 3)")),
    }


@posix
def test_what_no_reader_takes(clean: list[tuple[str, object]]) -> None:
    refused = {name: result.reason for name, result in clean if isinstance(result, Failure)}
    assert {"java.class", "ar-thin.a"} <= set(refused) < set(dict(clean))
    assert not [reason for reason in refused.values() if "crashed" in reason or "took" in reason]


def peak() -> int:
    """Bytes of memory that this process ever had, workers not counted."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


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
