"""Files that have moved between two trees, by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from portlint.files import read_file
from portlint.model.report import Report

Content = Callable[[str], str]  # git's id of a file's content by its path, "" where it is not known
_CAP = 16_000_000  # bytes: what is larger is not followed


def moved(before: Report, old: Content, after: Report, new: Content) -> dict[str, str]:
    """Old path -> new path of files with findings that are gone there and came here, with the same content.

    Of several alike the first by name goes to the first.
    """
    there, here = ({each.path for each in one.files} for one in (before, after))
    found = {each.location.path for one in before.targets for each in one.findings}
    gone = _by_content(found & there - here, old)
    came = _by_content(here - there, new) if gone else {}
    pairs = (zip(paths, came.get(content, ()), strict=False) for content, paths in gone.items())
    return {path: now for pair in pairs for path, now in pair}


def content_in(root: Path) -> Content:
    """The ids of files on disk, as git would give them: SHA-1 of a blob."""

    def content(path: str) -> str:
        try:
            data = read_file(root, path, _CAP)
        except ValueError:
            return ""  # it cannot be read any more: then it counts as gone and new
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    return content


def _by_content(paths: Iterable[str], content: Content) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if identity := content(path):
            found.setdefault(identity, []).append(path)
    return found
