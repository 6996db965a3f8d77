"""What a call asks about: a folder, one file, or several files of a project that is judged as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.model.finding import Finding
    from portlint.model.report import Report

_MARKS = ("portlint.toml", ".git")


class Asked(NamedTuple):
    """`path` is scanned. `files`: what is asked about, relative to it; None for all of it."""

    path: Path
    files: frozenset[str] | None = None

    def wanted(self, path: str) -> bool:
        """Whether a file is one of those asked about, or below one of them."""
        if self.files is None or "." in self.files:
            return True
        while path:
            if path in self.files:
                return True
            path = path.rpartition("/")[0]
        return False


def asked_about(paths: Sequence[Path], hook: bool) -> Asked:
    """One path is scanned as it is; several, or one file for a hook, stand for the project around them.

    That project is the nearest folder above all of them with settings or a repository of its own, else the current
    folder if they are in it, else their common one. Raises PortlintError for a path where nothing is.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise PortlintError(f"{path}: no such file or folder")
    if not paths:
        return Asked(Path())
    if len(paths) == 1 and (paths[0].is_dir() or not hook):
        return Asked(paths[0])
    whole = [Path(os.path.normpath(path.absolute())) for path in paths]  # not resolved: a link is asked about itself
    common = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in whole]))
    here = Path.cwd()
    above = (each for each in (common, *common.parents) if any((each / mark).exists() for mark in _MARKS))
    root = next(above, here if common.is_relative_to(here) else common)
    files = (os.fsencode(os.path.relpath(path, root)).decode("utf-8", "surrogateescape") for path in whole)
    return Asked(root, frozenset(file.replace(os.sep, "/") for file in files))


def through(report: Report, asked: Asked) -> Callable[[Finding], bool]:
    """Whether a finding is in the files that are asked about, or in a component that one of them is, or brings in.

    A library also stands for the addon that ships it: what is wrong with it is said where the addon names it.
    """
    wanted = {file.path for file in report.files if asked.wanted(file.path)}
    kinds = {component.id: component.kind for component in report.components}
    named = {component.id for component in report.components if component.path in wanted}
    brought = named | {edge.target for edge in report.dependencies if edge.path in wanted}
    shippers = {edge.source for edge in report.dependencies if edge.target in named and kinds[edge.target] == "library"}
    brought |= {each for each in shippers if kinds.get(each) != "project"}
    return lambda finding: finding.location.path in wanted or finding.component in brought
