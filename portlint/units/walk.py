"""Walk translation units through the project's includes under a toolchain's macros, each distinct case once.

A header's effect depends only on the values of the macros that its closure reads. So results are kept by those
values, across units, languages and toolchains, and a state of the preprocessor remembers where each include
leads from it: most entries into a header are one dictionary look-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portlint.catalog.toolchain import Toolchain
from portlint.model.outline import Own
from portlint.units.expression import Evaluator
from portlint.units.resolve import Resolver
from portlint.units.tree import Branch, Condition, Define, Error, Include, Node, Once, Owned, Uses

_NESTING = 64  # includes inside includes; compilers allow 200, real code stays far below
_BUDGET = 400_000  # nodes that one unit may interpret before the walk gives up on it


class Gate(NamedTuple):
    """An `#error` that is reached."""

    path: str
    line: int
    text: str


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
    defines: frozenset[str]  # macros that some file of the project defines


class State:
    """A state of the preprocessor between two files: macros, system headers seen, files marked once."""

    __slots__ = ("_defined", "_headers", "_onward", "parent", "toolchain", "writes")

    def __init__(self, toolchain: Toolchain, parent: State | None, writes: Mapping[str, str | None], headers: frozenset[str]) -> None:
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

    def child(self, key: object, writes: Mapping[str, str | None], system: Sequence[str], result: Result | None) -> State:
        """The state after these writes and system headers, the same object for the same key."""
        if key not in self._onward:
            headers = self._headers.union(*(self.toolchain.closure(name) for name in system)) if system else self._headers
            self._onward[key] = (State(self.toolchain, self, writes, headers), result)
        return self._onward[key][0]

    def onward(self, key: object) -> tuple[State, Result | None] | None:
        return self._onward.get(key)


class Walker:
    """Walks units of one project. Results are shared between all toolchains that it is asked about."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._results: dict[str, dict[tuple[str, ...], dict[tuple[str | None, ...], Result]]] = {}
        self.entered = 0  # files really interpreted; for benchmarks
        self.gave_up: set[str] = set()  # units that hit a limit

    def start(self, toolchain: Toolchain, cpp: bool, defines: Mapping[str, str]) -> State:
        """The state before a unit's first line."""
        return State(toolchain, None, {**toolchain.predefined(cpp), **defines}, frozenset())

    def unit(self, path: str, start: State) -> Result:
        """Everything that the unit's first file and its includes do from this state."""
        run = _Run(self, start.toolchain)
        try:
            _, result = run.enter(path, start, 0)
        except RecursionError:  # thousands of nested conditions: no compiler takes that either
            self.gave_up.add(path)
            return _Frame(path).result()
        if run.exhausted:
            self.gave_up.add(path)
        return result

    @property
    def project(self) -> Project:
        return self._project

    def recall(self, path: str, state: State) -> Result | None:
        """An earlier result of this file whose reads have the values that they have now."""
        groups = self._results.get(path)
        if not groups:
            return None
        look = _Lookup(state.toolchain, state.defined(), state.headers, self._project)
        for names, table in groups.items():
            found = table.get(tuple([look(name) for name in names]))
            if found is not None:
                return found
        return None

    def remember(self, path: str, result: Result) -> None:
        self.entered += 1
        names = tuple(sorted(result.reads))
        groups = self._results.setdefault(path, {})
        if names not in groups and len(groups) > 24:
            groups.pop(next(iter(groups)))
        groups.setdefault(names, {})[tuple([result.reads[name] for name in names])] = result


class _Lookup:
    """A name's value in a state. `<x.h>` asks how the toolchain answers that header, `?x` whether it exists."""

    __slots__ = ("_headers", "_macros", "_project", "_system", "_toolchain")

    def __init__(self, toolchain: Toolchain, macros: Mapping[str, str], headers: frozenset[str], project: Project) -> None:
        self._toolchain = toolchain
        self._macros = macros
        self._headers = headers
        self._project = project
        self._system = toolchain.macros

    def __call__(self, name: str) -> str | None:
        body = self._macros.get(name)
        if body is not None:
            return body
        if name[0] == "<":
            return header_status(self._toolchain, name[1:-1])
        rows = self._system.get(name)
        if rows:
            headers = self._headers
            for header, text in rows:
                if header in headers:
                    return text
        return None


def header_status(toolchain: Toolchain, name: str) -> str:
    """`ok`, `flag`, `gated` or `absent`."""
    if not toolchain.has(name):
        return "absent"
    header = toolchain.header(name)
    return "flag" if header.flag else "gated" if header.error else "ok"


