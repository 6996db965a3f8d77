"""What portlint takes each file of a folder for, beside what file(1) says.

    python -m tests.crosscheck.formats FOLDER

Prints a line for each format: how many files file(1) and portlint count, and what became of them in a scan; then each
file on which the two disagree, and each native file that a scan leaves out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from portlint.extractors.binary import HEAD_BYTES, sniff

# Beginnings of file(1)'s answers (5.44), first match wins, and the word for them; what matches none is "other".
_FILE_SAYS = (
    ("ELF ", "elf"), ("PE32", "pe"), ("Mach-O universal", "macho"), ("Mach-O ", "macho"), ("current ar archive", "ar"),
    ("compiled Java class", "java-class"), ("WebAssembly", "wasm"), ("LLVM IR bitcode", "bitcode"),
    ("MS-DOS executable PE32", "pe"),
    ("MS-DOS executable", "dos"), ("Zip archive data", "zip"), ("Java archive", "zip"),
    ("Intel amd64 COFF", "coff"), ("Intel 80386 COFF", "coff"),
)  # fmt: skip
_OURS = {"fat": "macho", "ar-thin": "ar", "wasm-component": "wasm", "coff-bigobj": "coff", "coff-import": "coff"}
NATIVE = ("ar", "bitcode", "coff", "dos", "elf", "java-class", "macho", "pe", "wasm", "zip")


class Seen(NamedTuple):
    """One file: the words of both, the state of its record ("" without one) and the reason."""

    path: str
    file: str
    ours: str
    state: str
    reason: str


def look(root: Path) -> list[Seen]:
    """Every regular file below `root` that one of the two takes for native or for an archive, by path."""
    paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    said = file_says(paths)
    records = scan(root)
    seen = []
    for path, words in zip(paths, said, strict=True):
        relative = path.relative_to(root).as_posix()
        head = path.open("rb").read(HEAD_BYTES)
        ours = ours_of(sniff(head))
        theirs = next((word for start, word in _FILE_SAYS if words.startswith(start)), "other")
        row = Seen(relative, theirs, ours, *records.get(relative, ("", "")))
        if {row.file, row.ours} & set(NATIVE):
            seen.append(row)
    return seen


def file_says(paths: Sequence[Path]) -> list[str]:
    """file(1)'s words for each path, in order."""
    names = b"\0".join(bytes(path) for path in paths)
    command = ["xargs", "-0", "file", "-00", "--raw", "--no-pad", "--"]
    parts = subprocess.run(command, input=names, capture_output=True, check=True).stdout.split(b"\0")
    return [words.strip().decode(errors="replace") for words in parts[1::2]]


def ours_of(kind: str) -> str:
    """The word that both use for what `sniff` tells apart."""
    return _OURS.get(kind, kind)


def scan(root: Path) -> dict[str, tuple[str, str]]:
    """State and reason by path."""
    command = [sys.executable, "-m", "portlint", "scan", str(root), "--no-cache", "--exit-zero"]
    done = subprocess.run([*command, "--output-format", "json"], capture_output=True, check=True)
    rows = json.loads(done.stdout)["coverage"]["files"]
    return {row["path"]: (row["state"], row["reason"]) for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    rows = look(parser.parse_args().folder.resolve())
    for word in NATIVE:
        states = Counter(row.state or "no record" for row in rows if row.ours == word)
        counts = [sum(word == getattr(row, field) for row in rows) for field in ("file", "ours")]
        if any(counts):
            print(f"{word:10} file(1) {counts[0]:4}, portlint {counts[1]:4}: {dict(sorted(states.items()))}")
    for row in rows:
        if row.file != row.ours:
            print(f"differs: {row.path}: file(1) {row.file}, portlint {row.ours}: {row.state} {row.reason}")
        elif row.state not in ("analysed", "partly"):
            print(f"{row.state or 'no record'}: {row.path} ({row.ours}): {row.reason}")


if __name__ == "__main__":
    main()
