"""Export presets of a Godot project: which are for the web, what they switch on, which files they leave out.

Sources: editor/export/editor_export_platform.cpp and platform/web/export/export_plugin.cpp of
github.com/godotengine/godot (4.x); platform/javascript/export/export.cpp of 3.6.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence

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
    return tuple(preset for preset in all_presets(facts) if preset.platform in WEB_PLATFORMS)


def all_presets(facts: Iterable[Fact]) -> tuple[Preset, ...]:
    """Those for every platform, by file and index."""
    found: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        if fact.kind == "setting" and (match := _PRESET.fullmatch(fact.name)):
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


def custom_features(preset: Preset) -> frozenset[str]:
    """Feature tags that the preset adds at run time."""
    return frozenset({tag.strip() for tag in preset.options.get("custom_features", "").split(",")} - {""})


def _export_type(preset: Preset) -> int:
    written = preset.options.get("variant/export_type", "")
    return int(written) if written.isdecimal() else 0


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
    return _matches(preset.options.get("exclude_filter", ""), path)


def takes_in(preset: Preset, path: str) -> bool:
    """Whether the preset adds a file that is no resource; `path` is relative to the project."""
    return _matches(preset.options.get("include_filter", ""), path)


def _matches(filters: str, path: str) -> bool:
    for written in filters.split(","):
        # Godot's globs know no [sets]; fnmatch's patterns do not backtrack, so a hostile filter costs nothing.
        glob = written.strip().lower().replace("[", "[[]")
        if glob and any(fnmatch.fnmatchcase(each.lower(), glob) for each in (f"res://{path}", path)):
            return True
    return False
