"""A report's components, findings and files once some components are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from portlint.graph import locator
from portlint.model.catalog import Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.planning.culprit import Culprits
from portlint.planning.drop import falls, reached
from portlint.planning.paths import state

_FOLDERS = ("vendored", "plugin", "library", "module")  # kinds whose path is theirs alone
SHIPPED = ("first-party", "vendored", "binary")


def gone(report: Report, dropped: Collection[str], kept: Collection[str], target: Target | None) -> frozenset[str]:
    """Ids of the dropped components, of what lies in their folders, and of what surely falls with them on the target.

    `kept`: components that something else has need of now.
    """
    folders = _folders(each for each in report.components if each.id in dropped)
    below = {each.id for each in report.components if each.kind != "project" and _lies_in(folders, each.path)}
    without = (set(dropped) | below) - set(kept)
    roots = [each.id for each in report.components if each.kind == "project"]
    return frozenset(without.union(falls(report.dependencies, [*roots, *kept], without, target).sure))


def askers(report: Report, component: Component, target: Target) -> tuple[str, ...]:
    """Paths of the projects whose builds for the target have need of it: their code has to let go of it.

    Where no edge leads to it, the project that it lies in.
    """
    edges = [each for each in report.dependencies if state(each, target) != "ruled out"]
    found = tuple(each.path for each in report.projects if component.id in reached(edges, (f"project:{each.path}",)))
    stated = any(each.target == component.id for each in report.dependencies)
    return found or (() if stated else (locator(each.path for each in report.projects)(component.path),))


def is_in(culprits: Culprits, finding: Finding, ids: Collection[str]) -> bool:
    """Is the finding in one of these components, or does its line name one?"""
    return finding.component in ids or culprits.of(finding) in ids


def files_of(report: Report, ids: Collection[str]) -> tuple[FileRecord, ...]:
    """What lies in the components' own folders, and they themselves where they are files."""
    folders = _folders(each for each in report.components if each.id in ids)
    return tuple(each for each in report.files if _lies_in(folders, each.path))


def judged_units(components: Iterable[Component], ids: Collection[str], files: Sequence[FileRecord]) -> list[str]:
    """Of the files those that count as code that was looked at, by what ships; sooner too many than too few."""
    if not files:
        return []
    from portlint.extractors.source.c.family import is_unit
    from portlint.extractors.source.readers import is_code  # every reader of source, which takes a while to import

    shipped = _folders(each for each in components if each.id in ids and each.provenance in SHIPPED)
    return [
        each.path
        for each in files
        if each.state in ("analysed", "partly")
        and (is_unit(each.path) or is_code(each.path))
        and _lies_in(shipped, each.path)
    ]


def graph_without(report: Report, ids: Collection[str]) -> tuple[tuple[Component, ...], tuple[Dependency, ...]]:
    """Components and edges, without these and what leads to them or away."""
    edges = tuple(each for each in report.dependencies if each.source not in ids and each.target not in ids)
    return tuple(each for each in report.components if each.id not in ids), edges


def _folders(components: Iterable[Component]) -> frozenset[str]:
    """What is theirs alone: packages share a manifest, and whoever lies at the top shares it with the project."""
    return frozenset(each.path for each in components if each.kind in _FOLDERS) - {"", "."}


def _lies_in(folders: Collection[str], path: str) -> bool:
    """Is it one of these, or inside one? `a.aar!` is the inside of an archive."""
    here = path if folders else ""
    while here:
        if here in folders or here.removesuffix("!") in folders:
            return True
        here = here.rpartition("/")[0]
    return False
