"""Ports of a PlayFab game server, as the settings of its local agent name them (`MultiplayerSettings.json`)."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.lenient_json import Places, read
from portlint.model.extraction import Extraction

NAME = "playfab"
VERSION = 1
LANGUAGE = "container"


def wants(path: str) -> bool:
    return posixpath.basename(path) == "MultiplayerSettings.json"


def extract(path: str, data: bytes) -> Extraction:
    """`container/expose/<protocol>` facts: github.com/PlayFab/MpsAgent, LocalMultiplayerAgent.

    Raises ValueError for what is no JSON object.
    """
    document = read(data)
    places = Places(document)
    out = BuildFacts(path, LANGUAGE)
    rows = document.root.get("PortMappingsList")
    if rows is None:
        return out.extraction()
    out.fact("setting", "container/game-server", places.line("PortMappingsList"), "playfab")
    for row in rows if isinstance(rows, list) else ():
        for mapping in row if isinstance(row, list) else ():
            port = mapping.get("GamePort") if isinstance(mapping, dict) else None
            if isinstance(port, dict) and isinstance(port.get("Number"), int):
                protocol = str(port.get("Protocol", "tcp")).lower()
                out.fact("setting", f"container/expose/{protocol}", places.line("GamePort"), str(port["Number"]))
    return out.extraction()
