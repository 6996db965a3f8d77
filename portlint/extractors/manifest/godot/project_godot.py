"""Settings of a Godot project (`project.godot`, `override.cfg`)."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.godot.facts import settings
from portlint.extractors.manifest.godot.text import read
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "project-godot"
VERSION = 1

CONFIG_VERSION = 5  # of Godot 4; 4 is Godot 3 (core/config/project_settings.h)


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("project.godot", "override.cfg")


def extract(path: str, data: bytes) -> Extraction:
    """One `setting` fact a setting, named by its full path (`rendering/renderer/rendering_method.web`).

    `[input]` is left out: key bindings decide nothing here, and they are most of the file. Arrays are joined by `,`:
    `application/config/features` is `4.7,C#`. Raises ValueError when the file is not Godot's text format.
    """
    sections = read(data)
    names = [name for name in dict.fromkeys(section.name for section in sections) if name != "input"]
    facts = settings(sections, path, names)
    if posixpath.basename(path) == "override.cfg":
        return Extraction(tuple(facts), partly="not applied: Godot reads override.cfg beside the exported game only")
    return Extraction(tuple(facts), (_project(path, facts),), partly=_doubt(facts))


def _project(path: str, facts: list[Fact]) -> Component:
    values = {fact.name: fact.value for fact in facts}
    folder = posixpath.dirname(path) or "."
    name = values.get("application/config/name") or posixpath.basename(folder)
    return Component(f"project:{folder}", "project", name, folder, values.get("application/config/version", ""))


def _doubt(facts: list[Fact]) -> str:
    version = next((fact.value for fact in facts if fact.name == "config_version"), "")
    if version.isdecimal() and int(version) > CONFIG_VERSION:
        return f"config_version {version} is newer than the format known here ({CONFIG_VERSION})"
    return ""
