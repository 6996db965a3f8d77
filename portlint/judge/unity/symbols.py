"""Which C# symbols a Unity Web build defines, and what is left of a guard once they are known.

Sources: docs.unity3d.com, "Unity symbols" and "Custom scripting symbols"; UnityCsReference, `NamedBuildTarget`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce

import msgspec

from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

PLATFORM = "WebGL"  # as metas, assembly definitions and scripting symbols call it

_ON = frozenset({"UNITY_WEBGL", "UNITY_WEBGL_API", "ENABLE_IL2CPP", "CSHARP_7_3_OR_NEWER", "CSHARP_7_OR_LATER"})
_OFF = frozenset(
    {
        "UNITY_IOS",
        "UNITY_IPHONE",
        "UNITY_TVOS",
        "UNITY_VISIONOS",
        "UNITY_ANDROID",
        "UNITY_SERVER",
        "UNITY_SWITCH",
        "UNITY_PS4",
        "UNITY_PS5",
        "UNITY_PSP2",
        "UNITY_XBOXONE",
        "UNITY_XBOX360",
        "UNITY_LUMIN",
        "UNITY_STADIA",
        "UNITY_TIZEN",
        "UNITY_FACEBOOK",
        "UNITY_WEBPLAYER",
        "UNITY_EMBEDDED_LINUX",
        "UNITY_QNX",
        "UNITY_64",
        "UNITY_INCLUDE_TESTS",
        "UNITY_INCLUDE_INTEGRATION_TESTS",
        "UNITY_DOTSRUNTIME",
        "UNITY_METRO",
        "DEVELOPMENT_BUILD",
        "DEBUG",
        "ENABLE_MONO",
        "ENABLE_DOTNET",
        "NETFX_CORE",
        "WINDOWS_UWP",
        "ENABLE_WINMD_SUPPORT",
        "NETCOREAPP",
        "GODOT",
    }
)
_OFF_PREFIXES = (
    "UNITY_EDITOR",
    "UNITY_STANDALONE",
    "UNITY_WSA",
    "UNITY_WINRT",
    "UNITY_GAMECORE",
    "UNITY_WP",
    "NETCOREAPP",
    "GODOT_",
)
_MODERN_NET = re.compile(r"NET\d+_\d+(?:_OR_GREATER)?\Z")
_OR_NEWER = re.compile(r"UNITY_(\d+)_(\d+)(?:_(\d+))?_OR_NEWER\Z")
_EXACT = re.compile(r"UNITY_(\d+)(?:_(\d+))?(?:_(\d+))?\Z")
_RELEASES = {5: range(3, 7), **{year: range(1, 5) for year in range(2017, 2024)}}
_RELEASES |= {6000: range(10), 7000: range(10)}
_ENGINES_OWN = ("UNITY_", "ENABLE_")  # the engine defines more of them than are listed here
_PROFILE = re.compile(r"(?:NET_?STANDARD|(NET_4|NET_UNITY_4|NETFRAMEWORK))\w*\Z")
_API = {"6": "NET_STANDARD", "3": "NET_4_6"}  # ApiCompatibilityLevel

Settle = Callable[[str], bool | None]


class Symbols(msgspec.Struct, frozen=True):
    """What is known of the symbols of one project, or of one assembly in it.

    `defined`: by the project, its compiler options or a package's version. `undefined`: by a package that is not
    there. `closed`: the player settings were read, so that no other symbol exists.
    """

    version: str = ""
    defined: frozenset[str] = frozenset()
    undefined: frozenset[str] = frozenset()
    closed: bool = False

    def settle(self, name: str) -> bool | None:
        """Whether a symbol is defined in the web player, None where the tree does not tell."""
        if name in self.defined:
            return True
        known = of_engine(name, self.version)
        if known is not None:
            return known
        if profile := _PROFILE.match(name):
            return self._has_profile(framework=profile[1] is not None)
        if name in self.undefined or (self.closed and not name.startswith(_ENGINES_OWN)):
            return False
        return None

    def _has_profile(self, framework: bool) -> bool | None:
        """Whether scripts are compiled for .NET Framework, or for .NET Standard; None where the settings do not say."""
        has = next((name for name in _API.values() if name in self.defined), "")
        return (has == "NET_4_6") == framework if has else None


def project_symbols(facts: Iterable[Fact], version: str) -> Symbols:
    """The symbols of all assemblies of a project."""
    defined: set[str] = set()
    undefined: set[str] = set()
    closed = False
    for fact in facts:
        if fact.kind != "setting" or not fact.name.startswith("unity/player/"):
            continue
        closed = True
        name = fact.name.removeprefix("unity/player/")
        if name == f"defines/{PLATFORM}":
            defined.update(symbol for symbol in re.split(r"[;, ]+", fact.value) if symbol)
        elif name == "activeInputHandler":
            (undefined if fact.value == "0" else defined).add("ENABLE_INPUT_SYSTEM")
            (undefined if fact.value == "1" else defined).add("ENABLE_LEGACY_INPUT_MANAGER")
        elif name == f"api-compatibility-level/{PLATFORM}" and fact.value in _API:
            defined.add(_API[fact.value])
    return Symbols(version, frozenset(defined), frozenset(undefined), closed)


def of_engine(name: str, version: str) -> bool | None:
    """Whether the engine defines a symbol in a web player; None for symbols that are not the engine's."""
    if name in _ON:
        return True
    if name in _OFF or name.startswith(_OFF_PREFIXES) or _MODERN_NET.match(name):
        return False
    own = tuple(numbers(version)[:3])
    if match := _OR_NEWER.match(name):
        bound = tuple(int(part) for part in match.groups() if part)
        if not own:
            return True if bound < (2018,) else None
        return own >= bound
    if match := _EXACT.match(name):
        wanted = tuple(int(part) for part in match.groups() if part)
        return own[: len(wanted)] == wanted if own else None
    return None


