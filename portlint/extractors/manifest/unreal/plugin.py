"""An Unreal plug-in: `*.uplugin`. Source: FPluginDescriptor at dev.epicgames.com."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.lenient_json import Places, read, text
from portlint.extractors.manifest.unreal.text import condition_of, fact, modules, plugins
from portlint.model.component import Component, Provenance
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "unreal-plugin"
VERSION = 1

# Kinds of modules that no shipped game, client or server contains.
NOT_SHIPPED = (
    "Editor",
    "EditorNoCommandlet",
    "EditorAndProgram",
    "UncookedOnly",
    "Developer",
    "DeveloperTool",
    "Program",
)


def wants(path: str) -> bool:
    return path.endswith(".uplugin")


def extract(path: str, data: bytes) -> Extraction:
    """`unreal/plugin/name` (guard: the platforms of the whole plug-in), its engine version, modules, plug-ins it needs.

    The component is the plug-in's folder; one whose modules are all for the editor is of that provenance.
    Raises ValueError for what is no JSON object of this kind.
    """
    document = read(data)
    root = document.root
    if not {"FileVersion", "Modules", "VersionName", "FriendlyName"} & set(root):
        raise ValueError("no Unreal plug-in: it has neither FileVersion nor Modules")
    places = Places(document)
    name = posixpath.basename(path).removesuffix(".uplugin")
    version = text(root.get("VersionName")) or text(root.get("Version"))
    first = places.line("FileVersion")
    facts = [fact("setting", "unreal/plugin/name", path, first, name, condition_of(root))]
    if engine := text(root.get("EngineVersion")):
        facts.append(fact("setting", "unreal/plugin/engine-version", path, places.line("EngineVersion"), engine))
    own = modules(path, root, places)
    facts += own
    facts += plugins(path, root, places)
    if root.get("PreBuildSteps"):
        facts.append(fact("setting", "unreal/plugin/build-steps", path, places.line("PreBuildSteps"), "PreBuildSteps"))
    folder = posixpath.dirname(path) or "."
    component = Component(f"plugin:{folder}", "plugin", name, folder, version, provenance=_provenance(own))
    return Extraction(tuple(facts), (component,), partly=document.partly)


def _provenance(modules: list[Fact]) -> Provenance:
    return "editor" if modules and all(each.value in NOT_SHIPPED for each in modules) else "first-party"
