"""Singletons of addons: whether the tree has the addon, or a class of its own with that name."""

from __future__ import annotations

from collections.abc import Mapping

from portlint.extractors.source.gdscript.links import LANGUAGE
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.projects.godot import MANIFESTS

_STEAM = frozenset({"Steam", "SteamServer", "SteamMultiplayerPeer"})
_AUTOLOADS = ("autoload/", "autoload_prepend/")


def given(files: Mapping[str, Extraction]) -> frozenset[str]:
    """The names of `_STEAM` that files of a project bring themselves.

    A `class_name` or autoload is the project's own, a stub perhaps; an extension in the tree is asked by itself, with
    its libraries.
    """
    if any(path.endswith(MANIFESTS) and "steam" in path.lower() for path in files):
        return _STEAM
    return frozenset(name for each in files.values() for fact in each.facts if (name := _declared(fact)) in _STEAM)


def is_of(fact: Fact, names: frozenset[str]) -> bool:
    """Whether a fact is a call of one of these."""
    return fact.kind == "call" and fact.language == LANGUAGE and fact.name.partition(".")[0] in names


def _declared(fact: Fact) -> str:
    if fact.language == LANGUAGE:
        return fact.name if fact.kind == "export" else ""
    return fact.name.partition("/")[2] if fact.kind == "setting" and fact.name.startswith(_AUTOLOADS) else ""