class _Frame:
    """What is recorded while one file is interpreted."""

    __slots__ = ("files", "foreign", "gates", "lacking", "open_uses", "own", "reads", "system", "uses", "writes")

    def __init__(self, path: str) -> None:
        self.reads: dict[str, str | None] = {}
        self.writes: dict[str, str | None] = {}
        self.system: list[str] = []
        self.uses: set[int] = set()
        self.open_uses: set[int] = set()
        self.own: set[Own] = set()
        self.gates: list[Gate] = []
        self.lacking: list[Lacking] = []
        self.foreign: list[str] = []
        self.files: set[str] = {path}

    def absorb(self, result: Result) -> None:
        """Take over what an included file did."""
        reads, writes = self.reads, self.writes
        if writes:
            for name, value in result.reads.items():
                if name not in writes and name not in reads:
                    reads[name] = value
        else:
            for name, value in result.reads.items():
                reads.setdefault(name, value)
        writes.update(result.writes)
        self.system.extend(result.system)
        self.uses |= result.uses
        self.open_uses |= result.open_uses
        self.own |= result.own
        self.gates.extend(gate for gate in result.gates if gate not in self.gates)
        self.lacking.extend(row for row in result.lacking if row not in self.lacking)
        self.foreign.extend(result.foreign)
        self.files |= result.files

    def result(self) -> Result:
        return Result(
            self.reads,
            self.writes,
            tuple(dict.fromkeys(self.system)),
            frozenset(self.uses),
            frozenset(self.open_uses),
            frozenset(self.own),
            tuple(self.gates),
            tuple(self.lacking),
            tuple(dict.fromkeys(self.foreign)),
            frozenset(self.files),
        )


class _Run:
    """One unit under one toolchain."""

    def __init__(self, walker: Walker, toolchain: Toolchain) -> None:
        self._walker = walker
        self._project = walker.project
        self._toolchain = toolchain
        self._left = _BUDGET
        self.exhausted = False

    def enter(self, path: str, state: State, depth: int) -> tuple[State, Result]:
        known = state.onward(path)
        if known is not None and known[1] is not None:
            return known[0], known[1]
        result = self._walker.recall(path, state)
        if result is None:
            result = self._interpret(path, state, depth)
            if not self.exhausted:
                self._walker.remember(path, result)
        return state.child(path, result.writes, result.system, result), result

    def _interpret(self, path: str, state: State, depth: int) -> Result:
        interpreter = _Interpreter(self, path, state, depth)
        interpreter.run(self._project.trees.get(path, ()))
        return interpreter.frame.result()

    def spend(self, nodes: int) -> bool:
        """False when the unit has used up its budget."""
        self._left -= nodes
        if self._left < 0:
            self.exhausted = True
        return not self.exhausted


