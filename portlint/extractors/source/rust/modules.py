"""Which files a Rust file takes in (`mod x;`), and under which conditions: facts `setting` named `rust/mod`.

The value is the path of names from the file's own module (`sys::unix`), or, after `=`, what `#[path]` says, relative
to the file's folder. Modules at the left margin are read without parsing; rustfmt puts them there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portlint.extractors.source.rust.cfg import predicate
from portlint.extractors.source.rust.guards import Guards
from portlint.extractors.source.rust.tree import is_code
from portlint.extractors.source.syntax import path_to, text_of
from portlint.model.fact import Fact, Location
from portlint.model.guard import ALWAYS, Guard, either, every, negated

if TYPE_CHECKING:
    from tree_sitter import Node

MODULE = "rust/mod"
MACRO = "rust/cfg-macro"
CHAIN = "platform-chain"
_LONGEST = 8_000  # bytes of attributes
_MANY = 5_000  # modules of one file
_DECLARED = re.compile(rb"([ \t]*)(?:pub(?:\s*\([^)]*\))?\s+)?(?:unsafe\s+)?mod\s+(?:r#)?(\w+)\s*;")
_INLINE = re.compile(rb"((?:#\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*)*)\Z")
_ATTRIBUTE = re.compile(r"#\[\s*(cfg_attr|cfg|path)\s*(?:\((.*)\)|=\s*\"([^\"]*)\")\s*\]\Z", re.DOTALL)
_SPLIT = re.compile(r"(?<=\])\s*(?=#\[)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PATH = re.compile(r",\s*path\s*=\s*\"([^\"]*)\"\s*,?\s*\Z", re.DOTALL)
_INNER = re.compile(rb"^#!\[\s*cfg\s*\(((?:[^\[\]])*)\)\s*\]", re.MULTILINE)
_MACRO = re.compile(
    rb"macro_rules!\s*(cfg_\w+)\s*\{\s*\([^#]{0,200}=>\s*[{(]\s*(?:\$\(\s*)?#\[\s*cfg\s*\(((?:[^\[\]]){1,2000}?)\)\s*\]"
)
_UNIX = re.compile(r"(?<!!)defined\(cfg\((?:unix|target_family=unix|target_os=linux)\)")
_WINDOWS = re.compile(r"(?<!!)defined\(cfg\((?:windows|target_(?:os|family)=windows)\)")
_INCLUDE = re.compile(rb"\binclude!\s*[\(\[{]\s*\"([^\"\n]+\.rs)\"")


def own_macros(path: str, data: bytes) -> list[Fact]:
    """`setting` `rust/cfg-macro`: macros like tokio's `cfg_net!`, which put one condition on all they hold."""
    found = []
    for match in _MACRO.finditer(data) if b"macro_rules!" in data else ():
        guard = predicate(match[2].decode("utf-8", "replace"))
        line = data.count(b"\n", 0, match.start()) + 1
        found.append(Fact("setting", MACRO, Location(path, line), "rust", guard, f"{match[1].decode()}!"))
    return found


def platform_chain(path: str, data: bytes, found: list[Fact]) -> list[Fact]:
    """`construct` `platform-chain` where one of several modules is taken by platform, and nothing stands for the rest.

    That is so where a file has a module for Unix and one for Windows, and hands the content of both on (`pub use
    sys::*`). The guard is that none of the modules is there.
    """
    taken = [fact for fact in found if fact.name == MODULE and fact.guard.op != "true" and _handed_on(fact.value, data)]
    names = [str(fact.guard) for fact in taken]
    if not any(map(_UNIX.search, names)) or not any(map(_WINDOWS.search, names)):
        return []
    guard = negated(either(*(fact.guard for fact in taken)))
    first = min(taken, key=lambda fact: fact.location)
    value = ", ".join(sorted({fact.value.removeprefix("=") for fact in taken}))
    return [Fact("construct", CHAIN, first.location, "rust", guard, value)]


def _handed_on(value: str, data: bytes) -> bool:
    name = value.rpartition("::")[2].encode()
    return bool(re.search(rb"\buse\s+(?:self::|crate::(?:\w+::)*)?%b::" % re.escape(name), data))


