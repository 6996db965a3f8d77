"""What a .NET project's properties and `#if` symbols come to in a published build for one target.

Source: learn.microsoft.com/dotnet/csharp/language-reference/preprocessor-directives ("Conditional compilation") and
dotnet/sdk, Microsoft.NET.Sdk.targets (the configuration's name is a symbol).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec

from portlint.extractors.manifest.packages import csproj
from portlint.extractors.manifest.packages.csproj_conditions import compares
from portlint.model.catalog import Family
from portlint.model.guard import Guard
from portlint.projects.dotnet_builds import Build

_PROPERTY = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
_IDENTIFIER: dict[Family, str] = {"browser": "browser-wasm", "wasi": "wasi-wasm", "container": "linux-x64"}
_PLATFORMS = frozenset("ANDROID BROWSER IOS MACCATALYST MACOS TIZEN TVOS WASI WINDOWS".split())
_FRAMEWORK = re.compile(r"(netstandard|netcoreapp|net)(\d[\d.]*)(?:-([a-z]+)[\d.]*)?\Z")
_MODERN = re.compile(r"NET(\d+)_(\d+)(_OR_GREATER)?\Z")
_CORE = re.compile(r"NETCOREAPP(\d+)_(\d+)(_OR_GREATER)?\Z")
_STANDARD = re.compile(r"NETSTANDARD(\d+)_(\d+)(_OR_GREATER)?\Z")
_OLD = re.compile(r"NET(\d{2,3})(_OR_GREATER)?\Z")
_MAX_VALUE = 4000
# What a run-time test of the platform asks for, as C# guards name it, where the target's own names do not say.
_SYSTEMS: dict[Family, str] = {"browser": "web", "wasi": "wasi", "container": "linux"}
_FEATURES = frozenset(f"feature({name})" for name in "web wasi windows macos linux android ios bsd editor".split())


class Framework(msgspec.Struct, frozen=True):
    """A moniker: `net8.0-windows` is (`net`, (8, 0), `windows`), `net472` is (`netframework`, (4, 7, 2))."""

    kind: str
    version: tuple[int, ...]
    platform: str = ""


class Symbols(msgspec.Struct, frozen=True):
    """What is known of the symbols and properties of one project on one target."""

    framework: Framework | None
    moniker: str
    properties: dict[str, str | None]  # lower case; None: a condition decides that nobody can tell
    defined: frozenset[str]
    open: frozenset[str]
    family: Family

    def settle(self, name: str) -> bool | None:
        """Whether a `#if` symbol, an MSBuild comparison or a platform test holds; None where the tree does not tell."""
        if name.startswith(csproj.LANGUAGE):
            return self._compared(name)
        if name in _FEATURES:
            return name == f"feature({_SYSTEMS[self.family]})" if self.family in _SYSTEMS else None
        if name.startswith("feature("):
            return False  # of an engine, which is not there
        if name in self.defined:
            return True
        if name in self.open:
            return None
        known = of_framework(name, self.framework)
        if known is not None:
            return known
        return None if self.framework is None and name.startswith("NET") else False

    def _compared(self, name: str) -> bool | None:
        left, right = compares(name)
        if not left:
            return None
        value = self.properties.get(left, "")
        if value is None or left in ("os", "msbuildruntimetype", "visualstudioversion"):
            return None if left != "msbuildruntimetype" else right == "core"
        return fnmatchcase(value.lower(), right) if "*" in right else value.lower() == right

    def holds(self, guard: Guard) -> bool | None:
        return evaluated(guard, self)


def evaluated(guard: Guard, symbols: Symbols) -> bool | None:
    """A guard in three values."""
    if guard.op == "defined":
        return symbols.settle(guard.name)
    if guard.op == "not":
        inner = evaluated(guard.args[0], symbols)
        return None if inner is None else not inner
    if guard.op in ("and", "or"):
        answers = [evaluated(each, symbols) for each in guard.args]
        settles = guard.op == "or"
        return settles if settles in answers else None if None in answers else not settles
    return guard.holds((), ())


def symbols_of(build: Build, family: Family) -> Symbols:
    """The Release build for one kind of target, in the framework that suits it best."""
    first = _evaluate(build, family, "")
    settled = first.properties.get("targetframeworks") or first.properties.get("targetframework")
    if settled is None:  # a condition leaves it open, or a project of old says it in other words
        open_ones = [fact for fact in build.values(csproj.FRAMEWORK) if first.holds(fact.guard) is not False]
        settled = ";".join(expand(fact.value, first.properties) or "" for fact in open_ones)
    named = settled.split(";")
    chosen = best(named, family)
    return _evaluate(build, family, chosen) if chosen else first


def best(monikers: list[str], family: Family) -> str:
    """The framework that a build for this kind of target takes: its own platform's, else the newest of .NET."""
    rows = [(framework, moniker) for moniker in monikers if (framework := framework_of(moniker))]
    if not rows:
        return ""
    order = {"net": 3, "netcoreapp": 2, "netstandard": 1}
    own = "browser" if family == "browser" else ""

    def rank(row: tuple[Framework, str]) -> tuple[bool, bool, int, tuple[int, ...]]:
        framework = row[0]
        suits = bool(own) and framework.platform == own
        return suits, not framework.platform, order.get(framework.kind, 0), framework.version

    return max(rows, key=rank)[1]


