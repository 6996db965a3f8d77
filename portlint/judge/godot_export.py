"""What Godot's exporter does with presets, feature tags and libraries, as pure functions over facts.

Sources: core/config/project_settings.cpp, core/extension/gdextension_library_loader.cpp,
editor/export/editor_export_platform.cpp and platform/web/export/export_plugin.cpp of github.com/godotengine/godot
(4.x); modules/gdnative/gdnative.cpp of 3.6.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.model.fact import Fact

WEB_PLATFORMS = ("Web", "HTML5")  # Godot 4 and 3
_PRESET = re.compile(r"preset/(.*?)/(\d+)/(.*)", re.DOTALL)  # a platform may hold a slash: Linux/X11


class Preset(msgspec.Struct, frozen=True):
    """One export preset; `options` maps its keys to their text forms. `path` and `line` say where it starts."""

    path: str
    line: int
    index: int
    platform: str
    options: dict[str, str]


class WebExport(msgspec.Struct, frozen=True):
    """An export to judge: with or without threads, by this engine ("": a current one), as this preset says."""

    threads: bool
    version: str = ""
    preset: Preset | None = None


def web_presets(facts: Iterable[Fact]) -> tuple[Preset, ...]:
    """The presets for the web, by file and index; () also where the tree has no export_presets.cfg at all."""
    found: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        if fact.kind == "setting" and (match := _PRESET.fullmatch(fact.name)) and match[1] in WEB_PLATFORMS:
            found.setdefault((fact.location.path, int(match[2])), []).append(fact)
    return tuple(_preset(path, index, group) for (path, index), group in sorted(found.items()))


def _preset(path: str, index: int, facts: Sequence[Fact]) -> Preset:
    matches = [match for fact in facts if (match := _PRESET.fullmatch(fact.name))]
    options = {match[3]: fact.value for match, fact in zip(matches, facts, strict=True)}
    return Preset(path, min(fact.location.line for fact in facts), index, matches[0][1], options)


def preset_for(presets: Sequence[Preset], threads: bool) -> Preset | None:
    """The preset that tells most about an export with or without threads: same thread setting, runnable, first."""
    order = sorted(presets, key=lambda each: (threads_on(each) != threads, each.options.get("runnable") != "true"))
    return order[0] if order else None


def extensions_on(preset: Preset) -> bool:
    """Whether the preset's template can load native libraries. Godot 3: bit 2 of `variant/export_type`."""
    return preset.options.get("variant/extensions_support") == "true" or bool(_export_type(preset) & 2)


def threads_on(preset: Preset) -> bool:
    """Whether the preset asks for threads. Godot 3: bit 1 of `variant/export_type`. Godot 4.0 to 4.2 always do."""
    return preset.options.get("variant/thread_support") == "true" or bool(_export_type(preset) & 1)


def _export_type(preset: Preset) -> int:
    written = preset.options.get("variant/export_type", "")
    return int(written) if written.isdecimal() else 0


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
    custom = {tag.strip() for tag in options.get("custom_features", "").split(",")} - {""}
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


def override(settings: Mapping[str, str], name: str, features: Collection[str]) -> str | None:
    """A setting's value where these features hold; None if it is not set, and the engine's default applies.

    `settings` are in file order. `name.a.b` overrides where a *or* b holds, and the first such key wins.
    """
    for key, value in settings.items():
        base, *tags = key.split(".")
        if base == name and any(tag.strip() in features for tag in tags):
            return value
    return settings.get(name)


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


def leaves_out(preset: Preset, path: str) -> bool:
    """Whether a preset keeps a file of the project out of the export; `path` is relative to the project.

    Filters are globs that ignore case, matched against the path with and without `res://`; `*` crosses slashes.
    """
    resource = f"res://{path}"
    listed = preset.options.get("export_files", "").split(",")
    if preset.options.get("export_filter") == "exclude" and resource in listed:
        return True
    if f"{resource}:remove" in preset.options.get("customized_files", "").split(","):
        return True
    for written in preset.options.get("exclude_filter", "").split(","):
        # Godot's globs know no [sets]; fnmatch's patterns do not backtrack, so a hostile filter costs nothing.
        glob = written.strip().lower().replace("[", "[[]")
        if glob and any(fnmatch.fnmatchcase(each.lower(), glob) for each in (resource, path)):
            return True
    return False


def is_hot_reload_copy(path: str) -> bool:
    """`~libx.dll`: what the editor leaves beside a library that it reloads while it runs."""
    return posixpath.basename(path).startswith("~")


def effective_settings(facts: Iterable[Fact], features: Collection[str]) -> list[Fact]:
    """Facts without the settings that an export with these features does not see.

    `features` are as targets write them: `feature(web)`. A setting's override for a feature that holds replaces the
    plain one (`name.a.b` where a *or* b holds, the first in file order); other overrides are dropped.
    """
    held = {name[8:-1] for name in features if name.startswith("feature(")}
    replaced: set[tuple[str, str]] = set()
    out: list[Fact] = []
    plain: list[Fact] = []
    for fact in facts:
        if fact.kind != "setting" or not fact.location.path.endswith("project.godot"):
            out.append(fact)
            continue
        base, dot, tags = fact.name.partition(".")
        key = (fact.location.path, base)
        if not dot or "/" in tags:
            plain.append(fact)
        elif key not in replaced and any(tag in held for tag in tags.split(".")):
            replaced.add(key)
            out.append(Fact(fact.kind, base, fact.location, fact.language, fact.guard, fact.value))
    out.extend(fact for fact in plain if (fact.location.path, fact.name) not in replaced)
    return out
