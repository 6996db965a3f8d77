"""What is alive in a code base for one toolchain: each unit walked, homonyms told apart, gates looked behind."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from portlint.catalog.toolchain import Toolchain
from portlint.model.fact import Fact
from portlint.units.state import Lacking, Result, State
from portlint.units.view import UnitView, View, together
from portlint.units.visible import Visible
from portlint.units.walk import Walker

_REFUSED = ("absent", "undeclared")


class Sources(NamedTuple):
    """A code base: its facts by number, the units to walk, and which of them are C++."""

    facts: Sequence[Fact]
    units: Sequence[tuple[str, bool]]
    macro_uses: Mapping[int, str]  # fact number -> macro that is used there
    unit_defines: Mapping[str, Mapping[str, str | None]]  # unit -> macros of its own compile command
    built: frozenset[str] | None  # the units that a compilation database names, None without one
    defined_elsewhere: frozenset[str]  # names that some file defines with external linkage


class Memory(Protocol):
    """Where what units showed is kept between runs."""

    def recall(self, path: str) -> UnitView | None: ...

    def keep(self, shown: Mapping[str, UnitView]) -> None: ...


class Views:
    """Asks one walker about many toolchains."""

    def __init__(
        self,
        sources: Sources,
        walker: Callable[[], Walker],
        host: Toolchain,
        foreign_headers: Container[str],
        defines: Mapping[str, str],
    ) -> None:
        self._sources = sources
        self._foreign_headers = foreign_headers
        self._make_walker = walker
        self._host = host
        self._defines = defines
        self._host_results: dict[str, Result] = {}
        self._starts: dict[tuple[str, bool], State] = {}
        self._visible = Visible(host)

    @cached_property
    def _walker(self) -> Walker:
        """Made when a unit has to be walked: a run that remembers them all never needs it."""
        return self._make_walker()

    def view(
        self, toolchain: Toolchain, mark: Callable[[str], str], behind_gates: bool, memory: Memory | None = None
    ) -> View:
        """`mark` is the toolchain's mark of a name. `behind_gates`: walk failing units as the host sees them.

        `memory` keeps what units showed between runs: a unit none of whose files changed is not walked again.
        """
        shown: dict[str, UnitView] = {}
        for path, cpp in self._sources.units:
            known = memory.recall(path) if memory else None
            shown[path] = known or self._unit(path, cpp, toolchain, mark, behind_gates)
        if memory:
            memory.keep(shown)
        return together(shown)

    def _unit(
        self, path: str, cpp: bool, toolchain: Toolchain, mark: Callable[[str], str], behind_gates: bool
    ) -> UnitView:
        start = self._starts.get((toolchain.id, cpp)) or self._walker.start(toolchain, cpp, self._defines)
        self._starts[toolchain.id, cpp] = start
        result = self._walker.unit(path, self._start(start, path))
        missing = _first_of_each(result.lacking)
        foreign = any(row.header in self._foreign_headers for row in missing) or self._is_left_out(path)
        files = result.files
        if refused(result) and not foreign:  # refused on the host too: another platform's file, or a missing setting
            foreign = refused(self._as_host(path, cpp))
            files |= self._as_host(path, cpp).files
        used = self._uses(result, toolchain, cpp)
        maybe = self._uses(result._replace(uses=result.open_uses), toolchain, cpp)
        behind: list[int] = []
        if behind_gates and not foreign and self._fails(result, missing, used, cpp, toolchain, mark):
            as_host = self._as_host(path, cpp)
            files |= as_host.files
            seen = self._uses(as_host, self._host, cpp)
            behind = [number for number in seen if _does_not_link(mark(self._sources.facts[number].name))]
        return UnitView(
            foreign or path in self._walker.gave_up,
            foreign,
            tuple(used),
            tuple(maybe),
            tuple(behind),
            () if foreign else result.gates,
            () if foreign else tuple(missing),
            result.foreign,
            files,
        )

    def _fails(
        self,
        result: Result,
        missing: Sequence[Lacking],
        used: Sequence[int],
        cpp: bool,
        toolchain: Toolchain,
        mark: Callable[[str], str],
    ) -> bool:
        """No object comes out, so the names behind it are unknown: a gate, a constant that only the host has, or a
        header that is not there and names with it (a lone missing header is often provided for), in C++ also a function
        that is not declared."""
        facts = self._sources.facts
        if refused(result) or any(self._lacks_constant(facts[n], toolchain) for n in used):
            return True
        if not cpp and all(row.status == "flag" for row in missing):
            return False
        return any(facts[n].kind == "call" and mark(facts[n].name) in _REFUSED for n in used)

    def _lacks_constant(self, fact: Fact, toolchain: Toolchain) -> bool:
        """A function that is not declared is a warning in C, a constant never is; the project may bring its own."""
        name = fact.name
        if fact.kind != "constant" or fact.value.startswith("macro ") or name in self._walker.project.defines:
            return False
        return name in self._host.macros and name not in toolchain.macros

    def _start(self, start: State, path: str) -> State:
        """The state before the unit's first line, with the macros of its own compile command."""
        own = self._sources.unit_defines.get(path)
        return start.child(("command", frozenset(own.items())), own, (), None) if own else start

    def _is_left_out(self, path: str) -> bool:
        return self._sources.built is not None and path not in self._sources.built

    def _as_host(self, path: str, cpp: bool) -> Result:
        if path not in self._host_results:
            start = self._walker.start(self._host, cpp, self._defines)
            self._host_results[path] = self._walker.unit(path, self._start(start, path))
        return self._host_results[path]

    def _uses(self, result: Result, toolchain: Toolchain, cpp: bool) -> list[int]:
        """The unit's uses without its own names, unused macro bodies, and calls that no visible header declares."""
        facts = self._sources.facts
        defined = {own.name for own in result.own if own.kind in ("defines", "defines-static")}
        declared = {own.name for own in result.own if own.kind == "declares"}
        ours = defined | (declared if cpp else declared & self._sources.defined_elsewhere)
        methods = {(own.name, f"method {own.scope}") for own in result.own if own.kind == "member"}
        # No header of a toolchain at hand can vouch for these (malloc_size, DeleteFile): a member is likelier meant.
        fields = {own.name for own in result.own if own.kind in ("variable", "member")} - self._host.symbols.keys()
        macros = self._used_macros(result.uses)
        headers = self._visible.headers(result, toolchain)
        out = []
        for number in result.uses:
            if number in self._sources.macro_uses:
                continue
            fact = facts[number]
            if fact.kind == "call":
                if fact.value != "global" and (fact.name in ours or (fact.name, fact.value) in methods):
                    continue
                if fact.value == "address" and fact.name in fields and fact.name not in toolchain.symbols:
                    continue
                if self._visible.is_macro(fact.name, result, headers, toolchain):
                    continue
                if not self._visible.is_evident(fact.name, headers, toolchain):
                    continue
                if fact.value.startswith("macro ") and fact.value[6:] not in macros:
                    continue
            out.append(number)
        return out

    def _used_macros(self, uses: Iterable[int]) -> set[str]:
        """Macros used in code, or in the body of a macro that is."""
        facts = self._sources.facts
        used: set[str] = set()
        inner: dict[str, set[str]] = {}
        for number in uses:
            macro = self._sources.macro_uses.get(number)
            if macro is None:
                continue
            holder = facts[number].value.removeprefix("macro ") if facts[number].value.startswith("macro ") else ""
            if holder:
                inner.setdefault(holder, set()).add(macro)
            else:
                used.add(macro)
        todo = list(used)
        while todo:
            for macro in inner.get(todo.pop(), ()):
                if macro not in used:
                    used.add(macro)
                    todo.append(macro)
        return used


def _does_not_link(mark: str) -> bool:
    """Also with a flag only: the flag is needed behind the gate too."""
    return mark in _REFUSED or mark.startswith("flag")


def refused(result: Result) -> bool:
    """The unit reaches an #error."""
    return any(not gate.chain for gate in result.gates)


def _first_of_each(rows: Iterable[Lacking]) -> list[Lacking]:
    """An absent header counts where the unit first asks for it; a refusing one at every include."""
    seen: set[str] = set()
    out = []
    for row in rows:
        if row.status == "absent" and row.header in seen:
            continue
        seen.add(row.header)
        out.append(row)
    return out
