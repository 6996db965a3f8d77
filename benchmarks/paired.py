"""CPU seconds of commands run in turn, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PASS = (sys.executable, "-c", "pass")
PORTLINT = (sys.executable, "-m", "portlint")


def environment(cache: Path) -> dict[str, str]:
    """With compiled modules, as an installation has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(HERE), "XDG_CACHE_HOME": str(cache)}


def cpu(command: Sequence[str], cwd: Path, given: Mapping[str, str]) -> float:
    """User and system seconds of a command and its children. Any exit code of a finished scan will do."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rounds(number: int, runs: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Seconds of each run, in the order of the rounds."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(number):
        for name, run in runs.items():
            found[name].append(run())
    return found


def line(title: str, above: Sequence[float], below: Sequence[float], goal: str) -> str:
    """Medians, and the median and range of the paired ratios."""
    ratios = sorted(one / other for one, other in zip(above, below, strict=True))
    return (
        f"{title}: {1000 * statistics.median(above):.0f} ms, yardstick {1000 * statistics.median(below):.0f} ms, "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), goal {goal}"
    )
