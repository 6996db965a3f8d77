"""What a toolchain's headers define and declare, and what its library does with each name.

The tables in `rules/toolchains/<id>/` are written by the programs in `tools/`, from installed toolchains.
"""

from __future__ import annotations

import hashlib
import re
from copy import copy
from functools import cache, cached_property
from pathlib import Path

import msgspec

from portlint.catalog.compiled import compiled
from portlint.catalog.read import read_table, rules_folder
from portlint.errors import PortlintError
from portlint.model.catalog import Target

_Rows = tuple[tuple[str, str, str, str], ...]  # mark, how, since, until
_DEFINE = re.compile(r"#define[ \t]+([A-Za-z_]\w*)(\([^)]*\))?[ \t]*(.*)")


class Mark(msgspec.Struct, frozen=True):
    """What happens to a name in one release: see tools/README.md for the closed set of marks.

    `needs`: the name is there, and only since this version, within the range that the table covers. `fixed`: the
    later version from which on it is there. `varies`: some release known here answers otherwise.
    """

    mark: str
    how: str
    needs: str = ""
    fixed: str = ""
    varies: bool = False


class Header(msgspec.Struct, frozen=True):
    """One system header. `macros` maps a name to its body, `(a,b) body` for function-like ones.

    `error` is the text of its #error, or ""; `flag` the compiler option that cures it, or "".
    """

    name: str
    includes: tuple[str, ...] = ()
    macros: dict[str, str] = {}
    undefs: tuple[str, ...] = ()
    declares: frozenset[str] = frozenset()
    error: str = ""
    flag: str = ""


