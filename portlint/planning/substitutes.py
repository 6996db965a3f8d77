"""What the knowledge base would use instead of a component."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from portlint.model.catalog import Target
from portlint.model.component import Component
from portlint.model.package import Package


def substitutes(components: Iterable[Component], packages: Sequence[Package], target: Target) -> dict[str, str]:
    """The remedy of each component's package on the target, by the component's id; only those with one.

    A component is known by its package URL, or by the name that a recognised library carries.
    """
    exact: dict[str, Package] = {}
    prefixes: list[tuple[str, Package]] = []
    names = {package.name: package for package in packages}
    for package in packages:
        for pattern in package.match.packages:
            if pattern.endswith("*"):
                prefixes.append((pattern[:-1].lower(), package))
            else:
                exact.setdefault(pattern.lower(), package)
    found: dict[str, str] = {}
    for component in components:
        ecosystem = _ecosystem_name(component.purl)
        known = exact.get(ecosystem) or next((each for start, each in prefixes if ecosystem.startswith(start)), None)
        if known is None and component.kind == "library":
            known = names.get(component.name)
        fate = known.fate(target.id, target.family) if known else None
        if fate is not None and fate.instead and fate.status not in ("native", "yes"):
            found[component.id] = fate.instead
    return found


def _ecosystem_name(purl: str) -> str:
    """`npm/@scope/name` for `pkg:npm/%40scope/name@1.0?x=y`, in lower case; "" for none."""
    bare = purl.removeprefix("pkg:").partition("#")[0].partition("?")[0]
    head, at, _ = bare.rpartition("@")
    return unquote(head if at else bare).lower()
