"""`pyproject.toml` and `Pipfile`: the packages of a Python project, in the standard's tables, Poetry's and Pipenv's.

Sources: packaging.python.org, "pyproject.toml specification"; python-poetry.org/docs/dependency-specification;
peps.python.org/pep-0735 (dependency groups); pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from portlint.extractors.manifest.engines import pygame_project
from portlint.extractors.manifest.packages.cargo_toml import Lines, Table, load, strings, table
from portlint.extractors.manifest.packages.pyproject_names import Requirement, marker, normal, requirement
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.guard import Guard, both

NAME = "pyproject"
VERSION = 2
LANGUAGE = "python"
PIPFILE = "Pipfile"
# Build back ends whose output is a native library.
_NATIVE = (
    "maturin",
    "setuptools-rust",
    "scikit-build",
    "scikit-build-core",
    "meson-python",
    "cffi",
    "cython",
    "pybind11",
    "nanobind",
)


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("pyproject.toml", PIPFILE)


def extract(path: str, data: bytes) -> Extraction:
    """`setting` facts `python/name`, `python/version`, `python/requires`, `python/script`, `python/native-build`;
    `package` facts `pypi/<name>` of what it runs with; edges from `pypi:<folder>`; the mark of a pygame project.

    Extras are guarded by `extra NAME`; groups of development and tests have the scope `build`, and no facts.
    Raises ValueError for what is no TOML, or absurdly nested.
    """
    root, text = load(data, posixpath.basename(path))
    lines = Lines(text)
    facts: list[Fact] = []
    edges: list[Dependency] = []
    folder = posixpath.dirname(path) or "."

    def say(name: str, header: str, key: str, value: str) -> None:
        facts.append(
            Fact("setting", f"python/{name}", Location(path, lines.line(header, key), 1), LANGUAGE, value=value)
        )

    project, poetry = table(root.get("project")), table(table(root.get("tool")).get("poetry"))
    for header, own in (("project", project), ("tool.poetry", poetry)):
        for key, name in (("name", "name"), ("version", "version"), ("requires-python", "requires")):
            if isinstance(value := own.get(key), str):
                say(name, header, key, value)
        for key in table(own.get("scripts")):
            say("script", f"{header}.scripts", key, key)
    for name in (
        found.name for row in strings(table(root.get("build-system")).get("requires")) if (found := requirement(row))
    ):
        if name in _NATIVE:
            say("native-build", "build-system", "requires", name)
    is_pipenv = posixpath.basename(path) == PIPFILE
    for scope, header, key, found in _pipenv(root) if is_pipenv else _needs(root, project, poetry):
        line = _line(text, header, key, lines)
        if scope == "run":
            place = Location(path, line, 1)
            facts.append(Fact("package", f"pypi/{found.name}", place, LANGUAGE, found.guard, found.version))
        edges.append(Dependency(f"pypi:{folder}", f"pypi/{found.name}", scope, path, line, found.guard))
    game = pygame_project.extract(path, data)
    marks = [fact for fact in game.facts if fact.kind == "setting"]
    return Extraction((*marks, *facts), game.components, tuple(edges))


def _needs(root: Table, project: Table, poetry: Table) -> Iterator[tuple[Scope, str, str, Requirement]]:
    """(scope, table, what to look for in the text, requirement)."""
    for row in strings(project.get("dependencies")):
        if found := requirement(row):
            yield "run", "project", row, found
    for extra, many in table(project.get("optional-dependencies")).items():
        for row in strings(many):
            if found := requirement(row):
                yield "run", "project.optional-dependencies", row, found._replace(guard=_extra(extra, found.guard))
    for many in table(root.get("dependency-groups")).values():
        for row in strings(many):
            if found := requirement(row):
                yield "build", "dependency-groups", row, found
    yield from _poetry("run", "tool.poetry.dependencies", table(poetry.get("dependencies")))
    yield from _poetry("build", "tool.poetry.dev-dependencies", table(poetry.get("dev-dependencies")))
    for group, settings in table(poetry.get("group")).items():
        yield from _poetry(
            "build", f"tool.poetry.group.{group}.dependencies", table(table(settings).get("dependencies"))
        )


def _pipenv(root: Table) -> Iterator[tuple[Scope, str, str, Requirement]]:
    yield from _poetry("run", "packages", table(root.get("packages")))
    yield from _poetry("build", "dev-packages", table(root.get("dev-packages")))


def _poetry(scope: Scope, header: str, rows: Table) -> Iterator[tuple[Scope, str, str, Requirement]]:
    for name, value in rows.items():
        many: list[object] = value if isinstance(value, list) else [value]
        for each in many:
            own = table(each)
            wanted = each if isinstance(each, str) else own.get("version", "")
            guard = marker(str(own.get("markers", "")))
            if own.get("optional") is True:
                guard = _extra("optional", guard)
            if name.lower() != "python":
                yield scope, header, name, Requirement(normal(name), str(wanted), guard)


def _extra(name: str, guard: Guard) -> Guard:
    return both(Guard("condition", f"extra {name}"), guard)


def _line(text: str, header: str, key: str, lines: Lines) -> int:
    """Where a requirement stands: rows of arrays are looked for as they are written."""
    if header.startswith("tool.poetry"):
        return lines.line(header, key)
    at = max(text.find(f'"{key}"'), text.find(f"'{key}'"))
    at = at if at >= 0 else text.find(key)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
