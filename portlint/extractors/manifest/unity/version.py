"""The editor version of a Unity project (`ProjectSettings/ProjectVersion.txt`)."""

from __future__ import annotations

import re

from portlint.extractors.manifest.unity.text import decode, fact, lines
from portlint.model.extraction import Extraction

NAME = "unity-version"
VERSION = 1
_SHAPE = re.compile(r"\d+\.\d+\.\d+(?:[a-z]\d+)?[\w.-]*")


def wants(path: str) -> bool:
    return path == "ProjectSettings/ProjectVersion.txt" or path.endswith("/ProjectSettings/ProjectVersion.txt")


def extract(path: str, data: bytes) -> Extraction:
    """The setting `unity/editor-version`, `2021.3.45f1`. Raises ValueError where the file does not say one."""
    for line in lines(decode(data)):
        if line.key == "m_EditorVersion":
            if not _SHAPE.fullmatch(line.value):
                raise ValueError(f"line {line.number}: {line.value!r} is no editor version")
            return Extraction((fact("setting", "unity/editor-version", path, line.number, line.value),))
    raise ValueError("no m_EditorVersion in it")
