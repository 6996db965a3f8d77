"""Trees of Unity files for the tests: read with the real extractors, from a folder or from texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from portlint.catalog import load_catalog
from portlint.catalog.vocabulary import vocabulary
from portlint.extractors.manifest.unity import asmdef as unity_asmdef
from portlint.extractors.manifest.unity import jslib as unity_jslib
from portlint.extractors.manifest.unity import meta as unity_meta
from portlint.extractors.manifest.unity import packages as unity_packages
from portlint.extractors.manifest.unity import scene as unity_scene
from portlint.extractors.manifest.unity import settings as unity_settings
from portlint.extractors.manifest.unity import version as unity_version
from portlint.extractors.source.csharp import extractor as csharp
from portlint.model.extraction import Extraction

MANIFESTS: tuple[ModuleType, ...] = (
    unity_asmdef,
    unity_jslib,
    unity_meta,
    unity_packages,
    unity_scene,
    unity_settings,
    unity_version,
)
ARENA = Path(__file__).resolve().parent.parent / "sample_projects" / "unity_arena"


def read(files: Mapping[str, str | bytes]) -> dict[str, Extraction]:
    """The extractions of files that some extractor wants, by path."""
    words = vocabulary(load_catalog(), "csharp")
    found = {}
    for path, content in sorted(files.items()):
        data = content.encode() if isinstance(content, str) else content
        if path.endswith(".cs"):
            found[path] = csharp.extract(path, data, words)
        for module in MANIFESTS:
            if module.wants(path):
                found[path] = module.extract(path, data)
    return found


def of_folder(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
