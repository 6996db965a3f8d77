"""Walk small C-family trees in memory, as a scan would, and say how each probe is alive."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portlint.catalog.toolchain import load_toolchain, platform_headers
from portlint.extractors.source.c_family import extract
from portlint.model.vocabulary import Vocabulary
from portlint.units.codebase import Codebase

PROBES = Vocabulary("c", calls=frozenset(f"probe_{number}" for number in range(200)) | {"probe"}, digest="probes")
CHAINS = ("wasip1", "emscripten", "host")


@cache
def toolchains() -> list:  # type: ignore[type-arg]
    return [load_toolchain(name) for name in CHAINS]


def lives(files: Mapping[str, str | bytes], chain: str, defines: Mapping[str, str] | None = None) -> dict[str, str]:
    """Probe -> `live`, `open` ...; probes that are dead for the toolchain are absent."""
    texts = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    extractions = {path: extract(path, text, PROBES) for path, text in texts.items()}
    code = Codebase(extractions, {}, toolchains(), platform_headers(), (), defines or {}, None)
    toolchain = next(each for each in toolchains() if each.id == chain)
    found = code.views().view(toolchain, lambda _name: "", False).lives
    return {code.facts[number].name: life for number, life in found.items()}


def marks(files: Mapping[str, str | bytes], defines: Mapping[str, str] | None = None) -> str:
    """One letter a toolchain of CHAINS for the probe called `probe`: `L`ive, `?` open, `-` dead."""
    letters = {"live": "L", "open": "?"}
    return "".join(letters.get(lives(files, chain, defines).get("probe", ""), "-") for chain in CHAINS)
