"""YAML files of the container side: Compose, Kubernetes, Agones, Helm, CloudFormation with GameLift."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded, is_aside
from portlint.extractors.manifest.containers import agones, compose, helm, kubernetes
from portlint.extractors.manifest.containers.yaml_nodes import Node, documents
from portlint.model.extraction import Extraction

NAME = "yaml-manifests"
VERSION = 2
LANGUAGE = "container"

_COMPOSE = re.compile(r"(?:docker-|podman-)?compose(?:[.-][\w.-]+)?\.ya?ml\Z", re.IGNORECASE)
_VALUES = re.compile(r"values(?:[.-][\w.-]+)?\.ya?ml\Z")
# Files that are YAML and never one of these, and folders of them.
_OTHERS = re.compile(
    r"(?:pnpm-lock|pubspec|mkdocs|appveyor|dependabot|codecov|action|_config|openapi|buf[\w.]*)\.ya?ml\Z"
)
_FOLDERS = (".github/", ".gitlab/", ".circleci/", "node_modules/")
_GAMELIFT = (b"AWS::GameLift::Fleet", b"AWS::GameLift::ContainerFleet", b"AWS::GameLift::ContainerGroupDefinition")


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    if not name.endswith((".yaml", ".yml")) or name.startswith(".") or _OTHERS.match(name):
        return False
    return not any(f"/{folder}" in f"/{path}" for folder in _FOLDERS)


def extract(path: str, data: bytes) -> Extraction:
    """`container/...` facts as the Dockerfile's reader gives them, and those named in compose.py, kubernetes.py,
    agones.py and helm.py. A file of any other kind says nothing. Templates of Helm are read without their values,
    which is recorded. Raises ValueError for YAML that is none, and for aliases that grow without end.
    """
    out = BuildFacts(path, LANGUAGE)
    name = posixpath.basename(path)
    is_resource = b"apiVersion" in data and b"kind:" in data
    if _COMPOSE.match(name) and is_aside(name):
        out.fact("setting", "container/aside", 1)
    elif _COMPOSE.match(name):
        for root in documents(decoded(data, path)):
            compose.read(root, out)
    elif is_resource:
        _resources(decoded(data, path), out)
    elif any(mark in data for mark in _GAMELIFT):
        for root in documents(decoded(data, path)):
            agones.game_lift(root, out)
    elif _VALUES.match(name):
        for root in documents(decoded(data, path)):
            helm.values(root, out)
    return out.extraction()


def _resources(text: str, out: BuildFacts) -> None:
    partly = helm.is_template(text)
    if partly:
        out.unresolved("the values of a Helm template")
        text = helm.without_expressions(text)
    for root in _documents(text, partly):
        for each in (root, *root.sequence("items")):  # `kind: List`
            if each.scalar("apiVersion").startswith("agones.dev/"):
                agones.read(each, out)
            elif each.scalar("kind"):
                kubernetes.read(each, out)


def _documents(text: str, template: bool) -> list[Node]:
    try:
        return documents(text)
    except ValueError as error:
        raise ValueError(
            f"a Helm template that is no YAML without its values: {error}" if template else error
        ) from None
