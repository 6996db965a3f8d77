"""Readers of source code, all of them: a module that needs one imports that one."""

from types import ModuleType

from portlint.extractors.source import lua_code, zig
from portlint.extractors.source.build_scripts import extractor as build_cs
from portlint.extractors.source.c import family as c_family
from portlint.extractors.source.csharp import extractor as csharp
from portlint.extractors.source.gdscript import extractor as gdscript
from portlint.extractors.source.go import extractor as go_lang
from portlint.extractors.source.javascript import extractor as javascript
from portlint.extractors.source.python import extractor as python_code
from portlint.extractors.source.rust import extractor as rust

_CODE = (csharp, gdscript, go_lang, javascript, python_code, rust)
# The first one that wants a file reads it: `X.Build.cs` is Unreal's, and C# otherwise. Lua and Zig are read by their
# imports alone, which proves nothing clean.
EXTRACTORS: tuple[ModuleType, ...] = (c_family, build_cs, *_CODE, lua_code, zig)


def is_code(path: str) -> bool:
    """Whether a file is source whose every line was read for what it calls; units of the C family count elsewhere."""
    return not build_cs.wants(path) and any(module.wants(path) for module in _CODE)
