"""What a Godot project as a whole means for a web export: no export at all, C#, the web preset, its page's host."""

from __future__ import annotations

from collections.abc import Sequence

from portlint.judge.godot.export import is_before
from portlint.judge.godot.extensions import Extensions
from portlint.judge.godot.ground import Ground, finding, inside, of_support
from portlint.judge.godot.hosting import hosting
from portlint.judge.godot.preset import threads_on, web_presets
from portlint.judge.godot.without import without_export
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding
from portlint.projects import ships

_REGULAR_ONLY = (
    "runs C# scripts in Godot: Godot 3 exports them to HTML5 with the export type Regular only, which has no threads",
    "export without threads (target godot-web)",
    "https://docs.godotengine.org/en/3.6/tutorials/export/exporting_for_web.html",
)
__all__ = ["Ground", "finding", "godot_findings", "of_support"]


def godot_findings(
    project: Project, facts: Sequence[Fact], ground: Ground, target: Target, catalog: Catalog
) -> list[Finding]:
    """Findings of one project, addon or extension; `facts` are those of its own files, in order of paths."""
    if target.engine != "godot":
        return without_export(project, facts, target, catalog)
    judged = _GodotProject(project, facts, ground, target, catalog)
    extensions = Extensions(project, facts, judged.presets, ground, target, catalog)
    return [*judged.csharp(), *judged.preset_threads(), *judged.hosting(), *extensions.findings()]


class _GodotProject:
    def __init__(
        self, project: Project, facts: Sequence[Fact], ground: Ground, target: Target, catalog: Catalog
    ) -> None:
        self._project = project
        self._facts = facts
        self._ground = ground
        self._target = target
        self._rules = catalog.rules
        # Godot reads the presets at the project's root only; a tree may keep others (templates, CI).
        own = inside(project, "export_presets.cfg")
        self.presets = web_presets(fact for fact in facts if fact.location.path == own)

    def csharp(self) -> list[Finding]:
        """C# that runs: attached to scenes, autoloaded, or announced by the project. A leftover .csproj is no need."""
        version = self._project.engine_version
        is_old = bool(version) and is_before(version, "4")
        if self._project.kind != "godot" or (is_old and not self._target.threads):
            return []  # Godot 3 exports C# to HTML5, with the export type Regular
        named = [fact for fact in self._facts if _names_csharp(fact)]
        named.sort(key=lambda fact: not ships(fact.location.path, self._project))
        rule, support = self._rules["godot-csharp"], self._target.support["engine.csharp"]
        if named:
            script = named[0].name if named[0].kind == "import" else named[0].value
            script = script.lstrip("*")
            if is_old:
                return [finding(rule, named[0].kind, script, named[0].location, "fails-at-build", *_REGULAR_ONLY)]
            return [of_support(rule, named[0].kind, script, named[0].location, support)]
        if is_old:
            return []
        announced = [fact for fact in self._facts if _announces_csharp(fact)]
        folder = "" if self._project.path == "." else f"{self._project.path}/"
        if announced and any(path.endswith(".cs") and path.startswith(folder) for path in self._ground.paths):
            return [of_support(rule, "setting", "C#", announced[0].location, support)]
        return []

    def preset_threads(self) -> list[Finding]:
        """A note where the project exports with threads and the target is the export without, or the reverse."""
        version = self._project.engine_version
        always = bool(version) and is_before(version, "4.3") and not is_before(version, "4")
        if not self.presets or any((always or threads_on(each)) == self._target.threads for each in self.presets):
            return []
        preset = self.presets[0]
        has, other = ("without", "godot-web") if self._target.threads else ("with", "godot-web-threads")
        why = f": Godot {version} has no other web export" if always else ""
        rule = self._rules["web-preset-threads"]
        return [
            finding(
                rule,
                "setting",
                "variant/thread_support",
                Location(preset.path, preset.line, 1),
                "flag",
                f"the web preset exports {has} threads{why}; this target is the other export",
                f"judge it for {other} too",
                rule.source,
            )
        ]

    def hosting(self) -> list[Finding]:
        """Headers that the page's server has to send: an answer a preset, or one for the project."""
        if self._project.kind != "godot":
            return []
        rule = self._rules["godot-isolation-headers"]
        found = []
        for want in hosting(self.presets, self._target.threads):
            place = Location(want.preset.path, want.preset.line, 1) if want.preset else None
            place = place or Location(inside(self._project, "project.godot"), 1, 1)
            name = "variant/thread_support" if self._target.threads else "variant/extensions_support"
            found.append(finding(rule, "setting", name, place, want.level, want.text, want.instead, rule.source))
        return found


def _names_csharp(fact: Fact) -> bool:
    if fact.kind == "import":  # what a script loads at run time, it may ask for only where C# is
        return fact.language == "godot" and fact.name.endswith(".cs")
    return fact.kind == "setting" and fact.name.startswith("autoload") and fact.value.lstrip("*").endswith(".cs")


def _announces_csharp(fact: Fact) -> bool:
    return fact.kind == "setting" and fact.name == "application/config/features" and "C#" in fact.value.split(",")
