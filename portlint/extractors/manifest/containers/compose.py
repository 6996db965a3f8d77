"""Services of a Compose file: docs.docker.com/reference/compose-file/services."""

from __future__ import annotations

import re

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.containers.yaml_nodes import Node

# `8080`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:80:80`, `3000-3005:3000-3005`, `${PORT:-7777}:7777/udp`
_PORT = re.compile(r"(?:.*:)?(\d+(?:-\d+)?)(?:/(\w+))?\Z", re.DOTALL)
_DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")
_SCALARS = {
    "user": "container/user",
    "runtime": "container/runtime-class",
    "platform": "container/platform",
}
# Images of other people's servers, by the last part of their name: what stands beside a game server, not in it.
_COMPANIONS = frozenset(
    "postgres mysql mariadb redis valkey memcached mongo cockroach nginx caddy traefik haproxy envoy prometheus "
    "grafana jaeger rabbitmq nats kafka zookeeper elasticsearch clickhouse etcd consul vault minio adminer "
    "pgadmin4 busybox curl mailhog keycloak influxdb loki localstack dynamodb-local scylla cassandra".split()
)
_HOST = {"network_mode": "container/host-network", "pid": "container/host-process", "ipc": "container/host-ipc"}


def read(root: Node, out: BuildFacts) -> None:
    """Facts of the services that are built here, of all where none is; of the others `container/companion` (value:
    name and image): a database beside the server is no need of the server's module, but of its network.
    """
    services = [(name, each) for name, each in root.mapping("services") if each.pairs is not None]
    builds = any(each.get("build") for _, each in services)
    for name, service in services:
        if (builds and not service.get("build")) or companion(service.scalar("image")):
            out.fact("setting", "container/companion", service.line, f"{name} {service.scalar('image')}".strip())
        else:
            _service(service, out)


def companion(image: str) -> bool:
    """Whether an image is that of a database, a proxy and the like."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower() in _COMPANIONS


def _service(service: Node, out: BuildFacts) -> None:
    if image := service.get("image"):
        out.fact("setting", "container/image", image.line, image.text)
    for port in (*service.sequence("ports"), *service.sequence("expose")):
        _port(port, out)
    for key, fact in _SCALARS.items():
        if found := service.get(key):
            out.fact("setting", fact, found.line, found.text)
    for key, fact in _HOST.items():
        if (found := service.get(key)) and found.text == "host":
            out.fact("setting", fact, found.line, key)
    if (asked := service.get("privileged")) and asked.true:
        out.fact("setting", "container/privileged", asked.line, "true")
    for device in service.sequence("devices"):
        out.fact("setting", "container/device", device.line, device.text or device.scalar("source"))
    for capability in service.sequence("cap_add"):
        out.fact("setting", "container/capability", capability.line, capability.text)
    for volume in service.sequence("volumes"):
        _volume(volume, out)
    for key in ("entrypoint", "command"):
        if found := service.get(key):
            command(found, out)
            break


def _port(port: Node, out: BuildFacts) -> None:
    if port.pairs is not None:
        protocol = port.scalar("protocol") or "tcp"
        out.fact("setting", f"container/expose/{protocol.lower()}", port.line, port.scalar("target"))
        return
    text = _DEFAULT.sub(r"\1", port.text)
    found = _PORT.match(text)
    if found:
        out.fact("setting", f"container/expose/{(found[2] or 'tcp').lower()}", port.line, found[1])
    elif text:
        protocol = text.rpartition("/")[2].lower()
        known = protocol if protocol in ("tcp", "udp") else "unknown"
        out.fact("setting", f"container/expose/{known}", port.line, text)
        out.unresolved(f"port {text}")


def _volume(volume: Node, out: BuildFacts) -> None:
    """`name:/data`, `./conf:/etc/app:ro`, `/var/run/docker.sock:/var/run/docker.sock`, or the long form."""
    if volume.pairs is not None:
        source, target = volume.scalar("source"), volume.scalar("target")
        bound = volume.scalar("type") == "bind"
    else:
        parts = volume.text.split(":")
        source, target = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
        bound = source.startswith(("/", ".", "~", "$"))
    if bound:
        out.fact("setting", "container/host-path", volume.line, source)
    out.fact("setting", "container/volume", volume.line, target)


def command(found: Node, out: BuildFacts) -> None:
    """What is run, as `container/entry`, or `container/shell-entry` through a shell or a script."""
    words = [each.text for each in found.items] if found.items is not None else found.text.split()
    if not words:
        return
    first = words[0].rpartition("/")[2]
    shell = first in ("sh", "bash", "ash", "dash") or first.endswith(".sh")
    out.fact("setting", "container/shell-entry" if shell else "container/entry", found.line, " ".join(words)[:200])
