"""What stands beside a server's verdict: the size of the image it ships in, and of the module it would be."""

from __future__ import annotations

from collections.abc import Mapping

from portlint.catalog.images import load_images
from portlint.model.catalog import Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction

_LANGUAGE = {"native": "c", "dotnet": "csharp", "node": "javascript"}


def language_of(kind: str) -> str:
    """The language that a kind of project is built from, as targets and images call it."""
    return _LANGUAGE.get(kind, kind)


def sizes(project: Project, files: Mapping[str, Extraction], target: Target) -> tuple[str, ...]:
    """One sentence where both are known, and () elsewhere. Context, never a reason to port."""
    if target.family not in ("wasi", "workers"):
        return ()
    known = load_images()
    module = known.module_of(language_of(project.kind))
    bases = sorted({fact.value for each in files.values() for fact in each.facts if fact.name == "container/base"})
    image = next((found for base in bases if (found := known.of(base)) and found.compressed), None)
    if module is None or image is None:
        return ()
    weighs = f"the image {image.name} below it is about {image.compressed:.0f} MB as pulled"
    would_be = f"a module in this language {module.low:g} to {module.likely:g} MB before compression"
    return (f"for context, no reason to port: {weighs}, and {would_be}",)
