"""Who uses a native extension of a Godot project: scenes with nodes of its classes, scripts that name them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable

import msgspec

from portlint.judge.godot.reach import Links, reached_from
from portlint.model.fact import Fact
from portlint.provenance import provenance

_SHIPPED = ("first-party", "vendored")
# What files of these kinds use is not read: where there are some, nothing is called unused.
_UNREAD = (".cs", ".scn", ".res", ".lua", ".py", ".rs", ".wasm")
_AFFIXES = re.compile(r"^(?:godot|gdextension|gdnative|gd|lib)+|(?:godot|gdextension|gdnative|gd|addon|plugin)+$")
_NAMELESS = frozenset({"", "bin", "addon", "addons", "plugin", "extension", "native", "example", "library", "main"})
# Settings that tell of the game, of the editor, or of files: a title with the word in it is no use of an extension.
_NOT_TELLING = (
    "application/",
    "autoload",
    "editor",
    "file_customization/",
    "layer_names/",
    "dotnet/",
    "internationalization/",
)
# Packages (ids) whose classes all have the word in their names, as their documentation lists them.
_NAMED_AFTER = {
    "debug-draw-3d": "debugdraw",
    "discord-rpc-godot": "discord",
    "fmod-gdextension": "fmod",
    "godot-sqlite": "sqlite",
    "godotsteam": "steam",
    "steam-multiplayer-peer": "steam",
    "terrain-3d": "terrain3d",
}
_SCENES = (".tscn", ".tres")
_ASKS = frozenset({"has_singleton", "class_exists"})


class Use(msgspec.Struct, frozen=True):
    """`files`: those that name one of its classes, sorted. `classes`: the names that were looked for, sorted.

    `needy`: those of the files that never ask whether the class is there. `scenes`: those with a node or resource of
    a class that is surely the extension's.

    `is_settled`: the tree says which classes there are, and everything that could name them was read.
    """

    files: tuple[str, ...]
    needy: tuple[str, ...]
    scenes: tuple[str, ...]
    classes: tuple[str, ...]
    is_settled: bool

    @property
    def is_unused(self) -> bool:
        return self.is_settled and not self.files


def known_classes(manifest: str, exports: Iterable[Fact], paths: Collection[str], is_only_one: bool) -> frozenset[str]:
    """The classes that an extension gives: its manifest's `[icons]`, and the pages in a `doc_classes` folder.

    `is_only_one`: the tree's only extension, so that documentation anywhere in the tree is its own.
    """
    top = "" if is_only_one else home(manifest)
    pages = (
        posixpath.basename(path)[:-4]
        for path in paths
        if path.endswith(".xml") and posixpath.basename(posixpath.dirname(path)) == "doc_classes"
        if path.startswith(top)
    )
    return frozenset([fact.name for fact in exports if fact.location.path == manifest] + list(pages))


def home(manifest: str) -> str:
    """The folder that holds the addon, with a `/` at its end; "" for the top of the tree."""
    folders = manifest.split("/")[:-1]
    below = [index for index, folder in enumerate(folders[:-1]) if folder == "addons"]
    if below:
        folders = folders[: below[-1] + 2]
    return "/".join([*folders, ""])


def use_of(
    manifest: str, classes: frozenset[str], package: str, tied: Links, settings: Iterable[Fact], paths: Collection[str]
) -> Use:
    """Where the game names one of the classes, or a word that holds the extension's own name.

    `package`: its id, or "". `paths`: all of the tree.
    """
    own, roots = home(manifest), name_roots(manifest)
    if package in _NAMED_AFTER:
        roots |= {_NAMED_AFTER[package]}
    # Godot 3: a .gdns names the library, and scenes and scripts name the .gdns.
    holders = {manifest} | {
        path for path, names in tied.imports.items() if manifest in names and path.endswith(".gdns")
    }
    has_home = own not in ("", "./", f"{tied.folder}/")
    outside = {path for path in tied.files if not (has_home and path.startswith(own))}
    of_game = reached_from((outside | tied.autoloads) - tied.editor, tied)
    files = sorted(
        path
        for path in of_game
        if (_names(tied.words.get(path, set()) - tied.classes.keys(), classes, roots) or _holds(path, tied, holders))
        and path not in holders
        and provenance(posixpath.relpath(path, tied.folder)) in _SHIPPED
    )
    words = {path: tied.words.get(path, set()) for path in files}
    needy = [path for path in files if not _ASKS & words[path]]
    scenes = [
        path for path in files if path.endswith(_SCENES) and (classes & words[path] or _holds(path, tied, holders))
    ]
    files += sorted({fact.location.path for fact in settings if _is_set(fact, classes, roots)})
    inside = "" if tied.folder == "." else f"{tied.folder}/"
    has_code = any(path.endswith((".gd", ".tscn")) and path.startswith(inside) for path in paths)
    readable = has_code and not any(path.endswith(_UNREAD) and path.startswith(inside) for path in paths)
    return Use(
        tuple(files),
        tuple(needy),
        tuple(scenes),
        tuple(sorted(classes)),
        readable and (bool(classes) or package in _NAMED_AFTER or manifest.endswith(".gdnlib")),
    )


def name_roots(manifest: str) -> frozenset[str]:
    """What the names of its classes probably begin with: `steam` for godotsteam, `sqlite` for gdsqlite."""
    stem = posixpath.basename(manifest).partition(".")[0]
    folder = posixpath.basename(home(manifest).rstrip("/"))
    plain = (re.sub(r"[^a-z0-9]", "", name.lower()) for name in (stem, folder))
    return frozenset(_AFFIXES.sub("", name) for name in plain) - _NAMELESS


def _names(words: Iterable[str], classes: Collection[str], roots: Collection[str]) -> bool:
    return any(word in classes or any(root in word.lower() for root in roots) for word in words)


def _holds(path: str, tied: Links, holders: Collection[str]) -> bool:
    return not tied.imports.get(path, set()).isdisjoint(holders)


def _is_set(fact: Fact, classes: Collection[str], roots: Collection[str]) -> bool:
    if fact.kind != "setting" or not fact.location.path.endswith("project.godot"):
        return False
    if fact.name.startswith(_NOT_TELLING):
        return False
    return _names([*re.findall(r"\w+", fact.value), *re.findall(r"\w+", fact.name)], classes, roots)
