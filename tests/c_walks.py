"""Walk small C-family trees in memory, as a scan would, and say how each probe is alive."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from portlint.catalog.platforms import platform_headers
from portlint.catalog.toolchain import Toolchain, load_toolchain
from portlint.extractors.source.c.family import extract
from portlint.model.vocabulary import Vocabulary
from portlint.units.codebase import Codebase

PROBES = Vocabulary("c", calls=frozenset(f"probe_{number}" for number in range(200)) | {"probe"}, digest="probes")
CHAINS = ("wasip1", "emscripten", "host")


@cache
def toolchains() -> list[Toolchain]:
    return [load_toolchain(name) for name in CHAINS]


def lives(
    files: Mapping[str, str | bytes], *chains: str, defines: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """For each toolchain: probe -> `live`, `open` ...; probes that are dead there are absent."""
    texts = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    extractions = {path: extract(path, text, PROBES) for path, text in texts.items()}
    code = Codebase(extractions, {}, toolchains(), platform_headers(), (), defines or {}, None)
    views = code.views()
    found = []
    for toolchain in toolchains():
        if toolchain.id in chains:
            view = views.view(toolchain, lambda _name: "", False)
            found.append({code.facts[number].name: life for number, life in view.lives.items()})
    return found


def marks(files: Mapping[str, str | bytes], defines: Mapping[str, str] | None = None) -> str:
    """One letter a toolchain of CHAINS for the probe called `probe`: `L`ive, `?` open, `-` dead."""
    letters = {"live": "L", "open": "?"}
    return "".join(letters.get(found.get("probe", ""), "-") for found in lives(files, *CHAINS, defines=defines))
