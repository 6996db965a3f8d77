"""The decision sheet: what a tech lead needs to say go or no-go for each target, from the report alone.

Built from a report, the catalog, the rates and what is known of packages and hosting, so that a changed report gives
the sheet of a changed project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.catalog.images import load_images
from portlint.estimate.dependencies import stands
from portlint.estimate.price import located
from portlint.estimate.rates import Rates
from portlint.graph import locator
from portlint.model.catalog import Catalog, Readiness, Target
from portlint.model.component import Component
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.package import Package
from portlint.model.report import ProjectReport, Report
from portlint.planning.answers import ANSWERS, EXPORT, Answer, Case, case
from portlint.planning.hosting import Condition
from portlint.planning.rows import ONE_BY_ONE, Row, days, error_capabilities, is_simple, rows
from portlint.planning.worklist import Doubt, Phase, doubts, phases
from portlint.projects.locate import below
from portlint.provenance import provenance

BASELINE = "container"
_READINESS: tuple[Readiness, ...] = ("ready", "preview", "experimental", "unknown", "none")


class WorkList(msgspec.Struct, frozen=True):
    """For the target of its family that opens most easily. `others`: targets that could have one too.

    `places`: files that a port is likely to change, the likeliest first and tests last; empty where nothing is ranked.
    """

    case: Case
    phases: tuple[Phase, ...]
    doubts: tuple[Doubt, ...]
    others: tuple[str, ...]
    places: tuple[str, ...] = ()


class Fit(msgspec.Struct, frozen=True):
    """Where one server project can go. `lacking`: (title, number of files) of what stands against it there.

    `toolkit`: what builds its language there, in words, or "".
    """

    targets: tuple[str, ...]
    answer: Answer
    lacking: tuple[tuple[str, int], ...]
    toolkit: str = ""


class Server(msgspec.Struct, frozen=True):
    """`stays`: it goes nowhere but where it runs today. `because`: what would be lost elsewhere, "" where untold."""

    project: str
    kind: str
    fits: tuple[Fit, ...]
    stays: bool = False
    because: str = ""


class Hosting(msgspec.Struct, frozen=True):
    """What the hosts of these targets have to give or know. `source`: "" for the target's own advice."""

    targets: tuple[str, ...]
    text: str
    source: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """`families` by target id. `clients`: projects of engines that were not asked about servers, with the reason.

    `calibrated`: the rates were fitted to ports of one's own. `team`: whose days they are. `names` of components by id.
    """

    version: str
    root: str
    projects: int
    kinds: Mapping[str, str]  # by the path of the project
    families: Mapping[str, str]
    calibrated: bool
    team: str
    rows: tuple[Row, ...]
    servers: tuple[Server, ...]
    clients: Mapping[str, str]
    hosting: tuple[Hosting, ...]
    work: tuple[WorkList, ...]
    files: tuple[FileRecord, ...]
    names: Mapping[str, str]
    idle: tuple[str, ...] = ()  # targets that ask about no project here
    assumptions: tuple[str, ...] = ()  # what is supposed and not so in the tree


def sheet(
    report: Report,
    catalog: Catalog,
    rates: Rates,
    packages: Sequence[Package] = (),
    conditions: Sequence[Condition] = (),
) -> Sheet:
    """Everything in the order of the report's targets."""
    targets = {one.id: catalog.target(one.id) for one in report.targets}
    clients = _clients(report, targets)
    cases = _cases(report, targets, rates, packages, clients)
    components = {each.id: each for each in report.components}
    estimates = [each.estimate for each in cases if each.estimate]
    return Sheet(
        report.version,
        report.root,
        len(report.projects),
        {each.path: f"{each.kind} {each.engine_version}".strip() for each in report.projects},
        {id: target.family for id, target in targets.items()},
        any(each.calibrated for each in estimates),
        estimates[0].assumptions[0] if estimates else "",
        tuple(rows(cases)),
        tuple(_servers(report.projects, cases, targets, catalog)),
        clients,
        tuple(_hosting(report.projects, cases, targets, conditions)),
        tuple(_work(cases, targets, components, report)),
        report.files,
        {id: each.name for id, each in components.items()},
        tuple(id for id in targets if report.projects and not any(each.target == id for each in cases)),
        report.assumptions,
    )


def _clients(report: Report, targets: Mapping[str, Target]) -> dict[str, str]:
    """Projects whose engine does not export to servers, and the finding's sentence; none where nobody else serves."""
    project_of = locator(each.path for each in report.projects)
    found: dict[str, str] = {}
    asked = [one for one in report.targets if targets[one.id].family != "browser"]
    for one in sorted(asked, key=lambda each: targets[each.id].family != "wasi"):
        for finding in one.findings:
            if finding.capability == EXPORT and finding.blocker and finding.severity == "error":
                found.setdefault(project_of(finding.location.path), finding.message)
    serving = [
        each
        for each in report.projects
        if each.path not in found and any(targets[id].family != "browser" for id in each.verdicts)
    ]
    return found if serving else {}


