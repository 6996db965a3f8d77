"""Which reader a text file has. Importing them all takes 0.1 s; the C family, first of all, can be asked by itself."""

from __future__ import annotations

from types import ModuleType

from portlint.extractors.manifest import EXTRACTORS as MANIFESTS
from portlint.extractors.manifest.godot import scene_scripts
from portlint.extractors.source.readers import EXTRACTORS

SOURCES: tuple[ModuleType, ...] = (*EXTRACTORS, scene_scripts)


READERS: tuple[ModuleType, ...] = (*SOURCES, *MANIFESTS)  # fewer than 256


def reader_of(path: str) -> ModuleType | None:
    """The first reader that wants a file."""
    return next((module for module in READERS if module.wants(path)), None)


def is_source(module: ModuleType) -> bool:
    return module in SOURCES
