"""Readers of source code."""

from types import ModuleType

from portlint.extractors.source import (
    build_cs,
    c_family,
    csharp,
    gdscript,
    go_lang,
    javascript,
    lua_code,
    python_code,
    rust,
    zig,
)

_CODE = (csharp, gdscript, go_lang, javascript, python_code, rust)
# The first one that wants a file reads it: `X.Build.cs` is Unreal's, and C# otherwise. Lua and Zig are read by their
# imports alone, which proves nothing clean.
EXTRACTORS: tuple[ModuleType, ...] = (c_family, build_cs, *_CODE, lua_code, zig)


def is_code(path: str) -> bool:
    """Whether a file is source whose every line was read for what it calls; units of the C family count elsewhere."""
    return not build_cs.wants(path) and any(module.wants(path) for module in _CODE)
