"""C# project files with all that they inherit: which files they compile, what they reference, whether they ship.

Source: learn.microsoft.com/visualstudio/msbuild/customize-by-directory (which props a project takes in), "Central
package management" of NuGet, "MSBuild reference for .NET SDK projects" (which files are compiled by default).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from portlint.extractors.manifest.packages import csproj
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS

MAX_IMPORTS = 50  # files that one project takes in
_BEFORE, _AFTER, _CENTRAL = "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"
_ABOVE = "getpathoffileabove"
_TESTS = (
    "microsoft.net.test.sdk",
    "xunit",
    "nunit",
    "mstest.",
    "tunit",
    "benchmarkdotnet",
    "coverlet.",
    "fluentassertions",
    "shouldly",
    "verify.",
)
_TEST_NAME = re.compile(r"(?:^|[._-])(?:unit|integration)?(?:tests?|benchmarks?)\Z", re.IGNORECASE)
_UNITY = ("ProjectSettings/ProjectVersion.txt", "ProjectSettings/ProjectSettings.asset")
WEB_SDKS = ("Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Razor")


class Build(msgspec.Struct, frozen=True):
    """One project file. `facts`: what it takes in and says, in the order in which MSBuild evaluates it."""

    path: str
    facts: tuple[Fact, ...]
    own: tuple[Fact, ...]

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path) or "."

    @property
    def name(self) -> str:
        return posixpath.basename(self.path).rpartition(".")[0]

    @property
    def sdks(self) -> list[str]:
        return [fact.value.partition("/")[0] for fact in self.own if fact.name == csproj.SDK]

    def values(self, name: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.name == name]

    def says(self, name: str, value: str = "true") -> bool:
        """Whether a property has this value under some condition."""
        wanted = f"{csproj.PROPERTY}{name}"
        return any(fact.name == wanted and fact.value.lower() == value for fact in self.facts)

    @property
    def is_test(self) -> bool:
        packages = [fact.name[6:].lower() for fact in self.own if fact.kind == "package"]
        return (
            self.says("IsTestProject")
            or bool(_TEST_NAME.search(self.name))
            or any(name.startswith(_TESTS) for name in packages)
        )

    @property
    def is_tool(self) -> bool:
        """Analyzers and source generators run inside the compiler."""
        return self.says("IsRoslynComponent") or self.says("EnforceExtendedAnalyzerRules")

    @property
    def is_program(self) -> bool:
        kind = [fact.value.lower() for fact in self.facts if fact.name == f"{csproj.PROPERTY}OutputType"]
        if kind:
            return kind[-1] in ("exe", "winexe")
        return any(sdk in (*WEB_SDKS[:1], "Microsoft.NET.Sdk.Worker") for sdk in self.sdks)

    @property
    def is_web(self) -> bool:
        """Whether it is built against ASP.NET Core."""
        referenced = any(fact.value == "Microsoft.AspNetCore.App" for fact in self.values("dotnet/framework-reference"))
        return referenced or WEB_SDKS[0] in self.sdks

    def compiles(self, path: str) -> bool:
        """Whether a C# file of the tree is part of it; a Remove under a condition removes nothing here."""
        inside = _relative(path, self.folder)
        modern = bool(self.sdks)
        included = modern and inside is not None and not self._is_off() and not inside.startswith(("bin/", "obj/"))
        included = included or any(_matches(fact.value, path, self.folder) for fact in self.values(csproj.INCLUDE))
        return included and not any(
            fact.guard == ALWAYS and _matches(fact.value, path, self.folder) for fact in self.values(csproj.EXCLUDE)
        )

    def _is_off(self) -> bool:
        return self.says("EnableDefaultCompileItems", "false") or self.says("EnableDefaultItems", "false")


def builds(extractions: Mapping[str, Extraction]) -> dict[str, Build]:
    """C# projects by path, without those that Godot and Unity build."""
    found: dict[str, Build] = {}
    for path in sorted(extractions):
        if not path.lower().endswith(".csproj"):
            continue
        own = _of_msbuild(extractions[path])
        if not own or _is_of_an_engine(path, own, extractions):
            continue
        found[path] = Build(path, tuple(_all_facts(path, extractions)), tuple(own))
    return found


def _of_msbuild(extraction: Extraction) -> list[Fact]:
    return [fact for fact in extraction.facts if fact.language == csproj.LANGUAGE]


def _is_of_an_engine(path: str, own: Iterable[Fact], extractions: Mapping[str, Extraction]) -> bool:
    """Godot's SDK; what Unity writes beside Assets, and what lies in Assets or Packages."""
    for fact in own:
        if fact.name == csproj.SDK and fact.value.startswith("Godot.NET.Sdk"):
            return True
        if fact.name in (f"{csproj.PROPERTY}UnityProjectType", f"{csproj.PROPERTY}UnityVersion"):
            return True
    folder = posixpath.dirname(path)
    here = folder
    while True:
        base = f"{here}/" if here else ""
        if any(base + file in extractions for file in _UNITY):
            below = path[len(base) :].split("/")
            return len(below) == 1 or below[0] in ("Assets", "Packages", "Library")
        if not here:
            return False
        here = posixpath.dirname(here)


def _all_facts(path: str, extractions: Mapping[str, Extraction]) -> Iterator[Fact]:
    """Props of the folder, then central versions, the file, targets; each with what it imports first."""
    folder = posixpath.dirname(path)
    seen: set[str] = set()
    for file in (_above(folder, _BEFORE, extractions), _above(folder, _CENTRAL, extractions), path):
        if file:
            yield from _with_imports(file, folder, extractions, seen)
    if file := _above(folder, _AFTER, extractions):
        yield from _with_imports(file, folder, extractions, seen)


def _with_imports(path: str, folder: str, extractions: Mapping[str, Extraction], seen: set[str]) -> Iterator[Fact]:
    if path in seen or len(seen) > MAX_IMPORTS or path not in extractions:
        return
    seen.add(path)
    for fact in _of_msbuild(extractions[path]):
        if fact.name != csproj.IMPORT:
            yield fact
            continue
        target = fact.value
        if _ABOVE in target.lower():
            target = _above(posixpath.dirname(posixpath.dirname(path)), posixpath.basename(path), extractions)
        if target:
            yield from _with_imports(target, folder, extractions, seen)


def _above(folder: str, name: str, extractions: Mapping[str, Extraction]) -> str:
    """The nearest file of this name at or above a folder, or ""."""
    while True:
        path = f"{folder}/{name}" if folder else name
        if path in extractions:
            return path
        if not folder:
            return ""
        folder = posixpath.dirname(folder)


def _relative(path: str, folder: str) -> str | None:
    if folder == ".":
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None


def _matches(pattern: str, path: str, folder: str) -> bool:
    if "$(" in pattern:
        return False
    whole = pattern[1:] if pattern.startswith("/") else posixpath.normpath(posixpath.join(folder, pattern))
    return bool(_glob(whole).fullmatch(path))


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    """MSBuild's wildcards; the file systems that it comes from do not tell capitals apart."""
    pattern = re.sub(r"(?:\*\*/)+", "**/", pattern[:400])
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    shapes = {"**/": r"(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(shapes.get(part, re.escape(part)) for part in parts), re.IGNORECASE)
