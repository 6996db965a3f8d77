"""Defold: `game.project`, and native extensions by `ext.manifest` and the files in their `lib/<platform>/`.

Source: github.com/defold/doc, "Project settings", "Native extensions" and "Extension manifests".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "defold"
VERSION = 1
MAX_LINES = 20_000

_LINE = re.compile(r"([\w.]+(?:#\d+)?)\s*=\s*(.*)")
_KEY = re.compile(r"( *)(?:- )?(?:\"([^\"]*)\"|'([^']*)'|([\w.\-]+))\s*:(?:\s+(.*))?")
_LISTED = re.compile(r"""["']([^"']+)["']|([\w.+\-/]+)""")
_NATIVE = ("libs", "dynamicLibs", "frameworks", "weakFrameworks", "staticLibs")


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("game.project", "ext.manifest")


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a project with its dependencies, or an extension with the libraries that it names by platform.

    `engine/defold/library` has a platform and the name of a library; the judge asks the tree for `lib/<platform>/`.
    Raises ValueError for what is no text, and for YAML that is more than the blocks Defold's manifests have.
    """
    lines = decode(data).splitlines()
    if len(lines) > MAX_LINES:
        raise ValueError(f"not read: more than {MAX_LINES} lines")
    if posixpath.basename(path) == "game.project":
        return _project(path, lines)
    return _manifest(path, lines)


def _project(path: str, lines: list[str]) -> Extraction:
    section, title, version = "", "", ""
    first = 0
    facts: list[Fact] = []
    for number, line in enumerate(lines, 1):
        written = line.strip()
        if written.startswith("[") and written.endswith("]"):
            section = written[1:-1]
            first = first or number
        elif (match := _LINE.fullmatch(written)) and section == "project":
            key, value = match[1], match[2].strip()
            if key == "title":
                title = value
            elif key == "version":
                version = value
            elif key.partition("#")[0] == "dependencies":
                for url in value.split(","):
                    if url.strip():
                        facts.append(fact("package", f"defold/{_package(url.strip())}", path, number, url.strip()))
    if not first:
        raise ValueError("no Defold project: it has no section")
    folder = posixpath.dirname(path) or "."
    component = Component(f"project:{folder}", "project", title or posixpath.basename(folder), folder, version)
    return Extraction((mark("defold", path, first), *facts), (component,))


def _package(url: str) -> str:
    """`britzl/monarch` of the address of an archive at a forge, else the address."""
    match = re.match(r"https?://[\w.-]+/([\w.-]+/[\w.-]+)/", url)
    return match[1] if match else url


def _manifest(path: str, lines: list[str]) -> Extraction:
    """The blocks `platforms: <platform>: context: <key>: [list]`, read by their indentation."""
    name = ""
    first = 1
    stack: list[tuple[int, str]] = []
    facts: list[Fact] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise ValueError(f"line {number}: a tab as indentation")
        match = _KEY.match(line)
        if match is None:
            if stack and stack[-1][1] in _NATIVE and line.strip().startswith("-"):
                facts += _libraries(path, number, [key for _, key in stack], line.strip()[1:])
            continue
        if (match[5] or "").startswith(("*", "&")):
            raise ValueError(f"line {number}: a YAML alias, which these manifests do not have")
        indent = len(match[1])
        while stack and stack[-1][0] >= indent:
            stack.pop()
        key = next(part for part in (match[2], match[3], match[4]) if part is not None)
        stack.append((indent, key))
        if indent == 0 and key == "name" and match[5]:
            name, first = match[5].split(" #")[0].strip().strip("\"'"), number
        elif match[5]:
            facts += _libraries(path, number, [key for _, key in stack], match[5])
    if not name:
        raise ValueError("an extension without a name")
    folder = posixpath.dirname(path) or "."
    component = Component(f"plugin:{folder}", "plugin", name, folder)
    return Extraction((fact("setting", "engine/defold/extension", path, first, name), *facts), (component,))


def _libraries(path: str, line: int, keys: list[str], value: str) -> list[Fact]:
    if len(keys) < 4 or keys[0] != "platforms" or keys[-1] not in _NATIVE:
        return []
    names = [quoted or plain for quoted, plain in _LISTED.findall(value.split(" #", maxsplit=1)[0])]
    return [fact("links", name, path, line, keys[1]) for name in names]
