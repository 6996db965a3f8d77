"""Capabilities, rules and targets as `rules/` states them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from portlint.model.fact import FactKind
from portlint.model.finding import Confidence, Level

Family = Literal["browser", "wasi", "workers", "container"]
Readiness = Literal["ready", "preview", "experimental", "none", "unknown"]


class Capability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a program may need of its platform. `id` is `area.thing`.

    `days` (low, likely, high person-days) is the price of adapting the first place that needs it where a target
    lacks it, `per_file` of each further file, `per_site` of each further use; `basis` says what they rest on.
    """

    id: str
    title: str
    days: tuple[float, float, float]
    per_file: float
    per_site: float
    basis: str


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One way in which a rule's need shows.

    `language`: `c` (C, C++ and Objective-C), `cpp`, `gdscript`, `godot`, `binary` ..., or "" for any. `names` are
    exact, or end in `*` for a prefix. `values` restricts `Fact.value` in the same way (empty: any value). `with`
    demands that one of these names is alive in the same file too: `sendmsg` with `SOCK_DGRAM` is UDP.
    `engine` bounds the engine version: `>=4`, `<4`. `over-table`: the capability's answer counts although a symbol
    table has the name (mmap is there, and what stands `with` it does not work).
    """

    kind: FactKind
    names: tuple[str, ...]
    language: str = ""
    values: tuple[str, ...] = ()
    with_: tuple[str, ...] = msgspec.field(default=(), name="with")
    confidence: Confidence = "high"
    engine: str = ""
    over_table: bool = False


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which facts need which capability. The file name is the id.

    `summary` completes "the code ...": `uses a UDP socket`. `once`: one finding a component, since one decision
    (a compiler flag) answers for every place. `since`: the first version of portlint that has the rule.
    """

    id: str
    needs: str
    summary: str
    source: str
    match: tuple[Match, ...]
    notes: str = ""
    checked: date | None = None
    once: bool = False
    since: str = "0.1.0"


class Support(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a target supports one capability. `because` completes "...: "; `instead` is a remedy or "".

    `blocker`: no work inside the project helps. `dispensable`: a game boots and plays without it all the same.
    """

    level: Level
    source: str
    checked: date
    because: str = ""
    instead: str = ""
    blocker: bool = False
    dispensable: bool = False
    flag: str = ""


class Toolkit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What builds one language for a target. `triple` as the tool writes it: `wasm32-wasip1`, `GOOS=wasip1`, or "".

    `status`: `ready`, released and documented; `preview`, released with a warning; `experimental`, to be built or
    patched by hand; `none`, its makers say that there is none; `unknown`, nobody has checked. `notes`: one clause.
    """

    status: Readiness
    source: str
    checked: date
    triple: str = ""
    since: str = ""
    notes: str = ""


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bound that a target sets, in words with a unit: `128 MB an isolate`."""

    value: str
    source: str
    checked: date


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The target that this one is, once something is assumed of it: `threads`."""

    of: str
    assuming: str


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place to run, in one version. `support` answers for every capability.

    `toolchain` names the symbol and header tables in `rules/toolchains/`. `formats`: binary formats that it can load:
    `wasm` (core modules), `component`, `elf`. `engine`: the engine whose exporter this is, or "". `assumes`: compiler
    flags that the profile takes as given: what they cure is no finding. `features` and `lacks`: names of conditions
    that hold and do not hold there: a run-time feature (`feature(web)`), a condition of Cargo (`cfg(target_os=wasi)`),
    one of Go's build tags (`go(wasip1)`), one of a build system (`cmake(WIN32)`); a name in neither is unknown.
    `unproven`: why nothing is called `ready` there although nothing stands against it, a sentence; "" where the answers
    were measured. `languages` and `limits` by name. `advice`: whether a server should move here at all, as far as its
    makers say.
    """

    id: str
    title: str
    family: Family
    version: str
    toolchain: str
    support: dict[str, Support]
    engine: str = ""
    threads: bool = False
    defines: tuple[str, ...] = ()
    undefines: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("wasm",)
    assumes: tuple[str, ...] = ()
    notes: str = ""
    languages: dict[str, Toolkit] = {}
    limits: dict[str, Limit] = {}
    advice: str = ""
    unproven: str = ""
    variant: Variant | None = None

    @property
    def profile(self) -> str:
        """The id without the release that was asked for: `wasip1` of `wasip1@2022`."""
        return profile_id(self.id)


class Companion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Calls (`names`) that only follow one of the calls `of`. `on`: only on these families; empty: on all."""

    names: tuple[str, ...]
    of: tuple[str, ...]
    on: tuple[Family, ...] = ()


class Catalog(msgspec.Struct, frozen=True):
    """Everything that `rules/` says, by id, sorted."""

    capabilities: dict[str, Capability]
    rules: dict[str, Rule]
    targets: dict[str, Target]
    companions: dict[str, Companion]  # by the name of the companion

    def target(self, name: str) -> Target:
        """The target of this name, whatever release is asked of it. Raises KeyError where there is none."""
        return self.targets[profile_id(name)]


def profile_id(name: str) -> str:
    """`wasip1` of `wasip1@2022`, and of itself."""
    return name.partition("@")[0]
