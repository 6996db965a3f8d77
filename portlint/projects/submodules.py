"""Submodules that are not checked out: a clone without `--recursive`, or a source archive."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping

from portlint.extractors.manifest.builds import gitmodules
from portlint.model.extraction import Extraction, FileRecord

NOT_CHECKED_OUT = "submodule not checked out"


def absent(extractions: Mapping[str, Extraction], paths: Collection[str]) -> tuple[str, ...]:
    """The folders of submodules of which the tree holds no file, sorted. `paths`: all files of the tree."""
    wanted = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), fact.value))
        for path, extraction in extractions.items()
        if gitmodules.wants(path)
        for fact in extraction.facts
        if fact.name == "git/submodule"
    }
    inside = {each for each in wanted if not each.startswith(("/", ".."))}
    return tuple(sorted(each for each in inside if not any(path.startswith(f"{each}/") for path in paths)))


def not_there(folders: Collection[str], known: Collection[FileRecord]) -> tuple[FileRecord, ...]:
    """One record each, for those that the walk has not met."""
    met = {record.path for record in known}
    return tuple(FileRecord(each, "not-analysed", NOT_CHECKED_OUT) for each in folders if each not in met)
