"""C# game engines by the packages of a project file: MonoGame, KNI, FNA and Stride (`*.csproj`, `*.sdpkg`).

Read with expat without entities, as XML from a stranger has to be. Source: learn.microsoft.com, "PackageReference in
project files".
"""

from __future__ import annotations

import posixpath
from xml.parsers import expat

from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "csharp-engine"
VERSION = 1
MAX_BYTES = 4_000_000
MAX_DEPTH = 100

# The first one that a package begins with; KNI's packages also carry MonoGame's names in front of `.nkast`.
_ENGINES = (
    ("nkast.", "kni"),
    ("MonoGame.Framework", "monogame"),
    ("Stride.", "stride"),
    ("FNA", "fna"),
)
_REFERENCES = ("PackageReference", "PackageVersion", "ProjectReference", "Reference")


def wants(path: str) -> bool:
    return path.endswith((".csproj", "Directory.Packages.props"))


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a project whose packages name an engine, and its packages; nothing for other C# projects.

    Raises ValueError for what is no XML, for entities, and for nesting without end.
    """
    references = _Reader().read(data)
    engine, line, version = "", 1, ""
    for name, number, at, kind in references:
        found = _engine(posixpath.basename(name).removesuffix(".csproj") if kind == "ProjectReference" else name)
        if found and not engine:
            engine, line, version = found, at, number
    if not engine or path.endswith(".props"):
        return Extraction()
    facts: list[Fact] = [mark(engine, path, line, version)]
    facts += [
        fact("package", f"nuget/{name}", path, at, number)
        for name, number, at, kind in references
        if kind == "PackageReference"
    ]
    folder = posixpath.dirname(path) or "."
    name = posixpath.basename(path).removesuffix(".csproj")
    return Extraction(tuple(facts), (Component(f"project:{folder}", "project", name, folder),))


def _engine(package: str) -> str:
    for start, engine in _ENGINES:
        if package == start or package.startswith(start if start != "FNA" else "FNA."):
            return engine
    return ""


class _Reader:
    """Collects references: name, version, line, element."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str, int, str]] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity
        self._parser.CharacterDataHandler = self._text
        self._inside = ""

    def read(self, data: bytes) -> list[tuple[str, str, int, str]]:
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for project files")
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise ValueError(f"line {error.lineno}: not valid XML: {expat.ErrorString(error.code)}") from error
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"not read: XML nested more than {MAX_DEPTH} deep")
        self._inside = name
        if name in _REFERENCES and (named := attributes.get("Include") or attributes.get("Update")):
            package = named.replace("\\", "/") if name == "ProjectReference" else named.partition(",")[0]
            version = attributes.get("Version", "")
            self._found.append((package, version, self._parser.CurrentLineNumber, name))

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._inside = ""

    def _text(self, text: str) -> None:
        """`<Version>` as an element of its own."""
        if self._inside == "Version" and self._found and not self._found[-1][1]:
            name, _, line, kind = self._found[-1]
            self._found[-1] = name, text.strip(), line, kind

    def _entity(self, *_: object) -> None:
        raise ValueError("not read: XML that declares entities")
