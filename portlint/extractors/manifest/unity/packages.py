"""Packages of a Unity project: `Packages/manifest.json`, `Packages/packages-lock.json`, a package's `package.json`."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote

from portlint.extractors.manifest.unity.text import Finder, decode, fact, json_object
from portlint.model.component import Component, Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

NAME = "unity-packages"
VERSION = 1

MANIFEST, LOCK, OWN = "manifest.json", "packages-lock.json", "package.json"
_REVERSE_DOMAIN = re.compile(r"(?:com|org|net|io|jp|dev|co|eu|de)\.[\w-]+(?:\.[\w.-]+)?")
_EDITOR_ONLY = (
    "com.unity.ide.",
    "com.unity.collab-proxy",
    "com.unity.toolchain.",
    "com.unity.sysroot",
    "com.unity.learn.iet-framework",
    "com.unity.memoryprofiler",
    "com.unity.performance.profile-analyzer",
    "com.unity.settings-manager",
    "com.unity.project-auditor",
    "com.unity.multiplayer.center",
    "com.unity.multiplayer.playmode",
    "com.unity.device-simulator",
    "com.unity.recorder",
)
_TESTS_ONLY = ("com.unity.test-framework", "com.unity.testtools.", "com.unity.ext.nunit")


def wants(path: str) -> bool:
    folder, name = posixpath.split(path)
    if name in (MANIFEST, LOCK):
        return posixpath.basename(folder) == "Packages"
    # npm's file has the same name: a Unity package's folder lies in Packages, or is called by the package's id
    inside = posixpath.basename(posixpath.dirname(folder)) == "Packages"
    return name == OWN and (inside or bool(_REVERSE_DOMAIN.fullmatch(posixpath.basename(folder))))


def extract(path: str, data: bytes) -> Extraction:
    """One `package` fact `upm/<id>` a dependency, its value the version as written.

    From the lock file also components (with a package URL) and the edges between them; a package's own manifest gives
    the component of its folder. Raises ValueError for what is not JSON of this kind.
    """
    text = decode(data)
    found = json_object(text)
    name = posixpath.basename(path)
    if name == LOCK:
        return _locked(path, text, found)
    if name == OWN:
        return _own(path, text, found)
    return Extraction(tuple(_facts(path, text, found.get("dependencies"))))


def scope_of(package: str) -> Scope:
    if package.startswith(_TESTS_ONLY):
        return "test"
    return "editor" if package.startswith(_EDITOR_ONLY) else "run"


def _facts(path: str, text: str, dependencies: object) -> list[Fact]:
    if not isinstance(dependencies, dict):
        return []
    finder = Finder(text)
    return [
        fact("package", f"upm/{name}", path, finder.line(name), version)
        for name, version in dependencies.items()
        if isinstance(version, str)
    ]


def _locked(path: str, text: str, found: dict[str, object]) -> Extraction:
    entries = found.get("dependencies")
    if not isinstance(entries, dict):
        raise ValueError("a lock file without dependencies")
    project = posixpath.dirname(posixpath.dirname(path)) or "."
    packages = {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
    identities = {name: _identity(path, name, entry) for name, entry in packages.items()}
    finder = Finder(text)
    facts, components, edges = [], [], []
    for name, entry in packages.items():
        line = finder.line(name)
        version = entry.get("version") if isinstance(entry.get("version"), str) else ""
        facts.append(fact("package", f"upm/{name}", path, line, str(version)))
        components.append(_component(identities[name], name, str(version), str(entry.get("source", ""))))
        if entry.get("depth") == 0:
            edges.append(Dependency(f"project:{project}", identities[name], scope_of(name), path, line))
        needs = entry.get("dependencies")
        for other in needs if isinstance(needs, dict) else ():
            if other in identities:
                edges.append(Dependency(identities[name], identities[other], scope_of(other), path, line))
    return Extraction(tuple(facts), tuple(components), tuple(edges))


def _identity(path: str, name: str, entry: dict[str, object]) -> str:
    """`package:<folder>`: where an embedded package lies, else where it would."""
    folder = posixpath.dirname(path)
    version = entry.get("version")
    if isinstance(version, str) and version.startswith("file:") and not version.endswith((".tgz", ".tar.gz")):
        return f"package:{posixpath.normpath(posixpath.join(folder, version[5:]))}"
    return f"package:{folder}/{name}"


def _component(identity: str, name: str, version: str, source: str) -> Component:
    path = identity.removeprefix("package:")
    if source in ("embedded", "local", "local-tarball", "git"):
        version = version if source == "git" else ""
    numbered = version if re.match(r"\d", version) else ""
    purl = f"pkg:upm/{quote(name)}" + (f"@{quote(numbered)}" if numbered else "")
    return Component(identity, "package", name, path, version, purl)


def _own(path: str, text: str, found: dict[str, object]) -> Extraction:
    name, version = found.get("name"), found.get("version", "")
    if not isinstance(name, str):
        raise ValueError("a package without a name")
    folder = posixpath.dirname(path)
    purl = f"pkg:upm/{quote(name)}" + (f"@{quote(str(version))}" if version else "")
    component = Component(f"package:{folder}", "package", name, folder, str(version), purl)
    facts = _facts(path, text, found.get("dependencies"))
    if isinstance(found.get("unity"), str):
        facts.append(fact("setting", "unity/package/unity", path, Finder(text).line("unity"), str(found["unity"])))
    return Extraction(
        (fact("setting", "unity/package/name", path, Finder(text).line("name"), name), *facts), (component,)
    )
