"""Paths of what lies inside an archive: the archive's own, `!/`, the path inside."""

from __future__ import annotations

import re

# Packages of games and of the tools around them that may hold native libraries. `.xcframework.zip` is one of them.
ARCHIVES = (".aar", ".jar", ".nupkg", ".unitypackage", ".whl", ".zip")
SEPARATOR = "!/"
# A folder may be called `x!`: only what is named like an archive before the mark was one.
_INSIDE = re.compile(rf"^(.*?(?:{'|'.join(map(re.escape, ARCHIVES))}))!/", re.IGNORECASE | re.DOTALL)


def member_path(archive: str, name: str) -> str:
    return f"{archive}{SEPARATOR}{name}"


def real_path(path: str) -> str:
    """The file on disk that holds a path: the outermost archive for a member, the path itself for any other."""
    inside = _INSIDE.match(path)
    return inside[1] if inside else path
