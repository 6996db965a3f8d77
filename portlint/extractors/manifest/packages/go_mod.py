"""Go modules: `go.mod`, `go.work`, `go.sum` and `vendor/modules.txt`.

Sources: go.dev/ref/mod, "go.mod files", "Workspaces", "Vendoring", "go.sum files".
"""

from __future__ import annotations

import posixpath
from urllib.parse import quote

from portlint.extractors.manifest.packages.go_mod_text import Line, read_lines
from portlint.model.component import Component, Provenance
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location

NAME = "go-mod"
VERSION = 1
LANGUAGE = "go"
MAX_BYTES = 8_000_000

_SETTINGS = {"go": "go/version", "toolchain": "go/toolchain", "tool": "go/tool", "use": "go/use"}


def wants(path: str) -> bool:
    folder, name = posixpath.split(path)
    return name in ("go.mod", "go.work", "go.sum") or (name == "modules.txt" and posixpath.basename(folder) == "vendor")


def extract(path: str, data: bytes) -> Extraction:
    """What is required, in which version, and where that comes from.

    go.mod: `setting` facts `go/module`, `go/version`, `go/toolchain`, `go/tool`, `go/replace` (`old => new`),
    `go/exclude` (`module@version`) and `go/indirect` (a module that only others need); one `package` fact
    `golang/<module>` a requirement, the value being the version after replacement; one component each, at the place
    where the module would be vendored, or where a local replacement lies. go.work: `go/use`, `go/replace`.
    modules.txt: components of the modules that are vendored. go.sum: components of every module whose content was
    fetched, often in several versions.
    Raises ValueError for a file over 8 MB, one that is not UTF-8, and a line that is no directive.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Go's module files")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8 text") from error
    folder, name = posixpath.split(path)
    if name == "modules.txt":
        return _vendored(folder, text)
    if name == "go.sum":
        return _sums(folder, text)
    return _module(path, folder, read_lines(text))


def identity(module: str, version: str) -> str:
    return f"package:golang/{module}" + (f"@{version}" if version else "")


def component(folder: str, module: str, version: str, vendored: bool = False) -> Component:
    """A module; `folder` is where the vendored ones lie, or would."""
    purl = f"pkg:golang/{quote(module)}" + (f"@{quote(version, safe='+')}" if version else "")
    place = posixpath.normpath(posixpath.join(folder, module))
    label: Provenance = "vendored" if vendored else "first-party"
    return Component(identity(module, version), "package", module, place, version, purl, label)


def _module(path: str, folder: str, lines: list[Line]) -> Extraction:
    replaced = {line.words[0]: line.words for line in lines if line.verb == "replace" and len(line.words) > 1}
    facts: list[Fact] = []
    components: dict[str, Component] = {}

    def say(kind: FactKind, name: str, line: Line, value: str) -> None:
        facts.append(Fact(kind, name, Location(path, line.number, 1), LANGUAGE, value=value))

    for line in lines:
        if line.verb == "module":
            say("setting", "go/module", line, line.words[0])
        elif line.verb in _SETTINGS:
            say("setting", _SETTINGS[line.verb], line, line.words[0])
        elif line.verb == "replace":
            say("setting", "go/replace", line, " ".join(line.words))
        elif line.verb == "exclude":
            say("setting", "go/exclude", line, "@".join(line.words[:2]))
        elif line.verb == "require":
            name, version = line.words[0], line.words[1] if len(line.words) > 1 else ""
            if not version:
                raise ValueError(f"line {line.number}: a requirement without a version")
            found = _required(folder, name, version, replaced.get(name, ()))
            components[found.id] = found
            say("package", f"golang/{name}", line, found.version)
            if line.comment.startswith("indirect"):
                say("setting", "go/indirect", line, name)
    if path.endswith("go.mod") and not any(fact.name == "go/module" for fact in facts):
        raise ValueError("no module directive")
    return Extraction(tuple(facts), tuple(components.values()))


def _required(folder: str, name: str, version: str, replacement: tuple[str, ...]) -> Component:
    """The component of a requirement, as `replace` turns it: `old [version] => new [version]`."""
    if "=>" in replacement:
        at = replacement.index("=>")
        new = replacement[at + 1 :]
        if (at == 1 or replacement[1] == version) and new:
            if new[0].startswith((".", "/")):
                place = posixpath.normpath(posixpath.join(folder, new[0]))
                return Component(identity(name, ""), "package", name, place, "", f"pkg:golang/{quote(name)}")
            version = new[1] if len(new) > 1 else version
    return component(posixpath.join(folder, "vendor"), name, version)


def _vendored(folder: str, text: str) -> Extraction:
    found: dict[str, Component] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("# "):
            continue
        words = line.split()
        if len(words) < 2:
            raise ValueError(f"line {number}: no module named")
        version = words[2] if len(words) > 2 and words[2] != "=>" else ""
        if "=>" in words and len(words) > words.index("=>") + 2:
            version = words[words.index("=>") + 2]
        one = component(folder, words[1], version, vendored=True)
        found[one.id] = one
    return Extraction((), tuple(found.values()))


def _sums(folder: str, text: str) -> Extraction:
    found: dict[str, Component] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not words[2].startswith("h"):
            raise ValueError(f"line {number}: not a module, a version and a hash")
        if not words[1].endswith("/go.mod"):  # of those only the go.mod was read, to choose versions
            one = component(posixpath.join(folder, "vendor"), words[0], words[1])
            found[one.id] = one
    return Extraction((), tuple(found.values()))
