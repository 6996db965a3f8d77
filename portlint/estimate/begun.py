"""What of a project says that a port to a target is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from portlint.estimate.fallback import begun_in, is_build_file, names_the_target
from portlint.estimate.rates import Fallback
from portlint.model.catalog import Family
from portlint.model.extraction import Extraction
from portlint.projects import Layout
from portlint.projects.layout import provenance_in

_OWN = ("first-party", "tool")  # build files lie in `cmake/`; a vendored library with a web port is no port of the game


def begun_for(
    families: Iterable[Family],
    extractions: Mapping[str, Extraction],
    content: Callable[[str], bytes],
    arranged: Layout,
    rates: Fallback,
) -> dict[Family, tuple[str, ...]]:
    """Own sources with a condition on the target, own build files that name its toolchain; sorted, by family.

    `content` gives a file of the tree once more, and raises ValueError where it cannot be read.
    """
    outlines = {path: each.outline for path, each in extractions.items() if each.outline}
    asked = set(families)
    builds: dict[str, bytes] = {}
    if any(rates.tools.get(family) for family in asked):
        for path in filter(is_build_file, extractions):
            with suppress(ValueError):  # the report has said so already
                builds[path] = content(path)
    found: dict[Family, tuple[str, ...]] = {}
    for family in asked:
        naming = [path for path, data in builds.items() if names_the_target(data, family, rates)]
        every = [*begun_in(outlines, family, rates), *naming]
        found[family] = tuple(sorted(path for path in every if provenance_in(arranged, path) in _OWN))
    return found
