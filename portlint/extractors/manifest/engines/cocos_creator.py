"""Cocos Creator: `package.json` with `creator.version`, `project.json` of 2.x, native plug-ins by `cc_plugin.json`.

Source: docs.cocos.com, "Project structure" and "Native plugins".
"""

from __future__ import annotations

from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import Object, Places, read, text
from portlint.model.component import Component
from portlint.model.extraction import Extraction

NAME = "cocos-creator"
VERSION = 1
_ENGINES_2 = ("cocos2d-html5", "cocos-creator-js")  # what Creator 1 and 2 write into project.json


def wants(path: str) -> bool:
    return path.rpartition("/")[2] == "cc_plugin.json"


def extract(path: str, data: bytes) -> Extraction:
    """The name of a native plug-in. Raises ValueError for what is no JSON object with a name."""
    document = read(data)
    name = text(document.root.get("name"))
    if not name:
        raise ValueError("a native plug-in without a name")
    folder = path.rpartition("/")[0] or "."
    line = Places(document).line(name)
    return Extraction(
        (fact("setting", "engine/cocos-creator/extension", path, line, name),),
        (Component(f"plugin:{folder}", "plugin", name, folder),),
        partly=document.partly,
    )


def project(path: str, root: Object, places: Places) -> Extraction | None:
    """What a `package.json` or `project.json` of Creator says; None for one that is not Creator's."""
    creator = root.get("creator")
    version = text(creator.get("version")) if isinstance(creator, dict) else ""
    of_two = text(root.get("engine")) in _ENGINES_2 and "packages" in root
    if of_two:
        version = text(root.get("version"))
    if not version and not of_two:
        return None
    folder = path.rpartition("/")[0] or "."
    name = text(root.get("name")) or folder.rpartition("/")[2]
    line = places.line(version or "engine")
    return Extraction(
        (mark("cocos-creator", path, line, version),), (Component(f"project:{folder}", "project", name, folder),)
    )
