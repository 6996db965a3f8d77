"""What the readers of Unreal's files share: facts, platform lists as conditions, the kinds of modules.

Sources: FModuleDescriptor, FPluginReferenceDescriptor and FPluginDescriptor at dev.epicgames.com.
"""

from __future__ import annotations

from portlint.extractors.manifest.lenient_json import Object, Places, objects, text, texts
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

LANGUAGE = "unreal"

# Both spellings are in use: plug-ins that also serve Unreal 4 keep the older one.
_ALLOW = ("PlatformAllowList", "WhitelistPlatforms")
_DENY = ("PlatformDenyList", "BlacklistPlatforms")
_TARGETS = ("TargetAllowList", "WhitelistTargets")
_NOT_TARGETS = ("TargetDenyList", "BlacklistTargets")
_EXPLICIT = ("bHasExplicitPlatforms", "HasExplicitPlatforms")


def fact(kind: FactKind, name: str, path: str, line: int, value: str = "", guard: Guard = ALWAYS) -> Fact:
    return Fact(kind, name, Location(path, line, 1), LANGUAGE, guard, value)


def platform(name: str) -> Guard:
    return Guard("defined", f"platform({name})")


def target(kind: str) -> Guard:
    """The kind of target that is built: Game, Client, Server, Editor, Program."""
    return Guard("defined", f"target({kind})")


def condition_of(entry: Object) -> Guard:
    """When a module or a plug-in is built: its lists of platforms and targets; an empty or missing list allows all."""
    guard = ALWAYS
    if allowed := _listed(entry, _ALLOW):
        guard = both(guard, either(*(platform(name) for name in allowed)))
    elif any(entry.get(key) is True for key in _EXPLICIT):
        return NEVER
    for name in _listed(entry, _DENY):
        guard = both(guard, negated(platform(name)))
    if supported := texts(entry.get("SupportedTargetPlatforms")):
        guard = both(guard, either(*(platform(name) for name in supported)))
    if kinds := _listed(entry, _TARGETS):
        guard = both(guard, either(*(target(kind) for kind in kinds)))
    for kind in _listed(entry, _NOT_TARGETS):
        guard = both(guard, negated(target(kind)))
    return guard


def modules(path: str, root: Object, places: Places) -> list[Fact]:
    """`unreal/module/NAME` with the module's type as value and its lists as guard."""
    found = []
    for entry in objects(root.get("Modules")):
        if name := text(entry.get("Name")):
            kind = text(entry.get("Type")) or "Runtime"
            guard = condition_of(entry)
            found.append(fact("setting", f"unreal/module/{name}", path, places.line(name), kind, guard))
    return found


def plugins(path: str, root: Object, places: Places) -> list[Fact]:
    """`package` facts `unreal/NAME` for the plug-ins that are switched on; the value is `optional` or ""."""
    found = []
    for entry in objects(root.get("Plugins")):
        name = text(entry.get("Name"))
        line = places.line(name) if name else 1
        if name and entry.get("Enabled") is not False:
            optional = "optional" if entry.get("Optional") is True else ""
            found.append(fact("package", f"unreal/{name}", path, line, optional, condition_of(entry)))
    return found


def _listed(entry: Object, keys: tuple[str, ...]) -> list[str]:
    return next((names for key in keys if (names := texts(entry.get(key)))), [])
