"""Dockerfiles, Compose, Kubernetes, Agones, Helm and hosting files: what they declare, and which rules speak of it."""

from __future__ import annotations

from types import ModuleType

import pytest
from build_cases import said

from portlint.catalog import load_catalog
from portlint.extractors.manifest.containers import agones_playfab, dockerfile, yaml_manifests
from portlint.extractors.manifest.containers.dockerfile_packages import installed
from portlint.judge.matching import Matcher
from portlint.model.component import Project
from portlint.projects.containers import Container, containers
from portlint.projects.locate import Locator

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE=debian:trixie
FROM golang:1.26 AS build
RUN apt-get update && apt-get install -y --no-install-recommends libssl-dev=3.0 \\
    # a comment inside
    pkg-config && rm -rf /var/lib/apt/lists/*
EXPOSE 1/udp
FROM ${BASE}-slim AS runtime
ENV PORT=7777
RUN apt-get install -y libpq5 ca-certificates
FROM runtime
COPY --from=build /out/server /server
EXPOSE ${PORT}/udp 7778 9000-9010/TCP
USER game
VOLUME ["/data", "/logs"]
RUN <<EOF
apk add --no-cache --virtual .tools libcurl
EOF
ENTRYPOINT ["/bin/sh", "-c", "/server"]
CMD ["--port", "7777"]
"""


def test_dockerfile_only_says_what_ships() -> None:
    assert said(dockerfile, "Dockerfile", DOCKERFILE) == [
        "setting container/build-base=golang:1.26 @3",
        "setting container/build-package=deb/libssl-dev @4",
        "setting container/build-package=deb/pkg-config @4",
        "setting container/base=debian:trixie-slim @8",
        "package deb/libpq5 @10",
        "package deb/ca-certificates @10",
        "setting container/expose/udp=7777 @13",
        "setting container/expose/tcp=7778 @13",
        "setting container/expose/tcp=9000-9010 @13",
        "setting container/user=game @14",
        "setting container/volume=/data @15",
        "setting container/volume=/logs @15",
        "package apk/libcurl @16",
        "setting container/shell-entry=/bin/sh -c /server @19",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nENTRYPOINT /server --x", ["container/entry=/server --x @2"]),
        ("FROM a\nCMD /server && echo x", ["container/shell-entry=/server && echo x @2"]),
        ('FROM a\nCMD ["/run.sh"]', ["container/shell-entry=/run.sh @2"]),
        ('FROM a\nENTRYPOINT ["/a"]\nCMD ["/b"]', ["container/entry=/a @2"]),
        ("FROM a\nEXPOSE 80 # not 90/udp", ["container/expose/tcp=80 @2"]),
        ("FROM a\nEXPOSE $PORT/udp", ["container/expose/unknown=$PORT/udp @2"]),
        ("FROM a\nENV P 5/udp\nEXPOSE $P", ["container/expose/udp=5 @3"]),
        ("FROM a\nARG P\nEXPOSE ${P:-6}/udp", ["container/expose/udp=6 @3"]),
        ("# escape=`\nFROM a\nEXPOSE 1 `\n 2", ["container/expose/tcp=1 @3", "container/expose/tcp=2 @3"]),
        ("FROM a\nONBUILD EXPOSE 1\nCOPY <<X /y\nEXPOSE 2\nX", []),
        ("from a\nexpose 3/UDP", ["container/expose/udp=3 @2"]),
    ],
)
def test_dockerfile(text: str, expected: list[str]) -> None:
    found = said(dockerfile, "Dockerfile", text)
    assert [line.removeprefix("setting ") for line in found if "/base" not in line] == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("apt-get -y install a b=1.0", [("deb", "a", ""), ("deb", "b", "1.0")]),
        ("set -x; DEBIAN_FRONTEND=x apt install -t backports libenet7", [("deb", "libenet7", "")]),
        ("apk add --no-cache 'openssl>=3' libuv~=1.4", [("apk", "openssl", "3"), ("apk", "libuv", "1.4")]),
        ("sudo dnf install -y mesa-libGL.x86_64 && microdnf clean all", [("rpm", "mesa-libgl.x86_64", "")]),
        ("apt-get update && echo apt-get install x", []),
        ("apt-get remove x", []),
        ("apk add libgcc libstdc++ libc6-compat libcurl", [("apk", "libcurl", "")]),
        ("apt-get install $LIST ./local.deb", []),
        ("pip install numpy", []),
    ],
)
def test_installed(script: str, expected: list[tuple[str, str, str]]) -> None:
    assert list(installed(script)) == expected


COMPOSE = """\
x-env: &env {A: b}
services:
  server:
    build: .
    ports: ["7777:7777/udp", "127.0.0.1:8080:80", "${PORT:-9000}:9000", {target: 9001, protocol: udp}]
    environment: {<<: *env}
    volumes:
      - saves:/data
      - /dev/shm:/dev/shm
      - {type: bind, source: ./conf, target: /conf}
    privileged: true
    devices: [/dev/net/tun]
    cap_add: [NET_ADMIN]
    network_mode: host
    command: ["sh", "-c", "run"]
  db:
    image: postgres:16
    ports: ["5432:5432"]
"""


def test_compose() -> None:
    assert [line.removeprefix("setting container/") for line in said(yaml_manifests, "compose.yaml", COMPOSE)] == [
        "expose/udp=7777 @5",
        "expose/tcp=80 @5",
        "expose/tcp=9000 @5",
        "expose/udp=9001 @5",
        "host-network=network_mode @14",
        "privileged=true @11",
        "device=/dev/net/tun @12",
        "capability=NET_ADMIN @13",
        "volume=/data @8",
        "host-path=/dev/shm @9",
        "volume=/dev/shm @9",
        "host-path=./conf @10",
        "volume=/conf @10",
        "shell-entry=sh -c run @15",
        "companion=db postgres:16 @17",
    ]


FLEET = """\
apiVersion: agones.dev/v1
kind: Fleet
spec:
  template:
    spec:
      ports:
        - {name: game, portPolicy: Dynamic, containerPort: 7654}
        - {name: chat, containerPort: 7655, protocol: TCP}
        - {name: both, containerPort: 7656, protocol: TCPUDP}
      template:
        spec:
          hostNetwork: true
          containers:
            - {name: server, image: "relay:1"}
"""


def test_an_agones_port_is_udp_where_nothing_is_said() -> None:
    assert [line.removeprefix("setting container/") for line in said(yaml_manifests, "fleet.yaml", FLEET)] == [
        "game-server=agones Fleet @1",
        "expose/udp=7654 @7",
        "port-policy=Dynamic @7",
        "expose/tcp=7655 @8",
        "expose/tcp=7656 @9",
        "expose/udp=7656 @9",
        "host-network=hostNetwork @12",
        "image=relay:1 @14",
    ]


KUBERNETES = """\
apiVersion: v1
kind: Service
spec: {ports: [{port: 7777, protocol: UDP}, {port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      runtimeClassName: wasmtime
      containers:
        - image: relay:2
          command: [/server]
          ports: [{containerPort: 7777, protocol: UDP, hostPort: 7000}, {containerPort: 8080}]
          securityContext: {privileged: false, capabilities: {add: [SYS_NICE], drop: [ALL]}}
          volumeMounts: [{mountPath: /data}]
        - image: docker.io/library/redis:7
          ports: [{containerPort: 6379}]
      volumes: [{hostPath: {path: /dev/dri}}]
"""


def test_kubernetes() -> None:
    assert [line.removeprefix("setting container/") for line in said(yaml_manifests, "k8s/all.yml", KUBERNETES)] == [
        "service/udp=7777 @3",
        "service/tcp=80 @3",
        "runtime-class=wasmtime @10",
        "host-path=/dev/dri @19",
        "image=relay:2 @12",
        "expose/udp=7777 @14",
        "host-port=7000 @14",
        "expose/tcp=8080 @14",
        "capability=SYS_NICE @15",
        "volume=/data @16",
        "entry=/server @13",
        "companion=docker.io/library/redis:7 @17",
    ]


TEMPLATE = """\
{{- /* a comment
over lines */}}
apiVersion: agones.dev/v1
kind: GameServer
metadata:
  name: {{ .Values.name }}
{{- if .Values.x }}
spec:
  ports:
    - containerPort: {{ .Values.port }}
{{- end }}
  template:
    spec:
      containers:
        - image: "{{ .Values.image }}:{{ .Values.tag }}"
