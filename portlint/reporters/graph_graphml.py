"""The graph as GraphML (graphml.graphdrawing.org), for yEd, Gephi and networkx."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from portlint.planning.view import View
from portlint.reporters.graph_words import condition, place, states
from portlint.reporters.sanitise import visible

NAME = "graphml"
_NODE = {
    **dict.fromkeys(("kind", "name", "version", "path", "purl", "provenance"), "string"),
    **dict.fromkeys(("blockers", "errors", "warnings", "notes"), "int"),
}
_EDGE = dict.fromkeys(("scope", "condition", "state", "stated"), "string")


def render(view: View) -> str:
    """Findings are those of the target with most of that kind: GraphML's values are flat."""
    keys = [_key("node", name, kind) for name, kind in _NODE.items()]
    keys += [_key("edge", name, kind) for name, kind in _EDGE.items()]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *keys,
        f'  <graph id={_attribute(view.root)} edgedefault="directed">',
    ]
    for node in view.nodes:
        component = node.component
        values: dict[str, object] = {name: getattr(component, name, None) for name in _NODE}
        for name in ("blockers", "errors", "warnings", "notes"):
            values[name] = max((getattr(each, name) for each in node.findings.values()), default=0)
        lines += [f"    <node id={_attribute(component.id)}>", *_data("node", values), "    </node>"]
    for number, edge in enumerate(view.edges):
        said = edge.dependency
        ends = f"source={_attribute(said.source)} target={_attribute(said.target)}"
        values = {
            "scope": said.scope,
            "condition": condition(said),
            "state": states(edge.states),
            "stated": place(said),
        }
        lines += [f'    <edge id="e{number}" {ends}>', *_data("edge", values), "    </edge>"]
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _key(of: str, name: str, kind: str) -> str:
    return f'  <key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'


def _data(of: str, values: Mapping[str, object]) -> list[str]:
    return [
        f'      <data key="{of}-{name}">{escape(visible(str(value)))}</data>'
        for name, value in values.items()
        if value != ""
    ]


def _attribute(text: str) -> str:
    return quoteattr(visible(text))
