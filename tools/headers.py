"""Write `headers.txt`: what each header of a toolchain includes, defines, declares and refuses."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cxx_headers import CXX_FOLDER, CXX_HEADERS, add_cxx
from declarations import declared
from header_entries import VALUE_LENGTH, Entry, Names, block, tested_names
from preprocess import Run, preprocess, search_path
from toolchains import Toolchain

COMPILER_HEADERS = tuple(
    "adxintrin altivec ammintrin arm64intr arm_acle arm_fp16 arm_neon avx2intrin avxintrin bmi2intrin bmiintrin"
    " builtins cpuid emmintrin f16cintrin float fma4intrin fmaintrin ia32intrin immintrin intrin inttypes iso646"
    " limits lzcntintrin mm_malloc mmintrin msa nmmintrin pmmintrin popcntintrin prfchwintrin smmintrin stdalign"
    " stdarg stdatomic stdbool stdckdint stddef stdint stdnoreturn tgmath tmmintrin unwind varargs wasm_simd128"
    " wmmintrin x86gprintrin x86intrin xmmintrin".split()
)
# Kernel interfaces of drivers and hypervisors, outside of linux/: nothing that a game includes.
_DRIVERS = re.compile(r"(misc|mtd|rdma|scsi|video|xen)/")


def header_table(toolchain: Toolchain) -> str:
    """The text of `headers.txt` for one toolchain."""
    roots = search_path(toolchain.c)
    names = Names(roots)
    entries: dict[str, Entry] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.c")
        listed = sorted(_listed(toolchain, roots, names))
        runs = {name: preprocess(toolchain.c, source, f"#include <{name}>\n", roots) for name in listed}
        reached = {path for run in runs.values() for path, header in run.headers.items() if not header.errors}
        entries.update((name, Entry()) for name in listed if runs[name].missing != name)
        for name in listed:  # a header's own run comes first: its values win
            _merge(entries, runs[name], names, only=name)
        for name in listed:
            _merge(entries, runs[name], names)
        for name in listed:
            _refuse(entries, toolchain, roots, names, name, source, runs[name], reached)
        aliases = {alias: names.of(path) for path in reached for alias in names.aliases(path)}
        for alias in sorted(aliases):
            entries.setdefault(alias, Entry(includes={aliases[alias]: None}))
        add_cxx(entries, toolchain, Path(folder, "a.cpp"), listed)
    entries = _reachable(entries, {*listed, *aliases, *CXX_HEADERS})
    seen = {path for run in runs.values() for path in run.headers}
    tested = tested_names(sorted(path for path in seen if path.startswith(roots)))
    return "".join(block(name, entries[name], tested) for name in sorted(entries) if name)


def _listed(toolchain: Toolchain, roots: Sequence[str], names: Names) -> Iterator[str]:
    for package in toolchain.packages:
        files = subprocess.run(("dpkg", "-L", package), capture_output=True, text=True, check=True).stdout.split()
        found = (names.of(os.path.realpath(path)) for path in files if path.endswith(".h") and "/include/" in path)
        yield from (name for name in found if not _DRIVERS.match(name))
    for folder in toolchain.headers:
        for path in Path(folder).rglob("*.h"):
            if not CXX_FOLDER.search(str(path)):
                yield names.of(os.path.realpath(path))
    for name in COMPILER_HEADERS:
        if any(Path(root, name + ".h").is_file() for root in roots):
            yield name + ".h"


def _merge(entries: dict[str, Entry], run: Run, names: Names, only: str = "") -> None:
    for path, header in run.headers.items():
        name = names.of(path) if path.startswith("/") else ""
        if not name or (only and name != only):
            continue
        entry = entries.setdefault(name, Entry())
        for included in header.includes:
            if (target := names.of(included)) != name:
                entry.includes.setdefault(target)
        for macro, value in header.macros.items():
            if entry.macros.get(macro) is None:
                entry.macros[macro] = value
        entry.names.update(declared("\n".join(header.text)))


def _refuse(
    entries: dict[str, Entry],
    toolchain: Toolchain,
    roots: Sequence[str],
    names: Names,
    name: str,
    source: Path,
    run: Run,
    reached: set[str],
) -> None:
    """Note the `#error` of a header that ends in one, with the flag that cures it, if any does.

    A header that another one includes without an error is only meant to be included by that one: no refusal.
    """
    failing = [(path, header) for path, header in run.headers.items() if header.errors and names.of(path) == name]
    if not failing or failing[0][0] in reached:
        return
    if _only_cxx(entries, toolchain, name, source):
        return
    path, header = failing[0]
    twice = preprocess(toolchain.c, source, f"#include <{name}>\n" * 2, roots)
    once = len(twice.headers[path].errors) < 2 * len(header.errors)
    flag = ""
    for cure, words in toolchain.cures:
        cured = preprocess((*toolchain.c, *words), source, f"#include <{name}>\n", roots)
        if not cured.failed:
            flag = f"flag:{cure} "
            _merge(entries, cured, names)
            break
    refusal = f"{flag}{header.errors[0][:VALUE_LENGTH]}{' (once)' if once else ''}"
    if flag:
        entries.setdefault(name, Entry()).refusal = refusal
    else:
        entries[name] = Entry(refusal=refusal)  # nobody gets to see the rest of it


def _only_cxx(entries: dict[str, Entry], toolchain: Toolchain, name: str, source: Path) -> bool:
    """Whether a header that C refuses is meant for C++ alone; its entry is then what C++ saw."""
    roots = search_path(toolchain.cxx)
    run = preprocess(toolchain.cxx, source.with_suffix(".cpp"), f"#include <{name}>\n", roots)
    if not run.failed:
        _merge(entries, run, Names(roots), only=name)
    return not run.failed


def _reachable(entries: dict[str, Entry], start: Iterable[str]) -> dict[str, Entry]:
    """The entries that a program can get at: listed headers and what they include, without what a refusal hides."""
    queue = [name for name in start if name in entries]
    kept = set(queue)
    while queue:
        for name in entries[queue.pop()].includes:
            if name in entries and name not in kept:
                kept.add(name)
                queue.append(name)
    return {name: entries[name] for name in kept}
