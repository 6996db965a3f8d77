"""Walk translation units through the project's includes under a toolchain's macros, each distinct case once.

A header's effect depends only on the values of the macros that its closure reads. So results are kept by those
values, across units, languages and toolchains, and a state of the preprocessor remembers where each include
leads from it: most entries into a header are one dictionary look-up.
"""

from __future__ import annotations

from bisect import bisect_left
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
        self._results: dict[str, dict[tuple[str, ...], _Group]] = {}
        self.gave_up: set[str] = set()  # units that hit a limit

    def start(self, toolchain: Toolchain, cpp: bool, defines: Mapping[str, str]) -> State:
        """The state before a unit's first line. `defines`: macros and their bodies, as `-D` gives them."""
        given = {name: plain_body(body) for name, body in defines.items()}
        return State(toolchain, None, {**toolchain.predefined(cpp), **given}, 0)

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
        for group in self._results.get(path, {}).values():
            found = group.find(state)
            if found is not None:
                return found
        return None

    def remember(self, path: str, result: Result) -> None:
        names = tuple(sorted(result.reads))
        groups = self._results.setdefault(path, {})
        if names not in groups and len(groups) > _GROUPS:
            groups.pop(next(iter(groups)))
        if names not in groups:
            groups[names] = _Group(names)
        groups[names].add(result)


class _Group:
    """Results of one file that were decided by the same names, by the names' values.

    `<x.h>` is the name of how the toolchain answers that header, `@` begins what `value_of` answers. Where the project
    does not define a name, its value depends on the toolchain only, for most: so one pass over the names in C gives
    them all.
    """

    __slots__ = ("_names", "_otherwise", "_results")

    def __init__(self, names: tuple[str, ...]) -> None:
        """`names` are sorted."""
        self._names = names
        self._results: dict[tuple[str | None, ...], Result] = {}
        self._otherwise: dict[Toolchain, _Otherwise] = {}

    def find(self, state: State) -> Result | None:
        otherwise = self._otherwise.get(state.toolchain)
        if otherwise is None:
            otherwise = self._otherwise[state.toolchain] = _otherwise(self._names, state.toolchain)
        values, by_header = otherwise
        if by_header:
            values = values.copy()
            headers = state.headers
            for place, rows in by_header:
                for header, body in rows:
                    if header & headers:
                        values[place] = body
                        break
        return self._results.get(tuple(map(state.defined().get, self._names, values)))

    def add(self, result: Result) -> None:
        self._results[tuple([result.reads[name] for name in self._names])] = result


# the values of names that the project does not define; and, by place, those that some system header defines
_Otherwise = tuple[list[str | None], list[tuple[int, tuple[tuple[int, str], ...]]]]


def _otherwise(names: tuple[str, ...], toolchain: Toolchain) -> _Otherwise:
    system = toolchain.guarded
    first, end = bisect_left(names, "<"), bisect_left(names, "=")  # the names are sorted
    values: list[str | None] = [None] * len(names)
    values[first:end] = [header_status(toolchain, name[1:-1]) for name in names[first:end]]
    first, end = bisect_left(names, "@"), bisect_left(names, "A")
    values[first:end] = [value_of(toolchain, name) for name in names[first:end]]
    return values, [(place, rows) for place, rows in enumerate(map(system.get, names)) if rows]
