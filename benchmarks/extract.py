"""CPU of the C-family extractor against `rg -c -w -F -f NAMES` over the same files, in pairs.

    python benchmarks/extract.py TREE... [--rounds 5] [--dump FILE] [--profile]

Reading the files counts for both; loading the rules and the start of Python do not: they do not grow with the tree.
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portlint.catalog.vocabularies import vocabularies
from portlint.extractors.source.c import family as c_family
from portlint.model.vocabulary import Vocabulary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dump", type=Path, help="write facts and outlines here, to compare two versions")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    words = scan_vocabulary()
    for tree in given.trees:
        files = sources(tree)
        if given.dump:
            dump(files, words, given.dump)
            continue
        if given.profile:
            profile(files, words)
            continue
        compare(tree, files, words, given.rounds)


def scan_vocabulary() -> Vocabulary:
    """The names that a scan looks for."""
    return vocabularies()["c"]


def sources(tree: Path) -> list[str]:
    """C-family files below the tree, sorted; symbolic links are left out."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if name != ".git"]
        paths = [Path(folder, name) for name in names if c_family.wants(name)]
        found += [str(path) for path in paths if not path.is_symlink()]
    return sorted(found)


def compare(tree: Path, files: list[str], words: Vocabulary, rounds: int) -> None:
    names = sorted({*words.calls, *words.types, *words.constants})
    size = sum(Path(path).stat().st_size for path in files) / 1e6
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(names) + "\n")
        listing.flush()
        extracting(files, words)  # warm the page cache for both
        pairs = [(extracting(files, words), ripgrep(files, listing.name)) for _ in range(rounds)]
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    print(
        f"{tree.name}: {len(files)} files, {size:.1f} MB, {len(names)} names; extract {ours:.3f} s "
        f"({ours / size * 1000:.1f} ms/MB), rg {theirs:.3f} s; ratio {ratio:.2f}"
    )


def extracting(files: list[str], words: Vocabulary) -> float:
    """CPU seconds of reading and extracting every file."""
    begin = time.process_time()
    for path in files:
        with open(path, "rb") as stream:
            data = stream.read()
        try:
            c_family.extract(path, data, words)
        except ValueError:
            continue
    return time.process_time() - begin


def ripgrep(files: list[str], listing: str) -> float:
    """CPU seconds of one rg over the files, as few processes as the argument list allows."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for first in range(0, len(files), 20_000):
        command = ["rg", "-c", "-w", "-F", "-f", listing, *files[first : first + 20_000]]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def dump(files: list[str], words: Vocabulary, into: Path) -> None:
    """One line a fact, directive and own name, in order."""
    with into.open("a", encoding="utf-8") as stream:
        for path in files:
            try:
                found = c_family.extract(path, Path(path).read_bytes(), words)
            except ValueError as error:
                print(f"{path}: {error}", file=stream)
                continue
            rows: list[object] = [*found.facts, *(found.outline.directives if found.outline else ())]
            rows += [*(found.outline.own if found.outline else ()), found.partly]
            for row in rows:
                print(f"{path}: {row!r}", file=stream)
    print(f"{into}: sha256 {hashlib.sha256(into.read_bytes()).hexdigest()[:16]}")


def profile(files: list[str], words: Vocabulary) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    extracting(files, words)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    main()
