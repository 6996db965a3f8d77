"""Where people will really work: the project's own files, ranked by how likely a port changes them.

Ports touch wrappers and callers, not only the line with the API. A file weighs what it shows itself (findings, platform
APIs, conditions on the platform) and what reaches it from the files that it calls and includes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log1p, sqrt

import msgspec

from portlint.estimate.load import load_rates
from portlint.estimate.rates import belongs
from portlint.estimate.units import is_abroad
from portlint.extractors.source.c.family import is_unit
from portlint.extractors.source.c.family import wants as is_native
from portlint.model.catalog import Family
from portlint.model.component import Provenance
from portlint.model.extraction import Extraction
from portlint.model.finding import Finding
from portlint.model.outline import Outline
from portlint.model.report import Work, WorkPlace
from portlint.planning.knowledge import Expected, Knowledge
from portlint.planning.reach import (
    Reach,
    heaviest_call,
    heaviest_include,
    heaviest_partner,
    reach,
    through_calls,
    through_includes,
)
from portlint.planning.signs import Names, Shown, Signs, is_source, signs, stem
from portlint.projects import Layout
from portlint.projects.layout import provenance_in
from portlint.words import counted, some

_PER_NAME = 0.3  # of an area's weight, for each further name, as a logarithm
_PER_FINDING = 0.7
_NAMED = 4
_TELLING = ("apis", "guards", "findings", "calls", "includes", "partner")  # what a file is expected to change for
_ASIDE: tuple[Provenance, ...] = ("vendored", "example", "tool", "editor", "build-output", "binary")


class Survey(msgspec.Struct, frozen=True):
    """What the sources show, whatever the target."""

    found: Mapping[str, Shown]
    reached: Reach
    provenance: Mapping[str, Provenance]


def survey(
    extractions: Mapping[str, Extraction],
    content: Callable[[str], bytes],
    labels: Mapping[str, Provenance],
    knowledge: Knowledge,
) -> Survey:
    """Read the sources (`labels`) once more, as words. `content` raises ValueError for one that is gone."""
    names = Names({area.id: area.names for area in knowledge.area})
    stems = frozenset(each for path in labels if len(each := stem(path)) > 2)
    found: dict[str, Signs] = {}
    outlines: dict[str, Outline | None] = {}
    for path in sorted(labels):
        try:
            data = content(path)
        except ValueError:  # the report has said so already
            continue
        outlines[path] = extractions[path].outline
        found[path] = signs(path, data, outlines[path], names, stems)
    own = frozenset(path for path, label in labels.items() if label not in _ASIDE)
    reached = reach(found, outlines, own)
    return Survey({path: Shown(each.apis, each.guards, each.has_main) for path, each in found.items()}, reached, labels)


def labels_in(arranged: Layout, extractions: Iterable[str]) -> dict[str, Provenance]:
    """The provenance of every source that can be surveyed."""
    return {path: provenance_in(arranged, path) for path in extractions if is_source(path)}


def work(surveyed: Survey, findings: Iterable[Finding], family: Family, knowledge: Knowledge) -> Work:
    """The files for one target of that family, the likeliest first, and the areas, the largest first."""
    per_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.location.path in surveyed.found:
            per_file.setdefault(finding.location.path, []).append(finding)
    table = signs_of(surveyed, per_file)
    weights = {sign.id: sign.weight for sign in knowledge.sign}
    scores = {path: sum(weights[each] * value for each, value in row.items()) for path, row in table.items()}
    ranked = sorted(scores, key=lambda path: (-scores[path], path))
    telling = [path for path in ranked if any(table[path][each] for each in _TELLING)]
    expected = frozenset(telling[: expected_count([scores[path] for path in telling], len(ranked), knowledge.expected)])
    own = own_weights(surveyed, per_file)
    places = tuple(
        WorkPlace(
            path,
            round(scores[path], 2),
            _areas(path, surveyed, per_file.get(path, ()), knowledge),
            _reasons(path, surveyed, per_file.get(path, ()), own, knowledge) if path in expected else (),
            path in expected,
            table[path],
        )
        for path in ranked
    )
    return Work(places, _largest(places, surveyed, family, knowledge))


def own_weights(surveyed: Survey, per_file: Mapping[str, Sequence[Finding]]) -> dict[str, float]:
    """What each file weighs by itself."""
    return {
        path: _apis(each) + log1p(each.guards) + _PER_FINDING * log1p(len(per_file.get(path, ())))
        for path, each in surveyed.found.items()
    }


def signs_of(surveyed: Survey, per_file: Mapping[str, Sequence[Finding]]) -> dict[str, dict[str, float]]:
    """Every sign of every file, unweighted: what `benchmarks/places_fit.py` fits weights to."""
    own = own_weights(surveyed, per_file)
    platforms = load_rates().elsewhere.platforms
    folders = _folder_mates(own)
    return {
        path: {
            "apis": _apis(each),
            "guards": log1p(each.guards),
            "findings": log1p(len(per_file.get(path, ()))),
            "errors": log1p(sum(one.severity == "error" for one in per_file.get(path, ()))),
            "partner": log1p(own.get(heaviest_partner(path, surveyed.reached, own), 0.0)),
            "calls": through_calls(path, surveyed.reached, own),
            "includes": through_includes(path, surveyed.reached, own),
            "folder": folders[path],
            "depth": float(path.count("/")),
            "abroad": float(is_abroad(path, platforms)),
            "test": float(surveyed.provenance[path] == "test"),
            "aside": float(surveyed.provenance[path] in _ASIDE),
        }
        for path, each in surveyed.found.items()
    }


def expected_count(scores: Sequence[float], sources: int, limits: Expected) -> int:
    """How many of the scores, the highest first, in a tree of so many sources."""
    number = sum(score >= limits.score for score in scores)
    least = max(limits.least * sources, limits.least_of_few)
    return int(min(max(number, least), max(limits.most * sources, limits.most_of_few)))


def _apis(each: Shown) -> float:
    return sum(1 + _PER_NAME * log1p(len(names)) for names in each.apis.values())


def _folder_mates(own: Mapping[str, float]) -> dict[str, float]:
    """What the other files of a file's folder weigh on average; 0 for a file that is alone."""
    folders: dict[str, list[float]] = {}
    for path, weight in own.items():
        folders.setdefault(posixpath.dirname(path), []).append(weight)
    sums = {folder: (sum(weights), len(weights)) for folder, weights in folders.items()}
    averages = {}
    for path, weight in own.items():
        whole, number = sums[posixpath.dirname(path)]
        averages[path] = (whole - weight) / (number - 1) if number > 1 else 0.0
    return averages


