"""What the judging of Godot projects stands on, and how it says what it found."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

import msgspec

from portlint.model.catalog import Rule, Support
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import FactKind, Location
from portlint.model.finding import SEVERITY_OF, Finding, Level
from portlint.model.package import Package


class Ground(msgspec.Struct, frozen=True):
    """What a project stands on: the tree's extractions, file paths and project folders, known packages.

    `shared`: side modules that were read -> whether the memory they import is shared. `builds`: the tree holds the
    sources of an extension. `rebuild`: what a rebuild of a binary would have to do without, as the end of a sentence.
    """

    extractions: Mapping[str, Extraction]
    paths: frozenset[str]
    folders: tuple[str, ...]
    packages: tuple[Package, ...]
    shared: Mapping[str, bool]
    builds: bool
    rebuild: Callable[[Extraction], str]


def finding(
    rule: Rule, kind: FactKind, name: str, location: Location, level: Level, message: str, instead: str, source: str
) -> Finding:
    """A finding that is sure of itself and blocks nothing; its component and path are found later."""
    severity = SEVERITY_OF.get(level, "note")
    return Finding(
        rule.id, rule.needs, level, severity, False, "high", kind, name, location, "", "", (), message, instead, source
    )


def of_support(rule: Rule, kind: FactKind, name: str, location: Location, support: Support) -> Finding:
    """A finding as the target's answer for the rule's capability says it."""
    message = f"{rule.summary}: {support.because}"
    found = finding(rule, kind, name, location, support.level, message, support.instead, support.source)
    return msgspec.structs.replace(found, blocker=support.blocker)


def inside(project: Project, path: str) -> str:
    """A path of the project as a path of the tree."""
    return posixpath.normpath(posixpath.join(project.path, path))
