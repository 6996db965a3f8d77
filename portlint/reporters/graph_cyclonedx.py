"""The components as a CycloneDX 1.6 bill of materials in JSON (cyclonedx.org), written by its own Python library.

The same graph gives the same bytes: without a serial number and a time, both of which the format leaves to the writer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from portlint.errors import PortlintError
from portlint.model.component import ComponentKind
from portlint.planning.paths import SHIPPING
from portlint.planning.view import Edge, Node, View
from portlint.reporters.graph_words import condition, count_words, place, states
from portlint.reporters.sanitise import ascii_json, unicode_only

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.component import Component, ComponentScope

NAME = "cyclonedx"
_TYPES: dict[ComponentKind, str] = {"project": "application", "module": "library", "library": "file"}
_ROOT = "tree"  # no component's id: those hold a colon


def render(view: View) -> str:
    """Dependencies that every target rules out are left out; conditions and places are properties.

    Raises PortlintError where the library is not installed.
    """
    try:
        from cyclonedx.model.bom import Bom
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.model.dependency import Dependency
        from cyclonedx.output.json import JsonV1Dot6
    except ImportError as error:
        raise PortlintError("CycloneDX needs its library: pip install 'portlint[cyclonedx]'") from error
    said: dict[str, list[Edge]] = {node.component.id: [] for node in view.nodes}
    called: dict[str, list[Edge]] = {node.component.id: [] for node in view.nodes}
    for edge in view.edges:
        if edge.dependency.source != edge.dependency.target:
            said[edge.dependency.source].append(edge)
            called[edge.dependency.target].append(edge)
    root = Component(name=unicode_only(view.root), type=ComponentType.APPLICATION, bom_ref=_ROOT)
    found = {id: _component(node, said[id], called[id]) for node in view.nodes for id in (node.component.id,)}
    projects = [node.component.id for node in view.nodes if node.component.kind == "project"]
    dependencies = [Dependency(root.bom_ref, [Dependency(found[each].bom_ref) for each in projects])]
    for id, component in found.items():
        ends = dict.fromkeys(edge.dependency.target for edge in said[id] if edge.strongest != "ruled out")
        dependencies.append(Dependency(component.bom_ref, [Dependency(found[each].bom_ref) for each in ends]))
    bom = Bom(components=found.values(), dependencies=dependencies)
    bom.metadata.component = root
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    document.pop("serialNumber", None)
    document["metadata"].pop("timestamp", None)
    return ascii_json(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)) + "\n"


def _component(node: Node, said: list[Edge], called: list[Edge]) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    component = node.component
    properties = _properties(node, said)
    try:
        purl = PackageURL.from_string(component.purl) if component.purl else None
    except ValueError:  # a manifest's own words
        purl = None
    return Component(
        name=unicode_only(component.name),
        type=ComponentType(_TYPES.get(component.kind, "library")),
        bom_ref=unicode_only(component.id),
        version=unicode_only(component.version) or None,
        purl=purl,
        scope=_scope(component.kind, called),
        properties=properties,
    )


def _scope(kind: ComponentKind, called: list[Edge]) -> ComponentScope | None:
    """`excluded` is what no target needs at run time, `optional` what a target has only if an open condition holds."""
    from cyclonedx.model.component import ComponentScope

    if kind == "project":
        return None
    states = {edge.strongest for edge in called if edge.dependency.scope in SHIPPING}
    if "holds" in states:
        return ComponentScope.REQUIRED
    return ComponentScope.OPTIONAL if "open" in states else ComponentScope.EXCLUDED


def _properties(node: Node, said: list[Edge]) -> list[Property]:
    from cyclonedx.model import Property

    component = node.component
    found = [
        ("kind", component.kind),
        ("path", component.path),
        ("provenance", component.provenance),
        *((f"findings:{target}", count_words(count)) for target, count in node.findings.items()),
        *(("dependency", _statement(edge)) for edge in said),
    ]
    return [Property(name=f"portlint:{name}", value=unicode_only(value)) for name, value in found]


def _statement(edge: Edge) -> str:
    dependency = edge.dependency
    text = f"{dependency.target} ({dependency.scope}), {place(dependency)}"
    written = condition(dependency)
    return f"{text}, if {written}: {states(edge.states)}" if written else text
