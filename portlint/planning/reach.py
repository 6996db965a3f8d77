"""How far the trouble of one file reaches: who includes it, who calls what it defines, who names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from math import log1p

import msgspec

from portlint.model.outline import Outline
from portlint.planning.signs import Signs, language, stem
from portlint.units.resolve import Resolver

_DEFINERS = 3  # a name that more files define says nothing of which is meant
_POPULAR = 0.05  # nor does one that so large a share of the files calls: it is the project's own language
_ALWAYS_RARE = 10
_INCLUDED = 8  # the heaviest headers that a file includes


class Reach(msgspec.Struct, frozen=True):
    """By path. `included`: own files that a file includes. `called`: own files whose functions it calls, each with
    one such function. `partner`: the header of a source, the source of a header, in the whole tree by name.
    """

    included: Mapping[str, tuple[str, ...]]
    called: Mapping[str, Mapping[str, str]]
    partner: Mapping[str, tuple[str, ...]]


def reach(found: Mapping[str, Signs], outlines: Mapping[str, Outline | None], own: Container[str]) -> Reach:
    """Put the files' signs together. Every mapping has every path. `own`: files whose functions count when called."""
    by_stem: dict[bytes, list[str]] = {}
    for path in found:
        by_stem.setdefault(stem(path), []).append(path)
    return Reach(
        _included(outlines),
        _called(found, by_stem, own),
        {path: tuple(each for each in by_stem[stem(path)] if each != path) for path in found},
    )


def through_includes(path: str, reached: Reach, weights: Mapping[str, float]) -> float:
    """What the included headers weigh, each as much as the heaviest of itself and its sources."""
    heads = [_head(each, reached, weights) for each in reached.included[path]]
    return log1p(sum(sorted(heads, reverse=True)[:_INCLUDED]))


def through_calls(path: str, reached: Reach, weights: Mapping[str, float]) -> float:
    """What the files weigh whose functions this one calls."""
    return log1p(sum(weights[each] for each in reached.called[path]))


def heaviest_call(path: str, reached: Reach, weights: Mapping[str, float]) -> tuple[str, str]:
    """(file, function) behind most of it, or ("", "")."""
    called = reached.called[path]
    best = min(called, key=lambda each: (-weights[each], each), default="")
    return (best, called[best]) if best and weights[best] > 0 else ("", "")


def heaviest_include(path: str, reached: Reach, weights: Mapping[str, float]) -> str:
    heads = {each: _head(each, reached, weights) for each in reached.included[path]}
    best = min(heads, key=lambda each: (-heads[each], each), default="")
    return best if best and heads[best] > 0 else ""


def heaviest_partner(path: str, reached: Reach, weights: Mapping[str, float]) -> str:
    """The file of the same name that weighs most, or ""."""
    best = min(reached.partner[path], key=lambda each: (-weights[each], each), default="")
    return best if best and weights[best] > 0 else ""


def _head(path: str, reached: Reach, weights: Mapping[str, float]) -> float:
    return max((weights[each] for each in (path, *reached.partner[path])), default=0.0)


def _included(outlines: Mapping[str, Outline | None]) -> dict[str, tuple[str, ...]]:
    resolver = Resolver(path for path, outline in outlines.items() if outline is not None)
    included: dict[str, tuple[str, ...]] = {}
    for path, outline in outlines.items():
        targets: set[str] = set()
        for directive in outline.directives if outline is not None else ():
            if directive.kind == "include" and directive.text[:1] in ("<", '"'):
                closing = ">" if directive.text[0] == "<" else '"'
                targets.add(resolver.find(path, directive.text[1:].partition(closing)[0], closing == '"'))
        included[path] = tuple(sorted(targets - {"", path}))
    return included


def _called(
    found: Mapping[str, Signs], by_stem: Mapping[bytes, Sequence[str]], own: Container[str]
) -> dict[str, dict[str, str]]:
    definers: dict[tuple[str, bytes], list[str]] = {}
    for path, each in found.items():
        for name in each.defines if path in own else ():
            definers.setdefault((language(path), name), []).append(path)
    calls = Counter(name for each in found.values() for name in each.calls)
    named = Counter(word for each in found.values() for word in each.mentions)
    most = max(_ALWAYS_RARE, _POPULAR * len(found))
    stems = {word for word, homes in by_stem.items() if len(homes) <= _DEFINERS and named[word] <= most}
    telling = {key for key, homes in definers.items() if len(homes) <= _DEFINERS and calls[key[1]] <= most}
    called: dict[str, dict[str, str]] = {}
    for path, each in found.items():
        mine: dict[str, str] = {}
        mother = language(path)
        for name in sorted(each.calls - each.defines):
            for home in definers[mother, name] if (mother, name) in telling else ():
                mine.setdefault(home, name.decode("ascii", "replace"))
        for word in sorted(each.mentions & stems):
            for home in by_stem[word]:
                if home in own and language(home) == mother:
                    mine.setdefault(home, "")
        mine.pop(path, None)
        called[path] = mine
    return called
