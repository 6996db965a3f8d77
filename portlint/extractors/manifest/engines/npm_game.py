"""`package.json` of games: engines in JavaScript, Cocos Creator's projects, and packages that are native.

Source: docs.npmjs.com, "package.json".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.engines import cocos_creator
from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import Object, Places, read, text
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "npm-game"
VERSION = 2

ENGINES = (
    "phaser", "phaser-ce", "pixi.js", "@pixi/app", "three", "@babylonjs/core", "babylonjs", "playcanvas", "excalibur",
    "kaplay", "kaboom", "melonjs", "kontra", "littlejsengine", "aframe", "p5", "impactjs", "crafty",
)  # fmt: skip
_UNITY = re.compile(r"(?:com|org|net|io|jp|dev|co|eu|de)\.[\w-]+(?:\.[\w.-]+)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def wants(path: str) -> bool:
    folder, name = posixpath.split(path)
    if name != "package.json" or "node_modules" in folder.split("/"):
        return False
    # Unity's packages have a file of the same name.
    inside = posixpath.basename(posixpath.dirname(folder)) == "Packages"
    return not inside and not _UNITY.fullmatch(posixpath.basename(folder))


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a game by its engine, and the packages that it runs with; nothing for what is no game.

    Raises ValueError for what is no JSON object.
    """
    document = read(data)
    root, places = document.root, Places(document)
    if found := cocos_creator.project(path, root, places):
        return found
    dependencies = _versions(root.get("dependencies"))
    built = _versions(root.get("devDependencies"))  # a bundler takes the engine from either
    engine = next((name for name in ENGINES if name in dependencies or name in built), "")
    if not engine:
        return Extraction()
    number = _NUMBER.search(dependencies.get(engine) or built[engine])
    facts: list[Fact] = [mark("web-game", path, places.line(engine), f"{engine} {number[0]}" if number else engine)]
    places = Places(document)
    for name, version in dependencies.items():
        facts.append(fact("package", f"npm/{name}", path, places.line(name), version))
    folder = posixpath.dirname(path) or "."
    name = text(root.get("name")) or posixpath.basename(folder)
    component = Component(f"project:{folder}", "project", name, folder, text(root.get("version")))
    return Extraction(tuple(facts), (component,), partly=document.partly)


def _versions(table: object) -> dict[str, str]:
    found: Object = table if isinstance(table, dict) else {}
    return {name: version for name, version in found.items() if isinstance(version, str)}
