"""What several build systems share: the text of a build file, and Emscripten's settings among compiler flags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from portlint.files import is_lfs_pointer

MAX_BYTES = 4_000_000
_SETTING = re.compile(r"-s([A-Z][A-Z0-9_]+)(?:=(.*))?\Z")
_BARE = re.compile(r"([A-Z][A-Z0-9_]{2,})(?:=(.*))?\Z")
_ASIDE = re.compile(r"(?:^|[._-])(?:tests?|testing|ci|dev|devel|debug|build|builder|lint|docs?)(?=[._-]|$)")
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)


def decoded(data: bytes, path: str, cap: int = MAX_BYTES) -> str:
    """The text of a build file. Raises ValueError, in one line, for what is too large, binary or unmerged."""
    if len(data) > cap:
        raise ValueError(f"larger than the {cap // 1_000_000} MB limit for build files")
    if is_lfs_pointer(data):
        raise ValueError("a Git LFS pointer: fetch LFS to inspect the file")
    if b"\0" in data:
        raise ValueError("not a text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # old build files carry names of people in their comments
    if _CONFLICT.search(text):
        raise ValueError("holds conflict marks of an unfinished merge")
    return text


def is_aside(name: str) -> bool:
    """Whether a file's name says that it is for building, testing or debugging, and not for what ships."""
    return bool(_ASIDE.search(name.lower()))


def emscripten_settings(words: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """`emscripten/<SETTING>`, its value and the number of its word, from compiler and linker flags.

    `-pthread` is `build/pthread`. Forms: emscripten.org, "Emscripten Compiler Settings".
    """
    for at, word in enumerate(words):
        clean = word.removeprefix("SHELL:").strip("\"'>")
        if clean == "-pthread":
            yield "build/pthread", "", at
        elif clean.startswith("--use-port="):
            yield "emscripten/port", clean.removeprefix("--use-port="), at
        elif found := _SETTING.match(clean):
            yield f"emscripten/{found[1]}", found[2] or "1", at
        elif clean == "-s" and at + 1 < len(words) and (found := _BARE.match(words[at + 1].strip("\"'>"))):
            yield f"emscripten/{found[1]}", found[2] or "1", at + 1
