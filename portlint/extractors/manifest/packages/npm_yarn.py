"""`yarn.lock` of Yarn 1 and of Yarn 2 and later. Sources: classic.yarnpkg.com and yarnpkg.com, "Lockfile"."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.packages.npm_graph import Locked, graph, identity
from portlint.model.extraction import Extraction

NAME = "yarn-lock"
VERSION = 1
MAX_BYTES = 32_000_000
_DESCRIPTOR = re.compile(r"(@?[^@]+)@(.*)", re.DOTALL)
_PAIR = re.compile(r"""\s+("[^"]+"|[^\s":]+(?::[^\s":]+)*)\s*:?\s+("[^"]*"|[^\s#].*?)\s*$""")
_MARK = re.compile(r"^(?:# yarn lockfile v1|__metadata:)", re.MULTILINE)


def wants(path: str) -> bool:
    return posixpath.basename(path) == "yarn.lock"


def extract(path: str, data: bytes) -> Extraction:
    """Packages `package:npm/<name>@<version>` and the edges between them; the tree's own packages are left out.

    Raises ValueError for what is no lock file of Yarn.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for lock files")
    content = decode(data)
    if not _MARK.search(content):
        raise ValueError("not a lock file of Yarn: neither its mark nor __metadata")
    blocks = list(_blocks(content))
    known: dict[tuple[str, str], str] = {}
    for descriptors, _, table in blocks:
        for name, wanted in descriptors:
            if table["version"]:
                known[name, wanted] = identity(_real(name, table), table["version"][0])
    packages = []
    for descriptors, line, table in blocks:
        if not table["version"] or any(part.startswith("workspace:") for _, part in descriptors):
            continue
        name = _real(descriptors[0][0], table)
        needs = _targets(table["dependencies"], known)
        optional = _targets(table["optionalDependencies"], known)
        packages.append(Locked(name, table["version"][0], line, needs, optional, _systems(table)))
    return graph(path, packages)


Table = dict[str, list[str]]


def _blocks(content: str) -> list[tuple[list[tuple[str, str]], int, Table]]:
    """(descriptors, line, table) of each block; pairs of inner tables are `name\\nwanted`."""
    found: list[tuple[list[tuple[str, str]], int, Table]] = []
    inner = ""
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.startswith(("#", "__metadata")):
            continue
        if not line[0].isspace():
            names = [part.strip().strip('"') for part in line.rstrip(":").replace('", "', ", ").split(",")]
            pairs = [(match[1], match[2]) for name in names if (match := _DESCRIPTOR.fullmatch(name))]
            if not pairs or not line.endswith(":"):
                raise ValueError(f"line {number}: not a block of a lock file of Yarn")
            found.append(
                (
                    pairs,
                    number,
                    {"version": [], "dependencies": [], "optionalDependencies": [], "resolution": [], "conditions": []},
                )
            )
            inner = ""
            continue
        indent = len(line) - len(line.lstrip())
        if not found:
            continue  # what stands below __metadata
        if indent == 2:
            key = line.strip().partition(" ")[0].rstrip(":")
            inner = key if line.rstrip().endswith(":") else ""
            if not inner and key in found[-1][2] and (pair := _PAIR.match(line)):
                found[-1][2][key].append(pair[2].strip('"'))
        elif inner in ("dependencies", "optionalDependencies") and (pair := _PAIR.match(line)):
            found[-1][2][inner].append(f"{pair[1].strip(chr(34))}\n{pair[2].strip(chr(34))}")
    return found


def _real(name: str, table: Table) -> str:
    """The package behind an alias, as `resolution` of Yarn 2 names it."""
    found = _DESCRIPTOR.fullmatch(table["resolution"][0]) if table["resolution"] else None
    return found[1] if found else name


def _targets(pairs: list[str], known: dict[tuple[str, str], str]) -> tuple[str, ...]:
    found = []
    for pair in pairs:
        name, _, wanted = pair.partition("\n")
        target = known.get((name, wanted)) or known.get((name, f"npm:{wanted}"))
        if target:
            found.append(target)
    return tuple(found)


def _systems(table: Table) -> tuple[str, ...]:
    """`conditions: os=linux & cpu=x64` of Yarn 3 and later."""
    return tuple(re.findall(r"os=(\w+)", " ".join(table["conditions"])))