def numbers(version: str) -> list[int]:
    """`2021.3.45f1` as [2021, 3, 45]; [] for what is no version."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in found[0].split(".")] if found else []


def within(version: str, expression: str) -> bool | None:
    """Whether a package's version is in a range as version defines write it; None for what is no version.

    `1.2` means from there on; `[1.2,2.0)`, `(0,2022.2.0a5)` and `[1.2]` are intervals, "" any version.
    """
    if not expression:
        return True
    own = numbers(version)
    if not own:
        return None
    text = expression.strip()
    if text[0] not in "[(":
        return _compare(own, version, text) >= 0
    low, comma, high = text[1:].rstrip("])").partition(",")
    if not comma:
        return _compare(own, version, low) == 0
    if low.strip() and _compare(own, version, low) < (0 if text[0] == "[" else 1):
        return False
    return not high.strip() or _compare(own, version, high) <= (0 if text[-1] == "]" else -1)


def _compare(own: list[int], version: str, bound: str) -> int:
    """-1, 0 or 1. A pre-release (`2.0.0-exp`, `2022.2.0a5`) comes before its release."""
    other = numbers(bound.strip())
    size = max(len(own), len(other), 3)
    left, right = own + [0] * (size - len(own)), other + [0] * (size - len(other))
    if left != right:
        return 1 if left > right else -1
    early = [bool(re.match(r"\d+(?:\.\d+)*(?:-|a|b)", text.strip())) for text in (version, bound)]
    return early[1] - early[0]


def resolved(guard: Guard, settle: Settle) -> Guard:
    """What is left of a guard once these symbols are known."""
    if guard.op == "defined":
        answer = settle(guard.name)
        return guard if answer is None else ALWAYS if answer else NEVER
    if guard.op == "not":
        return negated(resolved(guard.args[0], settle))
    if guard.op not in ("and", "or"):
        return guard
    parts = [resolved(each, settle) for each in guard.args]
    if guard.op == "or":
        return either(*parts)
    return NEVER if any(part.op == "false" for part in parts) else reduce(both, parts, ALWAYS)


def version_symbols(
    written: Mapping[str, str], packages: Mapping[str, str] | None, engine: str
) -> tuple[frozenset[str], frozenset[str]]:
    """The symbols that an assembly's version defines define and leave undefined.

    `written`: `<package> <range>` by symbol. `packages`: version by id, None where no lock file was read. A package of
    an unknown version (from git, or embedded without one) leaves its symbols open where the range is not "any".
    """
    defined: set[str] = set()
    undefined: set[str] = set()
    for symbol, value in written.items():
        package, _, expression = value.partition(" ")
        if package == "Unity":
            answer = within(engine, expression)
        elif packages is None:
            answer = None
        else:
            answer = within(packages[package], expression) if package in packages else False
        if answer is not None:
            (defined if answer else undefined).add(symbol)
    return frozenset(defined), frozenset(undefined - defined)
