"""Names from the tree: harmless in a terminal, and never lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_example import HOSTILE

from portlint.reporters.sanitise import ascii_json, is_unicode, raw, unicode_only, visible

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # surrogates too


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain/name-1_x.gd", "plain/name-1_x.gd"),
        ("中文 😀.gd", "中文 😀.gd"),
        ("a\nb", "a\\x0ab"),
        ("a\rb\tc", "a\\x0db\\x09c"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x7f", "\\x7f"),
        ("\x85\x9b", "\\u0085\\u009b"),
        ("bad\udcff", "bad\\xff"),
        ("\ud800", "\\ud800"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b\u200f", "a\\u2066b\\u200f"),
        ("a\u2028b", "a\\u2028b"),
        ("\U000e0041", "\\U000e0041"),
        ("back\\x1bslash", "back\\\\x1bslash"),
        ("::error::x", "\\x3a:error::x"),
        ("a ::error::x", "a \\x3a:error::x"),
        ("std::thread", "std::thread"),
        ("##[error]x", "\\x23#[error]x"),
        ("a##vso[x]", "a\\x23#vso[x]"),
        ("## heading", "## heading"),
    ],
)
def test_visible(name: str, shown: str) -> None:
    assert visible(name) == shown
    assert raw(shown) == name


@given(ANY_TEXT)
def test_visible_is_harmless_and_reversible(text: str) -> None:
    shown = visible(text)
    assert raw(shown) == text
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in shown)
    assert not any(char in "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e" for char in shown)
    assert shown.encode().decode() == shown


def test_different_names_never_print_alike() -> None:
    names = [*HOSTILE, *map(visible, HOSTILE)]
    assert len({visible(name) for name in set(names)}) == len(set(names))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a\\b", "a\\b"),  # nothing to escape: a backslash is a character like others
        ("a\x1b\u202e", "a\x1b\u202e"),  # JSON has escapes of its own for these
        ("a\\b\udcff", "a\\\\b\\xff"),
    ],
)
def test_unicode_only(name: str, written: str) -> None:
    assert unicode_only(name) == written
    assert is_unicode(written)


@given(ANY_TEXT)
def test_ascii_json_is_the_same_document(text: str) -> None:
    document = json.dumps({"name": text}, ensure_ascii=False)
    written = ascii_json(document)
    assert written.isascii()
    assert "\x7f" not in written
    assert json.loads(written) == json.loads(document)
