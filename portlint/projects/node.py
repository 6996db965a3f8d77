"""Node: workspaces and packages as projects, and the graph of their packages with the versions of a lock file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from portlint.extractors.manifest.packages.npm_graph import component, identity
from portlint.model.component import Component, ComponentKind, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.projects.locate import Locator
from portlint.provenance import provenance

KIND = "node"
PAGE = "page"  # what a web server hands out to browsers: nothing of it runs where a server would
MANIFEST = "package.json"
_CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")


# What a page is made with, what makes one file of it, and what has a server's side all the same.
_OF_PAGES = frozenset("vue react-dom svelte preact solid-js lit @angular/core".split())
_BUNDLERS = frozenset(
    "vite webpack parcel rollup esbuild @angular/cli react-scripts @vue/cli-service @rspack/core".split()
)
_OF_SERVERS = frozenset(
    "express fastify koa hono @hono/node-server ws socket.io colyseus @colyseus/core @nestjs/core next nuxt h3 "
    "nitropack @sveltejs/kit @remix-run/node astro electron".split()
)


class _Package(msgspec.Struct, frozen=True):
    """One `package.json` of the tree. `home` is the folder of the workspace root that it belongs to, or its own."""

    folder: str
    name: str
    version: str
    home: str
    needs: tuple[Dependency, ...]
    is_run: bool  # it needs packages to run, or says what to start

    @property
    def is_home(self) -> bool:
        return self.home == self.folder


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Workspaces, and packages outside of them, that hold scripts and need packages; none among tests and examples.

    A `package.json` without either serves a tool: a formatter in the tree of a game in another language.
    """
    known = _packages(extractions)
    code = {posixpath.dirname(path) or "." for path in extractions if path.endswith(_CODE)}
    homes = []
    for folder, package in sorted(known.items()):
        members = [each for each in known.values() if each.home == folder]
        runs = any(each.is_run for each in members)
        if package.is_home and runs and any(_inside(place, folder) for place in code):
            homes.append(folder)
    shown = [home for home in homes if provenance(posixpath.normpath(f"{home}/{MANIFEST}")) == "first-party"]
    return [Project(home, PAGE if _is_page(home, known.values()) else KIND) for home in shown]


