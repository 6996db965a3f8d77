"""The names that rules look for in source code, by language family."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portlint.model.catalog import Catalog
from portlint.model.vocabulary import Vocabulary

C_FAMILY = ("c", "cpp", "objc")


def vocabulary(
    catalog: Catalog,
    language: str,
    more_calls: Iterable[str] = (),
    platform: Iterable[str] = (),
    platform_headers: Iterable[str] = (),
) -> Vocabulary:
    """What an extractor of this language should look for.

    `more_calls` come from the targets' symbol tables, `platform` and `platform_headers` from the platforms' catalogues.
    """
    languages = {"", *C_FAMILY} if language == "c" else {"", language}
    names: dict[str, set[str]] = {
        "call": set(more_calls),
        "type": set(),
        "constant": set(),
        "include": set(),
        "import": set(),
    }
    for rule in catalog.rules.values():
        for match in rule.match:
            if match.language in languages and match.kind in names:
                names[match.kind].update(match.names)
                names["constant"].update(match.with_)
    names["platform"] = set(platform) - names["call"] - names["type"] - names["constant"]
    names["platform-header"] = set(platform_headers)
    digest = hashlib.sha256(repr([sorted(names[kind]) for kind in sorted(names)]).encode()).hexdigest()[:16]
    frozen = {kind: frozenset(values) for kind, values in names.items()}
    return Vocabulary(
        language,
        frozen["call"],
        frozen["type"],
        frozen["constant"],
        frozen["include"],
        frozen["import"],
        digest,
        frozen["platform"],
        frozen["platform-header"],
    )
