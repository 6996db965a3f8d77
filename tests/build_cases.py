"""What a reader of build files says of a text, as lines that a test can name."""

from __future__ import annotations

from types import ModuleType

from portlint.model.extraction import Extraction


def said(reader: ModuleType, path: str, text: str) -> list[str]:
    """`kind name=value @line [guard]` of each fact, in the order of the file."""
    return lines(reader.extract(path, text.encode()))


def lines(extraction: Extraction) -> list[str]:
    found = []
    for fact in extraction.facts:
        value = f"={fact.value}" if fact.value else ""
        guard = "" if fact.guard.op == "true" else f" [{fact.guard}]"
        found.append(f"{fact.kind} {fact.name}{value} @{fact.location.line}{guard}")
    return found
