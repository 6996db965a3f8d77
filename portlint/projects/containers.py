"""The containers that a server ships in today: what its files say of images, ports and entry points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from portlint.extractors.manifest.containers import agones_playfab, dockerfile, yaml_manifests
from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.projects.locate import Locator, ships

CONTAINER_FILES = (dockerfile, yaml_manifests, agones_playfab)


class Container(msgspec.Struct, frozen=True):
    """All sorted, without repeats. `udp` and `tcp` hold ports and ranges as written (`7777`, `7000-8000`); "" stands
    for one that only its values name. `packages`: of the system, `deb/libpq5`. `beside`: other people's servers.
    """

    files: tuple[str, ...]
    bases: tuple[str, ...] = ()
    udp: tuple[str, ...] = ()
    tcp: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


_FIELDS = {
    "container/base": "bases",
    "container/expose/udp": "udp",
    "container/service/udp": "udp",
    "container/expose/tcp": "tcp",
    "container/service/tcp": "tcp",
    "container/entry": "entries",
    "container/shell-entry": "entries",
    "container/volume": "volumes",
    "container/companion": "beside",
}


def is_container_file(path: str) -> bool:
    """Whether a file speaks of the container that a server ships in: a page in a browser never replaces that one."""
    return any(reader.wants(path) for reader in CONTAINER_FILES)


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """None: a container holds a project and is none."""
    return []


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Nothing: packages of the image's system are facts; each of them as a component would be priced as a port."""


def containers(extractions: Mapping[str, Extraction], project_of: Locator) -> dict[str, Container]:
    """What is known of the image of each project, by the project's path; those without a container file are absent.

    Tests, examples and tools beside a project do not speak for it.
    """
    rows: dict[str, dict[str, set[str]]] = {}
    for path, extraction in extractions.items():
        project = project_of(path)
        if project is None or not ships(path, project) or not _says(path, extraction):
            continue
        row = rows.setdefault(project.path, {"files": set()})
        row["files"].add(path)
        for field, value in _values(extraction):
            row.setdefault(field, set()).add(value)
    return {
        path: Container(**{field: tuple(sorted(values)) for field, values in row.items()})
        for path, row in sorted(rows.items())
    }


def _says(path: str, extraction: Extraction) -> bool:
    return bool(extraction.facts) and is_container_file(path)


def _values(extraction: Extraction) -> Iterable[tuple[str, str]]:
    for fact in extraction.facts:
        if fact.kind == "package":
            yield "packages", fact.name
        elif field := _FIELDS.get(fact.name):
            yield field, fact.value
