"""Assemblies of a Unity project: `*.asmdef`, `*.asmref`, and the compiler options in `csc.rsp`.

Source: docs.unity3d.com, "Assembly Definition File Format" and "Conditional compilation".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.unity.text import Finder, decode, fact, json_object, texts
from portlint.model.component import Component, Provenance
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "unity-asmdef"
VERSION = 1

_LISTS = (
    "includePlatforms",
    "excludePlatforms",
    "defineConstraints",
    "references",
    "precompiledReferences",
    "optionalUnityReferences",
)
_DEFINE = re.compile(r"""^[ \t]*[-/](?:define|d):\s*["']?([^"'\r\n]*)""", re.MULTILINE)


def wants(path: str) -> bool:
    return path.endswith((".asmdef", ".asmref")) or posixpath.basename(path) in ("csc.rsp", "mcs.rsp")


def extract(path: str, data: bytes) -> Extraction:
    """Settings `unity/asmdef/<key>`; lists are joined by `,`. The component is the module that the folder is.

    `unity/asmdef/versionDefines/<symbol>` holds the package and the range, `com.unity.transport 2.0`. An asmref gives
    `unity/asmref/reference`, a `csc.rsp` one `unity/csc/define` a symbol. Raises ValueError for what is not JSON.
    """
    text = decode(data)
    if path.endswith(".rsp"):
        return Extraction(tuple(_defines(path, text)))
    found = json_object(text)
    if path.endswith(".asmref"):
        reference = found.get("reference")
        if not isinstance(reference, str):
            raise ValueError("no assembly is referred to")
        return Extraction((fact("setting", "unity/asmref/reference", path, Finder(text).line("reference"), reference),))
    name = found.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError("an assembly without a name")
    facts = [fact("setting", "unity/asmdef/name", path, Finder(text).line("name"), name)]
    for key in _LISTS:
        if values := texts(found.get(key)):
            facts.append(fact("setting", f"unity/asmdef/{key}", path, Finder(text).line(key), ",".join(values)))
    facts.extend(_version_defines(path, text, found.get("versionDefines")))
    both = texts(found.get("includePlatforms")) and texts(found.get("excludePlatforms"))
    return Extraction(
        tuple(facts), (_module(path, name, found),), partly="includes and excludes platforms at once" if both else ""
    )


def _version_defines(path: str, text: str, written: object) -> list[Fact]:
    finder = Finder(text)
    found = []
    for row in written if isinstance(written, list) else ():
        if not isinstance(row, dict):
            continue
        symbol, package, expression = (row.get(key) for key in ("define", "name", "expression"))
        if isinstance(symbol, str) and isinstance(package, str) and symbol:
            value = f"{package} {expression}".strip() if isinstance(expression, str) else package
            found.append(fact("setting", f"unity/asmdef/versionDefines/{symbol}", path, finder.line(symbol), value))
    return found


def _module(path: str, name: str, found: dict[str, object]) -> Component:
    folder = posixpath.dirname(path) or "."
    provenance: Provenance = "first-party"
    constraints = texts(found.get("defineConstraints"))
    if "UNITY_INCLUDE_TESTS" in constraints or "TestAssemblies" in texts(found.get("optionalUnityReferences")):
        provenance = "test"
    elif texts(found.get("includePlatforms")) == ["Editor"] or "UNITY_EDITOR" in constraints:
        provenance = "editor"
    return Component(f"module:{folder}", "module", name, folder, provenance=provenance)


def _defines(path: str, text: str) -> list[Fact]:
    found = []
    for match in _DEFINE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        for symbol in re.split(r"[;, ]+", match[1].strip()):
            if symbol:
                found.append(fact("setting", "unity/csc/define", path, line, symbol))
    return found
