"""`Cargo.toml`: dependencies with their scopes, features and conditions, workspaces, what the crate is.

Source: doc.rust-lang.org/cargo/reference/manifest.html, specifying-dependencies.html, workspaces.html. What a member
inherits from its workspace (`workspace = true`) is filled in where the tree is put together (`projects/rust.py`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from portlint.extractors.manifest.engines.engine_facts import mark
from portlint.extractors.manifest.packages import cargo_features as features_of
from portlint.extractors.manifest.packages.cargo_toml import Lines, Table, load, strings, table
from portlint.extractors.source.rust.cfg import predicate
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, both

NAME = "cargo"
VERSION = 3
LANGUAGE = "cargo"
INHERITED = "workspace"  # the version of a dependency that a workspace states
_SCOPES: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "run"),
    ("build-dependencies", "build"),
    ("build_dependencies", "build"),
    ("dev-dependencies", "test"),
    ("dev_dependencies", "test"),
)
_CFG = re.compile(r"\s*cfg\s*\((.*)\)\s*\Z", re.DOTALL)
_ENGINES = ("bevy",)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class Spec(NamedTuple):
    """One dependency as a manifest states it. `key` is what the code calls it, `name` what the registry does."""

    key: str
    name: str
    version: str
    features: tuple[str, ...]
    default: bool
    optional: bool
    place: str  # the folder of a path dependency, the address of a git one, or ""


class Shared(msgspec.Struct, frozen=True):
    """A row of `[workspace.dependencies]`, as the value of a `cargo/shared/<key>` fact."""

    name: str
    version: str
    features: tuple[str, ...]
    default: bool
    place: str


def wants(path: str) -> bool:
    return posixpath.basename(path) == "Cargo.toml"


def extract(path: str, data: bytes) -> Extraction:
    """Facts and edges of one manifest.

    `package`: `cargo/<name>` with the requirement as value, and `cargo/<name>#<feature>` for each feature asked of it
    (`#default` unless turned off), for what ships: dependencies of tests and build scripts are edges only. The guard
    is the target table's condition and the features of this crate that an optional dependency hangs on.
    Edges run from `crate:<folder>` to `cargo/<name>` or `crate:<folder>`. `setting`: `cargo/name`, `cargo/version`,
    `cargo/crate-type`, `cargo/edition`, `cargo/binary`, `cargo/proc-macro`, `cargo/feature/<name>` (what it switches
    on), `cargo/workspace`, `cargo/member`, `cargo/exclude`, `cargo/shared/<key>`, `cargo/patch/<name>`.
    Raises ValueError for what is no TOML, or a bomb.
    """
    root, text = load(data, "Cargo.toml")
    reader = _Reader(path, root, Lines(text))
    facts = [*reader.about(), *reader.workspace()]
    edges: list[Dependency] = []
    for header, rows, scope, condition in _tables(root):
        for spec in map(_spec, rows, rows.values()):
            if spec is not None:
                made, edge = reader.dependency(header, spec, scope, condition)
                facts += made
                edges.append(edge)
    return Extraction(tuple(facts), dependencies=tuple(edges))


def _tables(root: Table) -> Iterator[tuple[str, Table, Scope, Guard]]:
    """Each table of dependencies: its header, its rows, their scope and condition."""
    for name, scope in _SCOPES:
        yield name, table(root.get(name)), scope, ALWAYS
    for written, content in table(root.get("target")).items():
        found = _CFG.match(written)
        condition = predicate(found[1]) if found else Guard("defined", f"target({written})")
        for name, scope in _SCOPES:
            rows = table(table(content).get(name))
            yield f"target.{written}.{name}", rows, scope, condition


def _spec(key: str, written: object) -> Spec | None:
    if isinstance(written, str):
        return Spec(key, key, written, (), True, False, "")
    row = table(written)
    if not row:
        return None
    is_inherited = row.get("workspace") is True
    version = INHERITED if is_inherited else _text(row.get("version"))
    default = row.get("default-features", row.get("default_features", True)) is not False
    place = _text(row.get("path")) or _text(row.get("git"))
    name = _text(row.get("package")) or key
    return Spec(key, name, version, tuple(strings(row.get("features"))), default, row.get("optional") is True, place)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class _Reader:
    """One manifest."""

    def __init__(self, path: str, root: Table, lines: Lines) -> None:
        self._path, self._root, self._lines = path, root, lines
        self._folder = posixpath.dirname(path) or "."
        written = {name: strings(items) for name, items in table(root.get("features")).items()}
        if len(written) > features_of.MAX_FEATURES:
            raise ValueError(f"more than {features_of.MAX_FEATURES} features")
        optional = [
            spec.key
            for _, rows, scope, _ in _tables(root)
            for spec in map(_spec, rows, rows.values())
            if spec is not None and spec.optional and scope != "test"
        ]
        self._features = features_of.with_implicit(written, optional)

    def about(self) -> Iterator[Fact]:
        package = table(self._root.get("package") or self._root.get("project"))
        for key in ("name", "version", "edition", "links"):
            if isinstance(value := package.get(key), str):
                yield self._fact("setting", f"cargo/{key}", self._lines.line("package", key), value)
        library = table(self._root.get("lib"))
        for kind in strings(library.get("crate-type") or library.get("crate_type")):
            yield self._fact("setting", "cargo/crate-type", self._lines.line("lib", "crate-type"), kind)
        if library.get("proc-macro") is True or library.get("proc_macro") is True:
            yield self._fact("setting", "cargo/proc-macro", self._lines.line("lib", "proc-macro"), "true")
        binaries = self._root.get("bin")
        for row in binaries if isinstance(binaries, list) else ():
            name = _text(table(row).get("name"))
            needs = strings(table(row).get("required-features"))
            guard = ALWAYS
            for each in needs:
                guard = both(guard, features_of.feature(each))
            path = posixpath.join(self._folder, _text(table(row).get("path")) or f"src/bin/{name}.rs")
            yield self._fact("setting", "cargo/binary", 1, posixpath.normpath(path), guard)
        for name, items in self._features.items():
            line = self._lines.line("features", name)
            yield self._fact("setting", f"cargo/feature/{name}", line, " ".join(items))

    def workspace(self) -> Iterator[Fact]:
        if "workspace" not in self._root:
            return
        workspace = table(self._root.get("workspace"))
        yield self._fact("setting", "cargo/workspace", self._lines.line("", "workspace"), "true")
        for name, key in (("member", "members"), ("exclude", "exclude"), ("default-member", "default-members")):
            for value in strings(workspace.get(key)):
                yield self._fact("setting", f"cargo/{name}", self._lines.line("workspace", key), value)
        rows = table(workspace.get("dependencies"))
        for spec in filter(None, map(_spec, rows, rows.values())):
            place = (
                posixpath.normpath(posixpath.join(self._folder, spec.place)) if _is_local(spec.place) else spec.place
            )
            shared = Shared(spec.name, spec.version, spec.features, spec.default, place)
            line = self._lines.line("workspace.dependencies", spec.key)
            yield self._fact("setting", f"cargo/shared/{spec.key}", line, msgspec.json.encode(shared).decode())
        for source, content in table(self._root.get("patch")).items():
            for name, row in table(content).items():
                where = _text(table(row).get("path")) or _text(table(row).get("git"))
                yield self._fact("setting", f"cargo/patch/{name}", self._lines.line(f"patch.{source}", name), where)

    def dependency(self, header: str, spec: Spec, scope: Scope, condition: Guard) -> tuple[list[Fact], Dependency]:
        line = self._lines.line(header, spec.key)
        present = features_of.condition(spec.key, spec.optional, self._features)
        guard = both(condition, present)
        local = _is_local(spec.place) and not spec.version.startswith(INHERITED)
        inside = posixpath.normpath(posixpath.join(self._folder, spec.place))
        target = f"crate:{inside}" if local else f"cargo/{spec.name}"
        edge = Dependency(f"crate:{self._folder}", target, scope, self._path, line, guard)
        if scope != "run":
            return [], edge
        name = f"cargo/{spec.key if spec.version == INHERITED else spec.name}"
        facts = [self._fact("package", name, line, spec.version or spec.place, guard)]
        if spec.key in _ENGINES:
            own = table(table(self._root.get("workspace")).get("dependencies")).get(spec.key)
            inherited = _text(own) or _text(table(own).get("version"))
            number = _NUMBER.search(inherited if spec.version == INHERITED else spec.version)
            facts.append(mark(spec.key, self._path, line, number[0] if number else ""))
        if spec.default:
            facts.append(self._fact("package", f"{name}#default", line, spec.version, guard))
        facts += [self._fact("package", f"{name}#{each}", line, spec.version, guard) for each in spec.features]
        for asked, when in features_of.asked_of(spec.key, present, self._features):
            facts.append(self._fact("package", f"{name}#{asked}", line, spec.version, both(condition, when)))
        return facts, edge

    def _fact(self, kind: FactKind, name: str, line: int, value: str, guard: Guard = ALWAYS) -> Fact:
        return Fact(kind, name, Location(self._path, line, 1), LANGUAGE, guard, value)


def _is_local(place: str) -> bool:
    return bool(place) and "://" not in place and not place.startswith(("git@", "/"))
