"""What becomes of each native extension of a Godot project in a web export, and who misses it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import cached_property

import msgspec

from portlint.judge.godot.export import is_threaded, resolve
from portlint.judge.godot.ground import Ground, finding
from portlint.judge.godot.hosting import version_conflict
from portlint.judge.godot.libraries import Extension, Outcome, colliding, extension_outcome, extensions, package_of
from portlint.judge.godot.preset import Preset, WebExport, preset_for
from portlint.judge.godot.reach import Links, links
from portlint.judge.godot.use import Use, known_classes, use_of
from portlint.judge.wasm.library import library_wants
from portlint.judge.words import cut, some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.package import Package
from portlint.projects import ships

_OUTCOME_RULE = {
    "no-web-build": "native-library-without-wasm",
    "not-loaded": "native-library-without-wasm",
    "wrong-threads": "web-library-thread-mismatch",
    "needs-extensions-support": "extensions-support-off",
    "missing-file": "declared-library-missing",
}
_LEVELS: dict[str, Level] = {"error": "fails-at-run", "warning": "partial", "note": "flag"}


class Extensions:
    """The extensions of one project. `facts` are those of its own files."""

    def __init__(
        self,
        project: Project,
        facts: Sequence[Fact],
        presets: Sequence[Preset],
        ground: Ground,
        target: Target,
        catalog: Catalog,
    ) -> None:
        self._project = project
        self._facts = facts
        self._presets = presets
        self._ground = ground
        self._target = target
        self._rules = catalog.rules

    def findings(self) -> list[Finding]:
        preset: Preset | None = preset_for(self._presets, self._target.threads)
        export = WebExport(self._target.threads, self._project.engine_version, preset)
        found: list[Finding] = []
        outcomes: list[Outcome] = []
        mine = extensions(self._facts, self._ground.folders)
        for extension in mine:
            package = package_of(extension, self._ground.packages)
            outcome = extension_outcome(
                extension,
                export,
                files=self._ground.paths,
                package=package,
                shared=self._ground.shared,
                built_here=self._ground.builds and self._is_own(extension, len(mine)),
            )
            if ships(extension.manifest, self._project):
                outcomes.append(outcome)
            found.extend(self._conflict(extension, outcome, package))
            outcome = self._weighed(extension, outcome, package, len(mine) == 1)
            if outcome.severity is not None:
                found.append(self._outcome(extension, outcome, package, is_threaded(export)))
            elif outcome.status == "selected":
                found.extend(self._side_module(extension, outcome, export))
        return [*found, *self._collisions(outcomes)]

    @cached_property
    def _tied(self) -> Links:
        return links(self._facts, self._project.path)

    def _weighed(self, extension: Extension, outcome: Outcome, package: Package | None, is_only_one: bool) -> Outcome:
        """The outcome, by whether the game uses the extension: the export itself only warns, and the game starts."""
        if outcome.severity is None or outcome.status == "missing-file" or self._project.kind != "godot":
            return outcome
        classes = known_classes(extension.manifest, extension.icons, self._ground.paths, is_only_one)
        identity = package.id if package else ""
        use = use_of(extension.manifest, classes, identity, self._tied, self._facts, self._ground.paths)
        if use.is_unused:
            return msgspec.structs.replace(
                outcome,
                reason=f"{outcome.reason}; nothing in the game uses it{_looked_for(use)}",
                severity="note" if outcome.status == "not-loaded" else "warning",
                blocker=False,
                instead="leave it out of the web export with the preset's exclude filter",
            )
        weighed = msgspec.structs.replace(outcome, reason=outcome.reason + _used_by(use))
        if outcome.status == "not-loaded" and use.scenes:
            return msgspec.structs.replace(weighed, severity="error", blocker=not self._published(package))
        if outcome.status == "no-web-build" and use.files and not use.needy:
            reason = f"{weighed.reason}, and each asks first whether it is there"
            return msgspec.structs.replace(weighed, reason=reason, severity="warning", blocker=False)
        return weighed

    def _published(self, package: Package | None) -> bool:
        """Whether a web build of the package is known: then the work is to update it and to turn extensions on."""
        fate = package.fate(self._target.id, "browser") if package else None
        return fate is not None and fate.status in ("yes", "partial")

    def _conflict(self, extension: Extension, outcome: Outcome, package: Package | None) -> list[Finding]:
        """An engine that does not load the extension on any platform."""
        if outcome.status == "not-loaded" and outcome.severity is None:
            return []
        text = version_conflict(extension.settings, self._project.engine_version)
        if not text or self._project.kind != "godot":
            return []
        rule, name = self._rules["godot-extension-version"], _name(extension, package)
        place = Location(extension.manifest, 1, 1)
        instead = "take the addon's release for this engine, or open the project in the engine that it asks for"
        return [finding(rule, "setting", name, place, "partial", f"{name} {text}", instead, rule.source)]

    def _side_module(self, extension: Extension, outcome: Outcome, export: WebExport) -> list[Finding]:
        """What the bytes of the selected library say beyond its thread flavour."""
        entry = outcome.entry
        read = self._ground.extractions.get(resolve(entry.value, extension.project)) if entry else None
        if entry is None or read is None or not read.facts or extension.manifest.endswith(".gdnlib"):
            return []
        symbol = extension.settings.get("configuration/entry_symbol", "")
        beside = {posixpath.basename(fact.value) for fact in (*extension.links, *extension.ships)}
        rule, file = self._rules["wasm-library-mismatch"], posixpath.basename(entry.value)
        return [
            finding(
                rule,
                "ships",
                want.subject,
                entry.location,
                want.level,
                f"{file} {want.text}",
                want.instead,
                want.source,
            )
            for want in library_wants(read, symbol, export.version, beside, self._target)
        ]

    def _is_own(self, extension: Extension, of: int) -> bool:
        """Built from the sources in this tree: its libraries are not in it, or it is the only one."""
        return of == 1 or not any(
            resolve(each.value, extension.project) in self._ground.paths for each in extension.ships
        )

    def _outcome(self, extension: Extension, outcome: Outcome, package: Package | None, threads: bool) -> Finding:
        rule = self._rules[_OUTCOME_RULE[outcome.status]]
        level: Level = _LEVELS[outcome.severity or "note"]
        entry = outcome.entry or (extension.ships[0] if extension.ships else None)
        name = _name(extension, package)
        fate = package.fate(self._target.id, "browser") if package else None
        found = finding(
            rule,
            "ships",
            name,
            Location(extension.manifest, entry.location.line if entry else 1, 1),
            level,
            f"{name} {self._reason(extension, outcome, package)}",
            outcome.instead,
            fate.source if fate else rule.source,
        )
        return msgspec.structs.replace(found, blocker=outcome.blocker)

    def _reason(self, extension: Extension, outcome: Outcome, package: Package | None) -> str:
        files = [resolve(each.value, extension.project) for each in extension.ships]
        if outcome.status == "missing-file" and outcome.entry:
            absent = sum(path not in self._ground.paths for path in files)
            which = "" if len(files) == absent else f"{absent} of "
            file = posixpath.basename(outcome.entry.value)
            return f"names {file}, which is not in the tree: {which}its {len(files)} libraries are built elsewhere"
        if outcome.status == "wrong-threads" and outcome.entry:
            shared = self._ground.shared.get(resolve(outcome.entry.value, extension.project))
            if shared is not None:  # the bytes decide, whatever the name of the file and the tags say
                file = posixpath.basename(outcome.entry.value)
                return f"{outcome.reason} ({file} imports memory that is {'' if shared else 'not '}shared)"
        fate = package.fate(self._target.id, "browser") if package else None
        if outcome.status != "no-web-build" or (fate and fate.status == "no"):
            return outcome.reason  # what a vendor alone can rebuild: what it asks for says nothing
        read = [self._ground.extractions[path] for path in files if path in self._ground.extractions]
        return outcome.reason + next((text for each in read if (text := self._ground.rebuild(each))), "")

    def _collisions(self, outcomes: Sequence[Outcome]) -> list[Finding]:
        rule = self._rules["web-library-name-collision"]
        return [
            finding(
                rule,
                "ships",
                posixpath.basename(entry.value),
                entry.location,
                "fails-at-run",
                f"{posixpath.basename(entry.value)} is the file name of two web libraries: the engine loads side "
                "modules by their names alone, so one takes the other's place",
                "rename one of the files",
                rule.source,
            )
            for entry in colliding(outcomes)
        ]


def _name(extension: Extension, package: Package | None) -> str:
    folder = posixpath.basename(posixpath.dirname(extension.manifest))
    return package.name if package else folder or extension.manifest


def _used_by(use: Use) -> str:
    if not use.files:
        return ""
    count = "1 file uses" if len(use.files) == 1 else f"{len(use.files)} files use"
    return f"; {count} it: {cut(use.files)}"


def _looked_for(use: Use) -> str:
    if not use.classes:
        return ""
    return f" (no scene or script names {some(use.classes)})"
