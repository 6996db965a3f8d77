"""A report as it would be without a component, with another in its place, with a shim: from the report alone.

What a change takes is work: each drop, replacement and shim has a price, as the estimate's choices have, and is in
the estimate. Where the old verdict was `unknown` the new one is not `ready`: what was not known then is not known now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from portlint.estimate import Known
from portlint.estimate.price import priced
from portlint.estimate.rates import Rates
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Dependency
from portlint.model.finding import Finding
from portlint.model.package import Package
from portlint.model.report import Report, TargetReport
from portlint.planning.culprit import Culprits
from portlint.planning.decided import told, work
from portlint.planning.instead import edges_to, stands_against
from portlint.planning.rejudge import Change, rejudged
from portlint.planning.removal import askers, files_of, gone, graph_without, is_in, judged_units
from portlint.planning.shims import is_provided, provided
from portlint.planning.supposed import Plan, Supposed, resolved


def what_if(
    report: Report,
    supposed: Supposed,
    catalog: Catalog,
    packages: Sequence[Package],
    rates: Rates,
    team: str = "one-port",
) -> Report:
    """The report under these suppositions, priced; each of them is a line of its `assumptions`.

    Raises PortlintError for an unknown or ambiguous component, a project, an unknown symbol, circles.
    """
    plan = resolved(report, supposed, packages)
    culprits = Culprits(report.components, report.dependencies)
    absent = {one.id: gone(report, plan.taken, plan.kept, catalog.target(one.id)) for one in report.targets}
    everywhere = frozenset.intersection(*absent.values()) if absent else gone(report, plan.taken, plan.kept, None)
    changes: dict[str, Change] = {}
    known: dict[str, Known] = {}
    for one in report.targets:
        target = catalog.target(one.id)
        changes[one.id] = _change(report, one, target, plan, absent[one.id], culprits, catalog)
        known[one.id] = Known(decided=work(report, one, target, plan, catalog, rates))
    after = _with_graph(rejudged(report, changes), plan, absent, everywhere)
    lines = told(report, plan, absent, culprits, rates)
    after = msgspec.structs.replace(after, assumptions=(*report.assumptions, *lines))
    return priced(after, catalog, rates, known=known, team=team)


def _change(
    report: Report,
    judged: TargetReport,
    target: Target,
    plan: Plan,
    absent: Collection[str],
    culprits: Culprits,
    catalog: Catalog,
) -> Change:
    """What of one target's findings goes, comes and is settled."""
    brought: list[Finding] = []
    questions: dict[str, str] = {}
    for each in plan.substitutes:
        found, question = stands_against(each, report, judged, target, catalog)
        brought += found
        if question:
            questions |= dict.fromkeys(askers(report, each.replaced, target), question)
    staying = [each for each in judged.findings if not is_in(culprits, each, absent)]
    settled = [provided(each) if is_provided(each, plan.symbols) else each for each in staying]
    shims = {after for before, after in zip(staying, settled, strict=True) if after is not before}
    return Change(
        findings=(*settled, *brought),
        settled=frozenset(shims),
        without_units=tuple(judged_units(report.components, absent, files_of(report, absent))),
        questions=questions,
    )


def _with_graph(
    report: Report, plan: Plan, absent: Mapping[str, Collection[str]], everywhere: Collection[str]
) -> Report:
    """Without what no target has any more; what single targets lack is set aside there."""
    components, edges = graph_without(report, everywhere)
    added = [each.component for each in plan.substitutes if not each.here]
    bridges = [edge for each in plan.substitutes for edge in edges_to(report, each) if edge.source not in everywhere]
    left_out = {each.path for each in files_of(report, everywhere)}
    targets = tuple(
        msgspec.structs.replace(one, aside=tuple(sorted({*one.aside, *(set(absent[one.id]) - set(everywhere))})))
        for one in report.targets
    )
    return msgspec.structs.replace(
        report,
        components=tuple(sorted({each.id: each for each in (*components, *added)}.values(), key=lambda each: each.id)),
        dependencies=tuple(sorted({*edges, *bridges}, key=_edge)),
        files=tuple(each for each in report.files if each.path not in left_out),
        targets=targets,
    )


def _edge(edge: Dependency) -> tuple[str, str, str, int, str, str]:
    return edge.source, edge.target, edge.path, edge.line, edge.scope, str(edge.condition)
