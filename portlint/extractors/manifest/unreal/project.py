"""An Unreal project: `*.uproject`. Source: FProjectDescriptor at dev.epicgames.com."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.lenient_json import Places, read, text, texts
from portlint.extractors.manifest.unreal.text import fact, modules, plugins
from portlint.model.component import Component
from portlint.model.extraction import Extraction

NAME = "unreal-project"
VERSION = 1


def wants(path: str) -> bool:
    return path.endswith(".uproject")


def extract(path: str, data: bytes) -> Extraction:
    """`unreal/engine-association` (a version, a GUID, or ""), modules, the plug-ins that are on, target platforms.

    Raises ValueError for what is no JSON object of this kind.
    """
    document = read(data)
    root = document.root
    if not {"FileVersion", "EngineAssociation", "Modules", "Plugins"} & set(root):
        raise ValueError("no Unreal project: it has neither FileVersion nor EngineAssociation")
    places = Places(document)
    association = text(root.get("EngineAssociation"))
    line = places.line("EngineAssociation")
    facts = [fact("setting", "unreal/engine-association", path, line, association)]
    facts += modules(path, root, places)
    facts += plugins(path, root, places)
    if platforms := texts(root.get("TargetPlatforms")):
        line = places.line("TargetPlatforms")
        facts.append(fact("setting", "unreal/target-platforms", path, line, ",".join(platforms)))
    for folder in texts(root.get("AdditionalPluginDirectories")):
        facts.append(fact("setting", "unreal/plugin-folder", path, places.line(folder), folder))
    folder = posixpath.dirname(path) or "."
    title = posixpath.basename(path).removesuffix(".uproject")
    return Extraction(tuple(facts), (Component(f"project:{folder}", "project", title, folder),), partly=document.partly)
