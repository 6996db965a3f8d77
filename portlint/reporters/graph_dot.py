"""The graph for Graphviz (graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from portlint.planning.paths import State
from portlint.planning.view import View
from portlint.reporters.graph_words import Worst, edge_words, findings_words, place, title, worst
from portlint.reporters.sanitise import visible

NAME = "dot"
_FILL: dict[Worst, str] = {
    "blocker": "#f4a6a0",
    "error": "#f9cf9c",
    "warning": "#fbf0b0",
    "note": "#e3ecf7",
    "clean": "#ffffff",
}
_STYLE: dict[State, str] = {"holds": "solid", "open": "dashed", "ruled out": "dotted"}


def render(view: View) -> str:
    """A directed graph; colours by the gravest finding, dashed edges are open, dotted ones ruled out."""
    lines = [f"digraph {_quoted(view.root)} {{", "  rankdir=LR;", '  node [shape=box, style=filled, fontname="sans"];']
    for node in view.nodes:
        component = node.component
        label = _label(title(component), f"{component.kind}, {component.provenance}", findings_words(node))
        lines.append(f"  {_quoted(component.id)} [label={label}, fillcolor={_quoted(_FILL[worst(node)])}];")
    for edge in view.edges:
        said = edge.dependency
        label = _label(edge_words(edge), place(said))
        ends = f"{_quoted(said.source)} -> {_quoted(said.target)}"
        lines.append(f"  {ends} [label={label}, style={_STYLE[edge.strongest]}];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """A quoted string: the language itself knows only `\\"`, but labels also read backslashes and HTML entities."""
    return '"' + _escaped(text) + '"'


def _label(*lines: str) -> str:
    return '"' + "\\n".join(_escaped(line) for line in lines if line) + '"'


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