def needs_tree(data: bytes) -> bool:
    """Whether some `mod x;` stands where only the tree says under which condition: indented, in a file with cfg."""
    if b"cfg" not in data:
        return False
    return any(match[1] for match in _declarations(data))


def module_facts(path: str, data: bytes, root: Node | None, guards: Guards | None) -> list[Fact]:
    """The modules of a file, the conditions that its own macros stand for, and platforms that it leaves out.

    `root`: None where nothing needs the tree.
    """
    found = modules(path, data, root, guards)
    return [*own_macros(path, data), *found, *platform_chain(path, data, found)]


def _declarations(data: bytes) -> list[re.Match[bytes]]:
    """`mod x;` at the beginning of lines, or behind attributes."""
    found: list[re.Match[bytes]] = []
    at = data.find(b"mod ")
    while at >= 0 and len(found) < _MANY:
        line = data.rfind(b"\n", 0, at) + 1
        bracket = data.rfind(b"]", line, at)
        match = _DECLARED.match(data, line if bracket < 0 else bracket + 1)
        if match and match.start(2) > at:
            found.append(match)
        at = data.find(b"mod ", at + 4)
    return found


def _attributes(data: bytes, start: int) -> str:
    """The attributes in front of a declaration: the lines above it up to the end of another item."""
    begin = start
    while begin > 0 and start - begin < _LONGEST:
        above = data.rfind(b"\n", 0, begin - 1) + 1
        line = data[above : begin - 1].partition(b"//")[0].strip() if above < begin - 1 else b""
        if not line and not data[above:begin].strip().startswith(b"//"):
            break
        if line.endswith((b";", b"}", b"{")):
            break
        begin = above
    found = _INLINE.search(_COMMENT.sub("", data[begin:start].decode("utf-8", "replace")).encode())
    return found[1].decode("utf-8", "replace") if found else ""


def modules(path: str, data: bytes, root: Node | None, guards: Guards | None) -> list[Fact]:
    """The modules in other files, and files that `include!` takes in."""
    if b"mod " not in data and b"include!" not in data:
        return []
    inners = _INNER.finditer(data) if b"#![cfg" in data else ()
    inner = every(*(predicate(match[1].decode("utf-8", "replace")) for match in inners))
    found = []
    line, counted = 1, 0
    for match in _declarations(data):
        name = match[2].decode("utf-8", "replace")
        line, counted = line + data.count(b"\n", counted, match.start(2)), match.start(2)
        around, prefix = inner, ""
        if match[1] and root is not None and guards is not None:
            nodes = path_to(root, match.start(2))
            if not is_code(nodes):
                continue
            around, prefix = guards.at(nodes), _inside(nodes)
        for guard, value in _said(_attributes(data, match.start()), prefix + name):
            found.append(Fact("setting", MODULE, Location(path, line), "rust", every(around, guard), value))
    for match in _INCLUDE.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        value = "=" + match[1].decode("utf-8", "replace")
        found.append(Fact("setting", MODULE, Location(path, line), "rust", inner, value))
    return found


def _said(attributes: str, name: str) -> list[tuple[Guard, str]]:
    """The files that a declaration can mean, each under its condition."""
    guard, value = ALWAYS, name
    others: list[tuple[Guard, str]] = []
    for text in _SPLIT.split(attributes.strip()):
        found = _ATTRIBUTE.match(text.strip())
        if found is None:
            continue
        if found[1] == "cfg" and found[2] is not None:
            guard = every(guard, predicate(found[2]))
        elif found[1] == "path" and found[3] is not None:
            value = f"={found[3]}"
        elif found[1] == "cfg_attr" and found[2] is not None and (to := _PATH.search(found[2])):
            others.append((predicate(found[2][: to.start()]), f"={to[1]}"))
    rest = every(*(negated(condition) for condition, _ in others))
    return [(every(guard, rest), value), *((every(guard, condition), other) for condition, other in others)]


def _inside(nodes: list[Node]) -> str:
    """The inline modules around a place: `sys::` for `mod sys { mod unix; }`."""
    names = [
        text_of(node.child_by_field_name("name"))
        for node in nodes[:-2]
        if node.type == "mod_item" and node.child_by_field_name("body") is not None
    ]
    return "".join(f"{name}::" for name in names)
