"""The names to look for in every language, put together from rules, symbol tables and platforms' catalogues."""

from __future__ import annotations

from portlint.catalog.compiled import compiled
from portlint.catalog.load import load_catalog
from portlint.catalog.platforms import platform_headers, platform_names
from portlint.catalog.toolchain import Toolchain, load_toolchain
from portlint.catalog.vocabulary import vocabulary
from portlint.model.catalog import Catalog
from portlint.model.vocabulary import Vocabulary

HOST = "host"
_LANGUAGES = ("csharp", "gdscript", "go", "javascript", "lua", "python", "rust", "zig")
_ANYWHERE = ("GL/", "KHR/")  # Khronos headers say nothing of the platform whose folder holds them


def vocabularies() -> dict[str, Vocabulary]:
    """What to look for in source, by language: the rules' names, for the C family also every libc name that some
    toolchain has something against, and what belongs to single platforms.
    """
    return compiled("vocabularies", dict[str, Vocabulary], _vocabularies)


def all_toolchains(catalog: Catalog) -> dict[str, Toolchain]:
    """Of every target, and the host's."""
    found = {target.toolchain: load_toolchain(target.toolchain) for target in catalog.targets.values()}
    return {**found, HOST: load_toolchain(HOST)}


def _vocabularies() -> dict[str, Vocabulary]:
    catalog = load_catalog()
    names: set[str] = set()
    for toolchain in all_toolchains(catalog).values():
        if toolchain.id != HOST:
            names.update(name for name, mark in toolchain.symbols.items() if mark.mark != "defined" or mark.varies)
    headers = (name for name in platform_headers() if not name.startswith(_ANYWHERE))
    native = vocabulary(catalog, "c", names, platform_names(), headers)
    return {"c": native, **{language: vocabulary(catalog, language) for language in _LANGUAGES}}
