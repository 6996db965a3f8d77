"""Names of namespace std that a file uses without the prefix, after `using namespace std`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from portlint.extractors.source.c.lexer import Hit, Lexer
from portlint.model.outline import Directive

# Only names that the standard gives one header, and that are words enough to be looked for without their namespace.
_HEADERS = {
    "thread": "thread",
    "jthread": "thread",
    "async": "future",
    "counting_semaphore": "semaphore",
    "binary_semaphore": "semaphore",
    "filesystem": "filesystem",
}
_USING = re.compile(rb"\busing\s+namespace\s+std\s*;")
_USE = re.compile(rb"(?:<[\s\w,]*>)?(?:\s*[({>]|\s+[A-Za-z_]\w*\s*[;({=,\[]|\s*::\s*[A-Za-z_])")
_NO_USE = re.compile(rb"(?:\.|->|::|\b(?:class|struct|enum|namespace|auto|int|void|bool|const|unsigned)\s)\s*\Z")
_MEMBER = re.compile(rb"\s*::\s*([A-Za-z_]\w*)")


def unprefixed(data: bytes, directives: Iterable[Directive], names: frozenset[str]) -> list[Hit]:
    """Hits that carry the full name (`std::thread`), in order; both the directive and the header are in the file."""
    included = {directive.text.strip()[1:-1] for directive in directives if directive.kind == "include"}
    wanted = frozenset(word for word, header in _HEADERS.items() if header in included)
    if not wanted or not _USING.search(data):
        return []
    found: list[Hit] = []
    for hit in _lexer(wanted).lex(data).hits:
        if _NO_USE.search(data, max(0, hit.start - 40), hit.start) or not _USE.match(data, hit.end):
            continue
        member = _MEMBER.match(data, hit.end)
        full = [f"std::{hit.name}::{member[1].decode()}"] if member else []
        name = next((each for each in (*full, f"std::{hit.name}") if each in names), "")
        if name:
            found.append(hit._replace(name=name))
    return found


@lru_cache(maxsize=16)
def _lexer(words: frozenset[str]) -> Lexer:
    return Lexer(words)
