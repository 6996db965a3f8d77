"""Walk translation units through the project's includes under a toolchain's macros, each distinct case once.

A header's effect depends only on the values of the macros that its closure reads. So results are kept by those
values, across units, languages and toolchains, and a state of the preprocessor remembers where each include
leads from it: most entries into a header are one dictionary look-up.
"""

from __future__ import annotations

from collections.abc import Mapping

from portlint.catalog.toolchain import Toolchain, plain_body
from portlint.units.frame import Frame
from portlint.units.interpret import Run
from portlint.units.state import Project, Result, State, header_status, value_of

_GROUPS = 24  # sets of names that the results of one file are kept by


class Walker:
    """Walks units of one project. Results are shared between all toolchains that it is asked about."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._results: dict[str, dict[tuple[str, ...], dict[tuple[str | None, ...], Result]]] = {}
        self.entered = 0  # files really interpreted; for benchmarks
        self.gave_up: set[str] = set()  # units that hit a limit

    def start(self, toolchain: Toolchain, cpp: bool, defines: Mapping[str, str]) -> State:
        """The state before a unit's first line. `defines`: macros and their bodies, as `-D` gives them."""
        given = {name: plain_body(body) for name, body in defines.items()}
        return State(toolchain, None, {**toolchain.predefined(cpp), **given}, frozenset())

    def unit(self, path: str, start: State) -> Result:
        """Everything that the unit's first file and its includes do from this state."""
        run = Run(self, start.toolchain)
        try:
            _, result = run.enter(path, start, 0)
        except RecursionError:  # thousands of nested conditions: no compiler takes that either
            self.gave_up.add(path)
            return Frame(path).result()
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
        if names not in groups and len(groups) > _GROUPS:
            groups.pop(next(iter(groups)))
        groups.setdefault(names, {})[tuple([result.reads[name] for name in names])] = result


class _Lookup:
    """A name's value in a state. `<x.h>` asks how the toolchain answers that header, `?x` whether it exists."""

    __slots__ = ("_headers", "_macros", "_project", "_system", "_toolchain")

    def __init__(
        self, toolchain: Toolchain, macros: Mapping[str, str], headers: frozenset[str], project: Project
    ) -> None:
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
        if name[0] == "@":
            return value_of(self._toolchain, name)
        rows = self._system.get(name)
        if rows:
            headers = self._headers
            for header, text in rows:
                if header in headers:
                    return text
        return None
