"""The graph as a Mermaid flowchart (mermaid.js.org/syntax/flowchart.html), as GitHub shows it in Markdown."""

from __future__ import annotations

import re

from portlint.planning.paths import State
from portlint.planning.view import View
from portlint.reporters.graph_words import Worst, edge_words, findings_words, place, title, worst
from portlint.reporters.sanitise import visible

NAME = "mermaid"
_CLASSES: dict[Worst, str] = {
    "blocker": "fill:#f4a6a0,stroke:#333,color:#000",
    "error": "fill:#f9cf9c,stroke:#333,color:#000",
    "warning": "fill:#fbf0b0,stroke:#333,color:#000",
    "note": "fill:#e3ecf7,stroke:#333,color:#000",
}
_ARROW: dict[State, str] = {"holds": "-->", "open": "-.->", "ruled out": "-.-x"}
# Letters and digits of any script, and what means nothing to Mermaid, Markdown or HTML; `#` begins its own entities.
_UNSAFE = re.compile(r"[^\w .,:/+=()-]|_")


def render(view: View) -> str:
    """Components are numbered in order of ids: Mermaid has words that no id may be. Dotted arrows are open, crossed
    ones ruled out.
    """
    number = {node.component.id: f"n{place}" for place, node in enumerate(view.nodes)}
    lines = ["flowchart LR"]
    for node in view.nodes:
        component = node.component
        label = _label(title(component), f"{component.kind}, {component.provenance}", findings_words(node))
        mark = worst(node)
        lines.append(f"  {number[component.id]}[{label}]" + (f":::{mark}" if mark != "clean" else ""))
    for edge in view.edges:
        said = edge.dependency
        arrow = f"{_ARROW[edge.strongest]}|{_label(edge_words(edge), place(said))}|"
        lines.append(f"  {number[said.source]} {arrow} {number[said.target]}")
    lines += [f"  classDef {name} {style}" for name, style in _CLASSES.items()]
    return "\n".join([*lines, ""])


def _label(*lines: str) -> str:
    return '"' + "<br/>".join(_escaped(line) for line in lines if line) + '"'


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", visible(text))
