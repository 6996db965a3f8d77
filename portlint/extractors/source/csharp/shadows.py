"""Types of the project that stand for a .NET or Unity type of the same name in other files of it.

`class HttpListener` in `namespace Game.Net` is what `HttpListener` means in every file of that namespace, whatever
`using System.Net` says: a type of a namespace around the code wins over those that a directive imports. One file does
not show that, so extractors leave both halves as facts, and this puts them together.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from portlint.extractors.source.csharp.reader import LANGUAGE, SIMPLE
from portlint.model.extraction import Extraction


def without_shadowed(extractions: Mapping[str, Extraction]) -> dict[str, Extraction]:
    """The extractions of one project, by path, without facts of types that the project declares itself."""
    own = {
        fact.name
        for extraction in extractions.values()
        for fact in extraction.facts
        if fact.kind == "export" and fact.language == LANGUAGE
    }
    return {path: _cleaned(extraction, own) for path, extraction in extractions.items()} if own else dict(extractions)


def _cleaned(extraction: Extraction, own: set[str]) -> Extraction:
    shadowed = []
    for fact in extraction.facts:
        if fact.kind == "construct" and fact.name.startswith(SIMPLE):
            full = fact.name.removeprefix(SIMPLE)
            word = full.rpartition(".")[2]
            if any(f"{space}.{word}".lstrip(".") in own for space in fact.value.split(";")):
                shadowed.append(full)
    if not shadowed:
        return extraction
    members = tuple(f"{full}." for full in shadowed)
    kept = [fact for fact in extraction.facts if fact.name not in shadowed and not fact.name.startswith(members)]
    return msgspec.structs.replace(extraction, facts=tuple(kept))
