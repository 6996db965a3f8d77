"""Features that nobody switches on by default and that decide about a library of Cargo's."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from portlint.judge.words import some
from portlint.model.finding import Finding

_FEATURE = re.compile(r"cfg\(feature=([^)]*)\)")
PROGRAM = re.compile(r"(?:\A|/)src/(?:main\.rs|bin/[^/]+(?:\.rs|/main\.rs))\Z")
_DECIDES = ("rust.", "lib.platform-gate")
_NAMED = 4


def open_question(findings: Iterable[Finding], paths: Collection[str], is_shipped: Callable[[str], bool]) -> str:
    """A sentence that forbids `ready` for a library whose features would bring what the target lacks, or "".

    mio without `net` and `os-poll` builds anywhere, and nobody builds it so. A program is judged as its default build:
    what stands behind its other features is listed. `paths` are the project's files.
    """
    if any(PROGRAM.search(path) for path in paths if is_shipped(path)):
        return ""
    features = undecided(each for each in findings if is_shipped(each.location.path))
    if not features:
        return ""
    return f"what stands against it hangs on features that are off by default: {some(features, _NAMED)}"


def undecided(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Features under which something would stand against the target, sorted."""
    found: set[str] = set()
    for finding in findings:
        if finding.level == "unknown" and finding.capability.startswith(_DECIDES):
            found.update(_FEATURE.findall(finding.guard))
    return tuple(sorted(found))
