"""Platforms of a Unity plug-in, from the `.meta` file beside it.

Three shapes: serializedVersion 1 (Unity 5) and 3 (Unity 6) are maps by target, 2 is a list of `first`/`second`.
`(Any.enabled and not Exclude[target]) or target.enabled` says where a plug-in goes; a target without an entry has none.
Source: UnityEditor.PluginImporter of github.com/Unity-Technologies/UnityCsReference.
"""

from __future__ import annotations

import re

import msgspec

from portlint.extractors.manifest.unity.text import Line, constraints, decode, fact, lines
from portlint.model.extraction import Extraction
from portlint.model.guard import Guard

NAME = "unity-meta"
VERSION = 1

_IMPORTER = b"PluginImporter:"
_IDENTIFIED = (".asmdef.meta", ".asmref.meta")  # assemblies refer to each other by these ids
_GUID = re.compile(rb"^guid: ([0-9a-f]{32})", re.MULTILINE)
_STANDALONE = frozenset(
    {"Win", "Win64", "Linux", "Linux64", "LinuxUniversal", "OSXUniversal", "OSXIntel", "OSXIntel64"}
)


class Platform(msgspec.Struct):
    """One entry of `platformData`. The exclusion table of shape 2 has the target "Exclude"."""

    target: str
    line: int
    enabled: bool = False
    settings: dict[str, tuple[str, int]] = {}

    def is_used(self) -> bool:
        """Whether the entry lets its target have the plug-in: `CPU: None` takes a desktop system out again."""
        return self.enabled and not (self.target in _STANDALONE and self.settings.get("CPU", ("", 0))[0] == "None")


def wants(path: str) -> bool:
    return path.endswith(".meta")


def extract(path: str, data: bytes) -> Extraction:
    """For plug-ins: the setting `unity/plugin` (value: the file), one `ships` fact `unity/<target>` a target that has
    it, `unity/Any` where it is for all but the settings `unity/plugin/exclude/<target>`. Define constraints are the
    facts' guard. For assembly definitions: the setting `unity/guid`. All other metas say nothing here.

    Raises ValueError for a plug-in's meta that is not understood.
    """
    if path.endswith(_IDENTIFIED):
        found = _GUID.search(data)
        return Extraction((fact("setting", "unity/guid", path, 2, found[1].decode()),) if found else ())
    if _IMPORTER not in data:
        return Extraction()
    text = decode(data)
    start = text.index("PluginImporter:")
    first = text.count("\n", 0, start) + 1
    return _plugin(path, list(_section(text[start:], first)), first)


def _section(text: str, first: int) -> list[Line]:
    found = []
    for line in lines(text, first):
        if line.indent == 0 and line.number > first:
            break
        found.append(line)
    return found[1:]


def _plugin(path: str, section: list[Line], first: int) -> Extraction:
    file = path.removesuffix(".meta")
    guard, platforms = _constraints(section), _platforms(section, first)
    facts = [fact("setting", "unity/plugin", path, first, file)]
    for platform in platforms:
        excluded = {key[8:]: row for key, row in platform.settings.items() if key.startswith("Exclude ")}
        for target, (value, line) in excluded.items():
            if value == "1":
                facts.append(fact("setting", f"unity/plugin/exclude/{target}", path, line, file))
        if platform.target != "Exclude" and platform.is_used():
            facts.append(fact("ships", f"unity/{platform.target}", path, platform.line, file, guard))
    unread = "" if platforms else "a plug-in without platformData: judged by its folder"
    return Extraction(tuple(facts), partly=unread)


def _constraints(section: list[Line]) -> Guard:
    found: list[str] = []
    inside = False
    for line in section:
        if line.item and inside:
            found.append(line.value)
        else:
            inside = line.key == "defineConstraints" and not line.dash
    return constraints(found)


def _platforms(section: list[Line], first: int) -> list[Platform]:
    """Raises ValueError where the blocks do not have one of the three shapes."""
    version = next((line.value for line in section if line.key == "serializedVersion"), "1")
    if version not in ("1", "2", "3"):
        raise ValueError(f"line {first}: plug-in settings of the unknown version {version!r}")
    start = next((at for at, line in enumerate(section) if line.key == "platformData"), None)
    if start is None or section[start].value in ("{}", "[]"):
        return []
    base = section[start].indent
    block = []
    for line in section[start + 1 :]:
        if line.indent <= base and not line.dash:
            break
        block.append(line)
    found = _by_pairs(block) if any(line.dash and line.key == "first" for line in block) else _by_target(block, base)
    if not found and block:
        raise ValueError(f"line {block[0].number}: platformData that is neither a list nor a map")
    return found


def _by_pairs(block: list[Line]) -> list[Platform]:
    found: list[Platform] = []
    inside = ""
    for line in block:
        if line.dash and line.key == "first":
            inside = "first"
        elif line.key == "second" and not line.value:
            inside = "second"
        elif inside == "first":
            found.append(Platform(_target(line), line.number))
            inside = ""
        elif inside and found:
            _set(found[-1], line)
    return [each for each in found if each.target]


def _target(line: Line) -> str:
    """`Any: ` is the switch for all targets; `'': Any`, also written `: Any`, the table of exclusions."""
    if not line.key:
        return "Exclude" if line.value == "Any" else ""
    if line.key == "Facebook":
        return ""  # a platform that Unity dropped; its `WebGL` is not the one meant here
    return line.value or line.key


def _by_target(block: list[Line], base: int) -> list[Platform]:
    found: list[Platform] = []
    for line in block:
        if line.indent == base + 2 and not line.dash and not line.value:
            found.append(Platform(line.key, line.number))
        elif found:
            _set(found[-1], line)
    return found


def _set(platform: Platform, line: Line) -> None:
    if line.key == "enabled":
        platform.enabled = line.value == "1"
    elif line.key != "settings":
        platform.settings = {**platform.settings, line.key: (line.value, line.number)}
