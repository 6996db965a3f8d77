"""Imports and features of built WebAssembly against what the target and its hosts have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from portlint.catalog.hosts import Host, Offer, World, load_hosts
from portlint.judge.words import cut
from portlint.model.catalog import Target
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.finding import Level

_REFERENCE = "wasmtime"  # the run-time that speaks for a WASI target; the others are named beside it
_ISOLATION = "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/SharedArrayBuffer"
_FEATURE_TITLES = {
    "simd128": "SIMD",
    "relaxed-simd": "relaxed SIMD",
    "atomics": "atomics and shared memory",
    "bulk-memory": "bulk memory operations",
    "tail-call": "tail calls",
    "gc": "garbage collection",
    "reference-types": "reference types",
    "function-references": "typed function references",
    "multimemory": "several memories",
    "memory64": "64-bit memory",
    "exnref": "exceptions of the final standard (exnref)",
    "legacy-exceptions": "exceptions of the old proposal",
    "wide-arithmetic": "wide arithmetic",
}


class Want(msgspec.Struct, frozen=True):
    """Something of a module that the target does not simply give: `subject` names it, `text` completes "<file> ...".

    `names`: the imports that ask for it, for a feature none.
    """

    level: Level
    subject: str
    text: str
    instead: str
    source: str
    names: tuple[str, ...] = ()


def import_wants(imports: Sequence[Fact], target: Target, given: Sequence[str] = ()) -> list[Want]:
    """One for each world that is not the target's own, or not there without a switch, in order of their names.

    `given`: worlds (ids) that the target gets by other means.
    """
    hosts = load_hosts()
    groups: dict[str, list[str]] = {}
    worlds: dict[str, World] = {}
    for fact in imports:
        world = hosts.world(fact.name, fact.value, target.profile)
        if world is not None and world.id not in given:
            worlds[world.id] = world
            groups.setdefault(world.id, []).append(_named(fact))
    found = [_of_world(worlds[each], sorted(names), target) for each, names in sorted(groups.items())]
    return [each for each in found if each is not None]


def unknown_imports(imports: Sequence[Fact], target: Target) -> tuple[str, ...]:
    """Imports that no world has: nobody here knows who gives them. Sorted."""
    hosts = load_hosts()
    return tuple(
        sorted(
            _named(fact)
            for fact in imports
            if fact.name != "env.memory" and hosts.world(fact.name, fact.value, target.profile) is None
        )
    )


def feature_wants(extraction: Extraction, target: Target) -> list[Want]:
    """One for each feature that not every host of the target's family has switched on."""
    settings = {(fact.name, fact.value) for fact in extraction.facts if fact.kind == "setting"}
    hosts = [host for host in load_hosts().hosts if host.family == target.family]
    used = sorted(value for name, value in settings if name == "wasm/feature")
    found = [_of_feature(feature, hosts, target) for feature in used]
    if target.family == "browser" and ("wasm/shared-memory", "true") in settings:
        text = "uses shared memory, which a page has only where it is cross-origin isolated"
        found.append(Want("flag", "shared memory", text, "serve the page with COOP and COEP headers", _ISOLATION))
    return [each for each in found if each is not None]


def _named(fact: Fact) -> str:
    return f"{fact.name}@{fact.value}" if fact.value else fact.name


def _of_world(world: World, names: Sequence[str], target: Target) -> Want | None:
    offers = [(host, offer) for host in load_hosts().hosts for offer in host.offer if offer.world == world.id]
    reference = next((offer for host, offer in offers if host.id == _REFERENCE), None)
    able = [_able(host.title, offer) for host, offer in offers if offer.level in ("works", "flag")]
    who = f"; {_listed(able)} offer{'s' if len(able) == 1 else ''} it" if able else ""
    if target.profile in world.targets:
        return _switched(world, names, reference, who)
    text = f"imports {world.title}, which {target.id} does not have{who}"
    instead = f"run it on {able[0]}" if able else "build it for the target's own interfaces"
    level: Level = "flag" if reference and reference.level == "works" else "fails-at-run"
    return Want(level, names[0], text, instead, world.source, tuple(names))


def _switched(world: World, names: Sequence[str], offer: Offer | None, who: str) -> Want | None:
    """The target's standard has it: what does its reference run-time say?"""
    if offer is None or offer.level == "works":
        return None
    if offer.level == "flag":
        text = f"imports {world.title}, which {_REFERENCE} gives where it is switched on ({offer.flag})"
        return Want("flag", names[0], text, f"start it with {offer.flag}", offer.source, tuple(names))
    text = f"imports {world.title}: {offer.because}{who}"
    return Want("partial", names[0], text, "run it on another run-time", offer.source, tuple(names))


def _of_feature(feature: str, hosts: Sequence[Host], target: Target) -> Want | None:
    without = [host for host in hosts if host.features.get(feature, "unknown") == "no"]
    switched = [host for host in hosts if host.features.get(feature, "").startswith("flag: ")]
    silent = [host for host in hosts if host.features.get(feature, "unknown") == "unknown"]
    able = [host for host in hosts if host not in (*without, *switched, *silent)]
    if not hosts or feature not in _FEATURE_TITLES or not (without or switched):
        return None
    level = _level(feature, able, without, switched, target)
    has = _listed([f"{host.title} since {host.features[feature]}" for host in able])
    parts = [f"{_listed([host.title for host in without])} {_lack(without)} it"] if without else []
    parts += [f"{host.title} needs {host.features[feature].removeprefix('flag: ')}" for host in switched]
    text = f"uses {_FEATURE_TITLES[feature]}: {', '.join(parts)}" + (f"; {has}" if able else "")
    source = next(host.source for host in (*without, *switched))
    return Want(level, feature, text, "build it without the feature for these", source)


def _level(
    feature: str, able: Sequence[Host], without: Sequence[Host], switched: Sequence[Host], target: Target
) -> Level:
    """A visitor chooses the browser, a server's owner the run-time: the reference decides on WASI."""
    if target.family == "browser":
        return "fails-at-run" if not able and not switched else "partial"
    reference = next((host for host in (*able, *switched, *without) if host.id == _REFERENCE), None)
    if reference is None or reference in able:
        return "flag"
    return "flag" if reference in switched else "fails-at-run"


def _able(title: str, offer: Offer) -> str:
    return f"{title} ({offer.flag})" if offer.flag else title


def _listed(names: Iterable[str]) -> str:
    ordered = list(names)
    return ordered[0] if len(ordered) == 1 else f"{', '.join(ordered[:-1])} and {ordered[-1]}" if ordered else "none"


def _lack(group: Sequence[Host]) -> str:
    return "lacks" if len(group) == 1 else "lack"


def in_brackets(names: Sequence[str]) -> str:
    """` (a, b, c ...)`, or "" for none."""
    return f" ({cut(names)})" if names else ""
