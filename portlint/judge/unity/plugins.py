"""Where a Unity plug-in goes, and which functions the web player has for `[DllImport]`, from facts alone.

Sources: UnityEditor.PluginImporter of github.com/Unity-Technologies/UnityCsReference; docs.unity3d.com, "Import and
configure plug-ins" and "Web native plug-ins for Emscripten".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from portlint.judge.unity.assemblies import Assemblies
from portlint.judge.unity.symbols import PLATFORM, numbers, resolved
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, Guard
from portlint.projects import native_platforms

Kind = Literal["native", "managed", "script", "linked", "unknown", "other"]
INTERNAL = "__Internal"

_SCRIPTS = (".jslib", ".jspre")
_LINKED = (".a", ".bc", ".c", ".cc", ".cpp")
_NATIVE = (".so", ".dylib", ".bundle", ".framework", ".xcframework")
_DESKTOP_FOLDERS = frozenset({"x86", "x86_64", "x64"})
_OTHER_FOLDERS = frozenset({"ios", "android", "wsa", "metro", "tvos", "visionos"})
_EDITOR = frozenset({"Editor"})
_DESKTOP = frozenset({"Editor", "Win", "Win64", "Linux", "Linux64", "LinuxUniversal", "OSXUniversal", "OSXIntel64"})
_CONSTANT = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)+|[A-Z][A-Z0-9_]+")
_EMSCRIPTEN_FOLDER = re.compile(r"(?:^|[^\d.])(\d+\.\d+\.\d+)(?:\.\d+)?")
# From this editor version on, the version of Emscripten: docs.unity.com, "Web native plug-ins for Emscripten".
_EMSCRIPTEN = (
    ((6000, 5), "4.0.19"),
    ((2023, 2), "3.1.38"),
    ((2022, 2), "3.1.8"),
    ((2021, 2), "2.0.19"),
    ((2019, 2), "1.38.11"),
    ((2018, 4), "1.37.40"),
    ((2018, 2), "1.37.33"),
)


class Plugin(msgspec.Struct, frozen=True):
    """A plug-in and the targets that have it. `place`: the fact that decides about the web, or that names the file.

    `targets`: those that it is marked for, without `Any`. `on_web`: None where define constraints are not settled.
    `present`: whether the file is in the tree.
    """

    file: str
    kind: Kind
    place: Fact
    targets: frozenset[str]
    on_web: bool | None
    present: bool

    @property
    def stem(self) -> str:
        return stem(self.file)


def plugins(files: Mapping[str, Extraction], paths: Collection[str], assemblies: Assemblies) -> list[Plugin]:
    """The plug-ins of one project by file: as their metas say, or by their folder where none tells."""
    asked = {stem(each.name) for each in imports(files, assemblies, shipped_only=False)}
    managed = {
        name for each in assemblies.all() for name in each.settings.get("precompiledReferences", "").split(",") if name
    }
    found = {}
    for path, extraction in files.items():
        told = path.endswith(".meta") and any(fact.name == "unity/plugin" for fact in extraction.facts)
        if told and assemblies.is_imported(path):
            plugin = _of_meta(path, extraction, files, paths, assemblies, asked, managed)
            found[plugin.file] = plugin
    for path, extraction in files.items():
        if path in found or not assemblies.is_imported(path):
            continue
        if path.endswith(_SCRIPTS) or (f"{path}.meta" not in paths and native_platforms(extraction)):
            found[path] = _of_folder(path, extraction)
    return [found[file] for file in sorted(found)]


def imports(files: Mapping[str, Extraction], assemblies: Assemblies, *, shipped_only: bool = True) -> list[Fact]:
    """Native imports of C# code, with what is left of their guards; without those that the web player leaves out."""
    found = []
    for path, extraction in files.items():
        if path.endswith(".cs"):
            told = (assemblies.effective(fact) for fact in extraction.facts if fact.kind == "may-load")
            found += [fact for fact in told if not shipped_only or fact.guard.op != "false"]
    return found


def functions(found: Sequence[Plugin], files: Mapping[str, Extraction]) -> frozenset[str] | None:
    """What `__Internal` resolves to: functions of web plug-ins. None where one does not tell its own."""
    names: set[str] = set()
    for plugin in found:
        if plugin.on_web is False or plugin.kind not in ("script", "linked"):
            continue
        facts = files[plugin.file].facts if plugin.file in files else ()
        exported = {fact.name for fact in facts if fact.kind == "export"}
        if not exported and not plugin.file.endswith(".jspre"):
            return None
        names |= exported
    return frozenset(names)


def is_unresolved(library: str) -> bool:
    """Whether the name of a library is rather that of a constant which another file holds (`Config.DllName`)."""
    return bool(_CONSTANT.fullmatch(library)) and not library.endswith((".Internal", ".dll"))


