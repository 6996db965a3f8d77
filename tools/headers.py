"""Write `headers.txt`: what each header of a toolchain includes, defines, declares and refuses."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from declarations import declared
from preprocess import Run, preprocess, search_path
from toolchains import Toolchain

COMPILER_HEADERS = tuple(
    "adxintrin altivec ammintrin arm64intr arm_acle arm_fp16 arm_neon avx2intrin avxintrin bmi2intrin bmiintrin"
    " builtins cpuid emmintrin f16cintrin float fma4intrin fmaintrin ia32intrin immintrin intrin inttypes iso646 limits"
    " lzcntintrin mm_malloc mmintrin msa nmmintrin pmmintrin popcntintrin prfchwintrin smmintrin stdalign"
    " stdarg stdatomic stdbool stdckdint stddef stdint stdnoreturn tgmath tmmintrin unwind varargs wasm_simd128"
    " wmmintrin x86gprintrin x86intrin xmmintrin".split()
)
CXX_HEADERS = tuple(
    "algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono cinttypes"
    " ciso646 climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal"
    " cstdalign cstdarg cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar cwchar cwctype cxxabi.h"
    " deque exception execution expected filesystem format forward_list fstream functional future generator"
    " initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map mdspan memory"
    " memory_resource mutex new numbers numeric optional ostream print queue random ranges ratio regex scoped_allocator"
    " semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept stdfloat stop_token"
    " streambuf string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo"
    " unordered_map unordered_set utility valarray variant vector version".split()
)
_CXX_MACROS = re.compile(
    r"__cpp_lib_|_LIBCPP_VERSION$|_LIBCPP_STD_VER$|_LIBCPP_HAS_NO_THREADS$|__GLIBCXX__$|_GLIBCXX_RELEASE$"
)
# Kernel interfaces of drivers and hypervisors, outside of linux/: nothing that a game includes.
_DRIVERS = re.compile(r"(misc|mtd|rdma|scsi|video|xen)/")
_CXX_FOLDER = re.compile(r"/c\+\+/(v1|\d+)(/|$)")
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b((?:[^\n]*\\\n)*[^\n]*)", re.M)
# immintrin.h's parts hold 12,000 names; which header has _mm512_* decides nothing.
_VECTOR_PART = re.compile(r"(avx512|avx10|avxvnni|avxifma|avxneconvert|amx)\w*intrin\.h$")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NO_ALIAS = ("compat/", "x86_64-linux-gnu/")
VALUE_LENGTH = 200


class Entry(msgspec.Struct):
    """One block of the table; the fields are its lines."""

    includes: dict[str, None] = msgspec.field(default_factory=dict)
    macros: dict[str, tuple[str, str] | None] = msgspec.field(default_factory=dict)
    names: set[str] = msgspec.field(default_factory=set)
    refusal: str = ""


class Names:
    """Turns absolute paths into the names that an `#include` says, with one toolchain's search path."""

    def __init__(self, roots: Sequence[str]) -> None:
        self.roots = tuple(sorted(roots, key=len, reverse=True))

    def of(self, path: str) -> str:
        """The name below the deepest folder searched; a bare name (a header that is absent) stays as it is."""
        if not path.startswith("/"):
            return path
        for root in self.roots:
            if path.startswith(root + "/"):
                return path[len(root) + 1 :]
        return ""

    def aliases(self, path: str) -> Iterator[str]:
        """Further names of the same file: SDL/SDL.h beside SDL.h, where both folders are searched."""
        below = (path[len(root) + 1 :] for root in self.roots if path.startswith(root + "/"))
        yield from (name for name in below if name != self.of(path) and not name.startswith(_NO_ALIAS))


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
        _add_cxx(entries, toolchain, Path(folder, "a.cpp"), listed)
    entries = _reachable(entries, {*listed, *aliases, *CXX_HEADERS})
    tested = _tested_names(runs, roots)
    return "".join(_block(name, entries[name], tested) for name in sorted(entries) if name)


