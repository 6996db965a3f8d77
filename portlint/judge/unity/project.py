"""What a Unity project as a whole means for a web build: settings, packages, and its native code."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

import msgspec

from portlint.extractors.manifest.unity.packages import scope_of
from portlint.judge.godot.export import is_before
from portlint.judge.godot.project import finding, of_support
from portlint.judge.unity.assemblies import Assemblies
from portlint.judge.unity.libraries import Libraries
from portlint.judge.unity.plugins import plugins
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.package import Fate, Package, is_called

KINDS = ("unity", "unity-addon")

_PLATFORMS = "https://docs.unity3d.com/Manual/PlatformSpecific.html"
_TRANSPORTS = ("upm/com.unity.transport", "upm/com.unity.netcode.gameobjects", "upm/com.unity.netcode")


def unity_findings(
    project: Project,
    files: Mapping[str, Extraction],
    paths: Collection[str],
    packages: Sequence[Package],
    target: Target,
    catalog: Catalog,
) -> list[Finding]:
    """Findings of one Unity project or addon; `files` are its own extractions, `paths` all files of the tree."""
    judged = _UnityProject(project, files, packages, target, catalog)
    if target.engine != "unity":
        return judged.without_export()
    found = plugins(files, paths, Assemblies(project, files))
    native = Libraries(project, files, found, packages, target, catalog)
    settings = [*judged.threads_setting(), *judged.burst(), *judged.transport()]
    return [*native.findings(), *settings, *judged.known_packages()]


class _UnityProject:
    def __init__(
        self,
        project: Project,
        files: Mapping[str, Extraction],
        packages: Sequence[Package],
        target: Target,
        catalog: Catalog,
    ) -> None:
        self._project, self._files, self._packages = project, files, packages
        self._target, self._rules = target, catalog.rules
        self._facts = [fact for each in files.values() for fact in each.facts if fact.language == "unity"]

    def without_export(self) -> list[Finding]:
        """No engine, no game; a package of the engine is not better off."""
        support = self._target.support["engine.export"]
        if support.level in ("works", "unknown") or not self._facts:
            return []
        assemblies = Assemblies(self._project, self._files).all()
        shipped = {each.path for each in assemblies if each.is_built_for()}
        told = min(self._facts, key=lambda fact: _tells_best(fact, shipped))
        name = posixpath.basename(told.location.path)
        made = of_support(self._rules["engine-without-export"], "setting", name, told.location, support)
        return [msgspec.structs.replace(made, source=_PLATFORMS)]

    def threads_setting(self) -> list[Finding]:
        setting = self._setting("unity/player/webGLThreadsSupport")
        if setting is None or (setting.value == "1") == self._target.threads:
            return []
        rule = self._rules["unity-threads-setting"]
        has, other = ("without", "unity-web") if self._target.threads else ("with", "unity-web-threads")
        message = f"the player settings build {has} native multithreading; this target is the other build"
        return [
            finding(
                rule,
                "setting",
                "webGLThreadsSupport",
                setting.location,
                "flag",
                message,
                f"judge it for {other} too",
                rule.source,
            )
        ]

    def burst(self) -> list[Finding]:
        """Burst jobs have worker threads on the web from these versions on: docs, "Multithreading with Burst"."""
        package, editor = self._package_facts().get("upm/com.unity.burst"), self._project.engine_version
        if package is None or not self._target.threads:
            return []
        late = [f"Unity {editor}"] * is_before(editor, "6000.4") + [f"Burst {package.value}"] * is_before(
            package.value, "1.8.26"
        )
        if not late:
            return []
        rule = self._rules["unity-burst-threads"]
        message = (
            f"Burst jobs stay on the main thread with {' and '.join(late)}: workers need Unity 6.4 and Burst 1.8.26"
        )
        instead = "update both, or count on one thread for jobs"
        return [finding(rule, "package", "Burst", package.location, "flag", message, instead, rule.source)]

    def transport(self) -> list[Finding]:
        """Unity Transport: WebSockets on the web, if both ends agree to them."""
        used = self._package_facts()
        package = next((used[name] for name in _TRANSPORTS if name in used), None)
        fields = [fact for fact in self._facts if fact.name == "unity/field/m_UseWebSockets"]
        off = [fact for fact in fields if fact.value == "0"]
        if package is None or (fields and not off):
            return []
        rule = self._rules["unity-transport-websockets"]
        place = off[0].location if off else package.location
        seen = "is off here" if off else "is in a scene or prefab that was not seen"
        message = (
            "Unity Transport speaks WebSocket in a browser and UDP elsewhere: its server needs Use WebSockets on "
            f"(m_UseWebSockets, which {seen}), and a page can only be a client"
        )
        instead = "turn Use WebSockets on, and host on a dedicated server or through a relay over wss"
        return [finding(rule, "setting", "m_UseWebSockets", place, "partial", message, instead, rule.source)]

    def known_packages(self) -> list[Finding]:
        """Packages of the manifest that the catalogue knows not to work on this target."""
        found = []
        for name, fact in sorted(self._package_facts().items()):
            row = next((each for each in self._packages if is_called(each.match.packages, name)), None)
            fate = row.fate(self._target.id, self._target.family) if row else None
            if row and fate and scope_of(name.removeprefix("upm/")) == "run":
                found += self._package(row, fate, fact)
        return found

    def _package(self, row: Package, fate: Fate, fact: Fact) -> list[Finding]:
        version = self._project.engine_version if row.kind in ("engine-package", "addon") else fact.value
        late = bool(fate.since) and is_before(version, fate.since)
        if (fate.status in ("native", "yes") and not late) or (fate.status, row.kind) == ("unknown", "engine-package"):
            return []  # what nobody has written down of the engine's own modules is no news
        levels: dict[str, Level] = {"no": "fails-at-run", "partial": "partial", "unknown": "unknown"}
        level = levels.get(fate.status, "fails-at-run")
        reason = f"works only from version {fate.since} on" if late else fate.because or "has no known web build"
        rule = self._rules["unity-package-without-web-build"]
        message = f"depends on {row.name} ({fact.name.removeprefix('upm/')}): {reason}"
        made = finding(rule, "package", row.name, fact.location, level, message, fate.instead, fate.source)
        return [msgspec.structs.replace(made, blocker=fate.status == "no" and not fate.instead)]

    def _package_facts(self) -> dict[str, Fact]:
        """Packages by `upm/<id>`: of the manifest, which says where they were asked for, else of the lock file."""
        told = [fact for fact in self._facts if fact.kind == "package"]
        told.sort(key=lambda fact: not fact.location.path.endswith("Packages/manifest.json"))
        locked = {fact.name: fact.value for fact in reversed(told) if fact.location.path.endswith("-lock.json")}
        found: dict[str, Fact] = {}
        for fact in told:
            if fact.name not in found:
                found[fact.name] = msgspec.structs.replace(fact, value=locked.get(fact.name, fact.value))
        return found

    def _setting(self, name: str) -> Fact | None:
        return next((fact for fact in self._facts if fact.name == name), None)


def _tells_best(fact: Fact, shipped: Collection[str]) -> tuple[bool, bool, bool, Location]:
    """Order of facts that show an engine: its version, a package's name, then an assembly that ships."""
    path = fact.location.path
    return fact.name != "unity/editor-version", fact.name != "unity/package/name", path not in shipped, fact.location
