"""The part of YAML that lock files of pnpm and Yarn are written in: maps by indentation, plain and quoted words.

Bounded by construction: one pass over the lines, no anchors, no aliases, no tags. Source: yaml.org/spec/1.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_CHARACTERS = 32_000_000
_DEEPEST = 40
_KEY = r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"\-?&*!|>{\[][^#]*?|-[^\s][^#]*?)"""
_LINE = re.compile(rf"^[ ]*(?:-[ ]+(?P<item>.*)|{_KEY}[ ]*:(?:[ ]+(?P<value>.*))?)$")
_CONFLICT = re.compile(r"(?:<{7}|>{7}|={7})(?: |$)")
_COMMENT = re.compile(r"[ \t]+#[^\"']*$")


class Row(NamedTuple):
    """One line: the keys down to it, its value or its list item, and its number."""

    keys: tuple[str, ...]
    value: str
    item: str
    line: int


def rows(text: str) -> Iterator[Row]:
    """Every map entry and list item with the keys above it.

    Raises ValueError for anchors, aliases and tags, tabs as indentation, and absurd nesting or size.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"larger than the {MAX_CHARACTERS // 1_000_000} MB limit for lock files")
    stack: list[tuple[int, str]] = []
    block = -1  # indentation of a key whose block of text (`|`, `>`) is passed over
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.rstrip("\r")
        bare = line.lstrip(" ")
        if not bare or bare.startswith(("#", "---", "...", "%")):
            continue
        indent = len(line) - len(bare)
        if block >= 0 and indent > block:
            continue
        block = -1
        if _CONFLICT.match(line):
            raise ValueError(f"line {number}: an unresolved merge conflict")
        if bare.startswith("\t"):
            raise ValueError(f"line {number}: a tab as indentation")
        found = _LINE.match(line)
        if found is None:
            continue  # continuation of a flow map or of a long text
        while stack and stack[-1][0] >= indent + (1 if found["item"] is not None else 0):
            stack.pop()
        if found["item"] is not None:
            yield Row(tuple(key for _, key in stack), "", _plain(found["item"], number), number)
            continue
        stack.append((indent, _plain(found["key"], number)))
        if len(stack) > _DEEPEST:
            raise ValueError(f"line {number}: nested more than {_DEEPEST} deep")
        value = _plain(found["value"] or "", number)
        if re.fullmatch(r"[|>][+-]?\d?", value):
            block = indent
        yield Row(tuple(key for _, key in stack), value, "", number)


def flow(value: str) -> dict[str, str]:
    """The entries of a flow map without another inside: `{os: [linux], dev: true}`."""
    found = re.fullmatch(r"\{(.*)\}", value)
    return {
        match[1]: match[2].strip()
        for match in re.finditer(r"([\w-]+):\s*(\[[^\]]*\]|[^,]*)", found[1] if found else "")
    }


def words(value: str) -> list[str]:
    """The words of a flow list: `[linux, darwin]`."""
    return [word.strip().strip("'\"") for word in value.strip("[]").split(",") if word.strip()]


def _plain(text: str, line: int) -> str:
    text = _COMMENT.sub("", text).strip()
    if text[:1] in ("&", "*") and len(text) > 1 and (text[1].isalnum() or text[1] == "_"):
        raise ValueError(f"line {line}: not read: YAML with anchors or aliases")
    if text[:1] == "!":
        raise ValueError(f"line {line}: not read: YAML with tags")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"')
    return text
