"""A Godot project where the engine does not export to: the structural answer, and what of it a server would need."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec

from portlint.judge.godot.ground import finding, inside, of_support
from portlint.judge.godot.preset import all_presets
from portlint.judge.words import cut, some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding
from portlint.projects import ships

_SERVES = ("net.udp", "net.tcp-server", "net.tcp-client", "net.websocket-server", "net.tls", "net.unix")


def without_export(project: Project, facts: Sequence[Fact], target: Target, catalog: Catalog) -> list[Finding]:
    """No engine, no game; an addon or an extension of the engine is not better off.

    For a server target: and which scripts hold what a server of its own would take over, one note each.
    """
    support = target.support["engine.export"]
    if support.level in ("works", "unknown") or not facts:
        return []
    manifests = [fact.location.path for fact in facts if fact.location.path.endswith((".gdextension", ".gdnlib"))]
    path = inside(project, "project.godot") if project.kind == "godot" else [*manifests, facts[0].location.path][0]
    name, place = posixpath.basename(path), Location(path, 1, 1)
    main = of_support(catalog.rules["engine-without-export"], "setting", name, place, support)
    if target.family != "wasi" or project.kind == "gdextension":
        return [main]
    scripts = _network_scripts(project, facts, catalog)
    text = main.message + _to_split(scripts) + _server_preset(project, facts)
    return [msgspec.structs.replace(main, message=text), *_notes(scripts, target, catalog)]


def _network_scripts(project: Project, facts: Sequence[Fact], catalog: Catalog) -> dict[str, list[Fact]]:
    """By path, the calls of the network in the scripts that ship."""
    names = {
        name
        for rule in catalog.rules.values()
        if rule.needs in _SERVES
        for match in rule.match
        if match.kind == "call" and match.language == "gdscript"
        for name in match.names
    }
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        is_call = fact.kind == "call" and fact.language == "gdscript" and fact.name in names
        if is_call and ships(fact.location.path, project):
            found.setdefault(fact.location.path, []).append(fact)
    return found


def _to_split(scripts: dict[str, list[Fact]]) -> str:
    if not scripts:
        return ""
    names = sorted(scripts)
    return f"; for a server without the engine, what {some(names)} do would have to be split out"


def _server_preset(project: Project, facts: Sequence[Fact]) -> str:
    """The server that the project exports today, which is a native one."""
    own = inside(project, "export_presets.cfg")
    for preset in all_presets(fact for fact in facts if fact.location.path == own):
        if preset.options.get("dedicated_server") == "true":
            return f"; its dedicated server (preset {preset.index}) is an export for {preset.platform}"
    return ""


def _notes(scripts: dict[str, list[Fact]], target: Target, catalog: Catalog) -> list[Finding]:
    rule = catalog.rules["godot-server-script"]
    notes = []
    for path in sorted(scripts):
        calls = sorted({fact.name for fact in scripts[path]})
        first = min(scripts[path], key=lambda fact: fact.location)
        text = f"{rule.summary}: {cut(calls)}"
        instead = f"rewrite this part as a program that {target.id} runs, and let the game be its client"
        notes.append(finding(rule, "call", first.name, first.location, "flag", text, instead, rule.source))
    return notes
