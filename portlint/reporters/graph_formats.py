"""The formats of the dependency graph: each is a module with NAME and `render(view) -> str`, in `graph_*.py`."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from portlint.errors import PortlintError
from portlint.planning.view import View

GRAPH_FORMATS = ("text", "dot", "mermaid", "graphml", "json", "cyclonedx")


class GraphReporter(Protocol):
    """What a module `graph_*` offers."""

    NAME: str

    def render(self, view: View) -> str: ...


def graph_reporter(name: str) -> GraphReporter:
    """The format of this name, imported only now. Raises PortlintError for an unknown name."""
    if name not in GRAPH_FORMATS:
        raise PortlintError(f"unknown graph format {name!r}; known formats: {', '.join(GRAPH_FORMATS)}")
    return cast(GraphReporter, import_module(f"portlint.reporters.graph_{name}"))