def _areas(path: str, surveyed: Survey, findings: Sequence[Finding], knowledge: Knowledge) -> tuple[str, ...]:
    """In the order of the knowledge."""
    apis = surveyed.found[path].apis
    capabilities = {finding.capability for finding in findings}
    return tuple(
        area.id
        for area in knowledge.area
        if area.id in apis or any(belongs(each, area.capabilities) for each in capabilities)
    )


def _reasons(
    path: str, surveyed: Survey, findings: Sequence[Finding], own: Mapping[str, float], knowledge: Knowledge
) -> tuple[str, ...]:
    """One clause each, what the file shows itself first."""
    each = surveyed.found[path]
    reasons = []
    if findings:
        capabilities = sorted({finding.capability for finding in findings})
        reasons.append(f"{counted(len(findings), 'finding')}: {some(capabilities, _NAMED)}")
    if each.apis:
        reasons.append(f"uses {some([name for names in each.apis.values() for name in names], _NAMED)}")
    if each.guards:
        reasons.append(f"asks for the platform in {counted(each.guards, 'condition')}")
    if each.has_main:
        reasons.append("has main()")
    home, function = heaviest_call(path, surveyed.reached, own)
    if home:
        reasons.append(f"{_verb(path)} {function}() of {home}" if function else f"names {home}")
    header = heaviest_include(path, surveyed.reached, own)
    if header and header != home:
        reasons.append(f"includes {header}")
    twin = heaviest_partner(path, surveyed.reached, own)
    if twin and not reasons:
        reasons.append(f"has the name of {twin}")
    return tuple(reasons)


def _verb(path: str) -> str:
    """In a header, what looks like a call is mostly a declaration."""
    return "declares" if is_native(path) and not is_unit(path) else "calls"


def _largest(places: Iterable[WorkPlace], surveyed: Survey, family: Family, knowledge: Knowledge) -> tuple[str, ...]:
    """Areas by their share in real ports and by how much of them the expected files show: names, and files."""
    shown = {area.id: area.on_pages if family == "browser" else 0 for area in knowledge.area}
    numbers = dict.fromkeys(shown, 0)
    for place in places:
        for area in place.areas if place.expected else ():
            numbers[area] += 1 + len(surveyed.found[place.path].apis.get(area, ()))
    sizes = {area.id: sqrt(area.share) * log1p(max(shown[area.id], numbers[area.id])) for area in knowledge.area}
    return tuple(sorted((area for area in sizes if sizes[area] > 0), key=lambda area: (-sizes[area], area)))
