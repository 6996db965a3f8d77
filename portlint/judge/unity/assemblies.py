"""Which assembly of a Unity project compiles a file, and under which condition the web player has it.

Source: docs.unity3d.com, "Organizing scripts into assemblies" and "Special folder names".
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

import msgspec

from portlint.extractors.manifest.unity.text import constraints
from portlint.judge.unity.symbols import PLATFORM, Symbols, project_symbols, resolved, version_symbols
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, NEVER, Guard, both

_DEF = "unity/asmdef/"


class Assembly(msgspec.Struct, frozen=True):
    """An assembly definition. `settings`: its lists by key, joined by `,`; `line`: where its platforms are."""

    name: str
    path: str
    line: int
    settings: dict[str, str]
    version_defines: dict[str, str]

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    def is_built_for(self, platform: str = PLATFORM) -> bool:
        """What its list of platforms says; without a list it is built for all."""
        included, excluded = _list(self.settings, "includePlatforms"), _list(self.settings, "excludePlatforms")
        return platform in included if included else platform not in excluded

    def condition(self) -> Guard:
        """Its define constraints; assemblies of tests need the symbol of tests."""
        written = _list(self.settings, "defineConstraints")
        if "TestAssemblies" in _list(self.settings, "optionalUnityReferences"):
            written = [*written, "UNITY_INCLUDE_TESTS"]
        return constraints(written)


class Assemblies:
    """The assemblies of one project, and the symbols of each."""

    def __init__(self, project: Project, files: Mapping[str, Extraction]) -> None:
        self._project = project
        facts = [fact for extraction in files.values() for fact in extraction.facts if fact.language == "unity"]
        self._packages = _versions(facts)
        self._base = project_symbols(facts, project.engine_version)
        self._of_options = _options(facts)
        self._by_folder: dict[str, Assembly] = {}
        self._by_name: dict[str, Assembly] = {}
        for path, extraction in files.items():
            if path.endswith(".asmdef"):
                assembly = _assembly(path, extraction.facts)
                self._by_folder[assembly.folder] = assembly
                self._by_name[assembly.name] = assembly
        for fact in facts:
            if fact.name == "unity/guid" and fact.location.path.endswith(".asmdef.meta"):
                folder = posixpath.dirname(fact.location.path)
                if folder in self._by_folder:
                    self._by_name[f"GUID:{fact.value}"] = self._by_folder[folder]
        for fact in facts:
            if fact.name == "unity/asmref/reference" and fact.value in self._by_name:
                self._by_folder[posixpath.dirname(fact.location.path)] = self._by_name[fact.value]
        self._guards: dict[str, Guard] = {}
        self._symbols: dict[str, Symbols] = {}

    def all(self) -> list[Assembly]:
        return sorted({each.path: each for each in self._by_folder.values()}.values(), key=lambda each: each.path)

    def named(self, reference: str) -> Assembly | None:
        """By name or `GUID:<id>`, as references are written."""
        return self._by_name.get(reference)

    def assembly_of(self, path: str) -> Assembly | None:
        """The assembly of the nearest definition at or above a file; None for the predefined ones."""
        folder = posixpath.dirname(path)
        while True:
            if folder in self._by_folder:
                return self._by_folder[folder]
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def symbols_of(self, path: str) -> Symbols:
        """The symbols that a file is compiled with."""
        assembly = self.assembly_of(path)
        key = assembly.path if assembly else ""
        if key not in self._symbols:
            options = self._of_options.get(assembly.folder if assembly else self._inside("Assets"), frozenset())
            written = assembly.version_defines if assembly else {}
            defined, undefined = version_symbols(written, self._packages, self._base.version)
            self._symbols[key] = Symbols(
                self._base.version,
                self._base.defined | defined | options,
                self._base.undefined | undefined,
                self._base.closed,
            )
        return self._symbols[key]

    def guard_of_file(self, path: str) -> Guard:
        """When the web player has a C# file: never, always, or what is left of its assembly's constraints."""
        folder = posixpath.dirname(path)
        if folder not in self._guards:
            self._guards[folder] = self._guard(path)
        return self._guards[folder]

    def is_imported(self, path: str) -> bool:
        """Whether Unity looks at a file: in Assets or Packages, and in no folder that it hides (`Samples~`, `.git`)."""
        parts = self._parts(path)
        if self._project.kind == "unity" and parts[0] not in ("Assets", "Packages"):
            return False
        return not any(part.endswith("~") or part.startswith(".") for part in parts[:-1])

    def effective(self, fact: Fact) -> Fact:
        """The fact with what is left of its guard and its file's in the web player."""
        guard = self.guard_of_file(fact.location.path)
        if guard.op != "false":
            guard = both(guard, resolved(fact.guard, self.symbols_of(fact.location.path).settle))
            if any(part.op == "false" for part in (guard, *guard.args)) and guard.op != "or":
                guard = NEVER
        return fact if guard == fact.guard else msgspec.structs.replace(fact, guard=guard)

    def _guard(self, path: str) -> Guard:
        if not self.is_imported(path):
            return NEVER
        assembly = self.assembly_of(path)
        if assembly is not None:
            if not assembly.is_built_for():
                return NEVER
            return resolved(assembly.condition(), self.symbols_of(path).settle)
        parts = self._parts(path)
        loose = self._project.kind == "unity" and parts[0] != "Assets"  # in Packages only assemblies are compiled
        return NEVER if loose or "Editor" in parts[:-1] else ALWAYS

    def _parts(self, path: str) -> list[str]:
        return (path if self._project.path == "." else path[len(self._project.path) + 1 :]).split("/")

    def _inside(self, folder: str) -> str:
        return folder if self._project.path == "." else f"{self._project.path}/{folder}"


def effective_facts(project: Project, files: Mapping[str, Extraction]) -> list[Fact]:
    """The facts of a project's C# files as the web player has them: guards without what the project settles."""
    assemblies = Assemblies(project, files)
    return [
        assemblies.effective(fact)
        for path, extraction in files.items()
        if path.endswith(".cs")
        for fact in extraction.facts
    ]


def _assembly(path: str, facts: Iterable[Fact]) -> Assembly:
    settings = {fact.name.removeprefix(_DEF): fact for fact in facts if fact.name.startswith(_DEF)}
    line = next((settings[key].location.line for key in ("includePlatforms", "excludePlatforms") if key in settings), 1)
    prefix = "versionDefines/"
    return Assembly(
        settings["name"].value,
        path,
        line,
        {key: fact.value for key, fact in settings.items() if not key.startswith(prefix)},
        {key.removeprefix(prefix): fact.value for key, fact in settings.items() if key.startswith(prefix)},
    )


def _versions(facts: Iterable[Fact]) -> dict[str, str] | None:
    """Package versions by id from the lock file, None without one. Built-in modules count as packages."""
    locked = [fact for fact in facts if fact.kind == "package" and fact.location.path.endswith("/packages-lock.json")]
    return {fact.name.removeprefix("upm/"): fact.value for fact in locked} if locked else None


def _options(facts: Iterable[Fact]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for fact in facts:
        if fact.name == "unity/csc/define":
            found.setdefault(posixpath.dirname(fact.location.path), set()).add(fact.value)
    return {folder: frozenset(names) for folder, names in found.items()}


def _list(settings: Mapping[str, str], key: str) -> list[str]:
    return [each for each in settings.get(key, "").split(",") if each]
