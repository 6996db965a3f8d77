"""Dependencies of a vcpkg manifest, and the platforms that a port says it supports."""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.vcpkg_platforms import platforms
from portlint.extractors.manifest.lenient_json import Object, Places, read
from portlint.model.component import Scope
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, Guard, both, negated

NAME = "vcpkg"
VERSION = 1
LANGUAGE = "vcpkg"

_CONFIGURATION = "vcpkg-configuration.json"


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("vcpkg.json", _CONFIGURATION)


def extract(path: str, data: bytes) -> Extraction:
    """`package` facts `vcpkg/<name>`, their value the least version, behind the platforms and the feature that ask for
    them; `vcpkg/unsupported` (value: the expression as written), alive where `supports` rules the target out.

    Without `supports` nothing is said: silence is unknown. Format: learn.microsoft.com/vcpkg/reference/vcpkg-json.
    Raises ValueError for what is no JSON object, or an expression that vcpkg would refuse.
    """
    document = read(data)
    reader = _Manifest(path, Places(document))
    if posixpath.basename(path) == _CONFIGURATION:
        return reader.configuration(document.root)
    return reader.manifest(document.root)


class _Manifest:
    def __init__(self, path: str, places: Places) -> None:
        self._out = BuildFacts(path, LANGUAGE)
        self._places = places

    def configuration(self, root: Object) -> Extraction:
        for row in _rows(root.get("overlay-triplets")):
            if isinstance(row, str):
                self._out.fact("setting", "vcpkg/overlay-triplets", self._places.line(row), row)
        return self._out.extraction()

    def manifest(self, root: Object) -> Extraction:
        own = _text(root, "name")
        version = next((_text(root, key) for key in root if key.startswith("version")), "")
        if own:
            self._out.fact("setting", "vcpkg/name", self._places.line(own), f"{own} {version}".strip())
        self._supports(root, own, ALWAYS)
        self._dependencies(root.get("dependencies"), ALWAYS)
        features = root.get("features")
        chosen = {_name_of(row) for row in _rows(root.get("default-features"))}
        for name, feature in features.items() if isinstance(features, dict) else ():
            if isinstance(feature, dict):
                guard = ALWAYS if name in chosen else Guard("defined", f"vcpkg(feature={name})")
                self._supports(feature, f"{own}[{name}]", guard)
                self._dependencies(feature.get("dependencies"), guard)
        return self._out.extraction()

    def _supports(self, holder: Object, name: str, guard: Guard) -> None:
        expression = _text(holder, "supports")
        if expression:
            line = self._places.line(expression)
            outside = both(guard, negated(platforms(expression)))
            self._out.fact("setting", "vcpkg/unsupported", line, f"{name} {expression}".strip(), outside)

    def _dependencies(self, rows: object, guard: Guard) -> None:
        for row in _rows(rows):
            name = _name_of(row)
            if not name:
                continue
            line = self._places.line(name)
            one = row if isinstance(row, dict) else {}
            expression = _text(one, "platform")
            where = both(guard, platforms(expression)) if expression else guard
            scope: Scope = "build" if one.get("host") is True else "run"
            self._out.package("vcpkg", name, line, _text(one, "version>="), where, scope)
            for feature in _rows(one.get("features")):
                if _name_of(feature):
                    self._out.fact("package", f"vcpkg/{name}[{_name_of(feature)}]", line, "", where)


def _rows(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _text(holder: Object, key: str) -> str:
    found = holder.get(key)
    return found if isinstance(found, str) else ""


def _name_of(row: object) -> str:
    return row if isinstance(row, str) else _text(row, "name") if isinstance(row, dict) else ""
