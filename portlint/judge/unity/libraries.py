"""Findings about native code in a Unity project: libraries for other systems, native imports, web plug-ins."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

import msgspec

from portlint.catalog.packages import recognise
from portlint.judge.godot.project import finding
from portlint.judge.unity.assemblies import Assemblies
from portlint.judge.unity.plugins import (
    INTERNAL,
    Plugin,
    built_with,
    emscripten_of,
    functions,
    imports,
    is_unresolved,
    stem,
    unguarded,
)
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.guard import ALWAYS
from portlint.model.package import Fate, Package

_MOBILE = frozenset({"Android", "iOS", "tvOS", "VisionOS", "Editor"})
_SYSTEMS = {
    "Win": "Windows",
    "Win64": "Windows",
    "WindowsStoreApps": "Windows",
    "Linux": "Linux",
    "Linux64": "Linux",
    "LinuxUniversal": "Linux",
    "OSXUniversal": "macOS",
    "OSXIntel": "macOS",
    "OSXIntel64": "macOS",
}
_SHOWN = 3


class Libraries:
    """The native side of one project, and what the web player makes of it."""

    def __init__(
        self,
        project: Project,
        files: Mapping[str, Extraction],
        found: Sequence[Plugin],
        packages: Sequence[Package],
        target: Target,
        catalog: Catalog,
    ) -> None:
        """`found`: the plug-ins of the project."""
        self._project, self._files, self._plugins, self._packages = project, files, found, packages
        self._target, self._rules = target, catalog.rules
        self._imports = imports(files, Assemblies(project, files))

    def findings(self) -> list[Finding]:
        return [*self.marked_for_web(), *self.left_out(), *self.native_imports(), *self.emscripten_versions()]

    def marked_for_web(self) -> list[Finding]:
        """Native libraries of other systems that the web player is promised on paper."""
        rule, found = self._rules["unity-library-marked-for-web"], []
        support = self._target.support[rule.needs]
        for plugin in self._plugins:
            if plugin.kind != "native" or not plugin.on_web:
                continue
            name, calls = posixpath.basename(plugin.file), unguarded(self._imports, {plugin.stem})
            called = f"; {_places(calls)} calls it" if calls else ""
            means = f"is marked for WebGL by its .meta and is a library of another system: {support.because}{called}"
            instead = "exclude WebGL in its import settings, and the code that calls it by #if !UNITY_WEBGL"
            made = finding(
                rule, "ships", name, plugin.place.location, support.level, f"{name} {means}", instead, rule.source
            )
            found.append(msgspec.structs.replace(made, blocker=bool(calls) and self._is_closed([plugin])))
        return found

    def left_out(self) -> list[Finding]:
        """Native libraries that the web player goes without, one finding a group that belongs together."""
        groups: dict[str, list[Plugin]] = {}
        for plugin in self._plugins:
            if plugin.kind == "native" and plugin.on_web is False and plugin.targets - {"Editor"}:
                groups.setdefault(self._owner(plugin), []).append(plugin)
        return [
            self._left_out(owner, group) for owner, group in sorted(groups.items()) if self._is_missed(owner, group)
        ]

    def _is_missed(self, owner: str, group: Sequence[Plugin]) -> bool:
        """Whether the libraries leave a gap: no script or library takes their place on the web, or code calls them."""
        return not self._has_web_part(owner) or bool(self._calls(group))

    def native_imports(self) -> list[Finding]:
        """Imports that nothing in the web player answers, one finding a file and library."""
        known = functions(self._plugins, self._files)
        missing: dict[tuple[str, str], list[Fact]] = {}
        for fact in self._imports:
            if fact.name == INTERNAL and (known is None or not fact.value or fact.value in known):
                continue
            missing.setdefault((fact.location.path, fact.name), []).append(fact)
        return [self._import(library, calls) for (_, library), calls in sorted(missing.items())]

    def emscripten_versions(self) -> list[Finding]:
        """Libraries for the web whose folders name versions of Emscripten, none of them the editor's."""
        wanted = emscripten_of(self._project.engine_version)
        groups: dict[str, list[Plugin]] = {}
        for plugin in self._plugins:
            if plugin.kind == "linked" and plugin.on_web is not False and built_with(plugin.file):
                groups.setdefault(plugin.stem, []).append(plugin)
        found, rule = [], self._rules["unity-plugin-emscripten-version"]
        for group in groups.values():
            versions = sorted({built_with(plugin.file) for plugin in group})
            if not wanted or wanted in versions:
                continue
            first, name = group[0], posixpath.basename(group[0].file)
            message = (
                f"{name} is built with Emscripten {', '.join(versions)}, and Unity {self._project.engine_version} "
                f"links with {wanted}: object files of other versions may not link"
            )
            instead = f"a build of it with Emscripten {wanted}"
            found.append(
                finding(rule, "ships", name, first.place.location, "fails-at-build", message, instead, rule.source)
            )
        return [msgspec.structs.replace(each, confidence="medium") for each in found]

    def _left_out(self, owner: str, group: Sequence[Plugin]) -> Finding:
        # first what says so in as many words, then what games on desktops load
        group = sorted(group, key=lambda each: (each.place.name == "unity/plugin", each.targets <= _MOBILE, each.file))
        rule = self._rules["native-library-without-wasm"]
        row, fate = self._known(group)
        name = row.name if row else posixpath.basename(group[0].file)
        level, blocker, means = self._consequence(owner, group)
        instead = self._target.support[rule.needs].instead if level != "partial" else ""
        made = finding(
            rule,
            "ships",
            name,
            group[0].place.location,
            level,
            f"{_described(name, group)}; {means}",
            (fate.instead if fate else "") or instead,
            fate.source if fate else rule.source,
        )
        return msgspec.structs.replace(made, blocker=blocker and not (fate and fate.status in ("native", "yes")))

    def _calls(self, group: Sequence[Plugin]) -> list[Fact]:
        return unguarded(self._imports, {plugin.stem for plugin in group})

    def _consequence(self, owner: str, group: Sequence[Plugin]) -> tuple[Level, bool, str]:
        """What it means that a group of libraries is missing: level, whether it blocks, and why."""
        them = "them" if len(group) > 1 else "it"
        if calls := self._calls(group):
            return "fails-at-run", self._is_closed(group), f"{_places(calls)} calls {them} all the same"
        if all(plugin.targets <= _MOBILE for plugin in group):
            return "partial", False, "what they do on phones must be absent in a browser"
        if owner in (self._project.path, *self._own_packages()):
            return "fails-at-run", True, f"no code that needs {them} is built for WebGL, so nothing of it works there"
        return "partial", False, f"no call of {them} surely reaches the web, and the game must do without"

    def _own_packages(self) -> list[str]:
        """Folders of packages that are developed in this project: an addon's own, and embedded ones."""
        if self._project.kind == "unity-addon":
            return [self._project.path]
        return [
            posixpath.dirname(path)
            for path, extraction in self._files.items()
            if any(fact.name == "unity/package/name" for fact in extraction.facts)
        ]

    def _has_web_part(self, owner: str) -> bool:
        """Whether the web gets anything instead: a script or library for it in the same package."""
        return any(
            plugin.kind in ("script", "linked") and plugin.on_web is not False and self._owner(plugin) == owner
            for plugin in self._plugins
        )

    def _owner(self, plugin: Plugin) -> str:
        """The folder of the package that a plug-in belongs to, else two levels below Assets, else the project."""
        holding = [each for each in self._own_packages() if plugin.file.startswith(f"{each}/") or each == "."]
        if holding:
            return max(holding, key=len)
        inside = plugin.file if self._project.path == "." else plugin.file[len(self._project.path) + 1 :]
        return "/".join(inside.split("/")[:-1][:3]) if inside.startswith("Assets/") else self._project.path

    def _is_closed(self, group: Sequence[Plugin]) -> bool:
        """Whether nobody publishes a web build, as far as is known."""
        _, fate = self._known(group)
        return not (fate and fate.status in ("native", "yes", "partial"))

    def _known(self, group: Sequence[Plugin]) -> tuple[Package | None, Fate | None]:
        row = recognise(self._packages, "", "", [plugin.file for plugin in group])
        return row, row.fate(self._target.id, self._target.family) if row else None

    def _import(self, library: str, calls: Sequence[Fact]) -> Finding:
        rule = self._rules["dll-import-without-library"]
        sure = [fact for fact in calls if fact.guard == ALWAYS]
        first = (sure or calls)[0]
        names = sorted({fact.value for fact in calls if fact.value})
        shown = some(names)
        if library == INTERNAL:
            level: Level = "fails-at-build"
            message = f"imports {shown} from the player itself, and no .jslib or library for WebGL in the tree has it"
            instead = "a .jslib with these functions, or #if around the imports"
        else:
            level = "fails-at-run"
            shipped = any(plugin.stem == stem(library) for plugin in self._plugins)
            whose = "which its .meta leaves out of WebGL" if shipped else "which no web player has"
            message = (
                f"imports {shown or 'functions'} from {library}, {whose}: the first call throws DllNotFoundException"
            )
            instead = "#if !UNITY_WEBGL || UNITY_EDITOR around the imports, and another way behind it"
        made = finding(rule, "may-load", library, first.location, level, message, instead, rule.source)
        constant = not any(plugin.stem == stem(library) for plugin in self._plugins) and is_unresolved(library)
        if sure and not constant:
            return made
        unsettled = f"{message}; only if {first.guard}"
        if constant:
            unsettled = f"imports {shown or 'functions'} from the library that {library} names in another file"
        return msgspec.structs.replace(
            made, level="unknown", severity="note", confidence="low", message=unsettled, guard=str(first.guard)
        )


def _described(name: str, group: Sequence[Plugin]) -> str:
    """What is left out: `steam_api64.dll, for Windows, is left out of WebGL by its .meta`."""
    systems = ", ".join(sorted({_SYSTEMS.get(each, each) for plugin in group for each in plugin.targets - {"Editor"}}))
    absent = sum(not plugin.present for plugin in group)
    if len(group) == 1:
        file = posixpath.basename(group[0].file)
        known = "" if file == name else f" of {name}"
        return (
            f"{file}{known}, for {systems}{' (not in the tree)' if absent else ''}, is left out of WebGL by its .meta"
        )
    which = ", ".join(sorted({posixpath.basename(plugin.file) for plugin in group})[:_SHOWN])
    seen = f" ({absent} of them not in the tree)" if absent else ""
    return f"{len(group)} native libraries ({which}), for {systems}{seen}, are left out of WebGL by their .meta"


def _places(calls: Sequence[Fact]) -> str:
    files = sorted({_place(fact.location) for fact in calls})
    return files[0] + (f" (and {len(files) - 1} more places)" if len(files) > 1 else "")


def _place(location: Location) -> str:
    return f"{location.path}:{location.line}"
