"""Components and the edges between them: the nodes and arrows of the dependency graph."""

from __future__ import annotations

from typing import Literal

import msgspec

from portlint.model.guard import ALWAYS, Guard

ComponentKind = Literal["project", "module", "vendored", "package", "plugin", "library"]
Scope = Literal["build", "run", "editor", "test"]
Provenance = Literal["first-party", "vendored", "test", "example", "editor", "tool", "build-output", "binary"]


class Component(msgspec.Struct, frozen=True):
    """A thing that can be kept, dropped or replaced as a whole.

    `id` is `kind:path` (`plugin:addons/godotsteam`, `project:.`), unique in a report. `path` is the folder or
    file that it lives in. `purl` is a package URL where the ecosystem has one.
    """

    id: str
    kind: ComponentKind
    name: str
    path: str
    version: str = ""
    purl: str = ""
    provenance: Provenance = "first-party"


class Dependency(msgspec.Struct, frozen=True):
    """An edge: component `source` needs `target`, as `path`:`line` says, when `condition` holds."""

    source: str
    target: str
    scope: Scope
    path: str
    line: int = 0
    condition: Guard = ALWAYS


class Project(msgspec.Struct, frozen=True):
    """Something in the tree that is exported or built as one: a Godot project, a native code base."""

    path: str  # folder, "." for the root
    kind: str  # godot, gdextension, native ...
    engine_version: str = ""
