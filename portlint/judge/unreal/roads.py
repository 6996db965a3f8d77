"""What a condition of Unreal's manifests means for a web build, and where else it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portlint.model.fact import Fact
from portlint.model.guard import Guard

WEB = "HTML5"
PLATFORMS = ("Win64", "Win32", "Mac", "Linux", "LinuxArm64", "Android", "IOS", "TVOS", "VisionOS")
_LIBRARIES = (".lib", ".a", ".so", ".dll", ".dylib", ".framework", ".bundle", ".xcframework", ".zip")


def on_web(guard: Guard) -> bool | None:
    """Whether it holds for a game on HTML5; None where it hangs on what only a run would tell."""
    return _holds(guard, WEB)


def client_platforms(guard: Guard) -> list[str]:
    """The platforms whose game has, or may have, what stands behind the condition."""
    return [name for name in PLATFORMS if _holds(guard, name) is not False]


def named_platforms(guards: Iterable[Guard]) -> list[str]:
    """The platforms that the conditions ask for by name, and that they hold on or may hold on."""
    told = list(guards)
    asked = {name for guard in told for name in _names(guard)}
    return [
        name
        for name in PLATFORMS
        if f"platform({name})" in asked and any(_holds(each, name) is not False for each in told)
    ]


def is_library(fact: Fact) -> bool:
    """Whether a build script's entry is native code, and not the system's own or a data file."""
    if fact.language != "unreal" or fact.value == "system":
        return False
    if fact.kind in ("links", "may-load"):
        return fact.value != "framework" or fact.name.endswith(".zip")
    return fact.kind == "ships" and (fact.name.endswith(_LIBRARIES) or ".so." in fact.name)


def _holds(guard: Guard, platform: str) -> bool | None:
    true = {f"platform({platform})", "target(Game)"}
    return guard.holds(true, {name for name in _names(guard) if name not in true})


def _names(guard: Guard) -> Iterator[str]:
    if guard.op == "defined":
        yield guard.name
    for each in guard.args:
        yield from _names(each)
