"""What a toolchain's headers define and declare, and what its library does with each name.

The tables in `rules/toolchains/<id>/` are written by the programs in `tools/`, from installed toolchains.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from copy import copy
from functools import cache, cached_property
from pathlib import Path

import msgspec

from portlint.catalog.load import rules_folder
from portlint.errors import PortlintError
from portlint.model.catalog import Target

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
        try:
            about = tomllib.loads((folder / "toolchain.toml").read_text(encoding="utf-8"))
            self._blocks = _blocks((folder / "headers.txt").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise PortlintError(f"{folder}: the toolchain's tables cannot be read: {error}") from error
        self.version: str = about["version"]
        self.release: str = about["speaks_for"]
        self.newest: str = about["newest"]
        self.source: str = about["source"]
        self.undefines: frozenset[str] = frozenset(about.get("undefines", ()))
        self._headers: dict[str, Header] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._macros: dict[str, tuple[tuple[str, str], ...]] | None = None
        self._declared: dict[str, frozenset[str]] | None = None

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

    @cached_property
    def symbols(self) -> dict[str, Mark]:
        """The mark of each name in the release that this toolchain speaks for."""
        rows: dict[str, list[tuple[str, str, str, str]]] = {}
        for line in (self._folder / "symbols.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            name, mark, how, since, until = (*line.split("\t"), "", "")[:5]
            rows.setdefault(name, []).append((mark, how, since, until))
        marks = {name: _mark_of(found, self.release) for name, found in rows.items()}
        changing = {name for name, found in rows.items() if any(row[2] or row[3] for row in found)}
        return {
            name: msgspec.structs.replace(mark, varies=True) if name in changing else mark
            for name, mark in marks.items()
        }

    def at(self, release: str) -> Toolchain:
        """The same tables, speaking for another release."""
        other = copy(self)
        other.release = release
        other.__dict__.pop("symbols", None)
        return other

    @property
    def macros(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Macro name -> (header, body) of every header that defines it."""
        if self._macros is None:
            found: dict[str, list[tuple[str, str]]] = {}
            for header, block in self._blocks.items():
                for line in block.split("\n"):
                    if line.startswith("# "):
                        name, body = _macro(line[2:])
                        found.setdefault(name, []).append((header, body))
            self._macros = {name: tuple(rows) for name, rows in found.items()}
        return self._macros

    @property
    def declared(self) -> dict[str, frozenset[str]]:
        """Function name -> headers that declare it themselves, or define it as a macro."""
        if self._declared is None:
            found: dict[str, set[str]] = {}
            for header, block in self._blocks.items():
                for line in block.split("\n"):
                    if line.startswith("= "):
                        for name in line[2:].split():
                            found.setdefault(name, set()).add(header)
            self._declared = {name: frozenset(headers) for name, headers in found.items()}
        return self._declared

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


def _mark_of(rows: list[tuple[str, str, str, str]], release: str) -> Mark:
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


def _macro(text: str) -> tuple[str, str]:
    """`NAME body` or `NAME(a,b) body` -> (NAME, body or `(a,b) body`)."""
    for position, character in enumerate(text):
        if character == " ":
            return text[:position], plain_body(text[position + 1 :])
        if character == "(":
            return text[:position], text[position:]
    return text, ""


def toolchain_for(target: Target, version: str) -> Toolchain:
    """The toolchain of a target, in the release that `version` names: a year, or a release as the tables write it.

    Raises PortlintError for a version that is neither, or newer than anything known.
    """
    toolchain = load_toolchain(target.toolchain)
    if not version:
        return toolchain
    path = rules_folder() / "toolchains" / "releases.toml"
    years: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8")).get(target.family, {})
    release = years.get(version, version)
    prefix = "wasi-sdk-" if target.family == "wasi" else ""
    if re.fullmatch(r"\d+(?:\.\d+)*", release):
        release = prefix + release
    if not re.fullmatch(prefix + r"\d+(?:\.\d+)*", release) or _numbers(release) > _numbers(toolchain.newest):
        known = f"a year from {min(years)} to {max(years)}, or a release up to {toolchain.newest}"
        raise PortlintError(f"{target.id}@{version}: unknown version; write {known}")
    return toolchain.at(release)


@cache
def platform_headers() -> dict[str, str]:
    """Headers of Windows and Apple systems -> `windows` or `apple`. Written by tools/platform_headers.py."""
    path = rules_folder() / "toolchains" / "platform-headers.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    return dict(line.split("\t") for line in lines)
