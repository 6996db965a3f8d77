"""MSBuild files: C# projects (`*.csproj`) and what they inherit (`Directory.Build.props`, `*.props`, `*.targets`).

Says what the file says; what a project inherits and what its properties come to is put together in
`projects/dotnet_builds.py`. Source: learn.microsoft.com, "MSBuild reference for .NET SDK projects" and
"PackageReference in project files".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from portlint.extractors.manifest.engines import monogame
from portlint.extractors.manifest.packages.csproj_conditions import condition
from portlint.extractors.manifest.xml_safe import Element, read_xml
from portlint.files import is_lfs_pointer
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, both, negated

NAME = "csproj"
VERSION = 2
LANGUAGE = "msbuild"
MAX_FACTS = 20_000

PROPERTY, DEFINE, IMPORT = "dotnet/property/", "dotnet/define", "dotnet/import"
SDK, FRAMEWORK = "dotnet/sdk", "dotnet/target-framework"
SHARED_VERSION, PROJECT_REFERENCE, GLOBAL_PACKAGE = "dotnet/version/", "dotnet/project-reference", "dotnet/for-all/"
PRIVATE = "dotnet/private-package"  # PrivateAssets=all: it serves the build
INCLUDE, EXCLUDE = "dotnet/compile-include", "dotnet/compile-remove"
_ENDINGS = (".csproj", ".props", ".targets", ".projitems")
_IN_FOLDER = re.compile(r"\$\((?:MSBuildThisFileDirectory|MSBuildProjectDirectory|ProjectDir)\)[\\/]?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]{0,199}\Z")
# Items whose value is one name or path a fact.
_ITEMS = {
    "FrameworkReference": "dotnet/framework-reference",
    "NativeFileReference": "dotnet/native-reference",
    "NativeLibrary": "dotnet/native-reference",
    "DirectPInvoke": "dotnet/direct-pinvoke",
    "Using": "dotnet/using",
    "SupportedPlatform": "dotnet/supported-platform",
}


def wants(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def extract(path: str, data: bytes) -> Extraction:
    """Facts and edges of one file, in its order; nothing for XML whose root is no `Project`.

    `setting`: `dotnet/sdk`, `dotnet/target-framework` (one a fact), `dotnet/property/<name>` (the text as written),
    `dotnet/define` (a symbol), `dotnet/project-reference` (a path of the tree), `dotnet/assembly-reference` (the hint
    path, else the name), `dotnet/native-reference`, `dotnet/framework-reference`, `dotnet/using`, `dotnet/import`,
    `dotnet/compile-include` and `-remove` (patterns relative to the project; `/x` to the tree),
    `dotnet/version/<package>` (central versions).
    `package`: `nuget/<name>` with the version as written, "" for a central one; not for PrivateAssets=all, which are
    edges of the scope build. Guards are the conditions of the element and of what is around it.
    A MonoGame, KNI, FNA or Stride project also has the mark of its engine.
    Raises ValueError for what is no XML of an honest size.
    """
    if is_lfs_pointer(data):
        raise ValueError("kept in Git LFS, and only the pointer is here")
    root = read_xml(data)
    if root.name != "Project":
        return Extraction()
    reader = _Reader(path)
    facts = [*reader.sdks(root), *reader.project(root, ALWAYS)]
    if len(facts) > MAX_FACTS:
        raise ValueError(f"more than {MAX_FACTS} items and properties")
    engine = monogame.extract(path, data) if monogame.wants(path) else Extraction()
    marks = tuple(fact for fact in engine.facts if fact.kind != "package")
    return Extraction((*marks, *facts), engine.components, tuple(reader.edges))


class _Reader:
    def __init__(self, path: str) -> None:
        self._path, self._folder = path, posixpath.dirname(path) or "."
        self.edges: list[Dependency] = []

    def sdks(self, root: Element) -> Iterator[Fact]:
        """`<Project Sdk="A/1.0;B">`, `<Sdk Name="A"/>` and `<Import Sdk="A"/>`; without any it is a project of old."""
        written = [(name, root.line) for name in root.attributes.get("Sdk", "").split(";")]
        written += [(child.get("Name"), child.line) for child in root.children if child.name == "Sdk"]
        written += [(child.get("Sdk"), child.line) for child in root.children if child.name == "Import"]
        for name, line in dict(reversed(written)).items():
            if name.strip():
                yield self._fact(SDK, line, name.strip())

    def project(self, parent: Element, around: Guard) -> Iterator[Fact]:
        """What stands in the project, or in a Choose; Targets are steps of a build and are left alone."""
        rest = ALWAYS
        for child in parent.children:
            guard = both(around, condition(child.attributes.get("Condition", "")))
            if child.name == "PropertyGroup":
                yield from self._properties(child, guard)
            elif child.name == "ItemGroup":
                for item in child.children:
                    yield from self._item(item, both(guard, condition(item.attributes.get("Condition", ""))))
            elif child.name == "Import":
                if named := child.get("Project"):
                    yield self._fact(IMPORT, child.line, self._in_tree(named), guard)
            elif child.name in ("ImportGroup", "Choose"):
                yield from self.project(child, guard)
            elif child.name == "When":
                yield from self.project(child, both(guard, rest))
                rest = both(rest, negated(condition(child.attributes.get("Condition", ""))))
            elif child.name == "Otherwise":
                yield from self.project(child, both(guard, rest))

    def _properties(self, group: Element, around: Guard) -> Iterator[Fact]:
        for each in group.children:
            guard = both(around, condition(each.attributes.get("Condition", "")))
            value = each.text
            if each.children or not _NAME.match(each.name):
                continue
            if each.name in ("TargetFramework", "TargetFrameworks"):
                for framework in _list(value):
                    yield self._fact(FRAMEWORK, each.line, framework, guard)
            elif each.name == "TargetFrameworkVersion":
                yield self._fact(FRAMEWORK, each.line, f"net{value.lstrip('vV').replace('.', '')}", guard)
            elif each.name == "DefineConstants":
                for symbol in re.split(r"[;,\s]+", value):
                    if symbol and not symbol.startswith("$("):
                        yield self._fact(DEFINE, each.line, symbol, guard)
            elif each.name in ("RuntimeIdentifier", "RuntimeIdentifiers"):
                for identifier in _list(value):
                    yield self._fact("dotnet/runtime-identifier", each.line, identifier, guard)
            yield self._fact(f"{PROPERTY}{each.name}", each.line, value, guard)

    def _item(self, item: Element, guard: Guard) -> Iterator[Fact]:
        named = item.attributes.get("Include") or item.attributes.get("Update") or ""
        if item.name in ("PackageReference", "PackageVersion", "GlobalPackageReference"):
            for name in _list(named):
                yield from self._package(item, name, guard)
        elif item.name == "ProjectReference":
            for name in _list(named):
                yield from self._project_reference(item, name, guard)
        elif item.name == "Reference" and named:
            hint = item.get("HintPath")
            value = self._in_tree(hint) if hint else named.partition(",")[0].strip()
            yield self._fact("dotnet/assembly-reference", item.line, value, guard)
        elif item.name == "Compile":
            for name, key in ((INCLUDE, "Include"), (EXCLUDE, "Remove")):
                for pattern in _list(item.attributes.get(key, "")):
                    yield self._fact(name, item.line, self._pattern(pattern), guard)
        elif item.name in _ITEMS:
            for value in _list(named):
                is_path = item.name.startswith("Native")
                yield self._fact(_ITEMS[item.name], item.line, self._in_tree(value) if is_path else value, guard)

    def _package(self, item: Element, name: str, guard: Guard) -> Iterator[Fact]:
        if not _NAME.match(name):
            return
        version = item.get("VersionOverride") or item.get("Version")
        if item.name == "PackageVersion":
            yield self._fact(f"{SHARED_VERSION}{name}", item.line, version, guard)
            return
        if item.name == "GlobalPackageReference":  # of development alone: PrivateAssets=all by definition
            yield self._fact(f"{GLOBAL_PACKAGE}{name}", item.line, version, guard)
            return
        scope: Scope = "build" if _is_private(item) else "run"
        self.edges.append(
            Dependency(f"csproj:{self._path}", f"nuget/{name}@{version}", scope, self._path, item.line, guard)
        )
        if scope == "build":
            yield self._fact(PRIVATE, item.line, name, guard)
            return
        yield Fact("package", f"nuget/{name}", Location(self._path, item.line, 1), LANGUAGE, guard, version)

    def _project_reference(self, item: Element, name: str, guard: Guard) -> Iterator[Fact]:
        path = self._in_tree(name)
        private = item.get("ReferenceOutputAssembly").lower() == "false" or item.get("OutputItemType") == "Analyzer"
        scope: Scope = "build" if private else "run"
        self.edges.append(Dependency(f"csproj:{self._path}", f"csproj:{path}", scope, self._path, item.line, guard))
        yield self._fact(PROJECT_REFERENCE, item.line, path, guard)

    def _in_tree(self, written: str) -> str:
        """A path of the file as one of the tree; with other properties in it, as written."""
        plain = _slashes(_IN_FOLDER.sub("", written.strip()))
        if "$(" in plain or "*" in plain:
            return plain
        return posixpath.normpath(posixpath.join(self._folder, plain))

    def _pattern(self, written: str) -> str:
        """`/path/in/the/tree` where it says that it is relative to this file, else as written."""
        plain = _slashes(_IN_FOLDER.sub("", written))
        if plain == _slashes(written):
            return plain
        return "/" + posixpath.normpath(posixpath.join(self._folder, plain))

    def _fact(self, name: str, line: int, value: str, guard: Guard = ALWAYS) -> Fact:
        kind: FactKind = "setting"
        return Fact(kind, name, Location(self._path, line, 1), LANGUAGE, guard, value)


def _is_private(item: Element) -> bool:
    return "all" in item.get("PrivateAssets").lower().split(";") or "runtime" in item.get("ExcludeAssets").lower()


def _list(text: str) -> list[str]:
    return [each.strip() for each in text.split(";") if each.strip()]


def _slashes(path: str) -> str:
    return path.replace("\\", "/")
