"""Go: source in, facts with guards out."""

from __future__ import annotations

import pytest

from portlint.extractors.source.go import extractor as go_lang
from portlint.extractors.source.go.guards import constraint, of_name, old_constraint
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

WORDS = Vocabulary(
    "go",
    calls=frozenset({"net.Listen", "net/http.Server", "net/http.Get", "os/exec.Command", "math/rand/v2.Int"}),
    types=frozenset({"net.UDPConn", "syscall.Rlimit"}),
    constants=frozenset({"syscall.AF_UNIX"}),
    imports=frozenset({"expvar", "C"}),
)


def read(source: str, path: str = "a.go") -> Extraction:
    return go_lang.extract(path, source.encode(), WORDS)


def uses(source: str, path: str = "a.go") -> list[str]:
    """`kind name` of every fact but imports, with `=value` and ` if guard` where there are."""
    return [shown(fact) for fact in read(source, path).facts if fact.kind != "import"]


def shown(fact: Fact) -> str:
    value = f"={fact.value}" if fact.value else ""
    return f"{fact.kind} {fact.name}{value}" + (f" if {fact.guard}" if str(fact.guard) != "true" else "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import "net"\nvar l, _ = net.Listen("tcp", ":1")', ["call net.Listen=tcp"]),
        ('import n "net"\nvar l, _ = n.Listen(kind, ":1")', ["call net.Listen"]),
        ('import n "net"\nvar l, _ = net.Listen("tcp", ":1")', []),
        ('import . "net"\nvar l, _ = Listen("tcp", ":1")', ["call net.Listen=tcp"]),
        ('import . "net"\nfunc f(a T) { a.Listen("tcp", ":1") }', []),
        ('import _ "net"\nvar l, _ = net.Listen("tcp", ":1")', []),
        ('import "net"\nvar listen = net.Listen', ["call net.Listen"]),
        ('import "net"\nvar l = a.net.Listen()', []),
        ('import "net"\n// net.Listen()\nvar text = "net.Listen()"\n/* net.Listen() */', []),
        ('import "example.org/net"\nvar l = net.Listen()', []),
        ('import "math/rand/v2"\nvar n = rand.Int()', ["call math/rand/v2.Int"]),
        ('import "net/http"\nvar s = &http.Server{}', ["call net/http.Server"]),
        ('import "net/http"\nvar s http.Server', ["call net/http.Server"]),
        ('import "net/http"\nvar s = new(http.Server)', ["call net/http.Server"]),
        ('import "net/http"\nfunc f(s *http.Server) {}', []),
        ('import "net"\nfunc f(a, b *net.UDPConn) {}\nfunc g(c net.UDPConn) {}', ["type net.UDPConn"]),
        ('import "syscall"\nvar a = syscall.AF_UNIX', ["constant syscall.AF_UNIX"]),
        ("import `net`; import (\n\"os\" ; h \"net/http\"\n)\nvar a, _ = h.Get(``)", ["call net/http.Get"]),
    ],
)  # fmt: skip
def test_names_are_qualified_by_imports(source: str, expected: list[str]) -> None:
    assert uses(f"package a\n{source}\n") == expected


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("func f(net T) { net.Listen() }", False),
        ("func (net T) f() { net.Listen() }", False),
        ("func f() { net := T{}; net.Listen() }", False),
        ("func f() { net.Listen(); net := T{}; net.Use() }", True),
        ("func f() { var net T; if true { net.Listen() } }", False),
        ("func f() { if net := g(); net != nil { net.Listen() } }", False),
        ("func f() { { net := T{}; net.Use() }; net.Listen() }", True),
        ("func f() { for _, net := range all { net.Listen() } }", False),
        ("func f() { g(func(net T) { net.Listen() }) }", False),
        ("func f() (net T) { net.Listen(); return }", False),
        ("func f(a net.Addr) { net.Listen() }", True),
    ],
)
def test_a_local_name_hides_the_package(body: str, seen: bool) -> None:
    assert ("call net.Listen" in uses(f'package a\nimport "net"\n{body}\n')) is seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux", "defined(go(linux))"),
        ("!windows && (linux || darwin)", "!defined(go(windows)) && (defined(go(linux)) || defined(go(darwin)))"),
        ("js && wasm", "defined(go(js)) && defined(go(wasm))"),
        ("go1.21 && linux", "defined(go(linux))"),
        ("ignore", "false"),
        ("ignore || linux", "defined(go(linux))"),
        ("!ignore", "true"),
        ("linux &&", "linux &&"),
        ("(linux", "(linux"),
        ("!" * 500 + "linux", "!" * 500 + "linux"),
    ],
)
def test_constraints(text: str, expected: str) -> None:
    assert str(constraint(text)) == expected


