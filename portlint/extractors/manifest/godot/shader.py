"""Shader files of Godot (`*.glsl`): which of them are compute shaders, which only a RenderingDevice runs."""

from __future__ import annotations

import re

from portlint.extractors.manifest.godot.facts import fact
from portlint.model.extraction import Extraction

NAME = "godot-shader"
VERSION = 1

_COMPUTE = re.compile(rb"^[ \t]*#\[compute\]", re.MULTILINE)


def wants(path: str) -> bool:
    return path.endswith(".glsl")


def extract(path: str, data: bytes) -> Extraction:
    """A `construct` fact `compute-shader` where the file has a `#[compute]` section.

    Nothing for the shaders of other programs, which have no such marks (servers/rendering/rendering_device_binds.cpp).
    """
    match = _COMPUTE.search(data)
    if match is None:
        return Extraction()
    return Extraction((fact("construct", "compute-shader", path, data.count(b"\n", 0, match.start()) + 1),))
