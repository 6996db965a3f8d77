"""Helm charts at best effort: values as they are, templates without their expressions."""

from __future__ import annotations

import re

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.containers.yaml_nodes import Node

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ALONE = re.compile(r"^[ \t]*(?:-[ \t]*)?(?:\{\{[^\n]*?\}\}[ \t]*)+$", re.MULTILINE)
_LONG = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
UNKNOWN = "helm-value"  # stands where an expression stood
_PORTS = ("containerPort", "port", "targetPort", "servicePort", "hostPort")


def is_template(text: str) -> bool:
    return "{{" in text


def without_expressions(text: str) -> str:
    """The text with every expression taken out, lines in place: a line of nothing else goes, a value becomes a word.

    Both sides of an `if` stay: what either side asks for is asked for under some values.
    """
    text = _LONG.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _EXPRESSION.sub(lambda found: UNKNOWN + "\n" * found[0].count("\n"), _ALONE.sub("", text))


def values(root: Node, out: BuildFacts) -> None:
    """Ports that name their protocol, images, and what opens the host, wherever in the values they stand."""
    for node in root.walk():
        if node.pairs is None:
            continue
        protocol = node.scalar("protocol").lower()
        number = next((node.scalar(key) for key in _PORTS if node.scalar(key)), "")
        if number and protocol in ("tcp", "udp"):
            out.fact("setting", f"container/expose/{protocol}", node.line, number)
        if (asked := node.get("hostNetwork")) and asked.true:
            out.fact("setting", "container/host-network", asked.line, "hostNetwork")
        if (asked := node.get("privileged")) and asked.true:
            out.fact("setting", "container/privileged", asked.line, "true")
        repository, tag = node.scalar("repository"), node.scalar("tag")
        if repository and node.get("tag"):
            out.fact("setting", "container/image", node.line, f"{repository}:{tag}" if tag else repository)
