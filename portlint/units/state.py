"""What a walk passes on: the state of the preprocessor between two files, and what entering a file did."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from portlint.catalog.toolchain import Toolchain
from portlint.model.outline import Own
from portlint.units.resolve import Resolver
from portlint.units.tree import Node

_TABLES = 256  # states of one start that keep a table of all their macros


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
    system_macros: frozenset[str]  # macros that some toolchain's headers define
    defines: frozenset[str]  # macros that some file of the project defines


class State:
    """A state of the preprocessor between two files: macros, system headers seen, files marked once."""

    __slots__ = ("_defined", "_onward", "_recent", "headers", "parent", "toolchain", "writes")

    def __init__(
        self, toolchain: Toolchain, parent: State | None, writes: Mapping[str, str | None], headers: int
    ) -> None:
        self.toolchain = toolchain
        self.parent = parent
        self.writes = writes
        self.headers = headers  # the system headers seen so far, as the toolchain's bits
        self._defined: dict[str, str] | None = None
        self._recent: deque[State] = parent._recent if parent else deque()
        self._onward: dict[object, tuple[State, Result | None]] = {}

    def defined(self) -> dict[str, str]:
        """All macros that the project or the compiler defines. Not to be changed.

        Only the latest states keep their table, and the first: there are tens of thousands, and a unit comes back to
        an old one seldom.
        """
        if self._defined is None:
            self._defined = self._all_writes()
            if self.parent is not None:
                self._recent.append(self)
                if len(self._recent) > _TABLES:
                    self._recent.popleft()._defined = None
        return self._defined

    def _all_writes(self) -> dict[str, str]:
        """What the nearest state with a table has, and every write since."""
        chain = [self]
        while chain[-1].parent is not None and chain[-1].parent._defined is None:
            chain.append(chain[-1].parent)
        nearest = chain[-1].parent
        macros = dict(nearest._defined or {}) if nearest else {}
        for state in reversed(chain):
            for name, body in state.writes.items():
                if body is None:
                    macros.pop(name, None)
                else:
                    macros[name] = body
        return macros

    def child(
        self, key: object, writes: Mapping[str, str | None], system: Sequence[str], result: Result | None
    ) -> State:
        """The state after these writes and system headers, the same object for the same key."""
        if key not in self._onward:
            headers = self.headers
            for name in system:
                headers |= self.toolchain.closure_bits(name)
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


def macro_in(toolchain: Toolchain, name: str, headers: int) -> str | None:
    """The macro's body, where one of these system headers (the toolchain's bits) defines it."""
    for header, text in toolchain.guarded.get(name, ()):
        if header & headers:
            return text
    return None


def own_headers_key(name: str, headers: Iterable[str]) -> str:
    """The read of a macro that a file's own system headers may define: `@NAME x.h y.h`."""
    return f"@{name} {' '.join(sorted(set(headers)))}"


def value_of(toolchain: Toolchain, key: str) -> str | None:
    """What a toolchain answers to such a read."""
    name, *headers = key[1:].split(" ")
    seen = 0
    for header in headers:
        seen |= toolchain.closure_bits(header)
    return macro_in(toolchain, name, seen)