def _is_page(home: str, packages: Iterable[_Package]) -> bool:
    """Made with a library for pages, put together by a bundler, and nothing that serves."""
    needs = [edge for each in packages if each.home == home for edge in each.needs]
    running = {edge.target.removeprefix("npm/") for edge in needs if edge.scope == "run"}
    every = {edge.target.removeprefix("npm/") for edge in needs}
    return bool(running & _OF_PAGES and every & _BUNDLERS) and not running & _OF_SERVERS


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Members of workspaces as modules, packages in the versions that the lock file gives, and the edges between."""
    known = _packages(extractions)
    by_name = {package.name: folder for folder, package in known.items() if package.name}
    ids = {}
    for folder, package in known.items():
        project = project_of(posixpath.normpath(f"{folder}/{MANIFEST}"))
        if project is None:
            continue
        is_project = project.path == folder and project.kind in (KIND, PAGE)
        ids[folder] = f"project:{folder}" if is_project else f"module:{folder}"
        purl = (f"pkg:npm/{package.name}" + (f"@{package.version}" if package.version else "")) if package.name else ""
        kind: ComponentKind = "project" if is_project else "module"
        label = provenance(posixpath.normpath(f"{folder}/{MANIFEST}"))
        title = package.name or posixpath.basename(folder)
        if ids[folder] not in components or (is_project and package.name):
            components[ids[folder]] = Component(ids[folder], kind, title, folder, package.version, purl, label)
        if not is_project:
            scope: Scope = "run" if label == "first-party" else "test"
            source = f"project:{project.path}"
            edges.append(Dependency(source, ids[folder], scope, posixpath.normpath(f"{folder}/{MANIFEST}"), 1))
    locked = _locked(extractions, components, edges)
    for folder, package in known.items():
        for edge in package.needs if folder in ids else ():
            target = _target(edge, by_name, ids, locked.get(folder) or locked.get(package.home, {}), components)
            edges.append(msgspec.structs.replace(edge, source=ids[folder], target=target))


def _target(
    edge: Dependency,
    by_name: Mapping[str, str],
    ids: Mapping[str, str],
    locked: Mapping[str, str],
    components: dict[str, Component],
) -> str:
    name = edge.target.removeprefix("npm/")
    if by_name.get(name) in ids:
        return ids[by_name[name]]
    if name in locked:
        return locked[name]
    components.setdefault(identity(name, ""), component(name, ""))
    return identity(name, "")


def _locked(
    extractions: Mapping[str, Extraction], components: dict[str, Component], edges: list[Dependency]
) -> dict[str, dict[str, str]]:
    """Add what lock files hold; ids of packages by folder of a package of the tree (or of the lock file) and name."""
    found: dict[str, dict[str, str]] = {}
    for path, extraction in extractions.items():
        if posixpath.basename(path) not in ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"):
            continue
        components.update({each.id: each for each in extraction.components})
        single: dict[str, list[str]] = {}
        for each in extraction.components:
            single.setdefault(each.name, []).append(each.id)
        # Yarn does not say which of several versions a package of the tree has.
        home = found.setdefault(posixpath.dirname(path) or ".", {})
        home.update({name: many[0] for name, many in single.items() if len(many) == 1})
        for edge in extraction.dependencies:
            if edge.source.startswith("locked:npm:"):
                name = re.sub(r"@[^@]*$", "", edge.target.removeprefix("package:npm/"))
                found.setdefault(edge.source.removeprefix("locked:npm:"), dict(home))[name] = edge.target
            else:
                edges.append(edge)
    return found


def _packages(extractions: Mapping[str, Extraction]) -> dict[str, _Package]:
    """Every `package.json` of the tree by folder; those under `node_modules` are nobody's."""
    manifests = {
        posixpath.dirname(path) or ".": extraction
        for path, extraction in extractions.items()
        if posixpath.basename(path) == MANIFEST and "node_modules" not in path.split("/")
    }
    globs: dict[str, list[str]] = {}
    for folder, extraction in manifests.items():
        spaces = extractions.get(posixpath.normpath(f"{folder}/pnpm-workspace.yaml"))
        own = _values(extraction, "npm/workspace") + (_values(spaces, "npm/workspace") if spaces else [])
        if own:
            globs[folder] = own
    found = {}
    for folder, extraction in manifests.items():
        homes = [root for root, own in globs.items() if folder != root and _is_member(folder, root, own)]
        needs = tuple(edge for edge in extraction.dependencies if edge.source.startswith("npm:"))
        is_run = any(edge.scope == "run" for edge in needs) or any(
            _values(extraction, f"npm/{word}") for word in ("start", "bin")
        )
        name, version = _values(extraction, "npm/name"), _values(extraction, "npm/version")
        home = max(homes, key=len) if homes else folder
        found[folder] = _Package(folder, "".join(name[:1]), "".join(version[:1]), home, needs, is_run)
    return found


def _values(extraction: Extraction, name: str) -> list[str]:
    return [fact.value for fact in extraction.facts if fact.kind == "setting" and fact.name == name]


def _is_member(folder: str, root: str, globs: Iterable[str]) -> bool:
    """`packages/*` and `packages/**`, as npm and pnpm match them; what `!` excludes is left to them."""
    inside = posixpath.relpath(folder, root)
    if inside.startswith(".."):
        return False
    return any(re.fullmatch(_pattern(glob), inside) for glob in globs if not glob.startswith("!"))


def _pattern(glob: str) -> str:
    parts = posixpath.normpath(glob).split("/")[:30]
    return "/".join("[^/]+(?:/[^/]+)*" if part == "**" else re.escape(part).replace(r"\*", "[^/]*") for part in parts)


def _inside(place: str, folder: str) -> bool:
    return folder in (".", place) or place.startswith(f"{folder}/")
