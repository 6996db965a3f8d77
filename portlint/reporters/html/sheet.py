"""The decision sheet: what a producer reads and prints. Verdicts, what decides them, the price, and the choices."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from portlint.estimate.spread import in_words
from portlint.model.finding import Verdict
from portlint.model.report import Choice, Estimate, ProjectReport, Range, Report, TargetReport, Work
from portlint.reporters.html.markup import Child, added, element, listed, table
from portlint.reporters.text_projects import verdict_counts
from portlint.reporters.words import HYPOTHETICAL, finding_counts, person_days
from portlint.words import counted

_FACTS = 3  # of a target in the first table; its own block has them all
_LINES = 30  # of a list
_PROJECTS = 300
_FILES = 60
_FEW = 2  # targets whose blocks are open from the start


def sheet(report: Report) -> Element:
    """One row a target, then a block for each with what the row leaves out: milestones, choices, unknowns."""
    section = element("section", element("h2", "Decision"), id="decision", aria_label="Decision")
    if report.assumptions:
        added(section, element("div", *_list(HYPOTHETICAL, report.assumptions), class_="warn"))
    if not report.projects:
        added(section, element("p", "No project was found: nothing that a target could run.", class_="warn"))
    rows = [_row(report, number, target) for number, target in enumerate(report.targets)]
    head = ("Target", "Verdict", "Decided by", "Estimate", "Findings")
    added(section, table("The verdict for each target", head, rows))
    for number, target in enumerate(report.targets):
        added(section, _block(report, number, target))
    return section


def projects(report: Report) -> Element | None:
    """Each project with its verdicts and its own estimate; nothing where there is only one."""
    if len(report.projects) < 2:
        return None
    ids = [target.id for target in report.targets]
    rows = [(element("code", each.path), _kind(each), *(_of(each, id) for id in ids)) for each in report.projects]
    section = element("section", element("h2", "Projects"), id="projects", aria_label="Projects")
    added(section, table("The verdict of each project", ("Project", "Kind", *ids), rows[:_PROJECTS]))
    if len(rows) > _PROJECTS:
        added(section, element("p", f"{counted(len(rows) - _PROJECTS, 'more project')} not shown.", class_="warn"))
    return section


def badge(verdict: Verdict) -> Element:
    return element("span", verdict, class_=f"badge {verdict}")


def _row(report: Report, number: int, target: TargetReport) -> tuple[Child, ...]:
    facts = listed(target.deciding, _FACTS)
    estimate = _price(report, target, target.estimate) if target.estimate else "none"
    name = element("a", target.id, href=f"#target-{number}")
    return name, badge(target.verdict), facts, estimate, element("span", finding_counts(target))


def _price(report: Report, target: TargetReport, estimate: Estimate) -> Element:
    size = element("strong", estimate.size)
    days = f": {_range(estimate.days)}, to {estimate.milestone}"
    return element("div", element("p", size, days), element("p", _scope(report, target, estimate), class_="small"))


def _scope(report: Report, target: TargetReport, estimate: Estimate) -> str:
    """What the estimate counts, and how far to trust it."""
    several = len(report.projects) > 1
    where = "at the root" if estimate.project == "." else f"in {estimate.project}"
    parts = [f"of the project {where}, which decides"] if several and estimate.project else []
    if target.verdict == "blocked":
        parts.append("without the blockers, which are choices")
    parts.append("calibrated" if estimate.calibrated else "not calibrated to your team")
    return "; ".join(parts)


def _range(days: Range) -> str:
    """`12 to 31 person-days, likely 19`."""
    low, likely, high = (person_days(value) for value in (days.p10, days.p50, days.p90))
    if low == high:
        return f"{low} person-day{'' if high in ('<1', '1') else 's'}"
    return f"{low} to {high} person-days, likely {likely}"


def _block(report: Report, number: int, target: TargetReport) -> Element:
    estimate = target.estimate
    summary = element("summary", element("strong", target.id), " ", badge(target.verdict), f" {_contents(target)}")
    block = element("details", summary, id=f"target-{number}", class_="target")
    if len(report.targets) <= _FEW:
        block.set("open", "")
    added(block, element("p", target.title, class_="small"))
    if len(target.deciding) > _FACTS:
        added(block, *_list("What decides", target.deciding))
    added(block, *_verdicts(report, target))
    work = _work(target.id, target.work) if target.work else []
    if estimate is None:
        return added(block, element("p", "There is no estimate for this target."), *work)
    added(block, element("h3", "Estimate"), _price(report, target, estimate))
    if len(estimate.stages) > 1:
        added(block, _stages(target.id, estimate))
    if estimate.options:
        added(block, element("h3", "Choices for the blockers"), _choices(target.id, estimate.options))
    elif estimate.choices:
        added(block, *_list("Choices for the blockers", estimate.choices))
    added(block, *work)
    added(block, *_list("Find out first", estimate.unknowns), *_list("Not read, so nothing is known", estimate.unread))
    added(block, *_list("What widens the range most", estimate.drivers), *_list("Assumed", estimate.assumptions))
    return added(block, element("p", f"Rates {estimate.rates}.", class_="small"))


def _contents(target: TargetReport) -> str:
    """What a closed block holds, in numbers."""
    estimate = target.estimate
    if estimate is None:
        return "no estimate"
    parts = [counted(len(estimate.stages), "milestone"), counted(len(estimate.options), "choice")]
    parts.append(f"{len(estimate.unknowns) + len(estimate.unread):,} to find out")
    return ", ".join([*parts, counted(len(estimate.assumptions), "assumption")])


def _verdicts(report: Report, target: TargetReport) -> list[Child]:
    lines = [f"Projects: {words}." for words in (verdict_counts(report.projects, target.id),) if words]
    if target.credit:
        lines.append(f"{counted(target.credit, 'use')} ruled out by guards.")
    if target.aside:
        lines.append(f"{counted(len(target.aside), 'thing')} left aside, which only tests and tools read.")
    return [element("p", line) for line in lines]


def _list(title: str, texts: tuple[str, ...]) -> list[Child]:
    return [element("h3", title), listed(texts, _LINES)] if texts else []


def _stages(target: str, estimate: Estimate) -> Element:
    """From nothing up to each milestone; the last that the project needs is the estimate."""
    rows: list[tuple[Child, ...]] = [
        (
            stage.milestone,
            stage.size,
            *(person_days(value) for value in (stage.days.p10, stage.days.p50, stage.days.p90)),
            "yes" if stage.needed else "no",
        )
        for stage in estimate.stages
    ]
    head = ("Up to", "Class", "P10", "P50 (likely)", "P90", "Project needs it")
    return table(f"{target}: person-days from nothing to each milestone", head, rows)


def _choices(target: str, options: tuple[Choice, ...]) -> Element:
    rows: list[tuple[Child, ...]] = [
        (
            option.subject,
            in_words(option.drop),
            in_words(option.replace),
            in_words(option.ask) if option.ask else "nobody to ask",
            option.instead or "-",
        )
        for option in options
    ]
    head = ("Blocker", "Drop it", "Replace it", "Ask the vendor", "Replace it by")
    return table(f"{target}: one choice for each blocker", head, rows)


def _work(target: str, work: Work) -> list[Child]:
    """The files that a port is likely to change, the likeliest first."""
    expected = [place for place in work.places if place.expected]
    rows: list[tuple[Child, ...]] = [
        (element("code", place.path), ", ".join(place.areas) or "-", "; ".join(place.reasons) or "-")
        for place in expected[:_FILES]
    ]
    title = f"{target}: {counted(len(expected), 'file')} of {len(work.places):,} that a port is likely to change"
    parts: list[Child] = [element("h3", "Where the work is"), table(title, ("File", "Area", "Why"), rows)]
    if len(expected) > _FILES:
        parts.append(element("p", f"{counted(len(expected) - _FILES, 'more file')} not shown.", class_="warn"))
    return parts


def _kind(project: ProjectReport) -> str:
    return f"{project.kind} {project.engine_version}".strip()


def _of(project: ProjectReport, target: str) -> Child:
    verdict = project.verdicts.get(target)
    if verdict is None:
        return "not judged"
    estimate = project.estimates.get(target)
    if estimate is None:
        return badge(verdict)
    return element("div", badge(verdict), element("p", f"{estimate.size}: {_range(estimate.days)}", class_="small"))
