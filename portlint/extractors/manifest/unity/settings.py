"""Player settings of a Unity project that decide about its web build (`ProjectSettings/ProjectSettings.asset`)."""

from __future__ import annotations

import re

from portlint.extractors.manifest.unity.text import Line, decode, fact, lines
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "unity-settings"
VERSION = 1

_KEYS = re.compile(
    r"webGL\w+|webWasm2023|webEnable\w+|webProgressive\w+|runInBackground|productName|companyName|bundleVersion"
    r"|gcIncremental|allowUnsafeCode|activeInputHandler|apiCompatibilityLevel"
)
# Maps by NamedBuildTarget; files of older editors have the numbers of BuildTargetGroup for the names.
_MAPS = {
    "scriptingDefineSymbols": "defines",
    "scriptingBackend": "scripting-backend",
    "managedStrippingLevel": "managed-stripping-level",
    "apiCompatibilityLevelPerPlatform": "api-compatibility-level",
}
_GROUPS = {  # UnityEditor.BuildTargetGroup
    "1": "Standalone",
    "4": "iPhone",
    "7": "Android",
    "13": "WebGL",
    "14": "Windows Store Apps",
    "19": "PS4",
    "21": "XboxOne",
    "25": "tvOS",
    "27": "Nintendo Switch",
}


def wants(path: str) -> bool:
    return path == "ProjectSettings/ProjectSettings.asset" or path.endswith("/ProjectSettings/ProjectSettings.asset")


def extract(path: str, data: bytes) -> Extraction:
    """Settings `unity/player/<key>`, and `unity/player/defines/<target>` and the like for settings by target.

    `unity/player/graphics/<target>` holds the graphics interfaces as Unity numbers them, in hex. Raises ValueError
    for what is not Unity's YAML of player settings.
    """
    text = decode(data)
    if "\nPlayerSettings:" not in text:
        raise ValueError("not the text form of player settings")
    facts: list[Fact] = []
    inside = graphics = ""
    for line in lines(text):
        if line.indent == 2 and not line.dash:
            inside = line.key
            if _KEYS.fullmatch(line.key):
                facts.append(fact("setting", f"unity/player/{line.key}", path, line.number, line.value))
        elif inside in _MAPS and line.indent == 4 and not line.dash:
            target = _GROUPS.get(line.key, line.key)
            facts.append(fact("setting", f"unity/player/{_MAPS[inside]}/{target}", path, line.number, line.value))
        elif inside == "m_BuildTargetGraphicsAPIs":
            graphics = line.value if line.key == "m_BuildTarget" else graphics
            facts.extend(_graphics(line, graphics, path))
    return Extraction(tuple(facts))


def _graphics(line: Line, target: str, path: str) -> list[Fact]:
    if line.key != "m_APIs" or not target:
        return []
    return [fact("setting", f"unity/player/graphics/{target}", path, line.number, line.value)]
