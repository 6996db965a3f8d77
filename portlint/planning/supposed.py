"""What a what-if supposes, resolved against a report."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.model.component import Component
from portlint.model.package import Package
from portlint.model.report import Report
from portlint.planning.instead import Substitute, substitute
from portlint.planning.names import named, one_component, replacements
from portlint.planning.shims import check_symbols, known_symbols


class Supposed(msgspec.Struct, frozen=True):
    """What is asked: components to drop, `A=B` pairs to replace, symbols to provide."""

    drop: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    provide: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """What settings suppose for good, as far as it is there; `notes` say of the rest that it is not."""

    drop: tuple[str, ...]
    provide: tuple[str, ...]
    notes: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """The same, resolved against a report."""

    dropped: tuple[Component, ...]
    substitutes: tuple[Substitute, ...]
    symbols: tuple[str, ...]

    @property
    def taken(self) -> frozenset[str]:
        return frozenset([*(each.id for each in self.dropped), *(each.replaced.id for each in self.substitutes)])

    @property
    def kept(self) -> frozenset[str]:
        return frozenset(each.component.id for each in self.substitutes if each.here)


def standing(report: Report, drop: Sequence[str], provide: Sequence[str]) -> Standing:
    """Settings outlive what they speak of: the last call is gone, or another target is asked about."""
    parts = [each for each in drop if named(report.components, each)]
    symbols = known_symbols(report)
    found = [each for each in provide if each in symbols]
    notes = [f"the setting 'drop' names {each!r}, and no component is called so" for each in drop if each not in parts]
    notes += [f"the setting 'provide' names {each!r}, and no finding does" for each in provide if each not in found]
    return Standing(tuple(parts), tuple(found), tuple(notes))


def resolved(report: Report, supposed: Supposed, packages: Sequence[Package]) -> Plan:
    """Raises PortlintError for an unknown or ambiguous component, a project, an unknown symbol, circles."""
    components = {each.id: each for each in report.components}
    dropped = {each.id: each for each in (one_component(report, name) for name in supposed.drop)}
    pairs = replacements(report, supposed.replace)
    for id in (*dropped, *pairs):
        if components[id].kind == "project":
            raise PortlintError(f"{components[id].name!r} is a project itself: nothing is left without it")
    for id, instead in pairs.items():
        if id in dropped:
            raise PortlintError(f"{components[id].name!r} is both dropped and replaced: keep one of them")
        if instead in dropped:
            raise PortlintError(f"{instead!r} is dropped, and cannot take the place of {components[id].name!r}")
    substitutes = tuple(substitute(report, components[id], instead, packages) for id, instead in pairs.items())
    return Plan(tuple(dropped.values()), substitutes, check_symbols(report, supposed.provide))
