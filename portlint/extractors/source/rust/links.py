"""Native libraries that Rust code links: `#[link(name = "x")]`, and what a build script prints for Cargo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portlint.model.fact import Fact, Location

_LINK = re.compile(rb"#\[\s*link\s*\(([^\]]{0,500})\)\s*\]")
_NAME = re.compile(rb"\bname\s*=\s*\"([^\"\n]+)\"")
_KIND = re.compile(rb"\bkind\s*=\s*\"([^\"\n]+)\"")
# doc.rust-lang.org/cargo/reference/build-scripts.html: `cargo:` and, from 1.77 on, `cargo::`.
_PRINTED = re.compile(
    rb"\"cargo::?rustc-(link-lib|cfg)=(?:(static|dylib|framework)(?::[\w+,-]*)?=)?([^\"{}\\\s]+)\\?n?\""
)
_RUNS = re.compile(rb"\b(cc|cmake|pkg_config|bindgen|vcpkg|autotools|meson)\s*::\s*(\w+)")


def linked(data: bytes) -> Iterator[tuple[int, str, str]]:
    """(place, library, kind) of each link attribute."""
    for match in _LINK.finditer(data):
        name, kind = _NAME.search(match[1]), _KIND.search(match[1])
        if name:
            text = name[1].decode("utf-8", "replace")
            yield match.start(), text, kind[1].decode("utf-8", "replace") if kind else ""


def build_script(path: str, data: bytes) -> Iterator[Fact]:
    """`links` for literal `cargo:rustc-link-lib=`, `setting` `rust/build-cfg` for the cfgs that it may set, and
    `rust/build-runs` for the crates that compile or look for native code.
    """
    for match in _PRINTED.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        text = match[3].decode("utf-8", "replace")
        if match[1] == b"cfg":
            yield Fact("setting", "rust/build-cfg", Location(path, line), "rust", value=text)
        else:
            kind = (match[2] or b"").decode()
            yield Fact("links", text, Location(path, line), "rust", value=kind)
    seen = set()
    for match in _RUNS.finditer(data):
        tool = match[1].decode()
        if tool not in seen:
            seen.add(tool)
            line = data.count(b"\n", 0, match.start()) + 1
            yield Fact("setting", "rust/build-runs", Location(path, line), "rust", value=tool)
