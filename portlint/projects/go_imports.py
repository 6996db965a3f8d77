"""Which Go package of a module's tree imports which, under what condition, and where."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from portlint.model.extraction import Extraction
from portlint.model.fact import Location
from portlint.model.guard import ALWAYS, Guard, either
from portlint.provenance import folder_provenance

_MAX_WAYS = 8  # conditions that an edge keeps apart; with more of them it is taken to hold always


class Package(NamedTuple):
    """`module`: the vendored one that it belongs to, "" for the project's own. `is_test`: its tests, or a test's."""

    path: str
    module: str
    is_test: bool


class Use(NamedTuple):
    """That a package is imported; `module`: the other module that it belongs to, "" for the project's own."""

    path: str
    module: str
    location: Location
    guard: Guard


Imports = dict[Package, list[Use]]


def read_imports(
    files: Sequence[str], extractions: Mapping[str, Extraction], folder: str, module: str, modules: Sequence[str]
) -> Imports:
    """Packages in order, with what each imports; `modules` are the other modules, `files` those of one project."""
    known = sorted(modules, key=len, reverse=True)
    memory: dict[str, str] = {}

    def module_of(path: str) -> str | None:
        """ "" for the project's own, None for a module that go.mod does not know."""
        if path not in memory:
            memory[path] = next((each for each in (module, *known) if _is_in(path, each)), "?")
        found = memory[path]
        return None if found == "?" else "" if found == module else found

    found: dict[Package, dict[str, Use]] = {}
    for path in sorted(files):
        inside = path if folder == "." else path[len(folder) + 1 :]
        package = _package(inside, module, module_of)
        uses = found.setdefault(package, {})
        for fact in extractions[path].facts:
            if fact.kind != "import" or fact.guard.op == "false":
                continue
            of = module_of(fact.name)
            if of is None:
                continue
            known_use = uses.get(fact.name)
            if known_use is None:
                uses[fact.name] = Use(fact.name, of, fact.location, fact.guard)
            else:
                uses[fact.name] = known_use._replace(guard=_bounded(either(known_use.guard, fact.guard)))
    return {package: list(uses.values()) for package, uses in sorted(found.items())}


def _package(inside: str, module: str, module_of: Callable[[str], str | None]) -> Package:
    folder, name = posixpath.split(inside)
    if folder.startswith("vendor/"):
        path = folder.removeprefix("vendor/")
        return Package(path, module_of(path) or "?", False)
    is_test = name.endswith("_test.go") or folder_provenance(folder) in ("test", "example", "tool")
    return Package(f"{module}/{folder}" if folder else module, "", is_test)


def _is_in(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}/")


def _bounded(guard: Guard) -> Guard:
    return ALWAYS if guard.op == "or" and len(guard.args) > _MAX_WAYS else guard
