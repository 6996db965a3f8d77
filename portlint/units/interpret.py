"""Interpret one file's tree under one state: conditions, includes, macros, and what stands in the live parts."""

from __future__ import annotations

from typing import Protocol

from portlint.catalog.toolchain import Toolchain
from portlint.units.expression import Evaluator
from portlint.units.frame import Frame
from portlint.units.state import (
    Gate,
    Lacking,
    Project,
    Result,
    State,
    header_status,
    macro_in,
    own_headers_key,
    value_of,
)
from portlint.units.tree import Branch, Condition, Define, Error, Include, Node, Once, Owned, Uses

_NESTING = 64  # includes inside includes; compilers allow 200, real code stays far below
_BUDGET = 400_000  # nodes that one unit may interpret before the walk gives up on it
_RESERVED = frozenset("_ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # an identifier with `_` and one of these is the compiler's


_LINUX = {
    "__linux__": "1",
    "__linux": "1",
    "linux": "1",
    "__unix__": "1",
    "__unix": "1",
    "unix": "1",
    "__gnu_linux__": "1",
}
_SHOWN = 160  # characters of a chain's conditions that are kept


class Memory(Protocol):
    """Where results are kept between units."""

    @property
    def project(self) -> Project: ...

    def recall(self, path: str, state: State) -> Result | None: ...

    def remember(self, path: str, result: Result) -> None: ...


class Run:
    """One unit under one toolchain."""

    def __init__(self, memory: Memory, toolchain: Toolchain) -> None:
        self._memory = memory
        self.project = memory.project
        self._toolchain = toolchain
        self._left = _BUDGET
        self.exhausted = False

    def enter(self, path: str, state: State, depth: int) -> tuple[State, Result]:
        known = state.onward(path)
        if known is not None and known[1] is not None:
            return known[0], known[1]
        result = self._memory.recall(path, state)
        if result is None:
            result = self._interpret(path, state, depth)
            if not self.exhausted:
                self._memory.remember(path, result)
        return state.child(path, result.writes, result.system, result), result

    def _interpret(self, path: str, state: State, depth: int) -> Result:
        interpreter = _Interpreter(self, path, state, depth)
        interpreter.run(self.project.trees.get(path, ()))
        return interpreter.frame.result()

    def spend(self, nodes: int) -> bool:
        """False when the unit has used up its budget."""
        self._left -= nodes
        if self._left < 0:
            self.exhausted = True
        return not self.exhausted


class _Interpreter:
    """Interprets the nodes of one file from one state."""

    def __init__(self, run: Run, path: str, state: State, depth: int) -> None:
        self.frame = Frame(path)
        self._run = run
        self._path = path
        self._depth = depth
        self._state = state  # the state at the last include
        self._pending: dict[str, str | None] = {}  # macros written since
        self._macros = dict(state.defined())
        self._toolchain = state.toolchain
        self._project = run.project
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
                answer = self._defined(name)
                if answer is not None:
                    answer = answer is wanted
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
        elif self._is_platform_chain(node):
            tests = " / ".join(branch.test for branch in node.branches)
            self.frame.gates.append(Gate(self._path, node.branches[0].line, tests[:_SHOWN], chain=True))

    def _is_platform_chain(self, node: Condition) -> bool:
        """Two or more branches, no #else, and the one that Linux takes defines, includes or refuses something."""
        if len(node.branches) < 2 or not all(branch.test for branch in node.branches):
            return False
        on_linux = Evaluator(lambda name: _LINUX.get(name) or self._read(name), self._is_known, self._has_include)
        for branch in node.branches:
            if on_linux.holds(branch.test):
                return any(type(inner) in (Define, Include, Error) for inner in branch.body)
        return False

    def _defined(self, name: str) -> bool | None:
        if self._read(name) is not None:
            return True
        return False if self._is_known(name) else None

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
        elif body is None and name in self._project.system_macros:
            if frame.system:
                own = self._read_own(name)
                if own is not None:
                    return own  # a system header that this very file includes: nothing read from outside
            body = macro_in(self._toolchain, name, self._state.headers)
        frame.reads.setdefault(name, body)
        return body

    def _read_own(self, name: str) -> str | None:
        """What the system headers that this file includes say; kept as a read, since it differs by toolchain."""
        key = own_headers_key(name, self.frame.system)
        if key not in self.frame.reads:
            self.frame.reads[key] = value_of(self._toolchain, key)
        return self.frame.reads[key]

    def _write(self, name: str, body: str | None) -> None:
        if body is None:
            self._write(f"undef {name}", "1")  # settled: no longer a name that nobody defines
            self._macros.pop(name, None)
        else:
            self._macros[name] = body
        self.frame.writes[name] = body
        self._pending[name] = body

    def _is_known(self, name: str) -> bool:
        project = self._project
        if self._read(f"undef {name}") is not None:
            return True
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
        if self.frame.system:
            for name in self._project.system_macros.intersection(result.reads):  # `&` would go through the larger
                if name not in self.frame.writes:
                    self._read_own(name)
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
