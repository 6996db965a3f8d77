"""Broken and hostile C files through the whole scan: recorded, bounded in time, never a crash, never silently clean."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from portlint.extractors.source.c import lexer as c_lexer
from portlint.model.report import Report
from portlint.scan import Options, scan

LIMIT = 5.0  # CPU seconds for the scan of one file
CALL = "#include <spawn.h>\nint f(int *id) { return posix_spawn(id, 0, 0, 0, 0, 0); }\n"
ODD = "int f(int *id) { return posix_spawn(id, 0, 0, 0, 0, 0); }"


def scanned(folder: Path, files: dict[str, bytes]) -> tuple[Report, float]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    options = Options(targets=("wasip1",), use_cache=False, jobs=1)
    begin = time.process_time()
    report = scan(folder, options, lambda _done, _all: None).report
    return report, time.process_time() - begin


def nested(depth: int) -> str:
    return "#if 1\n" * depth + ODD + "\n" + "#endif\n" * depth


def growing(count: int) -> str:
    return "#define M0 1 + 1\n" + "".join(f"#define M{n} M{n - 1} + M{n - 1}\n" for n in range(1, count))


# name -> (bytes, state, a part of the reason, whether the call is found)
CASES = {
    "comment": (f"{CALL}/* no end\nint x;\n".encode(), "partly", "comment opened in line 3 never ends", True),
    "comment before": (f"/* no end\n{CALL}".encode(), "partly", "comment opened in line 1 never ends", False),
    "string": (f'{CALL}char *s = "no end;\nint x;\n'.encode(), "partly", "string opened in line 3 never ends", True),
    "raw string": (f'{CALL}auto s = R"x(no end;\nint x;\n'.encode(), "partly", "string opened in line 3", True),
    "condition": (f"{CALL}#if 1\nint x;\n".encode(), "partly", "the #if of line 3 never ends", True),
    "endif": (f"{CALL}#endif\n".encode(), "partly", "#endif without #if in line 3", True),
    "else": (f"{CALL}#else\nint x;\n".encode(), "partly", "#else without #if in line 3", True),
    "nul": (b"\0\1\2" * 100, "not-analysed", "NUL bytes", False),
    "late nul": (CALL.encode() + b" " * 5000 + b"\n\0\n", "partly", "NUL bytes from line 4 on", True),
    "utf-16 little": (b"\xff\xfe" + CALL.encode("utf-16-le"), "analysed", "", True),
    "utf-16 big": (b"\xfe\xff" + CALL.encode("utf-16-be"), "analysed", "", True),
    "utf-16 half": (b"\xff\xfe" + CALL.encode("utf-16-le") + b"\x00\xd8\x01", "not-analysed", "UTF-16", False),
    "utf-16 unmarked": (CALL.encode("utf-16-le"), "not-analysed", "NUL bytes", False),
    "utf-8 mark": (b"\xef\xbb\xbf" + CALL.encode(), "analysed", "", True),
    "latin-1": (b"// \xe9\xe8\n" + CALL.encode() + b'char *s = "\xfc";\n', "analysed", "", True),
    "crlf": (CALL.replace("\n", "\r\n").encode(), "analysed", "", True),
    "cr": (CALL.replace("\n", "\r").encode(), "analysed", "", True),
    "mixed ends": (CALL.encode() + b"int x;\rint y;\r\nint z;\n", "analysed", "", True),
    "no end of line": (CALL.rstrip().encode(), "analysed", "", True),
    "empty": (b"", "analysed", "", False),
    "nested conditions": (f"#include <spawn.h>\n{nested(500)}".encode(), "analysed", "", True),
    "own macro": (f"#define X X\n#if X\n#endif\n{CALL}".encode(), "analysed", "", True),
    "own function": (f"#define F(a) F(F(a))\n#if F(1)\n#endif\n{CALL}".encode(), "analysed", "", True),
    "mutual macros": (
        f"#define A B\n#define B C\n#define C A + B\n#if A\n#endif\n{CALL}".encode(),
        "analysed",
        "",
        True,
    ),
    "growing macros": (f"{growing(60)}#if M59\n#endif\n{CALL}".encode(), "analysed", "", True),
    "deep parentheses": (f"#if {'(' * 5000}1{')' * 5000}\n#endif\n{CALL}".encode(), "analysed", "", True),
    "long condition": (f"#if {'1 + ' * 50_000}1\n#endif\n{CALL}".encode(), "analysed", "", True),
    "one line of declarations": (CALL.encode() + b"int a; " * 3_000_000, "analysed", "", True),
    "one line of strings": (CALL.encode() + b'"s" ' * 1_000_000, "analysed", "", True),
    "one line of quotes": (CALL.encode() + b"'" * 1_000_000, "analysed", "", True),
    "open brackets": (CALL.encode() + b"(" * 3_000_000, "analysed", "", True),
    "open braces": (CALL.encode() + b"{" * 3_000_000, "analysed", "", True),
    "hashes": (CALL.encode() + b"#\n" * 500_000, "analysed", "", True),
    "spliced lines": (CALL.encode() + b"\\\n" * 1_000_000, "analysed", "", True),
    "calls in a line": (
        b"#include <spawn.h>\nint f(void) { " + b"posix_spawn(1);" * 50_000 + b"}",
        "analysed",
        "",
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_odd_file(name: str, tmp_path: Path) -> None:
    data, state, reason, found = CASES[name]
    report, seconds = scanned(tmp_path, {"a.cpp": data, "b.c": CALL.encode()})
    record = {each.path: each for each in report.files}["a.cpp"]
    assert (record.state, reason in record.reason) == (state, True), record
    calls = {each.location.path for each in report.targets[0].findings if each.name == "posix_spawn"}
    assert "b.c" in calls, "the file beside it suffers"
    assert ("a.cpp" in calls) == found
    assert seconds < LIMIT


TREES = {
    "includes itself": {"a.c": f'#include "a.h"\n{CALL}', "a.h": '#include "a.h"\nint x;\n'},
    "cycle": {"a.c": f'#include "a.h"\n{CALL}', "a.h": '#include "b.h"\n', "b.h": '#include "a.h"\n'},
    "cycle with growth": {
        "a.c": f'#include "a.h"\n{CALL}',
        "a.h": '#ifdef A\n#define B A\n#endif\n#define A B\n#include "b.h"\n#include "b.h"\n',
        "b.h": '#undef A\n#include "a.h"\n#include "a.h"\n',
    },
    "unit includes itself": {"a.c": f'#ifndef SECOND\n#define SECOND\n#include "a.c"\n{CALL}#endif\n'},
    "computed include of itself": {
        "a.c": f'#define ME "a.c"\n#ifndef TWICE\n#define TWICE\n#include ME\n{CALL}#endif\n'
    },
    "long chain": {f"h{n}.h": f'#include "h{n + 1}.h"\n' for n in range(400)} | {"a.c": f'#include "h0.h"\n{CALL}'},
}


@pytest.mark.parametrize("name", TREES)
def test_includes_without_end(name: str, tmp_path: Path) -> None:
    report, seconds = scanned(tmp_path, {path: text.encode() for path, text in TREES[name].items()})
    assert {each.state for each in report.files} <= {"analysed", "partly"}
    found = {each.location.path for each in report.targets[0].findings if each.name == "posix_spawn"}
    said = report.targets[0].verdict == "unknown" or any(each.state == "partly" for each in report.files)
    assert "a.c" in found or said, "a unit that the walk gave up on looks clean"
    assert seconds < LIMIT


def test_ten_thousand_nested_conditions_are_not_silently_clean(tmp_path: Path) -> None:
    report, seconds = scanned(tmp_path, {"a.c": f"#include <spawn.h>\n{nested(10_000)}".encode()})
    (target,) = report.targets
    found = [each for each in target.findings if each.name == "posix_spawn"]
    assert found or target.verdict == "unknown", (target.verdict, target.deciding)
    assert seconds < LIMIT


def test_too_many_names_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c_lexer, "MAX_HITS", 3)
    lexed = c_lexer.Lexer(["connect"]).lex(b"connect();\n" * 5)
    assert len(lexed.hits) == 3
    assert lexed.partly == "more than 3 names; what follows line 4 was not looked at"


def test_windows_lose_and_double_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'connect(1); /* connect */ "connect" x_connect;\n'
    text = b"".join(b" " * (n % 37) + line for n in range(400))
    lexer = c_lexer.Lexer(["connect"])
    whole = lexer.lex(text)
    for window in (300, 301, 347, 1024):
        monkeypatch.setattr(c_lexer, "_WINDOW", window)
        assert lexer.lex(text) == whole
    assert len(whole.hits) == 400
