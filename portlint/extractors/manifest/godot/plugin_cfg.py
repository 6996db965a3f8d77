"""Editor plugins of Godot (`plugin.cfg`): name and version of an addon."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.godot.facts import plugin, settings
from portlint.extractors.manifest.godot.text import read
from portlint.model.extraction import Extraction

NAME = "plugin-cfg"
VERSION = 1


def wants(path: str) -> bool:
    return posixpath.basename(path) == "plugin.cfg"


def extract(path: str, data: bytes) -> Extraction:
    """`plugin/name`, `plugin/version` and so on as settings, and the addon as a component.

    Nothing for a `plugin.cfg` of another program, which has no `[plugin]`. Keys: editor/editor_plugin_settings.cpp.
    Raises ValueError when the file is not Godot's text format.
    """
    facts = settings(read(data), path, ["plugin"])
    if not facts:
        return Extraction()
    values = {fact.name: fact.value for fact in facts}
    # The folder names the addon, not the title: GodotSteam's plugin.cfg calls itself "GodotSteam Updater".
    return Extraction(tuple(facts), (plugin(path, values.get("plugin/version", "")),))
