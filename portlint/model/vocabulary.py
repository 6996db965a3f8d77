"""The names that the catalog knows: what extractors of source code look for."""

from __future__ import annotations

import msgspec


class Vocabulary(msgspec.Struct, frozen=True):
    """Names by fact kind for one language family (`c` stands for C, C++ and Objective-C).

    `platform`: functions of single platforms, looked for only where a file includes one of `platform_headers`; none
    of them is in another set. `digest` identifies the content: it is part of the cache key.
    """

    language: str
    calls: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    digest: str = ""
    platform: frozenset[str] = frozenset()
    platform_headers: frozenset[str] = frozenset()