def framework_of(moniker: str) -> Framework | None:
    found = _FRAMEWORK.match(moniker.strip().lower())
    if found is None:
        return None
    kind, digits, platform = found[1], found[2], found[3] or ""
    if kind == "net" and "." not in digits and not (len(digits) == 1 and digits >= "5"):  # net472: a digit a part
        return Framework("netframework", tuple(int(digit) for digit in digits), platform)
    version = tuple(int(part) for part in digits.split(".") if part)
    version = version if len(version) > 1 else (*version, 0)
    return Framework("net" if kind == "net" or (version >= (5,) and kind == "netcoreapp") else kind, version, platform)


def of_framework(name: str, framework: Framework | None) -> bool | None:
    """Whether the SDK defines a symbol for this framework; None for symbols that are not the SDK's."""
    if framework is None:
        return None
    kind, version = framework.kind, framework.version
    if name in ("NET", "NETCOREAPP", "NETFRAMEWORK", "NETSTANDARD"):
        own = {"net": ("NET", "NETCOREAPP"), "netcoreapp": ("NETCOREAPP",)}.get(kind, (kind.upper(),))
        return name in own
    for shape, kinds in ((_MODERN, ("net",)), (_CORE, ("netcoreapp", "net")), (_STANDARD, ("netstandard",))):
        if found := shape.match(name):
            wanted = int(found[1]), int(found[2])
            if kind not in kinds:
                return False
            return version >= wanted if found[3] else kind == kinds[0] and version[:2] == wanted
    if found := _OLD.match(name):
        wanted_old = tuple(int(digit) for digit in found[1])
        return kind == "netframework" and (version >= wanted_old if found[2] else version == wanted_old)
    if name in _PLATFORMS:
        return framework.platform.upper() == name
    return None


def expand(text: str, properties: Mapping[str, str | None]) -> str | None:
    """A text with its properties put in; None where one of them is not known."""
    for _ in range(4):  # a property may name another one
        names = {name.lower() for name in _PROPERTY.findall(text)}
        if not names:
            return text
        if any(properties.get(name, "") is None for name in names):
            return None
        text = _PROPERTY.sub(lambda match: properties.get(match[1].lower()) or "", text)[:_MAX_VALUE]
    return text


def _evaluate(build: Build, family: Family, framework: str) -> Symbols:
    """Properties in the order of the files; what a condition leaves open stays open."""
    properties: dict[str, str | None] = {
        "configuration": "Release",
        "platform": "AnyCPU",
        "runtimeidentifier": _IDENTIFIER.get(family, ""),
        **({"targetframework": framework} if framework else {}),
        "msbuildprojectname": build.name,
    }
    defined, unsure = {"TRACE", "RELEASE"}, set[str]()
    symbols = Symbols(framework_of(framework), framework, properties, frozenset(), frozenset(), family)
    for fact in build.facts:
        if not fact.name.startswith((csproj.PROPERTY, csproj.DEFINE)):
            continue
        holds = symbols.holds(fact.guard)
        if holds is False:
            continue
        if fact.name == csproj.DEFINE:
            (unsure if holds is None else defined).add(fact.value)
            continue
        name = fact.name[len(csproj.PROPERTY) :].lower()
        if name not in ("runtimeidentifier", "configuration") and (name != "targetframework" or not framework):
            properties[name] = expand(fact.value, properties) if holds else None
    return msgspec.structs.replace(symbols, defined=frozenset(defined), open=frozenset(unsure - defined))
