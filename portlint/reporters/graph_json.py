"""The graph as one JSON document, schema `portlint-graph/1`."""

from __future__ import annotations

import msgspec

from portlint.planning.view import View
from portlint.reporters.sanitise import ascii_json, unicode_only

NAME = "json"
SCHEMA = "portlint-graph/1"
_HOLDS = {"holds": True, "ruled out": False, "open": None}


def render(view: View) -> str:
    """`holds` of a dependency by target: true, false, or null for open. In ASCII, indented by two."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "portlint", "version": view.version},
        "root": unicode_only(view.root),
        "targets": [{"id": id, "verdict": verdict} for id, verdict in view.verdicts.items()],
        "components": [
            {
                "id": unicode_only(node.component.id),
                "kind": node.component.kind,
                "name": unicode_only(node.component.name),
                "version": unicode_only(node.component.version),
                "path": unicode_only(node.component.path),
                "purl": unicode_only(node.component.purl),
                "provenance": node.component.provenance,
                "findings": {target: msgspec.structs.asdict(count) for target, count in node.findings.items()},
            }
            for node in view.nodes
        ],
        "dependencies": [
            {
                "from": unicode_only(edge.dependency.source),
                "to": unicode_only(edge.dependency.target),
                "scope": edge.dependency.scope,
                "condition": unicode_only(str(edge.dependency.condition)),
                "path": unicode_only(edge.dependency.path),
                "line": edge.dependency.line,
                "holds": {target: _HOLDS[each] for target, each in edge.states.items()},
            }
            for edge in view.edges
        ],
        "circles": [[unicode_only(each) for each in group] for group in view.loops],
    }
    return ascii_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"
