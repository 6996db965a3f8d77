"""Fold calls that only follow another one into that one's finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from portlint.model.catalog import Companion, Family
from portlint.model.finding import Finding

_AT_RUN = ("fails-at-run", "silent", "hangs")


def folded(findings: Sequence[Finding], companions: Mapping[str, Companion], family: Family) -> list[Finding]:
    """Leave out calls that only follow one which already fails at run time in the same component; that one names them.

    Calls that do not link are kept: each of them stops the build.
    """
    at_run = [each for each in findings if each.kind == "call" and each.level in _AT_RUN]
    seen: dict[str, set[str]] = {}
    for finding in at_run:
        seen.setdefault(finding.component, set()).add(finding.name)
    followed: dict[tuple[str, str], set[str]] = {}
    left_out: set[int] = set()
    for finding in at_run:
        leaders = _leaders(finding.name, companions, family) & seen[finding.component]
        leaders = {name for name in leaders if finding.name not in _leaders(name, companions, family)}
        if leaders:
            left_out.add(id(finding))
            followed.setdefault((finding.component, min(leaders)), set()).add(finding.name)
    out = []
    for finding in findings:
        if id(finding) in left_out:
            continue
        names = followed.pop((finding.component, finding.name), None) if finding.kind == "call" else None
        more = f"; so does what follows it: {', '.join(sorted(names))}" if names else ""
        out.append(msgspec.structs.replace(finding, message=finding.message + more) if more else finding)
    return out


def _leaders(name: str, companions: Mapping[str, Companion], family: Family) -> set[str]:
    """The calls that this one only follows."""
    row = companions.get(name)
    return set(row.of) - {name} if row and (not row.on or family in row.on) else set()
