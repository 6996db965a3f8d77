"""The names that the catalog knows: what extractors of source code look for."""

from __future__ import annotations

import msgspec


class Vocabulary(msgspec.Struct, frozen=True):
    """Names by fact kind for one language family (`c` stands for C, C++ and Objective-C).

    `digest` identifies the content: it is part of the cache key.
    """

    language: str
    calls: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    digest: str = ""
