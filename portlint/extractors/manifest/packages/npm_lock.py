"""`package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3. Source: docs.npmjs.com, "package-lock.json"."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.lenient_json import Document, Object, Places, read, text, texts
from portlint.extractors.manifest.packages.npm import OPTIONAL
from portlint.extractors.manifest.packages.npm_graph import Locked, graph, identity, own
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, Guard

NAME = "npm-lock"
VERSION = 1
_MODULES = "node_modules/"
_DEEPEST = 60
_TABLES: tuple[tuple[str, Scope, Guard], ...] = (
    ("dependencies", "run", ALWAYS),
    ("optionalDependencies", "run", OPTIONAL),
    ("devDependencies", "build", ALWAYS),
)


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("package-lock.json", "npm-shrinkwrap.json")


def extract(path: str, data: bytes) -> Extraction:
    """Packages `package:npm/<name>@<version>` and edges; those of the tree's packages start at `locked:npm:<folder>`.

    Raises ValueError for what is no lock file of npm.
    """
    document = read(data)
    packages = document.root.get("packages")
    if isinstance(packages, dict):
        return _by_path(path, document, {key: row for key, row in packages.items() if isinstance(row, dict)})
    nested = document.root.get("dependencies")
    if not isinstance(nested, dict) and "lockfileVersion" not in document.root:
        raise ValueError("not a lock file of npm: neither packages nor dependencies")
    found: list[Locked] = []
    _nested(nested if isinstance(nested, dict) else {}, (), Places(document), found)
    return graph(path, found)


def _by_path(path: str, document: Document, packages: dict[str, Object]) -> Extraction:
    """Versions 2 and 3: packages by the path that they are installed at; one outside `node_modules` is the tree's."""
    folder = posixpath.dirname(path) or "."
    places = Places(document)
    found: list[Locked] = []
    edges: list[Dependency] = []
    for key, row in packages.items():
        line = places.line(key)
        if key and _MODULES in key:
            if row.get("link") is not True:
                found.append(_package(packages, key, row, line))
            continue
        base = posixpath.normpath(posixpath.join(folder, key))
        for table, scope, guard in _TABLES:
            for name in _names(row.get(table)):
                target = _target(packages, key, name)
                if target:
                    edges.append(own(base, target, scope, path, line, guard))
    return graph(path, found, edges)


def _package(packages: dict[str, Object], key: str, row: Object, line: int) -> Locked:
    needs = [_target(packages, key, name) for name in _names(row.get("dependencies"))]
    optional = [_target(packages, key, name) for name in _names(row.get("optionalDependencies"))]
    return Locked(
        text(row.get("name")) or key.rpartition(_MODULES)[2],
        text(row.get("version")),
        line,
        tuple(each for each in needs if each),
        tuple(each for each in optional if each),
        tuple(texts(row.get("os"))),
        tuple(texts(row.get("cpu"))),
        row.get("hasInstallScript") is True,
    )


def _target(packages: dict[str, Object], key: str, name: str) -> str:
    """What Node finds under a name from a place: the nearest `node_modules` that holds it."""
    base = key
    while True:
        candidate = f"{base}/{_MODULES}{name}" if base else f"{_MODULES}{name}"
        row = packages.get(candidate)
        if row is not None:
            return "" if row.get("link") is True else identity(text(row.get("name")) or name, text(row.get("version")))
        if not base:
            return ""
        base = base.rpartition(f"/{_MODULES}")[0] if f"/{_MODULES}" in base else ""


def _nested(table: Object, above: tuple[Object, ...], places: Places, found: list[Locked]) -> None:
    """Version 1: packages inside the packages that they are installed below."""
    if len(above) > _DEEPEST:
        raise ValueError(f"not read: packages nested more than {_DEEPEST} deep")
    for name, row in table.items():
        if not isinstance(row, dict):
            continue
        line = places.line(name)
        inner = row.get("dependencies")
        scopes = (*above, table, *([inner] if isinstance(inner, dict) else ()))
        needs = []
        for needed in _names(row.get("requires")):
            holder = next((scope[needed] for scope in reversed(scopes) if needed in scope), None)
            if isinstance(holder, dict):
                needs.append(identity(needed, text(holder.get("version"))))
        found.append(Locked(name, text(row.get("version")), line, tuple(needs)))
        if isinstance(inner, dict):
            _nested(inner, (*above, table), places, found)


def _names(table: object) -> list[str]:
    return list(table) if isinstance(table, dict) else []
