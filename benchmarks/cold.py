"""CPU and memory of whole scans against `rg -c -w -F -f NAMES` over the same C-family files, in pairs.

    python benchmarks/cold.py TREE... [--rounds 5] [--skip-copies] [--skip-warm]

CPU is user + system of a whole process with its children. portlint runs with `--jobs 1 --exit-zero` and a JSON report;
where the tree holds binaries, their workers are started by a forkserver, whose CPU no parent is charged for.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.extract import scan_vocabulary, sources
from portlint.catalog import load_catalog

FOUR = ("wasip1", "wasip2", "web-emscripten", "web-emscripten-pthreads")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip-copies", action="store_true")
    parser.add_argument("--skip-warm", action="store_true")
    given = parser.parse_args()
    words = scan_vocabulary()
    names = sorted({*words.calls, *words.types, *words.constants})
    for tree in given.trees:
        with tempfile.TemporaryDirectory() as folder:
            listing = Path(folder, "names.txt")
            listing.write_text("\n".join(names) + "\n")
            against_ripgrep(tree.resolve(), listing, len(names), given.rounds)
            all_targets(tree.resolve(), given.rounds)
            if not given.skip_copies:
                four_copies(tree.resolve(), Path(folder), given.rounds)
            if not given.skip_warm:
                again(tree.resolve(), Path(folder))


def against_ripgrep(tree: Path, listing: Path, names: int, rounds: int) -> None:
    files = sources(tree)
    size = sum(Path(path).stat().st_size for path in files) / 1e6
    print(f"{tree.name}: {len(files)} C-family files, {size:.1f} MB, {names} names")
    grep = ["rg", "-c", "-w", "-F", "-f", str(listing), *files]
    ours, theirs, ratio = paired(lambda: measured(cold(tree)), lambda: measured(grep), rounds)
    print(f"  whole scan, four targets: {ours[0]:.2f} s, rg {theirs[0]:.2f} s, ratio {ratio:.2f}")
    print(f"  peak memory: {ours[1]:.0f} MiB, rg {theirs[1]:.0f} MiB, ratio {ours[1] / theirs[1]:.2f}")


def all_targets(tree: Path, rounds: int) -> None:
    every = tuple(load_catalog().targets)
    ours, theirs, ratio = paired(lambda: measured(cold(tree, every)), lambda: measured(cold(tree)), rounds)
    print(f"  all {len(every)} targets: {ours[0]:.2f} s, four {theirs[0]:.2f} s, ratio {ratio:.2f}")


def four_copies(tree: Path, folder: Path, rounds: int) -> None:
    """The tree four times side by side, without its history: then both sides list files the same way."""
    once, four = folder / "once", folder / "four"
    ignore = shutil.ignore_patterns(".git")
    shutil.copytree(tree, once, symlinks=True, ignore=ignore)
    for number in range(4):
        shutil.copytree(tree, four / f"copy{number}", symlinks=True, ignore=ignore)
    ours, theirs, ratio = paired(lambda: measured(cold(four)), lambda: measured(cold(once)), rounds)
    print(f"  4 copies: {ours[0]:.2f} s {ours[1]:.0f} MiB, one {theirs[0]:.2f} s, ratio {ratio:.2f}")


def again(tree: Path, folder: Path) -> None:
    """The first run with a cache, the second, and one after a widely included header and a small one changed."""
    copy = folder / "again"
    shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    first = walked(copy, environment)
    second = walked(copy, environment)
    print(f"  with a cache: first {first[0]:.2f} s {first[1]} units walked, second {second[0]:.2f} s {second[1]}")
    headers = sorted((path for path in copy.rglob("*.h") if not path.is_symlink()), key=lambda path: path.name)
    for header in (headers[0], headers[len(headers) // 2], headers[-1]):
        with header.open("ab") as stream:
            stream.write(b"\n/* touched */\n")
        cpu, units = walked(copy, environment)
        print(f"  {header.relative_to(copy)} touched: {cpu:.2f} s, {units} units walked")


def walked(tree: Path, environment: dict[str, str]) -> tuple[float, int]:
    """CPU seconds of a scan, and how often a unit was walked for a target, counted in the process itself."""
    program = (
        "import sys\n"
        "from portlint.units.walk import Walker\n"
        "from portlint.cli import run\n"
        "plain, count = Walker.unit, [0]\n"
        "def counted(*given):\n"
        "    count[0] += 1\n"
        "    return plain(*given)\n"
        "Walker.unit = counted\n"
        "run(sys.argv[1:])\n"
        "print(count[0], file=sys.stderr)\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", program, *cold(tree)[3:]]
    command.remove("--no-cache")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, int(done.stderr.split()[-1])


def cold(tree: Path, targets: Sequence[str] = FOUR) -> list[str]:
    chosen = [part for name in targets for part in ("--target", name)]
    options = ["--no-cache", "--exit-zero", "--jobs", "1", "--output-format", "json", *chosen]
    return [sys.executable, "-m", "portlint", "scan", str(tree), *options]


def measured(command: Sequence[str]) -> tuple[float, float]:
    """CPU seconds and peak MiB of one process. Raises CalledProcessError when it fails (rg: nothing found is fine)."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, cwd=Path(__file__).resolve().parents[1])
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in (0, 1) or (code == 1 and command[0] != "rg"):
        raise subprocess.CalledProcessError(code, command[:4])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


Cost = tuple[float, float]


def paired(ours: Callable[[], Cost], theirs: Callable[[], Cost], rounds: int) -> tuple[Cost, Cost, float]:
    """Medians of both sides and of the ratio of their CPU, run in turn after one unmeasured run of each."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    ratio = statistics.median(left[0] / right[0] for left, right in pairs)
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    left, right = ((statistics.median(c for c, _ in side), statistics.median(m for _, m in side)) for side in sides)
    return left, right, ratio


if __name__ == "__main__":
    main()
