"""Readers of source code."""

from types import ModuleType

from portlint.extractors.source import build_cs, c_family, csharp, gdscript

# The first one that wants a file reads it: `X.Build.cs` is Unreal's, and C# otherwise.
EXTRACTORS: tuple[ModuleType, ...] = (c_family, build_cs, csharp, gdscript)
_CODE = (csharp, gdscript)


def is_code(path: str) -> bool:
    """Whether a file is source whose every line was read for what it calls; units of the C family count elsewhere."""
    return not build_cs.wants(path) and any(module.wants(path) for module in _CODE)
