"""What Kubernetes resources ask of a node: kubernetes.io/docs/reference/kubernetes-api."""

from __future__ import annotations

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.containers.compose import command, companion
from portlint.extractors.manifest.containers.helm import UNKNOWN
from portlint.extractors.manifest.containers.yaml_nodes import Node

_HOST = {"hostNetwork": "network", "hostPID": "process", "hostIPC": "ipc"}


def read(root: Node, out: BuildFacts) -> None:
    """`container/...` facts of every pod that a resource makes, `container/service/<protocol>` of a Service."""
    if root.scalar("kind") == "CustomResourceDefinition":
        return
    if root.scalar("kind") == "Service" and (spec := root.get("spec")):
        for port in spec.sequence("ports"):
            protocol = (port.scalar("protocol") or "TCP").lower()
            out.fact("setting", f"container/service/{protocol}", port.line, known(port.scalar("port")))
    pods(root, out)


def pods(root: Node, out: BuildFacts) -> None:
    """Facts of every mapping below that has a list of containers."""
    for node in root.walk():
        if node.sequence("containers"):
            _pod(node, out)


def _pod(pod: Node, out: BuildFacts) -> None:
    for key, what in _HOST.items():
        if (asked := pod.get(key)) and asked.true:
            out.fact("setting", f"container/host-{what}", asked.line, key)
    if runtime := pod.get("runtimeClassName"):
        out.fact("setting", "container/runtime-class", runtime.line, runtime.text)
    for volume in pod.sequence("volumes"):
        if host := volume.get("hostPath"):
            out.fact("setting", "container/host-path", host.line, host.scalar("path"))
    for container in (*pod.sequence("containers"), *pod.sequence("initContainers")):
        _container(container, out)


def _container(container: Node, out: BuildFacts) -> None:
    image = container.get("image")
    if image and companion(image.text):
        out.fact("setting", "container/companion", image.line, image.text)
        return
    if image and UNKNOWN not in image.text:
        out.fact("setting", "container/image", image.line, image.text)
    for port in container.sequence("ports"):
        protocol = (port.scalar("protocol") or "TCP").lower()
        out.fact("setting", f"container/expose/{protocol}", port.line, known(port.scalar("containerPort")))
        if host := port.get("hostPort"):
            out.fact("setting", "container/host-port", host.line, host.text)
    security = container.get("securityContext")
    asked = security.get("privileged") if security else None
    if asked and asked.true:
        out.fact("setting", "container/privileged", asked.line, "true")
    granted = security.get("capabilities") if security else None
    for capability in granted.sequence("add") if granted else ():
        out.fact("setting", "container/capability", capability.line, capability.text)
    for mount in container.sequence("volumeMounts"):
        out.fact("setting", "container/volume", mount.line, known(mount.scalar("mountPath")))
    if found := container.get("command"):
        command(found, out)


def known(text: str) -> str:
    """A value that only Helm knows is none."""
    return "" if UNKNOWN in text else text
