"""Worker processes that may die: a task that crashes, hangs or eats memory costs itself alone.

pebble's pool outlives a worker that aborts; `ProcessPoolExecutor` does not (it loses every task behind it).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from pebble import ProcessFuture, ProcessPool

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 16  # tasks given out per worker before the first answer is asked for
_LIFE = 500  # tasks after which a worker is replaced: what one leaves behind in memory must not fail a later one
_PRELOADED = ("pebble", "portlint.extractors.isolated")
_PATIENCE = 3  # wall-clock seconds per second of the limit: a busy machine is no fault of the file


class Failure(msgspec.Struct, frozen=True):
    """Why a task has no result: one line for the report."""

    reason: str


def isolated(
    tasks: Iterable[T], run: Callable[[T], R], *, jobs: int, seconds: float, memory_bytes: int
) -> Iterator[tuple[T, R | Failure]]:
    """Yield every task with the result of `run`, in the order of `tasks`.

    `run` is a module-level function or a `functools.partial` of one; it, the tasks and the results are pickled.
    `seconds` limits one task's CPU time (its wall-clock time to three times as much), `memory_bytes` a worker's address
    space; where the system has no such limits (Windows) the wall clock alone counts. Without tasks no process is
    started. Closing the iterator stops the workers.
    """
    source = iter(tasks)
    first = next(source, None)
    if first is None:
        return
    from pebble import ProcessPool

    limits = (seconds, memory_bytes)
    pool = ProcessPool(max_workers=jobs, max_tasks=_LIFE, initializer=_limit, initargs=limits, context=_context())
    done = False
    try:
        waiting: deque[tuple[T, ProcessFuture[R | Failure]]] = deque()
        waiting.append((first, _schedule(pool, run, first, *limits)))
        for task in source:
            waiting.append((task, _schedule(pool, run, task, *limits)))
            if len(waiting) > jobs * _AHEAD:
                yield _settled(*waiting.popleft(), run, *limits)
        while waiting:
            yield _settled(*waiting.popleft(), run, *limits)
        done = True
    finally:
        (pool.close if done else pool.stop)()  # type: ignore[no-untyped-call]
        pool.join()


def _settled(
    task: T, future: ProcessFuture[R | Failure], run: Callable[[T], R], seconds: float, memory_bytes: int
) -> tuple[T, R | Failure]:
    """The outcome; a failure is tried once more in a pool of its own.

    A worker that dies right after an answer can take that answer with it, and the pool then blames the task before.
    Alone, only the guilty one fails again.
    """
    _, outcome = _outcome(task, future, seconds)
    if not isinstance(outcome, Failure):
        return task, outcome
    from pebble import ProcessPool

    limits = (seconds, memory_bytes)
    with ProcessPool(max_workers=1, max_tasks=1, initializer=_limit, initargs=limits, context=_context()) as pool:
        return _outcome(task, _schedule(pool, run, task, *limits), seconds)


def _schedule(
    pool: ProcessPool, run: Callable[[T], R], task: T, seconds: float, memory_bytes: int
) -> ProcessFuture[R | Failure]:
    return pool.schedule(_measured, args=(run, task, seconds, memory_bytes), timeout=seconds * _PATIENCE)


def _context() -> BaseContext:
    """A way to start workers that does not fork a process with threads: pebble's own run here."""
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))  # once, and not in every worker anew
    return context


def _outcome(task: T, future: ProcessFuture[R | Failure], seconds: float) -> tuple[T, R | Failure]:
    from pebble import ProcessExpired

    try:
        return task, future.result()
    except TimeoutError:
        return task, Failure(f"took longer than {seconds:g} s")
    except ProcessExpired as error:
        return task, Failure(_death(error.exitcode, seconds))


def _death(code: int, seconds: float) -> str:
    if code >= 0:
        return f"the reader ended its process (exit code {code})"
    if -code in _cpu_signals():
        return f"took longer than {seconds:g} s"
    return f"the reader crashed (signal {-code})"


def _cpu_signals() -> set[int]:
    import signal

    return {int(getattr(signal, "SIGXCPU", 0))}


def _limit(seconds: float, memory_bytes: int) -> None:
    """In a new worker: limits, no core dumps, and no last words of crashing libraries on the user's terminal."""
    import os
    import signal

    # Ctrl-C reaches the whole group; the parent stops its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _measured(run: Callable[[T], R], task: T, seconds: float, memory_bytes: int) -> R | Failure:
    """In the worker: `run(task)` under a CPU limit that counts from now, for the process lives on.

    Exceptions become Failures here: one that cannot be pickled, or a SystemExit raised again in the parent, would cost
    more than its task.
    """
    _limit_time(seconds)
    try:
        return run(task)
    except MemoryError:
        return Failure(f"used more than {memory_bytes / 1e9:g} GB")
    except ValueError as error:
        return Failure(str(error))
    except BaseException as error:
        return Failure(f"{type(error).__name__}: {error}")


def _limit_time(seconds: float) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        end = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))