"""


def test_helm() -> None:
    found = yaml_manifests.extract("chart/templates/server.yaml", TEMPLATE.encode())
    assert [(fact.name, fact.value, fact.location.line) for fact in found.facts] == [
        ("container/game-server", "agones GameServer", 3),
        ("container/expose/udp", "", 10),
    ]
    assert found.partly == "only the build itself would tell: the values of a Helm template"
    values = "gameserver:\n  port: 7000\n  protocol: UDP\nweb: {port: 80}\nimage: {repository: r, tag: '1'}\n"
    assert said(yaml_manifests, "chart/values.yaml", values) == [
        "setting container/expose/udp=7000 @2",
        "setting container/image=r:1 @5",
    ]


def test_hosting_files() -> None:
    settings = '{"PortMappingsList": [[{"NodePort": 56100,\n"GamePort": {"Number": 7777, "Protocol": "UDP"}}]]}'
    assert said(agones_playfab, "MultiplayerSettings.json", settings) == [
        "setting container/game-server=playfab @1",
        "setting container/expose/udp=7777 @2",
    ]
    fleet = (
        "Resources:\n  Fleet:\n    Type: AWS::GameLift::Fleet\n    Properties:\n      EC2InboundPermissions:\n"
        "        - {FromPort: 1900, ToPort: 2000, Protocol: UDP, IpRange: !Ref Range}\n"
    )
    assert said(yaml_manifests, "gamelift.yml", fleet) == [
        "setting container/game-server=gamelift @1",
        "setting container/expose/udp=1900-2000 @6",
    ]


def test_other_yaml_says_nothing() -> None:
    assert said(yaml_manifests, "mods.yaml", "ports: [7777/udp]\n") == []
    assert not yaml_manifests.wants(".github/workflows/ci.yml")
    assert not yaml_manifests.wants("pnpm-lock.yaml")


MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 2000))
BILLION = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("reader", "path", "text"),
    [
        (dockerfile, "Dockerfile", ""),
        (dockerfile, "Dockerfile", "RUN x\n"),
        (dockerfile, "Dockerfile", "FROM a\nWHAT x\n"),
        (dockerfile, "Dockerfile", "FROM a\nRUN <<END\nx\n"),
        (dockerfile, "Dockerfile", "FROM a\n" + "RUN x\n" * 10_000),
        (dockerfile, "Dockerfile", "FROM a\nRUN " + "x" * 300_000),
        (yaml_manifests, "compose.yml", "a: [b"),
        (yaml_manifests, "compose.yml", "a: *nowhere"),
        (yaml_manifests, "compose.yml", "a: &a [*a]"),
        (yaml_manifests, "compose.yml", BILLION),
        (yaml_manifests, "compose.yml", MERGES),
        (yaml_manifests, "compose.yml", "[" * 100_000),
        (yaml_manifests, "compose.yml", "- " * 100_000),
        (yaml_manifests, "compose.yml", "a: \x01"),
        (yaml_manifests, "fleet.yml", "apiVersion: {{ x }}\nkind: a\n{{ y }}: [\n"),
        (agones_playfab, "MultiplayerSettings.json", "[1]"),
    ],
)
def test_bad_input_costs_one_line(reader: ModuleType, path: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        reader.extract(path, text.encode())


def test_doubling_arguments_stay_small() -> None:
    text = "FROM a\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A\n" * 100 + "EXPOSE $A\n"
    assert all(len(fact.value) <= 200_000 for fact in dockerfile.extract("Dockerfile", text.encode()).facts)


@pytest.mark.parametrize(
    ("reader", "path", "text", "rules"),
    [
        (dockerfile, "Dockerfile", "FROM a\nEXPOSE 7777/udp", ["container-udp-port"]),
        (dockerfile, "Dockerfile", "FROM a\nEXPOSE 7777", ["container-tcp-port"]),
        (dockerfile, "Dockerfile", "FROM a\nEXPOSE 7777/udp\nFROM b\nWORKDIR /data", []),
        (dockerfile, "Dockerfile", 'FROM a\nENTRYPOINT ["/server"]', []),
        (dockerfile, "Dockerfile", 'FROM a\nENTRYPOINT ["bash", "/run"]', ["container-shell-entry"]),
        (dockerfile, "Dockerfile", "FROM a\nVOLUME /data\nCMD x", ["container-volume"]),
        (dockerfile, "Dockerfile", "FROM a\nRUN apk add libcurl\nCMD x", ["container-native-package"]),
        (dockerfile, "Dockerfile", "FROM a\nRUN apk add curl\nCMD x", []),
        (dockerfile, "Dockerfile", "FROM a\nRUN apk add libcurl\nFROM b\nCMD x", []),
        (yaml_manifests, "compose.yml", "services: {a: {privileged: true}}", ["container-privileged"]),
        (yaml_manifests, "compose.yml", "services: {a: {privileged: false, cap_drop: [ALL]}}", []),
        (yaml_manifests, "compose.yml", "services: {a: {pid: host}}", ["container-host-process"]),
        (yaml_manifests, "compose.yml", "services: {a: {network_mode: host}}", ["container-host-network"]),
        (yaml_manifests, "compose.yml", "services: {a: {network_mode: bridge}}", []),
        (yaml_manifests, "compose.yml", "services: {a: {devices: [/dev/x]}}", ["container-host-path"]),
        (
            yaml_manifests,
            "compose.yml",
            "services: {a: {volumes: ['/sys/fs:/x', './conf:/y']}}",
            ["container-host-path", "container-volume"],
        ),
    ],
)
def test_rules(reader: ModuleType, path: str, text: str, rules: list[str]) -> None:
    matcher = Matcher(load_catalog().rules.values())
    found = [matcher.first(fact) for fact in reader.extract(path, text.encode()).facts]
    assert sorted({row[0].id for row in found if row}) == rules


def test_what_is_known_of_a_projects_container() -> None:
    files = {
        "Dockerfile": dockerfile.extract("Dockerfile", DOCKERFILE.encode()),
        "compose.yaml": yaml_manifests.extract("compose.yaml", COMPOSE.encode()),
        "tests/Dockerfile": dockerfile.extract("tests/Dockerfile", b"FROM python\nEXPOSE 1"),
        "notes.yaml": yaml_manifests.extract("notes.yaml", b"a: b"),
    }
    assert containers(files, Locator([Project(".", "native")])) == {
        ".": Container(
            files=("Dockerfile", "compose.yaml"),
            bases=("debian:trixie-slim",),
            udp=("7777", "9001"),
            tcp=("7778", "80", "9000", "9000-9010"),
            entries=("/bin/sh -c /server", "sh -c run"),
            volumes=("/conf", "/data", "/dev/shm", "/logs"),
            packages=("apk/libcurl", "deb/ca-certificates", "deb/libpq5"),
            beside=("db postgres:16",),
        )
    }


def test_what_only_builds_or_tests_does_not_speak_for_what_ships() -> None:
    assert said(dockerfile, "Dockerfile", "FROM a\nRUN apt-get install -y libx11-dev\nVOLUME /x") == [
        "setting container/base=a @1",
        "setting container/build-package=deb/libx11-dev @2",
    ]
    assert said(dockerfile, "Dockerfile.debug", "FROM a\nEXPOSE 2345") == ["setting container/aside @1"]
    assert said(yaml_manifests, "docker-compose.test.yml", COMPOSE) == ["setting container/aside @1"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", True),
        ("docker/Dockerfile.server", True),
        ("Containerfile", True),
        ("server.dockerfile", True),
        ("Dockerfile.dockerignore", False),
        ("Dockerfile.md", False),
        ("docs/dockerfile", False),
        ("Dockerfile.browser.sh", False),
    ],
)
def test_wants(path: str, expected: bool) -> None:
    assert dockerfile.wants(path) is expected
