"""Files that have moved between two trees, by what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from portlint.cache import content_id
from portlint.files import read_file
from portlint.model.report import Report

_CAP = 16_000_000  # bytes: what is larger is not followed


def moved(before: Report, old_root: Path, after: Report, new_root: Path) -> dict[str, str]:
    """Old path -> new path of files with findings that are gone there and came here, with the same content.

    Of several alike the first by name goes to the first.
    """
    old, new = ({each.path for each in one.files} for one in (before, after))
    gone = _by_content({each for each in _with_findings(before) if each not in new}, old_root)
    if not gone:
        return {}
    came = _by_content(new - old, new_root)
    return {
        path: there
        for content, paths in gone.items()
        for path, there in zip(paths, came.get(content, ()), strict=False)
    }


def _with_findings(report: Report) -> set[str]:
    return {each.location.path for one in report.targets for each in one.findings}


def _by_content(paths: Iterable[str], root: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        try:
            found.setdefault(content_id(read_file(root, path, _CAP)), []).append(path)
        except ValueError:
            continue  # it cannot be read any more: then it counts as gone and new
    return found