def _listed(toolchain: Toolchain, roots: Sequence[str], names: Names) -> Iterator[str]:
    for package in toolchain.packages:
        files = subprocess.run(("dpkg", "-L", package), capture_output=True, text=True, check=True).stdout.split()
        found = (names.of(os.path.realpath(path)) for path in files if path.endswith(".h") and "/include/" in path)
        yield from (name for name in found if not _DRIVERS.match(name))
    for folder in toolchain.headers:
        for path in Path(folder).rglob("*.h"):
            if not _CXX_FOLDER.search(str(path)):
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
    path, header = failing[0]
    twice = preprocess(toolchain.c, source, f"#include <{name}>\n" * 2, roots)
    once = len(twice.headers[path].errors) < 2 * len(header.errors)
    flag = ""
    for cure in toolchain.cures:
        cured = preprocess((*toolchain.c, *cure.split()), source, f"#include <{name}>\n", roots)
        if not cured.failed:
            flag = f"flag:{cure} "
            _merge(entries, cured, names)
            break
    refusal = f"{flag}{header.errors[0][:VALUE_LENGTH]}{' (once)' if once else ''}"
    if flag:
        entries.setdefault(name, Entry()).refusal = refusal
    else:
        entries[name] = Entry(refusal=refusal)  # nobody gets to see the rest of it


def _add_cxx(entries: dict[str, Entry], toolchain: Toolchain, source: Path, listed: Iterable[str]) -> None:
    """C++ headers: what they reach outside of the C++ library's own folders, and its documented feature macros."""
    roots = search_path(toolchain.cxx)
    names = Names(roots)
    public = set(CXX_HEADERS) - set(listed)
    for name in CXX_HEADERS:
        run = preprocess(toolchain.cxx, source, f"#include <{name}>\n", roots)
        if run.missing == name or name not in public:
            continue
        entry = entries.setdefault(name, Entry())
        own = [path for path in run.headers if names.of(path) == name and _CXX_FOLDER.search(path)]
        _collect_cxx(entry, run, names, own[:1], public, set())
        for path in own[:1]:
            entry.refusal = run.headers[path].errors[0][:VALUE_LENGTH] if run.headers[path].errors else ""


def _collect_cxx(entry: Entry, run: Run, names: Names, paths: list[str], public: set[str], seen: set[str]) -> None:
    for path in paths:
        if path in seen or path not in run.headers:
            continue
        seen.add(path)
        header = run.headers[path]
        entry.macros.update({name: value for name, value in header.macros.items() if _CXX_MACROS.match(name)})
        for included in header.includes:
            name = names.of(included)
            internal = bool(_CXX_FOLDER.search(included))
            if name in public and internal:
                entry.includes.setdefault(name)
            elif internal:
                _collect_cxx(entry, run, names, [included], public, seen)
                if name.endswith(".h") and "/" not in name and not name.startswith("__"):
                    entry.includes.setdefault(name)  # libc++'s own stdio.h wraps the C one
            elif name:
                entry.includes.setdefault(name)


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


def _tested_names(runs: dict[str, Run], roots: Sequence[str]) -> set[str]:
    """Every identifier that an `#if` of any header mentions."""
    tested: set[str] = set()
    for path in sorted({path for run in runs.values() for path in run.headers if path.startswith(tuple(roots))}):
        for condition in _CONDITION.findall(Path(path).read_bytes()):
            tested.update(_WORD.findall(condition.decode("latin-1")))
    return tested


def _block(name: str, entry: Entry, tested: set[str]) -> str:
    lines = [f"@ {name}"]
    if _VECTOR_PART.match(name):
        entry = Entry(entry.includes)
    if entry.includes:
        lines.append("> " + " ".join(included for included in entry.includes if included))
    defined = {macro: value for macro, value in entry.macros.items() if value is not None}
    kept = _kept(defined, tested)
    lines += [f"# {defined[macro][0]} {defined[macro][1][:VALUE_LENGTH]}".rstrip() for macro in sorted(kept)]
    lines += [f"- {macro}" for macro in sorted(set(entry.macros) - set(defined)) if not _is_internal(macro, tested)]
    visible = sorted(name for name in entry.names if not name.startswith("__"))
    if visible:
        lines.append("= " + " ".join(visible))
    if entry.refusal:
        lines.append("! " + entry.refusal)
    return "\n".join(lines) + "\n"


def _kept(defined: dict[str, tuple[str, str]], tested: set[str]) -> set[str]:
    """Drop reserved names that no program tests, unless the value of one that is kept needs them."""
    kept = {macro for macro in defined if not _is_internal(macro, tested)}
    queue = list(kept)
    while queue:
        for word in _WORD.findall(defined[queue.pop()][1]):
            if word in defined and word not in kept:
                kept.add(word)
                queue.append(word)
    return kept


def _is_internal(macro: str, tested: set[str]) -> bool:
    return macro.startswith(("__need_", "__NEED_")) or (macro.startswith("__") and macro not in tested)
