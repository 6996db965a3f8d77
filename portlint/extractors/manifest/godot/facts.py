"""What the extractors of Godot's manifests share: settings, plugin components, paths."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from portlint.extractors.manifest.godot.text import Entry, Section
from portlint.extractors.manifest.godot.value import Value, text_of
from portlint.model.component import Component
from portlint.model.fact import Fact, FactKind, Location

LANGUAGE = "godot"


def fact(kind: FactKind, name: str, path: str, line: int, value: str = "") -> Fact:
    return Fact(kind, name, Location(path, line), LANGUAGE, value=value)


def effective(sections: Iterable[Section], name: str) -> list[Entry]:
    """The entries that Godot ends up with in one section, in the order it keeps them.

    A section may be opened twice, a later duplicate wins, and null erases.
    """
    entries: dict[str, Entry] = {}
    for section in sections:
        if section.name != name:
            continue
        for entry in section.entries:
            if entry.value is None:
                entries.pop(entry.key, None)
            elif entry.key:
                entries[entry.key] = entry
    return list(entries.values())


def settings(sections: list[Section], path: str, names: Iterable[str] | None = None) -> list[Fact]:
    """One `setting` fact an entry, named `section/key`; all sections unless `names` chooses some."""
    chosen = dict.fromkeys(section.name for section in sections) if names is None else names
    return [
        fact("setting", f"{name}/{entry.key}" if name else entry.key, path, entry.line, text_of(entry.value))
        for name in chosen
        for entry in effective(sections, name)
    ]


def library_path(value: Value, manifest: str) -> str:
    """Where a library lies: `res://...` as written, relative paths resolved against the manifest's folder."""
    written = text_of(value)
    if "://" in written or written.startswith("/"):
        return written
    return posixpath.normpath(posixpath.join(posixpath.dirname(manifest), written))


def plugin(path: str, version: str = "", name: str = "") -> Component:
    """The plugin that a manifest belongs to: `addons/<name>` above it, else its own folder.

    Outside of `addons/` the folder is often called `bin` or `gdextension`, so there the file's name is the better one.
    """
    folders = path.split("/")[:-1]
    stem = posixpath.basename(path).partition(".")[0]
    below = [index for index, folder in enumerate(folders[:-1]) if folder == "addons"]
    if below:
        folders = folders[: below[-1] + 2]
        name = name or folders[-1]
    folder = "/".join(folders) or "."
    return Component(f"plugin:{folder}", "plugin", name or stem, folder, version)
