"""Suppression comments are found in every format that has comments, in comments only, with the line they speak of."""

from __future__ import annotations

import pytest

from portlint.extractors.ignores import ignore_facts

HERE = "portlint: ignore[x] why"


def found(path: str, text: str) -> list[tuple[str, str, int]]:
    """Rule, what follows the line's number, and that line."""
    out = []
    for fact in ignore_facts(path, text.encode()):
        line, _, reason = fact.value.partition(" ")
        out.append((fact.name, reason, int(line)))
    return out


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.c", "f(); // {}"),
        ("a.cpp", 'f("//"); /* {} */'),
        ("a.h", "int x = 1'000'000; // {}"),
        ("a.mm", "[x y]; // {}"),
        ("a.cs", 'F(@"C:\\"); // {}'),
        ("A.Build.cs", "F(); // {}"),
        ("a.gd", "f('#') # {}"),
        ("a.go", "f(`a`) // {}"),
        ("go.mod", "require x v1 // {}"),
        ("a.rs", "fn f<'a>(); // {} don't"),
        ("a.ts", "f('//') // {}"),
        ("a.py", "f() # {}"),
        ("a.lua", "f() -- {}"),
        ("a.lua", "f() --[[ {} ]]"),
        ("a.zig", "f(); // {}"),
        ("build.zig.zon", "a, // {}"),
        ("Cargo.toml", 'a = "#" # {}'),
        ("pyproject.toml", "a = 1 # {}"),
        ("deploy.yaml", "a: it's # {}"),
        ("a.csproj", "<A/> <!-- {} -->"),
        ("CMakeLists.txt", "add(x) # {}"),
        ("x.cmake", "add(x) #[[ {} ]]"),
        ("Dockerfile", "EXPOSE 1/udp # {}"),
        ("Makefile", "\tcc a # {}"),
        ("requirements.txt", "a==1 # {}"),
        ("meson.build", "x = 'a' # {}"),
        ("SConstruct", "x = 1 # {}"),
        ("conanfile.py", "x = 1 # {}"),
        ("a.gdextension", 'web = "res://a" ; {}'),
        ("export_presets.cfg", "a=1 ; {}"),
        ("project.godot", "a=1 ; {}"),
        ("DefaultEngine.ini", "a=1 ; {}"),
        (".gitmodules", "a=1 ; {}"),
        ("configure.ac", "AC_X dnl {}"),
        ("game.project", "a=1 # {}"),
    ],
)
def test_every_syntax(path: str, text: str) -> None:
    text = text.replace("{}", HERE, 1)
    assert [(rule, line) for rule, _, line in found(path, f"\n{text}\n")] == [("x", 2)]
    assert found(path, f"\n{text}\n")[0][1].startswith("why")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.c", 'puts("// {}");'),
        ("a.c", "portlint: ignore[x] no comment"),
        ("a.cpp", 'auto s = R"x(\n// {}\n)x";'),
        ("a.cs", 'var s = @"\n// {}\n";'),
        ("a.cs", 'var s = """\n// {}\n""";'),
        ("a.gd", 'var s = """\n# {}\n"""'),
        ("a.py", "s = '''\n# {}\n'''"),
        ("a.go", "s := `\n// {}\n`"),
        ("a.rs", 'let s = r#"\n// {}\n"#;'),
        ("a.rs", 'let s = "\n// {}\n";'),
        ("a.js", "s = `\n// {}\n`"),
        ("a.lua", "s = [[\n-- {}\n]]"),
        ("a.zig", "s =\n\\\\// {}\n;"),
        ("Cargo.toml", 's = """\n# {}\n"""'),
        ("deploy.yaml", 'a: "b # {}"'),
        ("deploy.yaml", "a: b#{}"),
        ("a.csproj", "<A>{}</A>"),
        ("project.godot", 'a="\n; {}\n"'),
        ("package.json", "// {}"),
        ("a.uplugin", "// {}"),
        ("lib.so", "// {}"),
        ("a.c", "// portlint: ignored[x]"),
        ("a.c", "// xportlint: ignore[x]"),
        ("a.c", "// portlint: ignore[]"),
    ],
)
def test_never_outside_of_comments(path: str, text: str) -> None:
    assert found(path, text.replace("{}", HERE)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(); // portlint: ignore", [("*", "", 1)]),
        ("f(); // portlint: ignore[a, b] c d", [("a", "c d", 1), ("b", "c d", 1)]),
        ("f(); // note: x portlint:ignore[a]", [("a", "", 1)]),
        ("// portlint: ignore[a]\nf();", [("a", "", 2)]),
        ("// portlint: ignore[a]\r\n\r\n// more\r\n/* and\r\n more */ f();", [("a", "", 5)]),
        ("/* portlint: ignore[a] r */\nf();", [("a", "r", 2)]),
        ("/* portlint: ignore[a] r */ f();\ng();", [("a", "r", 1)]),
        ("/*\n * portlint: ignore[a] r\n */\nf();", [("a", "r", 4)]),
        ("// portlint: ignore[a]\n// portlint: ignore[b]\nf();", [("a", "", 3), ("b", "", 3)]),
        ("// portlint: ignore-file[a] old\n\nf();", [("a", "old", 0)]),
        ("// portlint: ignore-file", [("*", "", 0)]),
        ("f();\n// portlint: ignore[a]", [("a", "", 2)]),
    ],
)
def test_lines_rules_and_reasons(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert found("a.c", text) == expected


def test_places_count_characters() -> None:
    (fact,) = ignore_facts("a.c", "é(); // portlint: ignore[a]\n".encode())
    assert (fact.location.line, fact.location.column) == (1, 6)


@pytest.mark.parametrize("opening", ["/*", '"', "'", 'R"(', "`", "#[[", "<!--", "--[[", '"""'])
@pytest.mark.parametrize("path", ["a.c", "a.cs", "a.rs", "a.js", "a.lua", "a.py", "a.cmake", "a.csproj"])
def test_time_is_linear_in_what_never_ends(path: str, opening: str) -> None:
    ignore_facts(path, (opening + "\n").encode() * 20_000 + b"// portlint: ignore[a]")
