"""Settings of an Unreal project that decide about the web: `Config/**/DefaultEngine.ini`.

Unreal's INI is its own: a key may stand many times, and `+Key`, `-Key`, `.Key`, `!Key` add, remove, add again, clear.
Source: dev.epicgames.com, "Configuration Files in Unreal Engine".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.unreal.text import fact
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "unreal-config"
VERSION = 1

_DRIVERS = "NetDriverDefinitions"
_KEYS = {  # key -> name of the setting
    "DefaultPlatformService": "unreal/config/online-service",
    "DefaultGraphicsRHI": "unreal/config/graphics",
    "Components": "unreal/config/packet-handler",
}
_SECTIONS = {"DefaultPlatformService": "OnlineSubsystem", "Components": "PacketHandlerComponents"}
_NAMED = re.compile(r'\bDefName\s*=\s*"?(\w+)')
_CLASS = re.compile(r'\bDriverClassName\s*=\s*"?([^",)\s]+)')
_LINE = re.compile(r"([+\-.!@*]?)([A-Za-z_]\w*)(?:\[\w*\])?\s*=[ \t]*(.*)")


def wants(path: str) -> bool:
    return posixpath.basename(path) == "DefaultEngine.ini"


def extract(path: str, data: bytes) -> Extraction:
    """`unreal/config/net-driver/NAME` with the driver's class, and a few settings of online services and graphics.

    Raises ValueError for what is no text.
    """
    found: dict[tuple[str, str], Fact] = {}
    section = ""
    for number, line in enumerate(decode(data).splitlines(), 1):
        written = line.strip()
        if written.startswith("[") and written.endswith("]"):
            section = written[1:-1]
        elif match := _LINE.match(written):
            _take(path, number, section, (match[1], match[2], match[3].strip()), found)
    return Extraction(tuple(sorted(found.values(), key=lambda each: each.location)))


def _take(path: str, line: int, section: str, entry: tuple[str, str, str], found: dict[tuple[str, str], Fact]) -> None:
    sign, key, value = entry
    if key == _DRIVERS:
        _driver(path, line, sign, value, found)
        return
    name = _KEYS.get(key)
    if name is None or section != _SECTIONS.get(key, section):
        return
    if sign == "!":
        for each in [each for each in found if each[0] == name]:
            del found[each]
    elif sign == "-":
        found.pop((name, value), None)
    else:
        found[name, value if sign else ""] = fact("setting", name, path, line, value)


def _driver(path: str, line: int, sign: str, value: str, found: dict[tuple[str, str], Fact]) -> None:
    """`!NetDriverDefinitions=ClearArray` empties the list; `-` takes one out; a plain `=` starts it anew."""
    if sign in ("!", ""):
        for each in [each for each in found if each[0].startswith("unreal/config/net-driver/")]:
            del found[each]
    named, driver = _NAMED.search(value), _CLASS.search(value)
    if sign == "!" or not named or not driver:
        return
    name = f"unreal/config/net-driver/{named[1]}"
    if sign == "-":
        found.pop((name, ""), None)
    else:
        found[name, ""] = fact("setting", name, path, line, driver[1])
