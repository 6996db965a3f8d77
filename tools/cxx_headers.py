"""The C++ standard headers: what they reach outside of the library's own folders, and its feature macros."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from header_entries import VALUE_LENGTH, Entry, Names
from preprocess import Run, preprocess, search_path
from toolchains import Toolchain

CXX_HEADERS = tuple(
    "algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono"
    " cinttypes ciso646 climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp"
    " csignal cstdalign cstdarg cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar cwchar cwctype"
    " cxxabi.h deque exception execution expected filesystem format forward_list fstream functional future generator"
    " initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map mdspan memory"
    " memory_resource mutex new numbers numeric optional ostream print queue random ranges ratio regex scoped_allocator"
    " semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept stdfloat stop_token"
    " streambuf string string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo"
    " unordered_map unordered_set utility valarray variant vector version".split()
)
_CXX_MACROS = re.compile(
    r"__cpp_lib_|_LIBCPP_VERSION$|_LIBCPP_STD_VER$|_LIBCPP_HAS_NO_THREADS$|__GLIBCXX__$|_GLIBCXX_RELEASE$"
)
CXX_FOLDER = re.compile(r"/c\+\+/(v1|\d+)(/|$)")


def add_cxx(entries: dict[str, Entry], toolchain: Toolchain, source: Path, listed: Iterable[str]) -> None:
    """Add an entry for each C++ header that the toolchain has; names of `listed`, C headers, are left alone."""
    roots = search_path(toolchain.cxx)
    names = Names(roots)
    public = set(CXX_HEADERS) - set(listed)
    for name in CXX_HEADERS:
        run = preprocess(toolchain.cxx, source, f"#include <{name}>\n", roots)
        if run.missing == name or name not in public:
            continue
        entry = entries.setdefault(name, Entry())
        own = [path for path in run.headers if names.of(path) == name and CXX_FOLDER.search(path)]
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
            internal = bool(CXX_FOLDER.search(included))
            if name in public and internal:
                entry.includes.setdefault(name)
            elif internal:
                _collect_cxx(entry, run, names, [included], public, seen)
                if name.endswith(".h") and "/" not in name and not name.startswith("__"):
                    entry.includes.setdefault(name)  # libc++'s own stdio.h wraps the C one
            elif name:
                entry.includes.setdefault(name)
