"""CPU seconds of commands run in turn, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PASS = (sys.executable, "-c", "pass")
PORTLINT = (sys.executable, "-m", "portlint")
_SEED = 8


class Changing:
    """A copy of a checkout, with a cache of its own. `five`: some of its C++ files, by what they stand for."""

    def __init__(self, tree: Path, given: Mapping[str, str]) -> None:
        self.tree = tree
        self.given = given
        files = sorted(tree.rglob("*.cpp"))
        by_size = sorted(files, key=lambda path: path.stat().st_size)
        self.five = {"large": by_size[-30:][:5], "any": random.Random(_SEED).sample(files, 5)}
        self._numbers = count()

    def cpu(self, *command: str) -> float:
        return cpu(command, self.tree, self.given)

    def append(self, which: str, text: str, stage: bool = False) -> None:
        """Add a text, with a number for `{0}` that is never the same, to each of five files."""
        number = next(self._numbers)
        for path in self.five[which]:
            with path.open("a") as file:
                file.write(text.format(number))
        if stage:
            subprocess.run(["git", "add", "-u"], cwd=self.tree, check=True)
        time.sleep(0.1)  # a change in the very moment of the scan is another case

    def named(self, which: str) -> str:
        sizes = sorted(path.stat().st_size // 1000 for path in self.five[which])
        return f"five files, {which}: {sizes[0]} to {sizes[-1]} kB"


@contextmanager
def changing(checkout: Path) -> Iterator[Changing]:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        subprocess.run(["git", "clone", "-q", "--shared", checkout, tree], check=True)
        yield Changing(tree, environment(Path(folder, "cache")))


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
