"""Godot's text format: the grammar, its quirks, what is refused, and how long hostile input takes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portlint.extractors.manifest import EXTRACTORS
from portlint.extractors.manifest.godot.text import MAX_DEPTH, read
from portlint.extractors.manifest.godot.value import Constructor, Number, Value, strings_of, text_of

MALFORMED = Path(__file__).parent / "fixtures" / "godot" / "malformed"
SUFFIXES = {".godot", ".import", ".tscn", ".tres", ".cfg", ".gdextension", ".gdnlib", ".gdns"}


def value_of(text: str) -> Value:
    (section,) = read(f"k={text}\n".encode())
    (entry,) = section.entries
    return entry.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("nil", None),
        ("4.10", Number("4.10")),  # a version, not 4.1
        ("-1e+3", Number("-1e+3")),
        ("1.", Number("1.")),
        ("-inf", Number("-inf")),
        ("inf_neg", Number("inf_neg")),
        ('"a b"', "a b"),
        ('"a\nb"', "a\nb"),
        (r'"\"\\\n\t\q"', '"\\\n\tq'),
        (r'"\u00e9\U01F600"', "é😀"),
        (r'"\ud83d\ude00"', "😀"),
        ('&"x"', Constructor("StringName", ("x",))),
        ('@"x"', Constructor("StringName", ("x",))),
        ('^"a/b"', Constructor("NodePath", ("a/b",))),
        ("#ff00ff", Constructor("Color", ("#ff00ff",))),
        ("[]", []),
        ('["a", 1,]', ["a", Number("1")]),
        ('{"a": [1], 2: null,\n&"c": {}}', {"a": [Number("1")], "2": None, "c": {}}),
        ("Vector2( 1, -2.5 )", Constructor("Vector2", (Number("1"), Number("-2.5")))),
        ("Vector3(nan, inf, 0)", Constructor("Vector3", (Number("nan"), Number("inf"), Number("0")))),
        ("PackedByteArray()", Constructor("PackedByteArray", ())),
        ('PackedByteArray("AAEC")', Constructor("PackedByteArray", ("AAEC",))),
        ('PoolStringArray( "a", "b" )', Constructor("PoolStringArray", ("a", "b"))),
        ('Object(Key,"a":1,"b":[2])', Constructor("Object", ("Key", {"a": Number("1"), "b": [Number("2")]}))),
        ("Array[int]([1])", Constructor("Array[int]", ([Number("1")],))),
        ('Array[ExtResource("1]x")]([])', Constructor('Array[ExtResource("1]x")]', ([],))),
        ('Dictionary[String, Resource]({"a": 1})', Constructor("Dictionary[String, Resource]", ({"a": Number("1")},))),
        ("; a comment\n 1 ; another", Number("1")),
    ],
)
def test_values(text: str, expected: Value) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b / c = 1", [("", [("ab/c", 1)])]),  # whitespace inside a key is dropped
        ("a\nb=1", [("", [("ab", 1)])]),  # line breaks too
        ('"a b" = 1', [("", [("a b", 1)])]),
        ('x "a" = 1', [("", [("a", 1)])]),  # a quoted key replaces what stands before it
        ("# a = 1\n// b = 2", [("", [("#a", 1), ("//b", 2)])]),  # neither is a comment
        ("; a = 1\nb = 2", [("", [("b", 2)])]),
        ("k[0]=1", [("", [("k[0]", 1)])]),
        ("[ a.b ]\nk=1\n[c]", [("", []), ("a.b", [("k", 1)]), ("c", [])]),
        (r"[a\]b]", [("", []), (r"a\]b", [])]),
        ("k=1 l=2", [("", [("k", 1), ("l", 2)])]),  # no line break needed
        ("k=1\nk=2", [("", [("k", 1), ("k", 2)])]),  # the reader keeps duplicates
        ("k=1\ndangling", [("", [("k", 1)])]),  # Godot drops it without a word
        ("\ufeffk=1", [("", [("k", 1)])]),
        ("k=1\r\n[s]\r\nl=2\r\n", [("", [("k", 1)]), ("s", [("l", 2)])]),
        ("", [("", [])]),
    ],
)
def test_sections(text: str, expected: list[tuple[str, list[tuple[str, int]]]]) -> None:
    sections = read(text.encode())
    found = [(each.name, [(entry.key, int(text_of(entry.value))) for entry in each.entries]) for each in sections]
    assert found == expected


def test_line_is_where_the_key_starts() -> None:
    sections = read(b'; c\na=1\n\n[s]\nb="x\ny"\nc = [\n1,\n2]\n  d=1\n')
    assert [(each.name, each.line) for each in sections] == [("", 1), ("s", 4)]
    assert [(entry.key, entry.line) for each in sections for entry in each.entries] == [
        ("a", 2),
        ("b", 5),
        ("c", 7),
        ("d", 10),
    ]


def test_headers_with_attributes() -> None:
    text = b'[gd_scene load_steps=2 format=3]\n[node name="A]" groups=["x"] instance=ExtResource("1")]\nv=1\n[a.b:c]\n'
    scene, node, dotted = read(text, simple=False)[1:]
    assert scene.attributes == {"load_steps": Number("2"), "format": Number("3")}
    assert node.attributes == {"name": "A]", "groups": ["x"], "instance": Constructor("ExtResource", ("1",))}
    assert [entry.key for entry in node.entries] == ["v"]
    assert dotted.name == "a.b:c"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unterminated.gdextension", "line 2: unterminated string"),
        ("header.gdextension", "line 3: section header without ']'"),
        ("merge.gdextension", "line 2: unresolved merge conflict"),
        ("brace.gdextension", "line 3: expected '}', found 'l'"),
        ("bare.gdextension", "line 2: unexpected 'a'"),
    ],
)
def test_malformed_files(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$".replace("[", r"\[")):
        read((MALFORMED / name).read_bytes())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a=1\nb=\x002\n", "line 2: NUL byte"),
        ("a=1".encode("utf-16"), "line 1: UTF-16"),
        (b'a="x\\u12g4"', "line 1: malformed"),
        (b"\na=", "line 2: expected a value, found the end of the file"),
        (b"\na=)", "line 2: expected a value, found '\\)'"),
        (b'a="x\n\n', "line 1: unterminated string"),
        (b'"x\n', "line 1: unterminated string"),
        (b"a=" + b"[" * 100_000, f"line 1: nested deeper than {MAX_DEPTH} levels"),
        (b"a=" + b"F(" * 100_000, f"line 1: nested deeper than {MAX_DEPTH} levels"),
        (b'a={"k":' * 100_000, "line 1: unexpected 'a'"),
        (b'a={"k":' + b'{"k":' * 100_000, f"line 1: nested deeper than {MAX_DEPTH} levels"),
        (b"a=" + b'Object(T,"k":' * 100_000, f"line 1: nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(data)


def test_depth_that_is_allowed_stays_below_the_interpreters_limit() -> None:
    nested = "F([{'k':".replace("'", '"') * (MAX_DEPTH // 3) + "1" + "}])" * (MAX_DEPTH // 3)
    assert text_of(value_of(nested)).count("k:") == MAX_DEPTH // 3


def test_any_bytes_give_sections_or_one_line() -> None:
    @given(st.binary(max_size=200) | st.text(alphabet='[]{}(),:=;#"\\&@^ \n\tabAF01-.e', max_size=80).map(str.encode))
    def check(data: bytes) -> None:
        for simple in (True, False):
            try:
                read(data, simple)
            except ValueError as error:
                assert str(error).startswith("line ")
                assert "\n" not in str(error)

    check()


def written(value: Value) -> str:
    """A value as Godot would write it; the opposite of reading."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{written(key)}: {written(item)}" for key, item in value.items()) + "\n}"
    if isinstance(value, Constructor) and value.name == "Object":
        kind, properties = value.args
        assert isinstance(properties, dict)
        inner = "".join(f",{written(key)}:{written(item)}" for key, item in properties.items())
        return f"Object({text_of(kind)}{inner})"
    if isinstance(value, Constructor):
        return f"{value.name}({', '.join(map(written, value.args))})"
    return text_of(value)


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
scalars = texts | st.booleans() | st.none() | st.integers().map(lambda number: Number(str(number)))
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(texts, inner, max_size=4)
        | st.builds(
            Constructor, st.sampled_from(["Vector2", "Array[int]", "X"]), st.lists(inner, max_size=3).map(tuple)
        )
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_back(value: Value) -> None:
    assert value_of(written(value)) == value


