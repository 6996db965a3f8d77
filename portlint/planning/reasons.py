"""The whole answer to "why is this here?", for each component concerned and each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.model.catalog import Target, profile_id
from portlint.model.component import Component
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.planning.drop import Fall, falls
from portlint.planning.names import subject
from portlint.planning.paths import Ways, shortest


class Reason(msgspec.Struct, frozen=True):
    """`findings`: those asked about; none where the component itself was. `falls` is not asked of a project."""

    component: Component
    target: str
    findings: tuple[Finding, ...]
    ways: Ways
    falls: Fall


class Reasons(msgspec.Struct, frozen=True):
    """`names` of all components by id: what paths and falls are told in."""

    asked: str
    reasons: tuple[Reason, ...]
    names: Mapping[str, str]


def reasons(report: Report, targets: Mapping[str, Target], asked: str, limit: int = 10) -> Reasons:
    """By component, then by target. A report without targets is asked without one.

    Raises PortlintError for a subject that is nothing here.
    """
    found = subject(report, asked)
    components = {each.id: each for each in report.components}
    roots = [each.id for each in report.components if each.kind == "project"]
    out: list[Reason] = []
    for id, findings in found.components.items():
        if id not in components:
            continue
        for name in [one.id for one in report.targets] or [""]:
            mine = _of_target(report, name, findings)
            if findings and not mine:
                continue
            target = targets.get(profile_id(name))
            ways = shortest(report.dependencies, roots, id, target, limit)
            fallen = falls(report.dependencies, roots, (id,), target) if id not in roots else Fall((), (), ())
            out.append(Reason(components[id], name, mine, ways, fallen))
    if not out:
        raise PortlintError(f"{asked!r} lies outside of every project: nothing leads there, and nothing falls with it")
    return Reasons(asked, tuple(out), {each.id: each.name for each in report.components})


def _of_target(report: Report, name: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    there = {each for one in report.targets if one.id == name for each in one.findings}
    return tuple(each for each in findings if each in there)