def test_old_constraints_are_alternatives_of_conjunctions() -> None:
    said = "(defined(go(linux)) && !defined(go(cgo))) || defined(go(darwin))"
    assert str(old_constraint("linux,!cgo darwin")) == said


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x/a_linux.go", "defined(go(linux))"),
        ("linux.go", "true"),
        ("a_js_wasm.go", "defined(go(js)) && defined(go(wasm))"),
        ("a_wasip1_test.go", "defined(go(test)) && defined(go(wasip1))"),
        ("a_test.go", "defined(go(test))"),
        ("a_linux_extra.go", "true"),
        ("a_unix.go", "true"),  # a tag, but no suffix
        ("a_amd64.s", "defined(go(amd64))"),
        ("a_test.s", "true"),
        ("a_linux_js.go", "defined(go(js))"),
    ],
)
def test_file_names(path: str, expected: str) -> None:
    assert str(of_name(path)) == expected


HEAD = '// Copyright\n\n{}\n\npackage a\n\nimport "net"\n\nvar l, _ = net.Listen(a, b)\n'


@pytest.mark.parametrize(
    ("head", "path", "expected"),
    [
        ("//go:build linux", "a.go", "call net.Listen if defined(go(linux))"),
        ("//go:build linux\n// +build windows", "a.go", "call net.Listen if defined(go(linux))"),
        ("// +build linux darwin\n// +build !cgo", "a.go",
         "call net.Listen if (defined(go(linux)) || defined(go(darwin))) && !defined(go(cgo))"),
        ("//go:build linux", "a_linux.go", "call net.Listen if defined(go(linux))"),
        ("// see //go:build linux", "a.go", "call net.Listen"),
        ("/* //go:build linux */", "a.go", "call net.Listen"),
    ],
)  # fmt: skip
def test_guards_of_files(head: str, path: str, expected: str) -> None:
    assert uses(HEAD.format(head), path) == [expected]


def test_imports_and_cgo() -> None:
    source = (
        "package a\n\n// #cgo LDFLAGS: -lm\n// #cgo linux,!android windows LDFLAGS: -L. -lfoo\n"
        '// #cgo pkg-config: sdl2 libpng\nimport "C"\nimport (\n\t"fmt" // no\n\t_ "github.com/lib/pq"\n\t"expvar"\n)\n'
    )
    found = [(fact.kind, fact.name, fact.value, fact.location.line) for fact in read(source).facts]
    assert [row for row in found if row[0] == "import"] == [
        ("import", "C", "", 6),
        ("import", "github.com/lib/pq", "_", 9),
        ("import", "expvar", "", 10),
    ]
    links = {fact.name: str(fact.guard) for fact in read(source).facts if fact.kind == "links"}
    assert set(links) == {"libm.so", "libfoo.so", "libsdl2.so", "libpng.so"}
    assert links["libm.so"] == "defined(go(cgo))"
    assert "go(android)" in links["libfoo.so"] and "go(windows)" in links["libfoo.so"]


def test_marks_beside_the_language() -> None:
    source = (
        '// Code generated by x. DO NOT EDIT.\n//go:build linux\n\npackage main\n\nimport _ "unsafe"\n\n'
        "//go:linkname nanotime runtime.nanotime\nfunc nanotime() int64\n\n//go:embed a/*.txt\nvar files string\n\n"
        "var x = 1\n"
    )
    found = {fact.name: fact.value for fact in read(source).facts}
    assert found == {
        "go:main": "",
        "go:generated": "",
        "go:functions": "nanotime",
        "go:linkname": "nanotime runtime.nanotime",
        "go:embed": "a/*.txt",
    }


def test_assembly() -> None:
    mine = '//go:build !purego\n#include "textflag.h"\nTEXT ·Mix(SB), NOSPLIT, $0\n'
    assert [shown(fact) for fact in read(mine, "mix_amd64.s").facts] == [
        "construct go:assembly if defined(go(amd64)) && !defined(go(purego))"
    ]
    assert read('#include "textflag.h"\n', "empty.s").facts == ()
    assert read("// Empty on purpose.\n", "empty.s").facts == ()
    with pytest.raises(ValueError, match="no reader for assembly"):
        read(".globl _start\n_start: ret\n", "start.s")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no package clause"),
        (b"\0\0\0package a", "not text"),
        (b"hello world", "no package clause"),
        (b"package a\n" + b'import "b"\n' * 6000, "imports"),
        (b"package a\n//" + b"x" * 8_000_001, "limit"),
        (b'package a\nimport "net"\nvar x = ' + b"(" * 50_000 + b"net.Listen" + b")" * 50_000, "nested"),
    ],
)
def test_bad_input_costs_one_line(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        go_lang.extract("a.go", data, WORDS)
    assert "\n" not in str(caught.value)


def test_broken_code_is_read_in_part() -> None:
    found = read('package a\nimport "net"\nfunc f() { net.Listen(a, b) }\nfunc g( {\n')
    assert found.partly.startswith("syntax not understood at line")
    assert [fact.name for fact in found.facts if fact.kind == "call"] == ["net.Listen"]


def test_an_unclosed_import_block_ends() -> None:
    assert read('package a\nimport (\n"net"\n').facts == ()