class _Interpreter:
    """Interprets the nodes of one file from one state."""

    def __init__(self, run: _Run, path: str, state: State, depth: int) -> None:
        self.frame = _Frame(path)
        self._run = run
        self._path = path
        self._depth = depth
        self._state = state  # the state at the last include
        self._pending: dict[str, str | None] = {}  # macros written since
        self._macros = dict(state.defined())
        self._toolchain = state.toolchain
        self._project = run._project
        self._evaluator = Evaluator(self._read, self._is_known, self._has_include)

    def run(self, nodes: tuple[Node, ...]) -> None:
        if not self._run.spend(len(nodes) + 1):
            return
        frame = self.frame
        for node in nodes:
            kind = type(node)
            if kind is Uses:
                frame.uses.update(node.facts)  # type: ignore[union-attr]
            elif kind is Condition:
                self._condition(node)  # type: ignore[arg-type]
            elif kind is Define:
                self._write(node.name, node.body)  # type: ignore[union-attr]
            elif kind is Include:
                self._include(node)  # type: ignore[arg-type]
            elif kind is Owned:
                frame.own.update(node.names)  # type: ignore[union-attr]
            elif kind is Error:
                frame.gates.append(Gate(self._path, node.line, node.text))  # type: ignore[union-attr]
            elif kind is Once:
                mark = f"once {self._path}"
                if self._read(mark) is not None:
                    return
                self._write(mark, "1")

    def _condition(self, node: Condition) -> None:
        taken: Branch | None = None
        for branch in node.branches:
            if not branch.test:
                answer: bool | None = True
            elif branch.simple:
                name, wanted = branch.simple
                if self._read(name) is not None:
                    answer = wanted
                else:
                    answer = not wanted if self._is_known(name) else None
            else:
                answer = self._evaluator.holds(branch.test)
            if answer is False:
                continue
            if taken is None:
                if answer is None and not self._closed(branch):
                    self._list_open(branch.body)
                    continue
                taken = branch
                if answer is None:
                    continue  # the later arms are open too
                break
            self._list_open(branch.body)
            if answer:
                break
        if taken is not None:
            self.run(taken.body)

    def _closed(self, branch: Branch) -> bool:
        if branch.simple:
            return not branch.simple[1]
        return self._evaluator.closed(branch.test)

    def _list_open(self, nodes: tuple[Node, ...]) -> None:
        """Uses on an arm that the closed world does not take and the open one might."""
        if not self._run.spend(len(nodes)):
            return
        for node in nodes:
            if type(node) is Uses:
                self.frame.open_uses.update(node.facts)
            elif type(node) is Condition:
                for branch in node.branches:
                    answer = self._evaluator.holds(branch.test) if branch.test else True
                    if answer is not False:
                        self._list_open(branch.body)
                    if answer:
                        break

    def _read(self, name: str) -> str | None:
        frame = self.frame
        body = self._macros.get(name)
        if name in frame.writes:
            return body
        if name[0] == "<":
            body = header_status(self._toolchain, name[1:-1])
        elif body is None:
            rows = self._toolchain.macros.get(name)
            if rows:
                before = self._state.headers
                for header, text in rows:
                    if header in before:
                        body = text
                        break
                if body is not None and frame.system and not self._from_before(rows):
                    return body  # a system header that this very file includes: nothing read from outside
        frame.reads.setdefault(name, body)
        return body

    def _from_before(self, rows: tuple[tuple[str, str], ...]) -> bool:
        own = set().union(*(self._toolchain.closure(name) for name in self.frame.system))
        return not any(header in own for header, _ in rows)

    def _write(self, name: str, body: str | None) -> None:
        if body is None:
            self._macros.pop(name, None)
        else:
            self._macros[name] = body
        self.frame.writes[name] = body
        self._pending[name] = body

    def _is_known(self, name: str) -> bool:
        project = self._project
        return name in project.known or (name[:1] == "_" and name[1:2] in _RESERVED and name not in project.defines)

    def _has_include(self, text: str) -> bool:
        name = text.strip()[1:-1]
        if self._project.resolver.find(self._path, name, text.lstrip()[:1] == '"'):
            return True
        status = self._read(f"<{name}>")
        return status is not None and status != "absent"

    def _include(self, node: Include) -> None:
        name, quoted = node.name, node.quoted
        if node.macro:
            body = self._read(node.macro)
            if body is None or body[:1] not in '<"' or len(body) < 3:
                return
            name, quoted = body[1:-1], body[0] == '"'
        path = ""
        if quoted or not self._is_system(name):
            path = self._project.resolver.find(self._path, name, quoted)
        if path and path in self._project.trees and (path != self._path or quoted):
            self._enter(path)
            return
        self._system(name, node.line)

    def _is_system(self, name: str) -> bool:
        return self._read(f"<{name}>") in ("ok", "flag")

    def _enter(self, path: str) -> None:
        if self._depth >= _NESTING or not self._run.spend(1):
            self._run.exhausted = True
            return
        self._sync()
        state, result = self._run.enter(path, self._state, self._depth + 1)
        self.frame.absorb(result)
        for name, body in result.writes.items():
            if body is None:
                self._macros.pop(name, None)
            else:
                self._macros[name] = body
        self._state = state

    def _sync(self) -> None:
        """Turn the macros written since the last include into a state of their own."""
        if self._pending:
            key = ("write", frozenset(self._pending.items()))
            self._state = self._state.child(key, self._pending, (), None)
            self._pending = {}

    def _system(self, name: str, line: int) -> None:
        seen = f"seen <{name}>"
        status = self._read(f"<{name}>")
        if status == "absent":
            if self._read(seen) is None:
                self._write(seen, "1")
                known = self._project.known
                if f"<{name}>" in known:
                    self.frame.lacking.append(Lacking(self._path, line, name, "absent"))
                else:
                    self.frame.foreign.append(name)
            return
        if status in ("gated", "flag"):
            self.frame.lacking.append(Lacking(self._path, line, name, status))
        if status != "gated":
            self._sync()
            self._state = self._state.child(("system", name), {}, (name,), None)
            self.frame.system.append(name)


_RESERVED = frozenset("_ABCDEFGHIJKLMNOPQRSTUVWXYZ")