@pytest.mark.parametrize(
    "shape",
    [
        lambda n: '"' + "a" * n,
        lambda n: "[" + "\\" * n,
        lambda n: 'a="' + "\\" * n,
        lambda n: "a " * n,
        lambda n: ";\n" * n,
        lambda n: "a=Array[" + "x" * n,
        lambda n: "a=F(1,2,3)\n" * (n // 8),
        lambda n: "a=[" + "1," * n,
        lambda n: "a={" + '"k":1,' * (n // 4),
        lambda n: "k=1\n" * n,
        lambda n: '[node name="a"]\n' * (n // 8),
        lambda n: "a=F(" + "F(1," * 150 + "1," * n,
        lambda n: "<" * n,
    ],
    ids=[
        "string",
        "tag",
        "escapes",
        "key",
        "comments",
        "type",
        "calls",
        "list",
        "dict",
        "entries",
        "headers",
        "deep",
        "mark",
    ],
)
def test_time_is_linear(shape: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        data = shape(size).encode()
        best = 1e9
        for _ in range(2):
            start = time.perf_counter()
            for simple in (True, False):
                with suppress(ValueError):
                    read(data, simple)
            best = min(best, time.perf_counter() - start)
        return best

    # Eight times the size: 8 if linear, 64 if quadratic.
    assert seconds(40_000) < 25 * seconds(5_000) + 0.05


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Constructor("PackedStringArray", ("4.7", "C#")), "4.7,C#"),
        (Constructor("Array[StringName]", ([Constructor("StringName", ("a",)), "b"],)), "a,b"),
        (Constructor("Color", (Number("0"), Number("1"))), "Color(0,1)"),
        ({"a": True, "b": None}, "a:true,b:null"),
        (Constructor("Dictionary[String, int]", ({"a": Number("1")},)), "a:1"),
    ],
)
def test_text_of(value: Value, expected: str) -> None:
    assert text_of(value) == expected


def test_strings_of() -> None:
    assert strings_of(value_of('PoolStringArray( "a", "b" )')) == ("a", "b")
    assert strings_of(value_of('Array[String](["a", 1])')) == ("a",)
    assert strings_of(value_of('"a"')) == ()


CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTLINT_CORPUS names no folder of real projects")
@pytest.mark.parametrize("project", ["godot-demo-projects", "straif", "material-maker", "godot-webrtc-demo", "limboai"])
def test_real_projects(project: str) -> None:
    """Every file is understood, is the same when written and read again, and no extractor fails on one."""
    paths = [path for path in sorted((CORPUS / project).rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
    assert paths
    for path in paths:
        data = path.read_bytes()
        simple = path.suffix not in (".tscn", ".tres", ".gdns")
        entries = [entry for section in read(data, simple) for entry in section.entries]
        again = read("\n".join(f'"{each.key}"={written(each.value)}' for each in entries).encode())[0].entries
        assert [(each.key, each.value) for each in again] == [(each.key, each.value) for each in entries], path
        for extractor in EXTRACTORS:
            if extractor.wants(path.name):
                extractor.extract(path.name, data)
