"""CPU of scanning native libraries, over that of a scan of nothing, against one process that has lief parse them.

    python benchmarks/binaries.py FOLDER... [--count 200] [--rounds 5]

Takes a seeded sample of the ELF, PE and Mach-O files below the folders (half ELF, a quarter each of the others, as far
as there are so many), each content once. lief has lean settings, and the names and libraries are listed. CPU is
user + system of every process that the command leaves behind, workers of its forkserver too: this process adopts them
(Linux alone can do that).
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portlint.extractors.binary import HEAD_BYTES, sniff

LARGEST = 30_000_000  # bytes of one library
SHARES = {"elf": 2, "pe": 1, "macho": 1}
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h

LIEF = """
import sys, lief
lief.logging.disable()
names = 0
for path in open(sys.argv[1]).read().split("\\n"):
    kind, _, path = path.partition(" ")
    if kind == "elf":
        config = lief.ELF.ParserConfig()
        config.parse_relocations = config.parse_notes = config.parse_overlay = False
        config.parse_symbol_versions = config.parse_symtab_symbols = False
        binary = lief.ELF.parse(path, config)
        binaries, symbols = [binary], lambda binary: binary.dynamic_symbols
    elif kind == "pe":
        config = lief.PE.ParserConfig()
        config.parse_signature = config.parse_rsrc = config.parse_reloc = config.parse_exceptions = False
        binary = lief.PE.parse(path, config)
        binaries = [binary]
        symbols = lambda binary: [entry for library in binary.imports for entry in library.entries]
    else:
        fat = lief.MachO.parse(path, lief.MachO.ParserConfig.quick)
        binaries, symbols = [fat.at(at) for at in range(fat.size)] if fat else [], lambda binary: binary.symbols
    for binary in binaries:
        if binary is not None and LISTED:
            list(binary.libraries)
            for symbol in symbols(binary):
                try:
                    names += bool(symbol.name)
                except UnicodeDecodeError:
                    pass
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", help="workers (default: one a processor)")
    given = parser.parse_args()
    if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise SystemExit("cannot adopt the workers: the figures would leave them out")
    with tempfile.TemporaryDirectory() as scratch:
        tree, nothing, listing = Path(scratch, "tree"), Path(scratch, "nothing"), Path(scratch, "files")
        tree.mkdir()
        nothing.mkdir()
        chosen = sample(given.folders, given.count, given.seed)
        rows = [f"{kind} {shutil.copy(path, tree / f'{at:03}-{path.name}')}" for at, (kind, path) in enumerate(chosen)]
        listing.write_text("\n".join(rows))
        counts = {kind: sum(kind == each for each, _ in chosen) for kind in SHARES}
        size = sum(path.stat().st_size for _, path in chosen) / 1e6
        print(f"{len(chosen)} libraries, {size:.0f} MB: {counts}")
        compare(tree, nothing, listing, given.rounds, given.jobs)


def compare(tree: Path, nothing: Path, listing: Path, rounds: int, jobs: str | None) -> None:
    """Rounds of all five in turn; the ratios are of one round each, their median counts."""
    cold: list[float] = []
    empty: list[float] = []
    warm: list[float] = []
    listed: list[float] = []
    parsed: list[float] = []
    with tempfile.TemporaryDirectory() as cache:
        measured(scan(tree, jobs), cache)  # fills the cache, warms the files
        for _ in range(rounds):
            cold.append(measured([*scan(tree, jobs), "--no-cache"], cache))
            empty.append(measured([*scan(nothing, jobs), "--no-cache"], cache))
            warm.append(measured(scan(tree, jobs), cache))
            for word, figures in (("True", listed), ("False", parsed)):
                program = LIEF.replace("LISTED", word)
                figures.append(measured([sys.executable, "-c", program, str(listing)], cache))
    for what, figures in (
        ("scan", cold),
        ("scan of nothing", empty),
        ("second scan", warm),
        ("lief", listed),
        ("lief, parsed only", parsed),
    ):
        print(f"  {what}: {statistics.median(figures):.3f} s")
    for what, ours, theirs in (
        ("scan / lief", cold, listed),
        ("scan / lief, parsed only", cold, parsed),
        ("second scan / lief", warm, listed),
    ):
        ratios = [(one - base) / other for one, base, other in zip(ours, empty, theirs, strict=True)]
        print(
            f"  {what}, the scan of nothing taken off: "
            f"{statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}"
        )


def scan(tree: Path, jobs: str | None) -> list[str]:
    options = ["--exit-zero", "--output-format", "json", "--target", "wasip1", *(["--jobs", jobs] if jobs else [])]
    return [sys.executable, "-m", "portlint", "scan", str(tree), *options]


def sample(folders: list[Path], count: int, seed: int) -> list[tuple[str, Path]]:
    """(format, path), sorted by path: the same for the same folders and seed."""
    found: dict[str, list[Path]] = {kind: [] for kind in SHARES}
    seen: set[bytes] = set()
    for path in sorted(path for folder in folders for path in folder.resolve().rglob("*")):
        if path.is_symlink() or not path.is_file() or not 0 < path.stat().st_size <= LARGEST:
            continue
        with path.open("rb") as file:
            kind = sniff(file.read(HEAD_BYTES)).replace("fat", "macho")
        if kind not in found or not _is_library(path):
            continue
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            found[kind].append(path)
    source = random.Random(seed)
    total = sum(SHARES.values())
    chosen = [
        (kind, path) for kind in ("pe", "macho") for path in _some(found[kind], count * SHARES[kind] // total, source)
    ]
    chosen += [("elf", path) for path in _some(found["elf"], count - len(chosen), source)]
    return sorted(chosen, key=lambda each: str(each[1]))


def _is_library(path: Path) -> bool:
    return path.suffix.lower() in (".so", ".dll", ".dylib", ".exe", ".pyd", ".node", "") or ".so." in path.name


def _some(paths: list[Path], count: int, source: random.Random) -> list[Path]:
    return source.sample(paths, min(count, len(paths)))


def measured(command: list[str], cache: str) -> float:
    """CPU seconds of the command and of everything that it started."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    os.posix_spawn(command[0], command, environment, file_actions=quiet)
    seconds = 0.0
    while True:
        try:
            _, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return seconds
        if os.waitstatus_to_exitcode(status) > 0:
            raise SystemExit(f"failed: {' '.join(command[:6])}")
        seconds += usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