class Toolchain:
    """The tables of one toolchain, read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.id = folder.name
        self._folder = folder
        about = read_table(folder / "toolchain.toml")
        try:
            self._blocks = _blocks((folder / "headers.txt").read_text(encoding="utf-8"))
        except OSError as error:
            raise PortlintError(f"{folder}: the toolchain's tables cannot be read: {error}") from error
        self.version: str = about["version"]
        self.release: str = about["speaks_for"]
        self.newest: str = about["newest"]
        self.source: str = about["source"]
        self.undefines: frozenset[str] = frozenset(about.get("undefines", ()))
        self._headers: dict[str, Header] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._closure_bits: dict[str, int] = {}

    @cached_property
    def digest(self) -> str:
        """Identifies the tables' content."""
        files = ("toolchain.toml", "headers.txt", "symbols.tsv", "predefined-c.h", "predefined-cxx.h")
        content = b"".join((self._folder / name).read_bytes() for name in files)
        return f"{self.id} {self.release} {hashlib.blake2b(content, digest_size=16).hexdigest()}"

    def has(self, name: str) -> bool:
        return name in self._blocks

    @property
    def header_names(self) -> frozenset[str]:
        return frozenset(self._blocks)

    def header(self, name: str) -> Header:
        """The header's own content. KeyError when the toolchain has no such header."""
        if name not in self._headers:
            self._headers[name] = _header(name, self._blocks[name])
        return self._headers[name]

    def closure(self, name: str) -> frozenset[str]:
        """The header and every header that it includes, directly or not."""
        if name not in self._closures:
            seen: set[str] = set()
            todo = [name]
            while todo:
                one = todo.pop()
                if one not in seen and one in self._blocks:
                    seen.add(one)
                    todo.extend(self.header(one).includes)
            self._closures[name] = frozenset(seen)
        return self._closures[name]

    def closure_bits(self, name: str) -> int:
        """`closure` as bits, for the walk: it joins and asks such sets very often. 0 for an unknown header."""
        if name not in self._closure_bits:
            bits = 0
            for header in self.closure(name):
                bits |= self._bits[header]
            self._closure_bits[name] = bits
        return self._closure_bits[name]

    @cached_property
    def guarded(self) -> dict[str, tuple[tuple[int, str], ...]]:
        """`macros`, with the header as its bit."""
        bits = self._bits
        return {name: tuple([(bits[header], body) for header, body in rows]) for name, rows in self.macros.items()}

    @cached_property
    def _bits(self) -> dict[str, int]:
        return {name: 1 << number for number, name in enumerate(self._blocks)}

    @cached_property
    def symbols(self) -> dict[str, Mark]:
        """The mark of each name in the release that this toolchain speaks for."""
        rows: dict[str, list[tuple[str, str, str, str]]] = {}
        for line in (self._folder / "symbols.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            name, mark, how, since, until = (*line.split("\t"), "", "")[:5]
            rows.setdefault(name, []).append((mark, how, since, until))
        return {name: _mark_of(tuple(found), self.release) for name, found in rows.items()}

    def at(self, release: str) -> Toolchain:
        """The same tables, speaking for another release."""
        other = copy(self)
        other.release = release
        for answer in ("symbols", "digest"):
            other.__dict__.pop(answer, None)
        return other

    @cached_property
    def macros(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Macro name -> (header, body) of every header that defines it."""
        return compiled(f"macros-{self.id}", dict[str, tuple[tuple[str, str], ...]], self._macros)

    def _macros(self) -> dict[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for header, block in self._blocks.items():
            for name, body in _macros_of(block):
                found.setdefault(name, []).append((header, body))
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def declared(self) -> dict[str, frozenset[str]]:
        """Function name -> headers that declare it themselves, or define it as a macro."""
        found: dict[str, set[str]] = {}
        for header, block in self._blocks.items():
            for line in f"\n{block}".split("\n= ")[1:]:
                for name in line.partition("\n")[0].split():
                    found.setdefault(name, set()).add(header)
        return {name: frozenset(headers) for name, headers in found.items()}

    def predefined(self, cpp: bool) -> dict[str, str]:
        """The compiler's own macros for C or C++."""
        text = (self._folder / ("predefined-cxx.h" if cpp else "predefined-c.h")).read_text(encoding="utf-8")
        found = {}
        for match in _DEFINE.finditer(text):
            found[match[1]] = f"{match[2]} {match[3]}".strip() if match[2] else plain_body(match[3])
        return found


@cache
def load_toolchain(name: str) -> Toolchain:
    folder = rules_folder() / "toolchains" / name
    if not folder.is_dir():
        raise PortlintError(f"{folder}: no such toolchain")
    return Toolchain(folder)


@cache
def _mark_of(rows: _Rows, release: str) -> Mark:
    """What happens to a name with these rows: most names have the rows of many others."""
    varies = any(since or until for _, _, since, until in rows)
    return msgspec.structs.replace(_in_release(rows, release), varies=varies)


def _in_release(rows: _Rows, release: str) -> Mark:
    """The row in force; one that only got there, or will, says so."""
    held = next((row for row in rows if in_force(release, row[2], row[3])), None)
    if held is None:  # every row is of a later release
        first = min((row for row in rows if row[2]), key=lambda row: _numbers(row[2]), default=rows[-1])
        return Mark("absent", first[1], fixed=first[2] if first[0] == "defined" else "")
    mark, how, since, _ = held
    if mark == "defined" and since and any(row[0] != "defined" for row in rows):
        return Mark(mark, how, needs=since)
    if mark != "defined":
        later = [row[2] for row in rows if row[0] == "defined" and row[2] and _numbers(row[2]) > _numbers(release)]
        return Mark(mark, how, fixed=min(later, key=_numbers, default=""))
    return Mark(mark, how)


def in_force(release: str, since: str, until: str) -> bool:
    """Whether a row that holds from `since` on and before `until`, either open, holds for a release."""
    number = _numbers(release)
    if since and number < _numbers(since):
        return False
    return not (until and number >= _numbers(until))


def _numbers(release: str) -> tuple[int, ...]:
    """`wasi-sdk-33` -> (33,), `3.1.6` -> (3, 1, 6)."""
    return tuple(int(part) for part in re.findall(r"\d+", release.rpartition("-")[2]))


def _blocks(text: str) -> dict[str, str]:
    """Header name -> the lines of its block."""
    found = {}
    for block in ("\n" + text).split("\n@ ")[1:]:
        name, _, rest = block.partition("\n")
        found[name.strip()] = rest
    return found


def _header(name: str, block: str) -> Header:
    includes: list[str] = []
    macros: dict[str, str] = {}
    undefs: list[str] = []
    declares: list[str] = []
    error = flag = ""
    for line in block.split("\n"):
        mark, rest = line[:1], line[2:]
        if mark == ">":
            includes.extend(rest.split())
        elif mark == "#":
            macro, body = _macro(rest)
            macros[macro] = body
        elif mark == "-":
            undefs.append(rest.strip())
        elif mark == "=":
            declares.extend(rest.split())
        elif mark == "!":
            error = rest.strip()
            if error.startswith("flag:"):
                flag, _, error = error[5:].partition(" ")
    return Header(name, tuple(includes), macros, tuple(undefs), frozenset(declares), error, flag)


def plain_body(text: str) -> str:
    """The body of a macro without parameters, as macro tables keep it: never beginning with a parenthesis.

    `(a,b) body` is a function-like macro, so the plain `(LONG_MAX * 2UL + 1UL)` is kept behind a blank.
    """
    text = text.strip()
    return f" {text}" if text.startswith("(") else text


@cache
def _macros_of(block: str) -> tuple[tuple[str, str], ...]:
    """The macros of a block, in order. Toolchains of one family share most blocks."""
    return tuple([_macro(line.partition("\n")[0]) for line in f"\n{block}".split("\n# ")[1:]])


def _macro(text: str) -> tuple[str, str]:
    """`NAME body` or `NAME(a,b) body` -> (NAME, body or `(a,b) body`)."""
    name, _, body = text.partition(" ")
    if "(" not in name:
        return name, plain_body(body)
    start = text.index("(")
    return text[:start], text[start:]


def toolchain_for(target: Target, version: str) -> Toolchain:
    """The toolchain of a target, in the release that `version` names: a year, or a release as the tables write it.

    Raises PortlintError for a version that is neither, or newer than anything known.
    """
    toolchain = load_toolchain(target.toolchain)
    if not version:
        return toolchain
    if not toolchain.id.startswith(("wasip", "emscripten")):
        raise PortlintError(f"{target.id}@{version}: only one version of this target is known; write {target.id}")
    wasi = toolchain.id.startswith("wasip")
    path = rules_folder() / "toolchains" / "releases.toml"
    years: dict[str, str] = read_table(path)["wasi" if wasi else "browser"]
    release = years.get(version, version)
    written = re.fullmatch(r"(?:wasi-sdk-)?(\d+)" if wasi else r"(\d+\.\d+\.\d+)", release)
    if not written or _numbers(written[1]) > _numbers(toolchain.newest):
        known = f"a year from {min(years)} to {max(years)}, or a release up to {toolchain.newest}"
        raise PortlintError(f"{target.id}@{version}: unknown version; write {known}")
    return toolchain.at(("wasi-sdk-" if wasi else "") + written[1])
