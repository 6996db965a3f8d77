"""What a walk passes on: the state of the preprocessor between two files, and what entering a file did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from portlint.catalog.toolchain import Toolchain
from portlint.model.outline import Own
from portlint.units.resolve import Resolver
from portlint.units.tree import Node


class Gate(NamedTuple):
    """An `#error` that is reached; as a `chain`, an #if chain of platforms in which this one takes no branch."""

    path: str
    line: int
    text: str
    chain: bool = False


class Lacking(NamedTuple):
    """A system header that is not there (`absent`), or refuses (`gated`: without, `flag`: until a flag is given)."""

    path: str
    line: int
    header: str
    status: str


class Result(NamedTuple):
    """What entering one file, with everything that it includes, did."""

    reads: Mapping[str, str | None]
    writes: Mapping[str, str | None]
    system: tuple[str, ...]
    uses: frozenset[int]
    open_uses: frozenset[int]
    own: frozenset[Own]
    gates: tuple[Gate, ...]
    lacking: tuple[Lacking, ...]
    foreign: tuple[str, ...]  # includes that neither the project nor the toolchain knows
    files: frozenset[str]


class Project(NamedTuple):
    """What is the same for every toolchain: trees of nodes by path, and how includes are resolved."""

    trees: Mapping[str, tuple[Node, ...]]
    resolver: Resolver
    known: frozenset[str]  # macros and `<headers>` of platforms: undefined means false, absent means lacking
    system_macros: frozenset[str]  # macros that some toolchain's headers define and that the project asks for
    defines: frozenset[str]  # macros that some file of the project defines


class State:
    """A state of the preprocessor between two files: macros, system headers seen, files marked once."""

    __slots__ = ("_defined", "_headers", "_onward", "parent", "toolchain", "writes")

    def __init__(
        self, toolchain: Toolchain, parent: State | None, writes: Mapping[str, str | None], headers: frozenset[str]
    ) -> None:
        self.toolchain = toolchain
        self.parent = parent
        self.writes = writes
        self._headers = headers
        self._defined: dict[str, str] | None = None
        self._onward: dict[object, tuple[State, Result | None]] = {}

    @property
    def headers(self) -> frozenset[str]:
        return self._headers

    def defined(self) -> dict[str, str]:
        """All macros that the project or the compiler defines. Not to be changed."""
        if self._defined is None:
            macros = dict(self.parent.defined()) if self.parent else {}
            for name, body in self.writes.items():
                if body is None:
                    macros.pop(name, None)
                else:
                    macros[name] = body
            self._defined = macros
        return self._defined

    def child(
        self, key: object, writes: Mapping[str, str | None], system: Sequence[str], result: Result | None
    ) -> State:
        """The state after these writes and system headers, the same object for the same key."""
        if key not in self._onward:
            headers = (
                self._headers.union(*(self.toolchain.closure(name) for name in system)) if system else self._headers
            )
            self._onward[key] = (State(self.toolchain, self, writes, headers), result)
        return self._onward[key][0]

    def onward(self, key: object) -> tuple[State, Result | None] | None:
        return self._onward.get(key)


def header_status(toolchain: Toolchain, name: str) -> str:
    """`ok`, `flag`, `gated` or `absent`."""
    if not toolchain.has(name):
        return "absent"
    header = toolchain.header(name)
    return "flag" if header.flag else "gated" if header.error else "ok"


def macro_in(toolchain: Toolchain, name: str, headers: Collection[str]) -> str | None:
    """The macro's body, where one of these system headers defines it."""
    for header, text in toolchain.macros.get(name, ()):
        if header in headers:
            return text
    return None


def own_headers_key(name: str, headers: Iterable[str]) -> str:
    """The read of a macro that a file's own system headers may define: `@NAME x.h y.h`."""
    return f"@{name} {' '.join(sorted(set(headers)))}"


def value_of(toolchain: Toolchain, key: str) -> str | None:
    """What a toolchain answers to such a read."""
    name, *headers = key[1:].split(" ")
    for header, text in toolchain.macros.get(name, ()):
        if any(header in toolchain.closure(each) for each in headers):
            return text
    return None
