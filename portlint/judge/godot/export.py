"""What Godot's exporter does with feature tags, libraries, settings and scripts, as pure functions over facts.

Sources: core/config/project_settings.cpp, core/extension/gdextension_library_loader.cpp and
platform/web/export/export_plugin.cpp of github.com/godotengine/godot (4.x); modules/gdnative/gdnative.cpp of 3.6.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from portlint.judge.godot.preset import (
    WebExport,
    all_presets,
    custom_features,
    leaves_out,
    preset_for,
    takes_in,
    web_presets,
)
from portlint.judge.godot.reach import editor_only, is_link, links
from portlint.model.fact import Fact
from portlint.model.guard import NEVER, Guard, both

_EDITOR = Guard("defined", "feature(editor)")


def is_before(version: str, bound: str) -> bool:
    """Whether an engine version is older than `bound`; an unknown version ("") is taken for a current one."""
    numbers = re.findall(r"\d+", version)[:3]
    return bool(numbers) and tuple(map(int, numbers)) < tuple(map(int, bound.split(".")))


def is_threaded(export: WebExport) -> bool:
    """Whether the export really has threads: Godot 4.0 to 4.2 know no other."""
    return export.threads or (is_before(export.version, "4.3") and not is_before(export.version, "4"))


def features_of_web_export(export: WebExport, extensions: bool, debug: bool = False) -> frozenset[str]:
    """The feature tags that hold in a web export, at export and at run time.

    Without a preset the engine's defaults are taken. Tags of the visitor's system (`web_android`) are left out: they
    are true for some visitors only.
    """
    target = "debug" if debug else "release"
    options = export.preset.options if export.preset else {}
    custom = custom_features(export.preset) if export.preset else frozenset()
    if is_before(export.version, "4"):
        optional = {"threads": export.threads, "wasm32": extensions}
        return frozenset({"HTML5", "web", "JavaScript", target} | custom | {tag for tag in optional if optional[tag]})
    tags = {"web", "wasm32", "wasm", "32", "single", "template", target, f"template_{target}"}
    tags.add("threads" if is_threaded(export) else "nothreads")
    tags.add("web_extensions" if extensions else "web_noextensions")
    if options.get("dedicated_server") == "true":
        tags.add("dedicated_server")
    if options.get("vram_texture_compression/for_desktop", "true") == "true":
        tags |= {"s3tc", "bptc"}
    if options.get("vram_texture_compression/for_mobile") == "true":
        tags |= {"etc2", "astc"}
    return frozenset(tags | custom)


def tags_of(entry: Fact) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in entry.name.split("."))


def select_library(entries: Iterable[Fact], features: Collection[str]) -> Fact | None:
    """The `.gdextension` entry that is exported and loaded: all tags hold, most tags win, of equals the first."""
    matching = [entry for entry in entries if all(tag in features for tag in tags_of(entry))]
    return max(matching, key=lambda entry: len(tags_of(entry)), default=None)


def select_gdnlib(entries: Iterable[Fact], features: Collection[str]) -> Fact | None:
    """The `.gdnlib` entry that Godot 3 loads: the first whose tags all hold."""
    return next((entry for entry in entries if all(tag in features for tag in tags_of(entry))), None)


def select_dependencies(entries: Iterable[Fact], features: Collection[str]) -> tuple[Fact, ...]:
    """The libraries that are exported beside an extension: those of the first key whose tags all hold."""
    links = list(entries)
    first = select_gdnlib(links, features)
    return tuple(link for link in links if first and link.name == first.name)


def resolve(path: str, project: str) -> str:
    """A path of Godot (`res://a/b`) relative to the scanned root; `project` is the project's folder, "." at the top."""
    if not path.startswith("res://"):
        return path
    return posixpath.normpath(posixpath.join(project, path.removeprefix("res://")))


