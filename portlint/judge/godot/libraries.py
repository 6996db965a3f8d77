"""What becomes of a native extension in a Godot web export."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from portlint.catalog.packages import recognise
from portlint.graph import locator
from portlint.judge.godot.export import (
    features_of_web_export,
    is_before,
    is_threaded,
    resolve,
    select_dependencies,
    select_gdnlib,
    select_library,
    tags_of,
)
from portlint.judge.godot.preset import WebExport, extensions_on, leaves_out
from portlint.model.fact import Fact, Location
from portlint.model.finding import Severity
from portlint.model.package import Package

Status = Literal[
    "not-loaded",  # the export goes without it
    "selected",
    "missing-file",  # selected, and not in the tree: often built elsewhere
    "no-web-build",
    "wrong-threads",  # a web build for the other thread setting
    "needs-extensions-support",  # a web build, in a preset that loads no extensions
]
_MANIFESTS = (".gdextension", ".gdnlib")


class Extension(msgspec.Struct, frozen=True):
    """A manifest of native libraries. `project`: the folder of the project that it belongs to, "." if of none.

    `ships`, `links` and `icons` (classes) are its facts in file order, `settings` its settings.
    """

    manifest: str
    project: str
    ships: tuple[Fact, ...]
    links: tuple[Fact, ...]
    settings: dict[str, str]
    icons: tuple[Fact, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """`reason` completes "<name of the addon> ...". Without a severity there is nothing to report.

    `entry` is the manifest's entry that decides, or None.
    """

    status: Status
    reason: str
    entry: Fact | None = None
    severity: Severity | None = None
    blocker: bool = False
    instead: str = ""


def extensions(facts: Iterable[Fact], projects: Collection[str]) -> tuple[Extension, ...]:
    """All extensions that the facts tell of, by manifest; `projects` are the folders of project.godot files."""
    by_manifest: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.location.path.endswith(_MANIFESTS):
            by_manifest.setdefault(fact.location.path, []).append(fact)
    project_of = locator(projects, ".")
    return tuple(_extension(path, by_manifest[path], project_of(path)) for path in sorted(by_manifest))


def _extension(manifest: str, facts: Sequence[Fact], project: str) -> Extension:
    in_order = sorted(facts, key=lambda fact: fact.location.line)
    return Extension(
        manifest,
        project,
        tuple(fact for fact in in_order if fact.kind == "ships"),
        tuple(fact for fact in in_order if fact.kind == "links"),
        {fact.name: fact.value for fact in in_order if fact.kind == "setting"},
        tuple(fact for fact in in_order if fact.kind == "export"),
    )


def package_of(extension: Extension, packages: Sequence[Package]) -> Package | None:
    symbol = extension.settings.get("configuration/entry_symbol", "")
    return recognise(packages, extension.manifest, symbol, [fact.value for fact in extension.ships])


def extension_outcome(
    extension: Extension,
    export: WebExport,
    *,
    files: Collection[str] | None = None,
    package: Package | None = None,
    shared: Mapping[str, bool] | None = None,
    built_here: bool = False,
) -> Outcome:
    """What a web export does with an extension.

    Without a preset the export is judged as one that could load extensions. `files`: all paths of the tree, None
    if not known. `shared`: for side modules that were read, whether they import a shared memory, which is what makes
    them threaded; file names and tags do not tell. `built_here`: the tree holds the sources of the extension.
    """
    preset = export.preset
    if extension.ships and not _at_run_time(extension):
        return Outcome("not-loaded", "is for the editor only")
    if preset and leaves_out(preset, posixpath.relpath(extension.manifest, extension.project)):
        return Outcome("not-loaded", f"is left out of the export by the filters of preset {preset.index}")
    entry = _select(extension, export, files)
    if entry is None:
        return _without_library(extension, export, package, built_here)
    if preset and not extensions_on(preset):
        return Outcome(
            "needs-extensions-support",
            f"has a web build, but preset {preset.index} exports without extensions support",
            entry,
            "error",
            instead="turn on variant/extensions_support in the web preset",
        )
    path = resolve(entry.value, extension.project)
    threads = is_threaded(export)
    if shared and shared.get(path, threads) != threads:
        return _wrong_threads(entry, threads)
    if files is not None and path not in files:
        return Outcome("missing-file", f"declares {path}, which is not in the tree", entry, "warning")
    beside = select_dependencies(extension.links, features_of_web_export(export, extensions=True))
    for each in beside:
        if files is not None and resolve(each.value, extension.project) not in files:
            return Outcome("missing-file", f"depends on {each.value}, which is not in the tree", each, "warning")
    return Outcome("selected", f"has a web build, {path}", entry)


def colliding(outcomes: Iterable[Outcome]) -> tuple[Fact, ...]:
    """Entries whose file name another selected one has too: side modules are loaded by file name alone.

    platform/web/os_web.cpp, `open_dynamic_library`.
    """
    entries = [
        outcome.entry for outcome in outcomes if outcome.status in ("selected", "missing-file") and outcome.entry
    ]
    names = [posixpath.basename(entry.value) for entry in entries]
    paths = {entry.value for entry in entries}
    return tuple(entry for entry, name in zip(entries, names, strict=True) if names.count(name) > 1 and len(paths) > 1)


def _without_library(extension: Extension, export: WebExport, package: Package | None, built_here: bool) -> Outcome:
    preset, version = export.preset, export.version
    fate = package.fate("", "browser") if package else None
    instead = fate.instead if fate else ""
    if fate and fate.status == "native" and not (fate.since and is_before(version, fate.since)):
        return Outcome("not-loaded", "is not needed on the web, where its work is built in", instead=instead)
    if preset and not extensions_on(preset):
        reason = f"has no web build, and preset {preset.index} loads no extensions: its classes are missing there"
        return Outcome("not-loaded", reason, severity="warning", instead=instead)
    if other := _select(extension, WebExport(not export.threads, version, preset), None):
        return _wrong_threads(other, is_threaded(export))
    if prefix := extension.settings.get("configuration/autodetect_library_prefix"):
        reason = f"takes its libraries from files that begin with {prefix}, and none for the web is in the tree"
        return Outcome("missing-file", reason, severity="warning", instead=instead)
    published = fate is not None and fate.status == "yes" and not is_before(version, fate.since or "0")
    return Outcome(
        "no-web-build",
        "ships no library for the web" + ("; newer versions of it do" if published else ""),
        severity="error",
        blocker=not published and not built_here,
        instead=instead or ("add a web build to its build script" if built_here else ""),
    )


def _wrong_threads(entry: Fact, threads: bool) -> Outcome:
    has, wants = ("without", "with") if threads else ("with", "without")
    reason = f"has a web build {has} threads only, and the export is one {wants} threads"
    return Outcome("wrong-threads", reason, entry, "error", instead=f"export {has} threads, or build it {wants} them")


def _at_run_time(extension: Extension) -> list[Fact]:
    return [entry for entry in extension.ships if "editor" not in tags_of(entry)]


def _select(extension: Extension, export: WebExport, files: Collection[str] | None) -> Fact | None:
    """The entry for a release export; failing that the one for a debug export, with which a game can be shown."""
    for debug in (False, True):
        features = features_of_web_export(export, extensions=True, debug=debug)
        if extension.manifest.endswith(".gdnlib"):
            entry = select_gdnlib(_at_run_time(extension), features)
        else:
            entry = select_library(_at_run_time(extension), features) or _autodetected(extension, features, files)
        if entry:
            return entry
    return None


def _autodetected(extension: Extension, features: Collection[str], files: Collection[str] | None) -> Fact | None:
    """The file that `autodetect_library_prefix` finds: tags are what its name holds between prefix and ending."""
    written = extension.settings.get("configuration/autodetect_library_prefix", "")
    if not written or files is None:
        return None
    if "://" not in written:
        written = posixpath.normpath(posixpath.join(posixpath.dirname(extension.manifest), written))
    prefix = resolve(written, extension.project)
    folder, start = posixpath.split(prefix)
    if any(path.startswith(f"{prefix}/") for path in files):
        folder, start = prefix, ""
    entries = []
    for path in sorted(files):
        name = posixpath.basename(path)
        if posixpath.dirname(path) == folder and name.startswith(start):
            tags = [tag for tag in name.removeprefix(start).rpartition(".")[0].split(".") if tag]
            if tags:
                entries.append(Fact("ships", ".".join(tags), Location(extension.manifest), "godot", value=path))
    return select_library(entries, features)
