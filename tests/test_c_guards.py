"""Conditions around code, as the walk of a unit settles them: a table, and a real preprocessor's opinion."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from c_walks import lives, marks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PROBE = "void f(void) { probe(); }\n"

# What stands before the probe, and how wasip1, emscripten and the host see it: Live, ? unknown, - dead.
CONDITIONS = [
    # The twelve probes that misled an older tool: game words that look like machines, and spellings of "not".
    ("#ifdef TILE_MAP", "???"),
    ("#ifdef USE_POWER_UPS", "???"),
    ("#ifdef ENABLE_SH", "???"),
    ("#ifdef PLAYER_ARM_IK", "???"),
    ("#if defined(A) || defined(__x86_64__)", "??L"),
    ("#if !(defined(__x86_64__))", "LL-"),
    ("#if __x86_64__ == 0", "LL-"),
    ("#  ifdef __x86_64__", "--L"),
    ("#ifdef __x86_64__\n#elif defined(FOO)", "??-"),
    ("#if 0", "---"),
    ("#if defined __x86_64__", "--L"),
    ("#if !defined(__x86_64__) && defined(A)", "??-"),
    # What compilers of the targets say of themselves.
    ("#ifdef __wasm__", "LL-"),
    ("#ifdef __wasi__", "L--"),
    ("#ifdef __EMSCRIPTEN__", "-L-"),
    ("#ifdef __unix__", "-LL"),
    ("#ifdef __linux__", "--L"),
    ("#ifdef _WIN32", "---"),
    ("#ifdef __APPLE__", "---"),
    ("#ifndef _WIN32", "LLL"),
    ("#if !defined(_WIN32) && !defined(__EMSCRIPTEN__)", "L-L"),
    ("#if defined(__EMSCRIPTEN__) || defined(__wasi__)", "LL-"),
    ("#if __SIZEOF_POINTER__ == 8", "--L"),
    ("#if __SIZEOF_POINTER__ < 8", "LL-"),
    ("#if __GNUC__ >= 4", "LLL"),
    ("#if __STDC_VERSION__ >= 199901L", "LLL"),
    ("#ifdef __cplusplus", "---"),
    ("#if (defined(__unix__) || defined(__APPLE__)) && !defined(__EMSCRIPTEN__)", "--L"),
    # Unknown names: not taken, and said.
    ("#ifndef TILE_MAP", "LLL"),
    ("#ifdef TILE_MAP\n#else", "LLL"),
    ("#if TILE_MAP", "???"),
    ("#if TILE_MAP > 3", "???"),
    ("#if TILE_MAP == 0", "LLL"),
    ("#if defined(TILE_MAP) && defined(_WIN32)", "---"),
    ("#if defined(TILE_MAP) || defined(__wasm__)", "LL?"),
    ("#if defined(TILE_MAP) && 0", "---"),
    ("#if TILE_MAP || 1", "LLL"),
    ("#if UNKNOWN_CHECK(3)", "???"),
    ("#if TILE_MAP ? 1 : 1", "LLL"),
    # Chains.
    ("#ifdef __wasi__\n#elif defined(__EMSCRIPTEN__)", "-L-"),
    ("#ifdef __wasi__\n#elif defined(__EMSCRIPTEN__)\n#else", "--L"),
    ("#ifdef __wasi__\n#elifdef __EMSCRIPTEN__", "-L-"),
    ("#ifdef __wasi__\n#elifndef __linux__", "-L-"),
    ("#if 0\n#elif 1", "LLL"),
    ("#if 1\n#elif 1", "---"),
    ("#if 1\n#else", "---"),
    ("#ifdef TILE_MAP\n#elif defined(__wasi__)\n#else", "-LL"),
    ("#if 0\nan apostrophe's text #else\n#endif\n#if 1", "LLL"),
    ("#ifdef __wasi__\n#ifdef __linux__\n#endif\n#elif 1\n#if 1\n#endif", "-LL"),
    # Arithmetic, bases, characters, operators and their words.
    ("#if 3 + 4 * 2 == 11", "LLL"),
    ("#if (3 + 4) * 2 == 14", "LLL"),
    ("#if 0x10 == 16 && 010 == 8 && 0b11 == 3", "LLL"),
    ("#if 10UL > 9l", "LLL"),
    ("#if 'a' == 97", "LLL"),
    ("#if -1 < 0 && ~0 == -1", "LLL"),
    ("#if 1 << 3 == 8", "LLL"),
    ("#if 7 / 2 == 3 && 7 % 2 == 1 && -7 / 2 == -3", "LLL"),
    ("#if 6 & 3 ^ 1 | 8", "LLL"),
    ("#if !1 || 2 == 2", "LLL"),
    ("#if 1 ? 0 : 1", "---"),
    ("#if 1 == 1 == 1", "LLL"),
    # Spelling.
    ("#\tif\t1", "LLL"),
    ("  #  if 1", "LLL"),
    ("#if /* why */ 1 // because", "LLL"),
    ("#if defined(__wasi__) \\\n  || defined(__linux__)", "L-L"),
    ("#if \\\n  0", "---"),
    ("/* a remark */ #if 0", "---"),
    ("#if defined ( __wasi__ )", "L--"),
    ("#ifdef __wasi__ // only here", "L--"),
    ("#ifdef /* x */ __wasi__ /* y */", "L--"),
    ("// #if 0\n#if 1", "LLL"),
    ("/*\n#if 0\n*/\n#if 1", "LLL"),
    ('char *s = "\\\n#if 0\\\n";\n#if 1', "LLL"),
    # The project's own macros.
    ("#define MINE\n#ifdef MINE", "LLL"),
    ("#define MINE 3\n#if MINE >= 3", "LLL"),
    pytest.param("#define MINE 3\n#undef MINE\n#ifdef MINE", "---"),
    ("#define MINE 0\n#if MINE", "---"),
    ("#define A B\n#define B 2\n#if A == 2", "LLL"),
    ("#ifdef __wasi__\n#define MINE 1\n#endif\n#if MINE", "L??"),
    ("#define AT_LEAST(a, b) ((a) > 2 || ((a) == 2 && (b) >= 1))\n#if AT_LEAST(2, 1)", "LLL"),
    ("#define AT_LEAST(a, b) ((a) > 2 || ((a) == 2 && (b) >= 1))\n#if AT_LEAST(2, 0)", "---"),
    ("#define HAS(x) HAS_##x\n#define HAS_NET 1\n#if HAS(NET)", "LLL"),
    ("#define HAS(x) (HAS_##x == 2)\n#define HAS_NET 1\n#if HAS(NET)", "---"),
    ("#define CAT(x, y) x##y\n#define HAS_NET 1\n#if CAT(HAS_, NET)", "LLL"),
    ("#define TWICE(x) ((x) * 2)\n#if TWICE(TWICE(1)) == 4", "LLL"),
    ("#define TWICE(x) ((x) * 2)\n#define CALL(f, x) f(x)\n#if CALL(TWICE, 2) == 4", "LLL"),
    ("#define TWICE(x) ((x) * 2)\n#if TWICE", "---"),
    ("#define LOOP LOOP\n#if LOOP == 0", "LLL"),
    ("#define A B\n#define B A\n#if A", "---"),
    ("#define F(x) F(x)\n#if 1", "LLL"),
    ("#define WASI defined(__wasi__)\n#if WASI", "L--"),
    # The compiler's questions.
    ("#if __has_include(<unistd.h>)", "LLL"),
    ("#if __has_include(<windows.h>)", "---"),
    ('#if __has_include("nothing_here.h")', "---"),
    ("#if defined(__has_include) && __has_include(<emscripten.h>)", "-L-"),
    ("#if __has_attribute(noreturn)", "LLL"),
    ("#if __has_feature(address_sanitizer)", "---"),
]


@pytest.mark.parametrize(("before", "expected"), CONDITIONS)
def test_conditions(before: str, expected: str) -> None:
    endings = before.count("#if") + before.count("# if") + before.count("#  if") + before.count("#\tif")
    closed = before.count("#endif") + before.count("// #if") + before.count("*\n#if 0\n*") + before.count("\\\n#if 0")
    text = f"{before}\n{PROBE}" + "#endif\n" * (endings - closed)
    assert marks({"a.c": text}) == expected


CONFIG = {"a.c": f'#include "config.h"\n#ifdef HAVE_NET\n{PROBE}#endif\n'}
TREES = [
    ({**CONFIG, "config.h": "#define HAVE_NET 1\n"}, {}, "LLL"),
    ({**CONFIG, "config.h": "#ifdef __wasi__\n#define HAVE_NET 1\n#endif\n"}, {}, "L??"),
    ({**CONFIG, "config.h": "/* nothing */\n"}, {}, "???"),
    ({**CONFIG, "config.h": "/* nothing */\n"}, {"HAVE_NET": "1"}, "LLL"),
    pytest.param({**CONFIG, "config.h": "#undef HAVE_NET\n"}, {"HAVE_NET": "1"}, "---"),
    ({"a.c": f"#if LEVEL > 2\n{PROBE}#endif\n"}, {"LEVEL": "3"}, "LLL"),
    ({"a.c": f"#if LEVEL > 2\n{PROBE}#endif\n"}, {"LEVEL": "1"}, "---"),
    ({"a.c": '#include "a.h"\n#include "a.h"\n', "a.h": f"#ifndef A_H\n#define A_H\n{PROBE}#endif\n"}, {}, "LLL"),
    ({"a.c": '#include "a.h"\n#include "a.h"\n', "a.h": f"#pragma once\n{PROBE}"}, {}, "LLL"),
    ({"a.c": '#define A_H\n#include "a.h"\n', "a.h": f"#ifndef A_H\n#define A_H\n{PROBE}#endif\n"}, {}, "---"),
    ({"a.c": '#include "a.h"\n', "a.h": f'#include "b.h"\n{PROBE}', "b.h": '#include "a.h"\n'}, {}, "LLL"),
    (
        {"a.c": f'#include "b.h"\n#ifdef B\n{PROBE}#endif\n', "b.h": '#pragma once\n#include "b.h"\n#define B\n'},
        {},
        "LLL",
    ),
    ({"a.c": f'#define H "b.h"\n#include H\n#ifdef B\n{PROBE}#endif\n', "b.h": "#define B\n"}, {}, "LLL"),
    ({"a.c": f"#include <stdint.h>\n#ifdef INT32_MAX\n{PROBE}#endif\n"}, {}, "LLL"),
    ({"a.c": f'#if __has_include("b.h")\n{PROBE}#endif\n', "b.h": "\n"}, {}, "LLL"),
    ({"a.cpp": f"#ifdef __cplusplus\n{PROBE}#endif\n"}, {}, "LLL"),
    ({"a.c": '#ifdef __wasi__\n#include "b.h"\n#endif\n', "b.h": PROBE}, {}, "L--"),
]


@pytest.mark.parametrize(("files", "defines", "expected"), TREES)
def test_trees(files: dict[str, str], defines: dict[str, str], expected: str) -> None:
    assert marks(files, defines) == expected


NAMES = ("RED", "GREEN", "BLUE", "__reserved")
numbers = st.integers(0, 7).map(str)
names = st.sampled_from(NAMES)
atoms = numbers | names | names.map(lambda name: f"defined({name})") | names.map(lambda name: f"defined {name}")


def _bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from("&& || == != < > <= >= + - * | & ^".split())
    return st.one_of(
        inner.map(lambda text: f"!({text})"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"TWICE({text})" if "defined" not in text else f"!({text})"),
        st.tuples(inner, operators, inner).map(" ".join),
        st.tuples(inner, operators, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner, inner).map(lambda parts: "({} ? {} : {})".format(*parts)),
        st.tuples(inner, st.integers(1, 5)).map(lambda parts: f"(({parts[0]}) / {parts[1]})"),
    )


expressions = st.recursive(atoms, _bigger, max_leaves=6)
plain = st.one_of(
    st.just("MARK"),
    st.tuples(names, numbers).map(lambda pair: f"#define {pair[0]} {pair[1]}"),
    st.tuples(names, names).map(lambda pair: f"#define {pair[0]} ({pair[1]} + 1)" if pair[0] != pair[1] else "MARK"),
    names.map(lambda name: f"#undef {name}"),
)
openings = st.one_of(
    expressions.map(lambda text: f"#if {text}"),
    names.map(lambda name: f"#ifdef {name}"),
    names.map(lambda name: f"# ifndef {name}"),
)
arms = st.one_of(
    expressions.map(lambda text: f"#elif {text}"),
    names.map(lambda name: f"#elifdef {name}"),
    names.map(lambda name: f"#elifndef {name}"),
)


def _nested(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    block = st.lists(inner, max_size=3).map(lambda parts: [line for part in parts for line in part])
    return st.builds(
        lambda first, body, others, last: [
            first,
            *body,
            *[line for arm, lines in others for line in (arm, *lines)],
            *(["#else", *last] if last is not None else []),
            "#endif",
        ],
        openings,
        block,
        st.lists(st.tuples(arms, block), max_size=2),
        st.none() | block,
    )


programs = st.lists(st.recursive(plain.map(lambda line: [line]), _nested, max_leaves=10), min_size=1, max_size=6)


def _rendered(parts: list[list[str]]) -> str:
    lines = ["#define TWICE(x) ((x) * 2)"]
    for line in (line for part in parts for line in part):
        lines += [f"probe_{len(lines)}();" if line == "MARK" else line]
        if line.startswith("#define "):  # clang only warns when a macro changes; a value that stays is no news
            lines.insert(-1, f"#undef {line.split()[1]}")
    return "\n".join(line.replace("probe_", "void f(void) { probe_").replace("();", "(); }") for line in lines) + "\n"


def _compiler() -> str:
    return next((path for name in ("clang-22", "clang", "clang-19") if (path := shutil.which(name))), "")


def _preprocessed(text: str) -> str:
    """What a real preprocessor leaves over: clang's, or the one in pure Python."""
    if _compiler():
        command = [_compiler(), "-E", "-P", "-w", "-std=c2x", "-x", "c", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=20, check=False)
        assert not done.returncode, done.stderr
        return done.stdout
    pcpp = pytest.importorskip("pcpp")
    import io

    preprocessor = pcpp.Preprocessor()
    preprocessor.parse(text)
    out = io.StringIO()
    preprocessor.write(out)
    return out.getvalue()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(programs)
def test_the_walk_agrees_with_a_preprocessor(parts: list[list[str]]) -> None:
    text = _rendered(parts)
    (found,) = lives({"a.c": text}, "host")
    ours = {name for name, life in found.items() if life == "live"}
    left = _preprocessed(text)
    theirs = {name for name in _probes(text) if f"{name}()" in left}
    assert ours == theirs, text


def _probes(text: str) -> list[str]:
    return [word[: word.index("(")] for word in text.split() if word.startswith("probe_")]
