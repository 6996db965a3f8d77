"""Where a SARIF result stands: a line that exists, that a pull request can show, and that keeps its identity."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from urllib.parse import quote

import msgspec

from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.reporters.line_hash import is_text, line_hashes
from portlint.reporters.routes import Routes
from portlint.reporters.sarif_log import ArtifactLocation, PhysicalLocation, Region

ROOT = "SRCROOT"
_LINE_END = re.compile(r"\r\n?|\n")


class Place(msgspec.Struct, frozen=True, order=True):
    """`line` 0 stands for the whole file. `binary` is the file that the finding is in, if it is not `path`."""

    path: str
    line: int
    binary: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line's text, without its end, and GitHub's hash of it."""

    text: str
    hash: str


class Ground(msgspec.Struct, frozen=True):
    """What there is to stand on: the files that the report knows, sorted, and the graph."""

    files: tuple[str, ...]
    routes: Routes

    def place(self, finding: Finding) -> Place:
        """The finding's own line; for a binary, the manifest line that brings it in, if there is one.

        A pull request shows the manifest, never the binary.
        """
        where = finding.location
        if where.line > 0:
            return Place(where.path, where.line)
        manifest = self.routes.manifest(finding.component)
        if manifest is None:
            return Place(self._existing(where.path), 0)
        inside = where.path if where.path != manifest.path and self._exists(where.path) else ""
        return Place(manifest.path, manifest.line, inside)

    def _existing(self, path: str) -> str:
        """For a folder its first file: GitHub's upload hangs on a path that is no file (codeql-action issue 2992)."""
        if self._exists(path):
            return path
        prefix = "" if path in (".", "") else f"{path}/"
        at = bisect_left(self.files, prefix)
        return self.files[at] if at < len(self.files) and self.files[at].startswith(prefix) else path

    def _exists(self, path: str) -> bool:
        at = bisect_left(self.files, path)
        return at < len(self.files) and self.files[at] == path


def ground(report: Report, routes: Routes) -> Ground:
    return Ground(tuple(sorted(file.path for file in report.files)), routes)


def lines_at(places: Iterable[Place], read: Callable[[str], bytes | None]) -> dict[tuple[str, int], Line]:
    """The lines at these places, by (path, line), each file read once. Binaries and unreadable files are left out.

    A place that stands for a whole file is answered with the file's first line.
    """
    wanted: dict[str, set[int]] = {}
    for place in places:
        wanted.setdefault(place.path, set()).add(place.line)
    found: dict[tuple[str, int], Line] = {}
    for path, numbers in sorted(wanted.items()):
        data = read(path)
        if data is None or not is_text(data):
            continue
        hashes = line_hashes(data, {max(number, 1) for number in numbers})
        texts = _LINE_END.split(data.decode("utf-8", "replace"))
        for number in numbers:
            if (at := max(number, 1)) in hashes:
                found[path, number] = Line(texts[at - 1], hashes[at])
    return found


def physical(place: Location, name: str = "", line: Line | None = None) -> PhysicalLocation:
    """The place in SARIF's form. The region is the name's extent if it stands there, else to the line's end."""
    artifact = ArtifactLocation(uri(place.path), ROOT)
    if place.line < 1:
        return PhysicalLocation(artifact, Region(1, 1, 1, 1))
    column = max(place.column, 1)
    length = len(name) or 1
    if line is not None:
        width = len(line.text)
        column = min(column, width + 1)
        stands = name and line.text.startswith(name, column - 1)
        length = len(name) if stands else width + 1 - column
    return PhysicalLocation(artifact, Region(place.line, column, place.line, column + length))


def uri(path: str) -> str:
    """The path's own bytes, percent-encoded: `unquote_to_bytes` gives back the exact name."""
    return quote(os.fsencode(path), safe="/")
