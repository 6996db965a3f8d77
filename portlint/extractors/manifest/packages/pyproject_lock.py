"""`poetry.lock`, `uv.lock` and `pylock.toml`: the versions that a Python project was resolved to.

Sources: python-poetry.org/docs/basic-usage; docs.astral.sh/uv/concepts/projects/layout; peps.python.org/pep-0751.
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.packages.pyproject_names import component, identity, marker, normal
from portlint.model.component import Dependency
from portlint.model.extraction import Extraction

NAME = "python-lock"
VERSION = 1
MAX_BYTES = 32_000_000
MAX_PACKAGES = 20_000

# The files are written by programs, one key a line: read so, they cost a tenth of what a TOML parser takes for them.
_PACKAGE = re.compile(r"^\[\[packages?\]\][ \t]*\r?$", re.MULTILINE)
_KEY = re.compile(r'^(name|version)[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_OWN = re.compile(r"^source[ \t]*=[ \t]*\{[ \t]*(?:editable|virtual|directory)\b", re.MULTILINE)
_UV = re.compile(
    r"^dependencies[ \t]*=[ \t]*\[(.*?)^\]|^dependencies[ \t]*=[ \t]*\[([^\n]*)\]", re.MULTILINE | re.DOTALL
)
_ROW = re.compile(r'\{[ \t]*name[ \t]*=[ \t]*"([^"\n]+)"([^}\n]*)\}')
_POETRY = re.compile(r"^\[package\.dependencies\][ \t]*\r?\n(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_NEED = re.compile(r"^\"?([A-Za-z0-9][\w.-]*)\"?[ \t]*=[ \t]*([^\n]*)", re.MULTILINE)
_MARKER = re.compile(r'markers?[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|\'([^\'\n]*)\')')


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    return name in ("poetry.lock", "uv.lock", "pylock.toml") or (name.startswith("pylock.") and name.endswith(".toml"))


def extract(path: str, data: bytes) -> Extraction:
    """Components `package:pypi/<name>@<version>` and edges; the tree's own package is `locked:pypi:<folder>`.

    Raises ValueError for what is no such lock file.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for lock files")
    text = decode(data)
    starts = [match.start() for match in _PACKAGE.finditer(text)]
    if len(starts) > MAX_PACKAGES:
        raise ValueError(f"more than {MAX_PACKAGES} packages")
    if not starts and not re.search(r"^(?:version|lock-version|content-hash|\[metadata\])", text, re.MULTILINE):
        raise ValueError("not a lock file of Python: neither packages nor a version")
    folder = posixpath.dirname(path) or "."
    rows: list[tuple[str, str, bool, int, str]] = []
    ids: dict[str, str] = {}
    line, last = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)][: len(starts)], strict=True):
        line, last = line + text.count("\n", last, start), start
        body = text[start:end]
        keys = dict(reversed(_KEY.findall(body)))
        if not keys.get("name"):
            raise ValueError(f"line {line}: a package without a name")
        name = normal(keys["name"])
        own = bool(_OWN.search(body))
        ids.setdefault(name, f"locked:pypi:{folder}" if own else identity(name, keys.get("version", "")))
        rows.append((name, keys.get("version", ""), own, line, body))
    components = [component(name, version) for name, version, own, _, _ in rows if not own]
    edges = []
    for name, version, own, line, body in rows:
        source = f"locked:pypi:{folder}" if own else identity(name, version)
        for need, rest in _needs(body):
            target = ids.get(normal(need))
            if target and target.startswith("package:"):
                found = _MARKER.search(rest)
                guard = marker((found[1] or found[2] or "").replace('\\"', '"') if found else "")
                edges.append(Dependency(source, target, "run", path, line, guard))
    return Extraction(components=tuple({each.id: each for each in components}.values()), dependencies=tuple(edges))


def _needs(body: str) -> list[tuple[str, str]]:
    if found := _UV.search(body):
        return _ROW.findall(found[1] or found[2] or "")
    found = _POETRY.search(body)
    return _NEED.findall(found[1]) if found else []
