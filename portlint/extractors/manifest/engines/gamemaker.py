"""GameMaker: projects (`*.yyp`) and their extensions (`extensions/**/*.yy`).

The files are JSON with trailing commas and integers of 64 bits. The bits of `copyToTargets` are derived from
extensions of the engine's makers (github.com/YoYoGames/GMEXT-Steamworks and GMEXT-Firebase).
"""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import Object, Places, number, objects, read, text
from portlint.model.component import Component
from portlint.model.extraction import Extraction

NAME = "gamemaker"
VERSION = 1

# copyToTargets is a mask of these bits, -1 stands for all of them.
TARGETS = {1: "macos", 2: "ios", 3: "android", 5: "html5", 6: "windows", 7: "linux", 53: "tvos"}
_NATIVE = (".dll", ".so", ".dylib", ".ext", ".a", ".framework", ".jar", ".aar")
_ALL = (1 << 53) - 1


def wants(path: str) -> bool:
    if path.endswith(".yyp"):
        return True
    return path.endswith(".yy") and "extensions" in path.split("/")[:-1]


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a project, or an extension: one `links` or `ships` fact a file, its value the targets that get it.

    Scripts for HTML5 (`.js`) are `ships`, native files `links`; GML has none. `engine/gamemaker/extension` names the
    extension. Raises ValueError for what is no JSON of this kind.
    """
    document = read(data)
    root = document.root
    places = Places(document)
    if path.endswith(".yyp"):
        return _project(path, root, places, document.partly)
    if not text(root.get("resourceType")).startswith("GMExtension") and "$GMExtension" not in root:
        raise ValueError("no extension of GameMaker")
    name = text(root.get("name")) or text(root.get("%Name")) or posixpath.basename(path).removesuffix(".yy")
    facts = [fact("setting", "engine/gamemaker/extension", path, places.line(name), name)]
    mask = number(root.get("copyToTargets"))
    for entry in objects(root.get("files")):
        own = number(entry.get("copyToTargets"))
        for file in _files(entry):
            kind = "ships" if file.endswith(".js") else "links" if file.endswith(_NATIVE) else None
            if kind is not None:
                goes_to = ",".join(_targets(own, mask))
                facts.append(fact("ships" if kind == "ships" else "links", file, path, places.line(file), goes_to))
    folder = posixpath.dirname(path) or "."
    version = text(root.get("extensionVersion"))
    component = Component(f"plugin:{folder}", "plugin", name, folder, version)
    return Extraction(tuple(facts), (component,), partly=document.partly)


def _project(path: str, root: Object, places: Places, partly: str) -> Extraction:
    name = text(root.get("name")) or text(root.get("%Name")) or posixpath.basename(path).removesuffix(".yyp")
    meta = root.get("MetaData")
    version = text(meta.get("IDEVersion")) if isinstance(meta, dict) else ""
    if not {"resources", "resourceType", "modelName", "$GMProject"} & set(root):
        raise ValueError("no project of GameMaker")
    folder = posixpath.dirname(path) or "."
    component = Component(f"project:{folder}", "project", name, folder)
    line = places.line("IDEVersion") if version else 1
    return Extraction((mark("gamemaker", path, line, version),), (component,), partly=partly)


def _files(entry: Object) -> list[str]:
    """The file of an entry, and those that stand in for it on other targets."""
    named = [text(entry.get("filename")), *(text(each.get("name")) for each in objects(entry.get("ProxyFiles")))]
    return list(dict.fromkeys(each for each in named if each))


def _targets(own: int | None, whole: int | None) -> list[str]:
    """The targets of a file: those of its own mask that the extension goes to. 0 and absence stand for all."""
    masks = [mask if mask and mask > 0 else _ALL << 1 for mask in (own, whole)]
    both = masks[0] & masks[1]
    return [name for bit, name in TARGETS.items() if both >> bit & 1]