def effective_settings(facts: Iterable[Fact], features: Collection[str]) -> list[Fact]:
    """The facts of one project as its export sees them; those that only tie files together are left out.

    `features` are as targets write them: `feature(web)`. Settings: as overridden for the features that hold, with the
    preset's own. Scripts and scenes: what the preset leaves out is ruled out, and what only the editor reaches stands
    behind `feature(editor)`. Guards on custom features of the presets are settled.
    """
    every = list(facts)
    project = next((fact.location.path for fact in every if fact.location.path.endswith("project.godot")), "")
    folder = posixpath.dirname(project) or "."
    seen = _Seen(every, folder, {name[8:-1] for name in features if name.startswith("feature(")})
    files = [seen.script(fact) for fact in every if fact.kind != "setting" and not is_link(fact)]
    return [*files, *seen.settings(every)]


class _Seen:
    """What one web export of one project sees."""

    def __init__(self, facts: Sequence[Fact], folder: str, held: set[str]) -> None:
        own = posixpath.normpath(posixpath.join(folder, "export_presets.cfg"))
        presets = [fact for fact in facts if fact.location.path == own]
        self._folder = folder
        self._preset = preset_for(web_presets(presets), "threads" in held)
        custom = custom_features(self._preset) if self._preset else frozenset()
        others = frozenset[str]().union(*map(custom_features, all_presets(presets))) if self._preset else frozenset()
        self._true = custom
        self._false = others - custom - held
        self._held = held | custom
        self._left_out: dict[str, bool] = {}
        is_tied = any(fact.name == "plugin/script" for fact in facts if fact.kind == "setting")
        self._editor = editor_only(links(facts, folder)) if is_tied else frozenset()

    def script(self, fact: Fact) -> Fact:
        """The fact with the guard that the export puts around its file, and its own guard as far as it is settled."""
        path = fact.location.path
        if path not in self._left_out:
            own = posixpath.relpath(path, self._folder)
            self._left_out[path] = self._preset is not None and leaves_out(self._preset, own)
        if self._left_out[path]:
            return msgspec.structs.replace(fact, guard=NEVER)
        guard = fact.guard if fact.guard.op == "true" else _settled(fact.guard, self._true, self._false)
        if path in self._editor:
            guard = both(guard, _EDITOR)
        return fact if guard is fact.guard else msgspec.structs.replace(fact, guard=guard)

    def settings(self, facts: Sequence[Fact]) -> list[Fact]:
        """Those of project.godot as overridden: `name.a.b` holds where a *or* b does, and the first such key wins.

        Godot reads an override.cfg in the pack over them, and packs it only if a filter of the preset asks for it.
        """
        plain: dict[tuple[str, str], Fact] = {}
        special: dict[tuple[str, str], Fact] = {}
        taken = self._preset is not None and takes_in(self._preset, "override.cfg")
        files = ("project.godot", "override.cfg") if taken else ("project.godot",)
        for name in files:
            for fact in facts:
                if fact.kind == "setting" and posixpath.basename(fact.location.path) == name:
                    base, dot, tags = fact.name.partition(".")
                    folder = posixpath.dirname(fact.location.path)
                    if not dot or "/" in tags:
                        plain[folder, fact.name] = fact
                    elif any(tag.strip() in self._held for tag in tags.split(".")):
                        special.setdefault((folder, base), msgspec.structs.replace(fact, name=base))
        out = [fact for fact in facts if fact.kind == "setting" and not _is_settings(fact.location.path)]
        return [*out, *(plain | special).values()]


def _is_settings(path: str) -> bool:
    return posixpath.basename(path) in ("project.godot", "override.cfg")


def _settled(guard: Guard, true: Collection[str], false: Collection[str]) -> Guard:
    """The guard with tags of these two kinds replaced by what they are."""
    if guard.op == "defined" and guard.name.startswith("feature("):
        tag = guard.name[8:-1]
        return Guard() if tag in true else NEVER if tag in false else guard
    if guard.args:
        return msgspec.structs.replace(guard, args=tuple(_settled(each, true, false) for each in guard.args))
    return guard
