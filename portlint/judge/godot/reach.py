"""Which files of a Godot project run in the exported game, which in the editor only, and what they speak of.

Roots of the game: every script and scene outside of addons with a plugin.cfg, and autoloads. Godot finds a script by
path (scenes, `preload`, `load`) or by its `class_name`. What is put together at run time (`load(folder + name)`) cannot
be followed: so only what the editor's half of an addon reaches, and the game's half does not, is the editor's.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from portlint.extractors.source.gdscript.guards import EDITOR_CLASSES
from portlint.extractors.source.gdscript.links import EXTENDS, LANGUAGE, MENTIONS, REGISTERS, TOOL
from portlint.model.fact import Fact
from portlint.provenance import provenance

_REGISTERS = frozenset({"add_autoload_singleton", "add_custom_type"})


class Links(msgspec.Struct, frozen=True):
    """What ties the files of one project together, all paths relative to the scanned root.

    `imports`: path -> paths, folders end in `/`. `words`: path -> capitalised words, native classes of scenes.
    `classes`: `class_name` -> path. `editor`: scripts that extend a class of the editor, and those that a plugin.cfg
    names. `addons`: folders with a plugin.cfg. `autoloads`: paths, "" for one that is named by an id alone. `tools`:
    scripts that the editor runs too. `registered`: plugin -> paths and classes that it puts into the running game.
    """

    folder: str
    imports: dict[str, set[str]]
    words: dict[str, set[str]]
    classes: dict[str, str]
    editor: frozenset[str]
    addons: tuple[str, ...]
    autoloads: frozenset[str]
    tools: frozenset[str] = frozenset()
    registered: dict[str, set[str]] = {}

    @property
    def files(self) -> set[str]:
        """The scripts and scenes of the project, as far as they say anything."""
        return {*self.imports, *self.words, *self.classes.values()}


def is_link(fact: Fact) -> bool:
    """Whether a fact only ties files together."""
    if fact.language != LANGUAGE:
        return fact.kind == "import" and fact.language == "godot"
    return fact.kind in ("import", "export") or (
        fact.kind == "construct" and fact.name in (MENTIONS, EXTENDS, REGISTERS, TOOL)
    )


def links(facts: Iterable[Fact], folder: str) -> Links:
    """`folder`: that of the project, "." at the top."""
    imports: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    classes: dict[str, str] = {}
    editor: set[str] = set()
    addons: list[str] = []
    autoloads: set[str] = set()
    tools: set[str] = set()
    registered: dict[str, set[str]] = {}
    for fact in facts:
        path = fact.location.path
        if fact.language == LANGUAGE and fact.kind == "construct" and fact.name == TOOL:
            tools.add(path)
        elif fact.language == LANGUAGE and fact.kind == "construct" and fact.name == REGISTERS:
            registered.setdefault(path, set()).add(in_project(fact.value, folder))
        elif fact.language == LANGUAGE:
            _script(fact, path, folder, imports, words, classes, editor)
        elif fact.kind == "import":
            imports.setdefault(path, set()).add(in_project(fact.name, folder))
        elif fact.kind == "type":
            words.setdefault(path, set()).add(fact.name)
        elif fact.kind == "setting" and fact.name == "plugin/script":
            addons.append(posixpath.dirname(path))
            editor.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), fact.value)))
        elif fact.kind == "setting" and fact.name.startswith(("autoload/", "autoload_prepend/")):
            written = fact.value.lstrip("*")
            autoloads.add("" if written.startswith("uid:") else in_project(written, folder))
    sets = frozenset(editor), tuple(addons), frozenset(autoloads), frozenset(tools)
    return Links(folder, imports, words, classes, *sets, registered)


def _script(
    fact: Fact,
    path: str,
    folder: str,
    imports: dict[str, set[str]],
    words: dict[str, set[str]],
    classes: dict[str, str],
    editor: set[str],
) -> None:
    if fact.kind == "import":
        imports.setdefault(path, set()).add(in_project(fact.name, folder))
    elif fact.kind == "export":
        classes.setdefault(fact.name, path)
    elif fact.kind == "construct" and fact.name == MENTIONS:
        words.setdefault(path, set()).update(fact.value.split(","))
    elif fact.kind == "construct" and fact.name == EXTENDS and fact.value in EDITOR_CLASSES:
        editor.add(path)


def in_project(path: str, folder: str) -> str:
    """`res://a/b` relative to the scanned root; other paths as they are. A `/` at the end stays."""
    if not path.startswith("res://"):
        return path
    rest = path.removeprefix("res://")
    return posixpath.normpath(posixpath.join(folder, rest)) + ("/" if rest.endswith("/") else "")


def editor_only(tied: Links) -> frozenset[str]:
    """Scripts and scenes of addons that the editor's half reaches and the game's does not.

    So is a script that the editor runs (`@tool`) and that the game does not reach: plugins put paths together
    (`get_plugin_path() + "update.tscn"`) that cannot be followed.
    Empty where an id (`uid://`), which only the editor can resolve, may lead anywhere.
    """
    files = tied.files
    outside = (path for path in files if not _in_addon(path, tied.addons) and path not in tied.editor)
    labels = {path: provenance(posixpath.relpath(path, tied.folder)) for path in outside}
    game = {path for path, label in labels.items() if label != "test"}
    if "first-party" not in labels.values():
        game.update(tied.classes.values())  # the addon's own repository: what it names, games use
    for path in tied.editor & files:
        if _REGISTERS & tied.words.get(path, set()):
            game.update(_registered(path, tied, files))
    game |= tied.autoloads
    of_game = _reached(game - tied.editor, tied, files, avoid=tied.editor)
    if "" in tied.autoloads or any(_has_id(tied.imports.get(path, ())) for path in of_game):
        return frozenset()
    of_editor = _reached(tied.editor, tied, files) | tied.tools
    return frozenset(path for path in of_editor - of_game if _in_addon(path, tied.addons))


def _registered(path: str, tied: Links, files: Collection[str]) -> set[str]:
    """What a plugin may put into the running game.

    Its autoloads stand in project.godot from the moment on in which it is enabled: where some do, they are all of them.
    All that it names, where the calls that register say no script that is there.
    """
    if "add_custom_type" not in tied.words[path]:
        home = [folder for folder in tied.addons if path.startswith(f"{folder}/")]
        if any(_in_addon(each, home) for each in tied.autoloads):
            return set()
    named = {tied.classes.get(each, each) for each in tied.registered.get(path, ())} & set(files)
    return named or set(_next(path, tied, files, set()))


def reached_from(roots: Collection[str], tied: Links) -> frozenset[str]:
    """What the running game gets to from these files, themselves included."""
    return frozenset(_reached(roots, tied, tied.files, avoid=tied.editor))


def _reached(roots: Collection[str], tied: Links, files: Collection[str], avoid: Collection[str] = ()) -> set[str]:
    seen = set(roots)
    folders: set[str] = set()
    waiting = deque(sorted(roots))
    while waiting:
        for path in _next(waiting.popleft(), tied, files, folders):
            if path not in seen and path not in avoid:
                seen.add(path)
                waiting.append(path)
    return seen


def _next(path: str, tied: Links, files: Collection[str], known: set[str]) -> Iterator[str]:
    """`known`: folders that need no second look; grows."""
    for wanted in tied.imports.get(path, ()):
        if wanted in known:
            continue
        if wanted.endswith("/"):
            known.add(wanted)
            yield from (each for each in files if each.startswith(wanted))
        else:
            yield wanted
    yield from (tied.classes[word] for word in tied.words.get(path, set()) & tied.classes.keys())


def _in_addon(path: str, addons: Sequence[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in addons)


def _has_id(imports: Iterable[str]) -> bool:
    return any(each.startswith("uid:") for each in imports)
