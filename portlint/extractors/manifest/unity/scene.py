"""The few fields of Unity's scenes, prefabs and assets that decide about a web build."""

from __future__ import annotations

import re

from portlint.extractors.manifest.unity.text import fact
from portlint.files import is_lfs_pointer
from portlint.model.extraction import Extraction

NAME = "unity-scene"
VERSION = 1

# A line in the YAML of a component; overrides of prefab instances have the value two lines below the property's path.
_FIELD = re.compile(
    rb"^[ \t]*(m_UseWebSockets|m_ProtocolType): *([01])[ \t]*\r?$"
    rb"|^[ \t]*propertyPath: (m_UseWebSockets)[ \t]*\r?\n[ \t]*value: *([01])",
    re.MULTILINE,
)
_MARKS = (b"m_UseWebSockets", b"m_ProtocolType")


def wants(path: str) -> bool:
    if path.endswith((".unity", ".prefab")):
        return True
    return path.endswith(".asset") and "ProjectSettings/" not in path


def extract(path: str, data: bytes) -> Extraction:
    """Settings `unity/field/m_UseWebSockets` and the like, `1` where it is on. Most files hold none and cost a search.

    Raises ValueError for a scene or prefab that is not text.
    """
    if is_lfs_pointer(data):
        raise ValueError("kept in Git LFS, and only the pointer is here")
    if path.endswith((".unity", ".prefab")) and data and not data.startswith((b"%YAML", b"\xef\xbb\xbf%YAML")):
        raise ValueError("not text: a binary scene or prefab (asset serialization is not forced to text)")
    if not any(mark in data for mark in _MARKS):
        return Extraction()
    facts = []
    for match in _FIELD.finditer(data):
        name, value = (match[1] or match[3]).decode(), (match[2] or match[4]).decode()
        line = data.count(b"\n", 0, match.start(1) if match[1] else match.start(3)) + 1
        facts.append(fact("setting", f"unity/field/{name}", path, line, value))
    return Extraction(tuple(facts))