def _cases(
    report: Report,
    targets: Mapping[str, Target],
    rates: Rates,
    packages: Sequence[Package],
    clients: Mapping[str, str],
) -> list[Case]:
    project_of = located(report.projects)
    found = []
    for one in report.targets:
        by_project: dict[str, list[Finding]] = {}
        for finding in one.findings:
            by_project.setdefault(project_of(finding.location.path), []).append(finding)
        for project in report.projects:
            aside = project.path in clients and targets[one.id].family != "browser"
            if one.id in project.verdicts and not aside:
                mine = by_project.get(project.path, ())
                found.append(case(report, one, project, targets[one.id], rates, packages, mine))
    return found


def _servers(
    projects: Iterable[ProjectReport], cases: Sequence[Case], targets: Mapping[str, Target], catalog: Catalog
) -> list[Server]:
    found = []
    for project in projects:
        fits: dict[tuple[Answer, tuple[tuple[str, int], ...], str], list[str]] = {}
        for one in cases:
            if one.project == project.path and targets[one.target].family != "browser":
                lacking = error_capabilities(one.findings).most_common() if one.answer == "go if" else []
                named = tuple((catalog.capabilities[id].title, files) for id, files in lacking)
                fits.setdefault((one.answer, named, _built(one)), []).append(one.target)
        if fits:
            rows = [Fit(tuple(ids), answer, lacking, built) for (answer, lacking, built), ids in fits.items()]
            rows.sort(key=lambda each: ANSWERS.index(each.answer))
            found.append(Server(project.path, project.kind, tuple(rows), *_stays(project.path, rows, cases)))
    return found


def _stays(project: str, fits: Iterable[Fit], cases: Iterable[Case]) -> tuple[bool, str]:
    """Whether the baseline alone is open, and why that is well."""
    answers = {target: fit.answer for fit in fits for target in fit.targets}
    if answers.pop(BASELINE, "no-go") == "no-go" or any(each != "no-go" for each in answers.values()):
        return False, ""
    mine = [each for each in cases if each.project == project and each.target in answers]
    lacking = {found.capability for each in mine for found in each.findings if found.blocker}
    return True, load_images().why_stay(lacking)


def _built(one: Case) -> str:
    """`csharp: preview, componentize-dotnet, a pre-release`; "" where it need not be said."""
    kit = one.toolkit
    if kit is None or one.answer != "go if":
        return ""
    return f"{one.language}: {kit.status}{f', {kit.notes}' if kit.notes else ''}"


def _hosting(
    projects: Iterable[ProjectReport],
    cases: Iterable[Case],
    targets: Mapping[str, Target],
    conditions: Iterable[Condition],
) -> list[Hosting]:
    """What holds for the targets that are open, or can be opened, in the order of the conditions."""
    kinds = {each.path: each.kind for each in projects}
    open_ones = [each for each in cases if each.answer in ("go", "go if")]
    found = []
    for condition in conditions:
        hit = [
            each.target
            for each in open_ones
            if condition.concerns(targets[each.target], kinds[each.project], _concerning(each.findings))
        ]
        if hit:
            found.append(Hosting(tuple(dict.fromkeys(hit)), condition.text, condition.source))
    served = [id for id in targets if any(each.target == id for each in open_ones)]
    advice = [Hosting((id,), targets[id].advice) for id in served if targets[id].id != BASELINE]
    found += [each for each in advice if each.text]
    worst = {each.target: is_simple(each) for each in reversed(open_ones)}
    return sorted(found, key=lambda each: (targets[each.targets[0]].family != "browser", worst[each.targets[0]]))


def _concerning(findings: Iterable[Finding]) -> set[str]:
    """The capabilities of what is about the code that ships."""
    return {each.capability for each in findings if stands(each)}


def _work(
    cases: Sequence[Case], targets: Mapping[str, Target], components: Mapping[str, Component], report: Report
) -> list[WorkList]:
    """One list for the browser and one for a server: that of the target that opens, and costs least.

    A target that asks about many projects has none: their lists have nothing in common.
    """
    crowd = Counter(each.target for each in cases)
    found = []
    for browser in (True, False):
        open_ones = [
            each
            for each in cases
            if (targets[each.target].family == "browser") == browser
            and each.answer in ("go", "go if")
            and each.estimate
            and crowd[each.target] <= ONE_BY_ONE
        ]
        if not open_ones:
            continue
        chosen = min(open_ones, key=lambda each: (is_simple(each), _readiness(each), days(each)))
        same = [each.target for each in open_ones if each.project == chosen.project]
        others = tuple(each for each in same if each != chosen.target)
        estimate = chosen.estimate
        assert estimate is not None
        found.append(
            WorkList(
                chosen,
                phases(estimate, chosen.findings, components),
                doubts(estimate, chosen.findings, components),
                others,
                _places(chosen, report),
            )
        )
    return found


def _places(one: Case, report: Report) -> tuple[str, ...]:
    project_of = located(report.projects)
    ranked = [each.work.places for each in report.targets if each.id == one.target and each.work]
    expected = [place.path for places in ranked for place in places if place.expected]
    mine = (path for path in expected if project_of(path) == one.project)
    return tuple(sorted(mine, key=lambda path: provenance(below(path, one.project)) == "test"))  # those change last


def _readiness(one: Case) -> int:
    return _READINESS.index(one.toolkit.status) if one.toolkit else 0
