"""O3DE: projects (`project.json` with `project_name`) and gems (`gem.json` with `gem_name`).

Source: docs.o3de.org, "Project manifest" and "Gem manifest".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.engines import cocos_creator
from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import Document, Places, read, text, texts
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "o3de"
VERSION = 1
_RANGE = re.compile(r"\s*(?:[<>=~]=?|==).*")


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("project.json", "gem.json")


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a project with its gems as packages, or a gem with its platforms; nothing for other tools' files.

    A `project.json` may be Cocos Creator 2's. Raises ValueError for what is no JSON object.
    """
    document = read(data)
    root = document.root
    if posixpath.basename(path) == "gem.json":
        return _gem(path, document) if text(root.get("gem_name")) else Extraction()
    places = Places(document)
    if "project_name" not in root:
        return cocos_creator.project(path, root, places) or Extraction()
    folder = posixpath.dirname(path) or "."
    name = text(root.get("project_name"))
    facts: list[Fact] = [mark("o3de", path, places.line("project_name"))]
    for gem in texts(root.get("gem_names")):
        facts.append(fact("package", f"o3de/{_RANGE.sub('', gem)}", path, places.line(gem), gem))
    component = Component(f"project:{folder}", "project", name, folder, text(root.get("version")))
    return Extraction(tuple(facts), (component,), partly=document.partly)


def _gem(path: str, document: Document) -> Extraction:
    root, places = document.root, Places(document)
    name = text(root.get("gem_name"))
    folder = posixpath.dirname(path) or "."
    facts = [fact("setting", "engine/o3de/extension", path, places.line(name), name)]
    if platforms := texts(root.get("platforms")):
        line = places.line("platforms")
        facts.append(fact("setting", "engine/o3de/platforms", path, line, ",".join(platforms)))
    for gem in texts(root.get("dependencies")):
        facts.append(fact("package", f"o3de/{_RANGE.sub('', gem)}", path, places.line(gem), gem))
    component = Component(f"plugin:{folder}", "plugin", name, folder, text(root.get("version")))
    return Extraction(tuple(facts), (component,), partly=document.partly)
