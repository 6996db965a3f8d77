"""The parts of an Unreal project that a web build lacks: plug-ins, third-party libraries, packages."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

import msgspec

from portlint.catalog.engines import Engine
from portlint.extractors.manifest.unreal.plugin import NOT_SHIPPED
from portlint.judge.godot.project import finding
from portlint.judge.unreal.roads import WEB, client_platforms, is_library, named_platforms, on_web
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.finding import Finding, Level
from portlint.model.package import Package, is_called
from portlint.projects.locate import is_in

_OF_OTHERS = ("gmext-", "extension-")  # GameMaker's Steamworks is called like the engine's module
_LEVELS: dict[str, Level] = {"no": "fails-at-build", "partial": "partial", "unknown": "unknown"}


class Parts:
    """The manifests and build scripts of one project."""

    def __init__(
        self,
        files: Mapping[str, Extraction],
        packages: Sequence[Package],
        target: Target,
        catalog: Catalog,
        engine: Engine,
    ) -> None:
        self._target, self._rules, self._engine = target, catalog.rules, engine
        self._packages = packages
        self._manifests = {path: each.facts for path, each in files.items() if path.endswith(".uplugin")}
        self._scripts = {path: each.facts for path, each in files.items() if path.endswith(".Build.cs")}
        self._facts = [fact for each in files.values() for fact in each.facts if fact.language == "unreal"]
        self._kinds = {f.name[14:]: f.value for f in self._facts if f.name.startswith("unreal/module/")}
        self._asked = {f.name[7:]: f for f in self._facts if f.kind == "package" and f.name.startswith("unreal/")}
        self._said: set[str] = set()  # packages that a finding names already

    def plugins(self) -> list[Finding]:
        """Plug-ins in the tree whose lists of platforms leave the web out."""
        found = []
        for path, facts in sorted(self._manifests.items()):
            name = posixpath.basename(path).removesuffix(".uplugin")
            asked = self._asked.get(name)
            if asked is not None and on_web(asked.guard) is False:
                continue  # the project leaves it out on the web already
            whole = [fact for fact in facts if fact.name == "unreal/plugin/name"]
            shipped = [fact for fact in facts if fact.name.startswith("unreal/module/") and self._ships(fact.value)]
            left_out = [fact for fact in (*whole, *shipped) if on_web(fact.guard) is False]
            if left_out and not self._for_servers(path):
                found.append(self._plugin(name, left_out, whole[0].value if whole else name))
        return found

    def _plugin(self, name: str, left_out: Sequence[Fact], title: str) -> Finding:
        rule = self._rules["unreal-plugin-without-web"]
        modules = [f.name.removeprefix("unreal/module/") for f in left_out if f.name.startswith("unreal/module/")]
        platforms = named_platforms(fact.guard for fact in left_out)
        where = f" for {', '.join(platforms)} only" if platforms else " for no platform that is not listed"
        what = f"its modules {some(modules)} are" if len(modules) > 1 else "it is"
        message = f"the plug-in {title} leaves {WEB} out: {what}{where}"
        row = self._row(name)
        fate = row.fate(self._target.id, self._target.family) if row else None
        place = left_out[0].location
        if row is None or fate is None:
            instead = f"build without it, or add {WEB} to its lists and make its modules build there"
            return finding(rule, "package", title, place, "fails-at-build", message, instead, rule.source)
        self._said.add(row.id)
        because = f"; {fate.because}" if fate.because else ""
        made = finding(rule, "package", row.name, place, "fails-at-build", message + because, fate.instead, fate.source)
        return msgspec.structs.replace(made, blocker=fate.status == "no" and not fate.instead)

    def libraries(self) -> list[Finding]:
        """Native libraries that a module links, ships or loads late, and none of them for the web; one a module."""
        found = []
        for path, facts in sorted(self._scripts.items()):
            module = next((fact.value for fact in facts if fact.name == "unreal/build/module"), "")
            if not self._ships(self._kinds.get(module, "Runtime")):
                continue
            native = [fact for fact in facts if is_library(fact) and client_platforms(fact.guard)]
            if native:
                found.append(self._libraries(module or path, native))
        return found

    def _libraries(self, module: str, native: Sequence[Fact]) -> Finding:
        rule = self._rules["native-library-without-wasm"]
        support = self._target.support[rule.needs]
        names = list(dict.fromkeys(fact.name for fact in native))
        platforms = named_platforms(fact.guard for fact in native)
        on_all = [fact for fact in native if on_web(fact.guard)]
        where = f" for {', '.join(platforms)}" if platforms else ""
        late = [fact.name for fact in native if fact.kind == "may-load"]
        loads = f" and loads {some(late)} late" if late else ""
        rest = "the same on every platform" if on_all else f"none of them for {WEB}"
        message = f"the module {module} links {some(names)}{where}{loads}, {rest}: {support.because}"
        place = (on_all or native)[0]
        made = finding(
            rule, "links", names[0], place.location, "fails-at-build", message, support.instead, support.source
        )
        # A module may build without its libraries (a null implementation behind a macro): only a build would tell.
        return msgspec.structs.replace(made, confidence="high" if on_all else "medium")

    def engine_parts(self) -> list[Finding]:
        """Plug-ins and modules of the engine's own that its web build leaves without effect; one finding each."""
        rule = self._rules["unreal-plugin-without-web"]
        found: dict[str, Finding] = {}
        for name, fact in self._all_asked():
            part = next((each for each in self._engine.part if name in each.names), None)
            if part is not None and on_web(fact.guard) is not False:
                made = finding(
                    rule,
                    "package",
                    name,
                    fact.location,
                    "partial",
                    f"uses {name}: {part.because}",
                    part.instead,
                    part.source,
                )
                found.setdefault(part.because, made)
        return list(found.values())

    def _all_asked(self) -> list[tuple[str, Fact]]:
        """Plug-ins in the tree, those that are switched on, then modules of others that shipped code depends on."""
        present = [
            (fact.value, fact)
            for facts in self._manifests.values()
            for fact in facts
            if fact.name == "unreal/plugin/name" and fact.value not in self._asked
        ]
        needs = []
        for facts in self._scripts.values():
            module = next((fact.value for fact in facts if fact.name == "unreal/build/module"), "")
            if self._ships(self._kinds.get(module, "Runtime")):
                needs += [fact for fact in facts if fact.name == "unreal/build/needs" and fact.value not in self._kinds]
        return [*present, *self._asked.items(), *((fact.value, fact) for fact in needs)]

    def packages(self) -> list[Finding]:
        """Plug-ins and modules that are asked for by name and known not to work on this target."""
        rule = self._rules["unreal-plugin-without-web"]
        found = []
        for name, fact in self._all_asked():
            row = self._row(name)
            if row is None or row.id in self._said or on_web(fact.guard) is False or self._is_server_plugin(name):
                continue
            fate = row.fate(self._target.id, self._target.family)
            if fate is None or fate.status not in _LEVELS:
                continue
            self._said.add(row.id)
            message = f"asks for {row.name} ({name}): {fate.because or 'nobody has checked it on the web'}"
            made = finding(
                rule, "package", row.name, fact.location, _LEVELS[fate.status], message, fate.instead, fate.source
            )
            found.append(msgspec.structs.replace(made, blocker=fate.status == "no" and not fate.instead))
        return found

    def refusals(self) -> list[Finding]:
        """Build scripts that throw on platforms that they do not know."""
        rule = self._rules["unreal-platform-refused"]
        support = self._target.support[rule.needs]
        return [
            finding(
                rule,
                "setting",
                posixpath.basename(fact.location.path),
                fact.location,
                "fails-at-build",
                f"the build script throws on {WEB}: {support.because}",
                f"add a branch for {WEB}",
                rule.source,
            )
            for fact in self._facts
            if fact.name == "unreal/build/unsupported" and on_web(fact.guard)
        ]

    def _ships(self, kind: str) -> bool:
        """Whether a game has modules of this kind."""
        return kind not in NOT_SHIPPED and kind != "ServerOnly"

    def _for_servers(self, manifest: str) -> bool:
        """Whether all that a plug-in links is linked for servers only: a client has nothing of it."""
        folder = posixpath.dirname(manifest) or "."
        native = [
            fact for path, facts in self._scripts.items() if is_in(path, folder) for fact in facts if is_library(fact)
        ]
        return bool(native) and not any(client_platforms(fact.guard) for fact in native)

    def _is_server_plugin(self, name: str) -> bool:
        return any(
            posixpath.basename(path) == f"{name}.uplugin" and self._for_servers(path) for path in self._manifests
        )

    def _row(self, name: str) -> Package | None:
        """What is known of a plug-in; a row that only another engine's binding has is no answer."""
        rows = (row for row in self._packages if not row.id.startswith(_OF_OTHERS))
        return next((row for row in rows if is_called(row.match.plugins, name)), None)
