"""Other repositories inside this one: `.gitmodules`."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import urlsplit

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded
from portlint.model.extraction import Extraction

NAME = "gitmodules"
VERSION = 1
LANGUAGE = "git"

_SECTION = re.compile(r'\[submodule "((?:[^"\\]|\\.)*+)"\]\s*\Z')
_ENTRY = re.compile(r"(\w+)\s*=\s*(.*?)\s*\Z")
_SHORT = re.compile(r"(?:\w+@)?([\w.-]+):(?!//)(.+)\Z")  # git@github.com:owner/name.git


def wants(path: str) -> bool:
    return posixpath.basename(path) == ".gitmodules"


def extract(path: str, data: bytes) -> Extraction:
    """`setting` facts `git/submodule` (value: its folder) and `package` facts `github/<owner>/<name>`, or
    `git/<host>/<path>` where it lies elsewhere. Format: git-scm.com, gitmodules(5). Raises ValueError otherwise.
    """
    out = BuildFacts(path, LANGUAGE)
    inside = False
    row: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(decoded(data, path).splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            _package(row, out)
            row = {}
            inside = bool(_SECTION.match(line))
            continue
        found = _ENTRY.match(line)
        if found is None:
            raise ValueError(f"line {number}: neither a section nor an entry")
        if inside:
            row[found[1]] = (found[2], number)
    _package(row, out)
    return out.extraction()


def _package(row: dict[str, tuple[str, int]], out: BuildFacts) -> None:
    folder, line = row.get("path", ("", 0))
    if folder:
        out.fact("setting", "git/submodule", line, folder)
    url, line = row.get("url", ("", 0))
    if not url:
        return
    short = _SHORT.match(url)
    try:
        parts = urlsplit(url)
        host, path = (short[1], short[2]) if short else (parts.hostname or "", parts.path)
    except ValueError:
        host, path = "", url
    path = path.strip("/").removesuffix(".git")
    if host in ("github.com", "www.github.com"):
        out.package("github", path.lower(), line, folder=folder)
    elif path and not url.startswith("."):
        out.package("git", f"{host}/{path}" if host else path, line, folder=folder)
    elif path:
        out.unresolved(url)  # relative to the remote that this checkout came from
