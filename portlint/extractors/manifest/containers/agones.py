"""Game servers of Agones, GameLift and PlayFab: their ports."""

from __future__ import annotations

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.containers.kubernetes import known, pods
from portlint.extractors.manifest.containers.yaml_nodes import Node

_TEMPLATES = {"Fleet": 1, "GameServerSet": 1, "GameServer": 0}  # how many `template`s down the server's spec lies


def read(root: Node, out: BuildFacts) -> None:
    """`container/expose/udp` (the protocol where none is named: agones.dev, "GameServer Specification"), also
    `container/port-policy` (Static ports bind the host's), `container/game-server` (value: the kind).

    `TCPUDP` exposes both. The sidecar of the SDK is a connection to localhost, by gRPC or HTTP.
    """
    kind = root.scalar("kind")
    if kind not in _TEMPLATES:
        return
    out.fact("setting", "container/game-server", root.line, f"agones {kind}")
    spec = root.get("spec")
    for _ in range(_TEMPLATES[kind]):
        template = spec.get("template") if spec else None
        spec = template.get("spec") if template else None
    for port in spec.sequence("ports") if spec else ():
        protocol = (port.scalar("protocol") or "UDP").upper()
        numbers = port.scalar("containerPort") or port.scalar("hostPort") or port.scalar("portPolicy")
        for each in ("tcp", "udp") if protocol == "TCPUDP" else (protocol.lower(),):
            out.fact("setting", f"container/expose/{each}", port.line, known(numbers))
        if policy := port.get("portPolicy"):
            out.fact("setting", "container/port-policy", policy.line, policy.text)
    pods(root, out)


def game_lift(root: Node, out: BuildFacts) -> None:
    """Ports of a CloudFormation template with a fleet: docs.aws.amazon.com, AWS::GameLift::Fleet IpPermission."""
    out.fact("setting", "container/game-server", root.line, "gamelift")
    for node in root.walk():
        protocol = node.scalar("Protocol").lower()
        first, last = node.scalar("FromPort"), node.scalar("ToPort")
        if first and protocol in ("tcp", "udp"):
            ports = first if last in ("", first) else f"{first}-{last}"
            out.fact("setting", f"container/expose/{protocol}", node.line, ports)
