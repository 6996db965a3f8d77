"""Catalogues of platforms' functions: what is in them, where they are looked for, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.catalog.platforms import platform_names
from portlint.catalog.toolchain import load_toolchain
from portlint.extractors.source.c.family import extract
from portlint.judge.components import judge_components
from portlint.judge.facts import Judge
from portlint.judge.matching import Matcher
from portlint.judge.tree import Tree
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.vocabulary import Vocabulary
from portlint.projects import layout
from portlint.scan import Options, scan

WORDS = Vocabulary(
    "c",
    calls=frozenset({"connect"}),
    digest="platform",
    platform=frozenset({"GetACP", "GetOEMCP", "Beep"}),
    platform_headers=frozenset({"windows.h"}),
)
INCLUDE = "#ifdef _WIN32\n#include <windows.h>\n#endif\n"


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("CreateWaitableTimerW", "Windows (kernel32)"),
        ("CreateWaitableTimer", "Windows (kernel32)"),  # a macro in the header; no DLL exports it
        ("RtlGetVersion", "Windows (ntdll)"),
        ("D3D11CreateDevice", "Windows (d3d11)"),
        ("WaitOnAddress", "Windows (api-ms-win-core-synch-l1-2-0)"),
        ("mach_absolute_time", "Apple systems (libsystem_kernel)"),
        ("dispatch_async", "Apple systems (libdispatch)"),
        ("CFRunLoopStop", "Apple systems (CoreFoundation)"),
        ("CGWarpMouseCursorPosition", "Apple systems (CoreGraphics)"),
        ("_NSGetExecutablePath", "Apple systems (libdyld)"),
    ],
)
def test_home(name: str, home: str) -> None:
    assert str(platform_names()[name]) == home


@pytest.mark.parametrize(
    "name",
    [
        "connect",
        "printf",
        "_stricmp",
        "glBegin",
        "Rectangle",
        "panic",
        "pthread_create",
        "strlcpy",
        "ldap_init",
        "close",
    ],
)
def test_names_of_other_places_belong_to_no_platform(name: str) -> None:
    assert name not in platform_names()


def test_no_name_stands_in_a_symbol_table() -> None:
    tables = (rules_folder() / "toolchains").glob("*/symbols.tsv")
    known = {line.partition("\t")[0] for table in tables for line in table.read_text(encoding="utf-8").splitlines()}
    assert known
    assert not known & platform_names().keys()


def test_the_table_is_sorted_and_names_stand_once() -> None:
    text = (rules_folder() / "toolchains" / "platform-names.tsv").read_text(encoding="utf-8")
    names = [line.partition("\t")[0] for line in text.splitlines()[1:]]
    assert len(names) > 10_000
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        (INCLUDE + "int f(void) { return GetACP(); }\n", [("GetACP", 4, "call")]),
        (INCLUDE + "int f(void) { return GetACP  (); }\n", [("GetACP", 4, "call")]),
        (
            INCLUDE + "int f(void) {\n  g();\n  return GetACP() +\n  GetOEMCP(); }\n",
            [("GetACP", 6, "call"), ("GetOEMCP", 7, "call")],
        ),
        ("int f(void) { return GetACP(); }\n", []),  # nothing here can be Windows'
        ("#include <other.h>\nint f(void) { return GetACP(); }\n", []),
        ("/* #include <windows.h> */\nint f(void) { return GetACP(); }\n", []),
        (INCLUDE + '// GetACP()\n/*\n GetACP() */ char *s = "GetACP()";\n', []),
        ("/* a\n GetOEMCP() */\n" + INCLUDE + "/* GetACP()\n */ int i = GetOEMCP();\n", [("GetOEMCP", 7, "call")]),
        (INCLUDE + "int f(struct T *t) { return t->GetACP() + t->x.Beep(1); }\n", []),
        (INCLUDE + "int MyGetACP(void); int i = MyGetACP() + GetACPs();\n", []),
        (INCLUDE + 'int i = GetACP(); char *s = "GetACP() \\\n GetACP()";\n#undef A\n', [("GetACP", 4, "call")]),
        (INCLUDE + "#define PAGE \\\n  GetACP()\n", [("GetACP", 5, "macro PAGE")]),
        (INCLUDE + "int GetACP(void) { return 1; }\n", []),
        (INCLUDE + "int f(void) { connect(1); return GetACP(); }\n", [("connect", 4, "call"), ("GetACP", 4, "call")]),
        ("int f(void) { return GetACP(); }\n" + INCLUDE, [("GetACP", 1, "call")]),
    ],
)
def test_where_names_are_looked_for(text: str, calls: list[tuple[str, int, str]]) -> None:
    facts = extract("a.c", text.encode(), WORDS).facts
    assert [(fact.name, fact.location.line, fact.value) for fact in facts if fact.kind == "call"] == calls


def test_a_copy_of_the_header_calls_nothing() -> None:
    text = INCLUDE + "static inline int page(void) { return GetACP(); }\n"
    assert [fact.kind for fact in extract("sdk/windows.h", text.encode(), WORDS).facts] == ["include"]
    assert [fact.kind for fact in extract("sdk/mine.h", text.encode(), WORDS).facts] == ["include", "call"]


def test_a_column_counts_from_the_line() -> None:
    text = "\n\n" + INCLUDE + "int a;\nint f(void) { return GetACP(); }\n"
    (call,) = [fact for fact in extract("a.c", text.encode(), WORDS).facts if fact.kind == "call"]
    assert (call.location.line, call.location.column) == (7, 22)


def test_own_definitions_stay_in_order_of_lines() -> None:
    text = (
        INCLUDE + "int GetACP(void) { return 1; }\nint connect(int a) { return a; }\nint GetOEMCP(void) { return 1; }\n"
    )
    outline = extract("a.c", text.encode(), WORDS).outline
    assert outline is not None
    assert [(own.name, own.line) for own in outline.own] == [("GetACP", 4), ("connect", 5), ("GetOEMCP", 6)]


def test_the_message_says_whose_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(INCLUDE + "int main(void) { return GetACP(); }\n")
    report = scan(tmp_path, Options(targets=("wasip1",), use_cache=False, jobs=1), lambda _done, _all: None).report
    (finding,) = report.targets[0].findings
    assert (finding.rule, finding.name, finding.level) == ("platform-api", "GetACP", "fails-at-build")
    assert finding.message == "calls an API of one platform (GetACP): it belongs to Windows (kernel32)"


def test_a_name_of_a_rule_stays_with_its_rule(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(INCLUDE + "int main(void) { return CreateThread(0, 0, 0, 0, 0, 0) != 0; }\n")
    report = scan(tmp_path, Options(targets=("wasip1",), use_cache=False, jobs=1), lambda _done, _all: None).report
    assert [finding.rule for finding in report.targets[0].findings] == ["thread-create"]


SHIPS: tuple[FactKind, str, str] = ("ships", "pe-x86_64", "windows")


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        (("GetKBCodePage", "SetSystemCursor"), "; a rebuild is confined to doing without 2 calls of Windows"),
        (("GetKBCodePage",), "; a rebuild is confined to doing without 1 call of Windows"),
        (("GetKBCodePage", "CreateThread"), " (CreateThread), 1 further call of Windows"),
        (("GetKBCodePages",), "; a rebuild would need nothing platform-specific, as far as its imports tell"),
    ],
)
def test_a_binary_counts_calls_that_no_rule_names(imports: tuple[str, ...], said: str) -> None:
    rows = (SHIPS, *(("symbol", name, "user32.dll") for name in imports))
    facts = tuple(Fact(kind, name, Location("x.dll"), "pe", value=value) for kind, name, value in rows)
    files = {"x.dll": Extraction(facts)}
    tree = Tree(files, frozenset(files), layout("tree", files, [FileRecord("x.dll", "analysed")]), ())
    catalog = load_catalog()
    asked = catalog.targets["wasip1"]
    judge = Judge(catalog, asked, load_toolchain(asked.toolchain), Matcher(catalog.rules.values()))
    (found,) = judge_components(tree, asked, catalog, judge)
    assert found.message.endswith(said)
