"""Solutions: which projects build together (`*.sln`, `*.slnx`), and the SDK that `global.json` asks for.

Sources: learn.microsoft.com/visualstudio/extensibility/internals/solution-dot-sln-file, "SLNX" of the MSBuild docs,
learn.microsoft.com/dotnet/core/tools/global-json.
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode, read
from portlint.extractors.manifest.packages.csproj import LANGUAGE
from portlint.extractors.manifest.xml_safe import read_xml
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location

NAME = "solution"
VERSION = 1
MAX_BYTES = 4_000_000
MEMBER = "dotnet/solution-project"
SDK_VERSION = "dotnet/sdk-version"

_ROW = re.compile(r'^[ \t]*Project\("\{[^"}\n]*\}"\)[ \t]*=[ \t]*"[^"\n]*",[ \t]*"([^"\n]*)"', re.MULTILINE)
_HEADER = "Microsoft Visual Studio Solution File"


def wants(path: str) -> bool:
    return path.endswith((".sln", ".slnx")) or posixpath.basename(path) == "global.json"


def extract(path: str, data: bytes) -> Extraction:
    """`dotnet/solution-project` a project (a path of the tree), `dotnet/sdk-version` of a global.json.

    Raises ValueError for what is no solution; a global.json of another program gives nothing.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for solutions")
    if path.endswith(".slnx"):
        rows = [(each.get("Path"), each.line) for each in read_xml(data).every() if each.name == "Project"]
        return Extraction(tuple(_member(path, written, line) for written, line in rows if written))
    if path.endswith(".sln"):
        text = _decoded(data)
        if _HEADER not in text[:500]:
            raise ValueError("not a solution: its first line is missing")
        found = [(match[1], text.count("\n", 0, match.start()) + 1) for match in _ROW.finditer(text)]
        # a folder of the solution has its own name as path
        rows = [(written, line) for written, line in found if written.lower().endswith("proj")]
        return Extraction(tuple(_member(path, written, line) for written, line in rows))
    return Extraction(_sdk(path, data))


def _sdk(path: str, data: bytes) -> tuple[Fact, ...]:
    text = decode(data)
    sdk = read(data).root.get("sdk")
    version = sdk.get("version") if isinstance(sdk, dict) else None
    if not isinstance(version, str):
        return ()
    at = text.find('"version"')
    return (
        Fact("setting", SDK_VERSION, Location(path, text.count("\n", 0, max(at, 0)) + 1, 1), LANGUAGE, value=version),
    )


def _member(path: str, written: str, line: int) -> Fact:
    folder = posixpath.dirname(path)
    inside = posixpath.normpath(posixpath.join(folder, written.replace("\\", "/")))
    return Fact("setting", MEMBER, Location(path, line, 1), LANGUAGE, value=inside)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:4096]:
        raise ValueError("not text")
    return data.decode("utf-8-sig", "replace")