def emscripten_of(version: str) -> str:
    """The version of Emscripten that an editor has, "" where it is not known."""
    own = tuple(numbers(version)[:2])
    return next((found for since, found in _EMSCRIPTEN if own >= since), "") if own else ""


def built_with(file: str) -> str:
    """The version of Emscripten that a library's folder names (`WebGL/3.1.38-64bit/`), or ""."""
    found = _EMSCRIPTEN_FOLDER.findall(posixpath.dirname(file))
    return found[-1] if found else ""


def stem(library: str) -> str:
    """What a library is called by: without folder, `lib` in front, and the endings of systems; in lower case."""
    name = posixpath.basename(library).lower()
    name = re.sub(r"\.(?:dll|dylib|bundle|framework|a|bc|so(?:\.[\d.]+)?)\Z", "", name)
    return name.removeprefix("lib")


def _of_meta(
    path: str,
    extraction: Extraction,
    files: Mapping[str, Extraction],
    paths: Collection[str],
    assemblies: Assemblies,
    asked: Collection[str],
    managed: Collection[str],
) -> Plugin:
    main = next(fact for fact in extraction.facts if fact.name == "unity/plugin")
    ships = {fact.name.removeprefix("unity/"): fact for fact in extraction.facts if fact.kind == "ships"}
    excluded = extraction.says(f"unity/plugin/exclude/{PLATFORM}")
    chosen = ships.get(PLATFORM) or (None if excluded else ships.get("Any"))
    on_web: bool | None = chosen is not None
    if chosen is not None:
        on_web = _settled(chosen.guard, path, assemblies)
    if extraction.partly and not ships:
        return _by_folder(main, files, paths, asked, managed)
    kind = _kind(main.value, files, asked, managed)
    if kind == "unknown" and ships and _DESKTOP.issuperset(ships):
        kind = "native"  # managed code of its own seldom keeps to desktops
    return Plugin(
        main.value,
        kind,
        chosen or excluded or main,
        frozenset(ships) - {"Any"},
        on_web,
        _is_there(main.value, paths),
    )


def _settled(guard: Guard, path: str, assemblies: Assemblies) -> bool | None:
    return resolved(guard, assemblies.symbols_of(path).settle).holds((), ())


def _by_folder(
    main: Fact,
    files: Mapping[str, Extraction],
    paths: Collection[str],
    asked: Collection[str],
    managed: Collection[str],
) -> Plugin:
    kind = _kind(main.value, files, asked, managed)
    targets = _default_targets(main.value, kind)
    return Plugin(main.value, kind, main, targets, PLATFORM in targets, _is_there(main.value, paths))


def _of_folder(path: str, extraction: Extraction) -> Plugin:
    kind: Kind = "script" if path.endswith(_SCRIPTS) else "linked" if path.endswith(_LINKED) else "native"
    place = next(fact for fact in extraction.facts if fact.kind == "ships")
    targets = _default_targets(path, kind)
    return Plugin(path, kind, place, targets, PLATFORM in targets, True)


def _default_targets(file: str, kind: Kind) -> frozenset[str]:
    """Where a plug-in without settings goes: its folders tell, managed code goes everywhere, scripts to the web."""
    folders = file.split("/")[:-1]
    if "Editor" in folders:
        return _EDITOR
    if kind in ("script", "managed"):
        return frozenset({PLATFORM})
    if "webgl" in {folder.lower() for folder in folders} and kind == "linked":
        return frozenset({PLATFORM})
    if _DESKTOP_FOLDERS & {folder.lower() for folder in folders}:
        return frozenset({"Win", "Win64", "Linux64", "OSXUniversal"})
    return frozenset({"Other"}) if _OTHER_FOLDERS & {folder.lower() for folder in folders} else _EDITOR


def _kind(file: str, files: Mapping[str, Extraction], asked: Collection[str], managed: Collection[str]) -> Kind:
    """What the file is. An absent `.dll` is native where code imports from it, managed where an asmdef names it."""
    if file.endswith(_SCRIPTS):
        return "script"
    if file.endswith(_LINKED):
        return "linked"
    if file.endswith(_NATIVE) or re.search(r"\.so(?:\.\d+)*\Z", file):
        return "native"
    if not file.endswith(".dll"):
        return "other"
    if posixpath.basename(file) in managed:
        return "managed"
    if (extraction := files.get(file)) is not None:
        return "native" if native_platforms(extraction) else "managed"
    return "native" if stem(file) in asked else "unknown"


def _is_there(file: str, paths: Collection[str]) -> bool:
    """Whether the tree has the file; a bundle or framework is a folder."""
    return file in paths or any(path.startswith(f"{file}/") for path in paths)


def unguarded(calls: Iterable[Fact], names: Collection[str]) -> list[Fact]:
    """Imports that surely reach the web player and ask for one of these libraries."""
    return [fact for fact in calls if fact.guard == ALWAYS and stem(fact.name) in names]
