"""Which component a finding is really about."""

from __future__ import annotations

from collections.abc import Iterable

from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding

_OWN = ("project", "module")
_NAMING = ("package", "ships", "links", "may-load", "import")  # facts that name another component


def is_own(component: Component) -> bool:
    """Is it the project's own code? What stands against it there is work to do, and nothing to drop."""
    return component.kind in _OWN and component.provenance not in ("vendored", "binary")


class Culprits:
    """A finding belongs to the component of its file, unless its line names another: a manifest's line, a `.meta`."""

    def __init__(self, components: Iterable[Component], dependencies: Iterable[Dependency]) -> None:
        self._components = {each.id: each for each in components}
        self._at_path = {each.path: each.id for each in self._components.values() if each.kind not in _OWN}
        self._said: dict[tuple[str, int], set[str]] = {}
        for edge in dependencies:
            if edge.line:
                self._said.setdefault((edge.path, edge.line), set()).add(edge.target)

    def of(self, finding: Finding) -> str:
        """The id of the component; "" only where the judge found none."""
        owner = self._components.get(finding.component)
        if owner is not None and not is_own(owner):
            return finding.component
        place = finding.location
        beside = self._at_path.get(place.path) or self._at_path.get(place.path.removesuffix(".meta"))
        if beside:
            return beside
        said = self._said.get((place.path, place.line), set()) if finding.kind in _NAMING else set()
        others = sorted(each for each in said if each in self._components and not is_own(self._components[each]))
        if len(others) > 1:
            others = [each for each in others if self._components[each].name.lower() == finding.name.lower()]
        return others[0] if len(others) == 1 else finding.component
