"""The rows of the decision sheet: who, which answer, what it costs, under which condition, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from portlint.model.report import Choice, Stage
from portlint.planning.answers import Case
from portlint.planning.rows import Row
from portlint.planning.sheet import BASELINE, Sheet
from portlint.reporters.graph_cut import beside, days_words, did, outcome, step_lines
from portlint.reporters.plan_section import Entry, Limits, Section, line
from portlint.reporters.words import person_days
from portlint.words import counted, some

_FEW_ROWS = 4  # up to so many rows of a table have more than one fact each
_SHOWN = 3
_ALSO = re.compile(r" \(also [^()]*(?:\([^()]*\)[^()]*)*\)")  # further names of a fact
_ONLINE = "online"
_CONFINED = "confined to"  # a fact of little use without room for the ones before it


def targets(sheet: Sheet, limits: Limits, browser: bool) -> Section:
    """One row for each answer."""
    rows = [row for row in _rows(sheet) if (sheet.families[row.targets[0]] == "browser") == browser]
    stages = [stage for row in rows if row.case.estimate for stage in row.case.estimate.stages]
    columns = tuple(dict.fromkeys(stage.milestone for stage in stages))
    shown = limits.facts if browser else limits.server_facts
    shown = shown if len(rows) <= _FEW_ROWS else min(shown, 1)
    entries = []
    for row in rows[: limits.rows]:
        reasons = [] if len(row.projects) > 1 and row.answer == "go" else _because(row.case, shown, limits.fact)
        cells = (who(sheet, row), row.answer, *_cells(row, columns))
        entries.append(Entry(cells, (*_conditions(sheet, row), *reasons)))
    if len(rows) > limits.rows:
        left = ", ".join(f"{who(sheet, row)} {row.answer}" for row in rows[limits.rows :])
        entries.append(line(f"and {left} (--verbose)"))
    trust = "calibrated" if sheet.calibrated else "uncalibrated: read the class, not the number"
    open_blocked = any(row.case.verdict == "blocked" and row.answer == "go if" for row in rows)
    apart = ", without the blockers" if open_blocked else ""
    note = f"class (person-days P10-P50-P90) from nothing to the milestone{apart}; {sheet.team}; {trust}"
    title = "In the browser" if browser else "As a server"
    priced = any(cell != "-" for entry in entries for cell in entry.cells[2:])
    return Section(title, tuple(entries), ("target", "answer", *columns), note if priced else "")


def blockers(sheet: Sheet, limits: Limits) -> Section:
    """What can be done about each, and what the cut comes to; where nothing opens the target its row says why."""
    entries = []
    for row in sheet.rows:
        lines = _choices(sheet, row, limits) if row.answer == "go if" else []
        if lines:
            entries.append(line(f"{who(sheet, row)}: {_state(row.case)}", *lines))
    return Section("Blockers, and what can be done", tuple(entries))


def who(sheet: Sheet, row: Row) -> str:
    """The targets; with the project where they ask about several."""
    names = ", ".join(row.targets)
    asked = {each for other in sheet.rows if set(other.targets) & set(row.targets) for each in other.projects}
    if len(asked) < 2:
        return names
    if len(row.projects) == 1:
        return f"{names}: {project_name(sheet, row.projects[0])}"
    return f"{names}: {counted(len(row.projects), 'project')}"


def project_name(sheet: Sheet, path: str) -> str:
    return sheet.root if path == "." else path


def tax(stage: Stage) -> str:
    """`days (2-5-10)`: the class first, since ports that nobody had looked at ended beside the days too often."""
    days = "-".join(person_days(each) for each in (stage.days.p10, stage.days.p50, stage.days.p90))
    return f"{stage.size} ({days})"


def short(fact: str, limit: int) -> str:
    """At most `limit` characters. Cut before the place at the end, which says where to look."""
    if len(fact) <= limit:
        return fact
    fact = _ALSO.sub("", fact)
    head, dash, place = fact.rpartition(" - ")
    if len(fact) <= limit or not dash:
        return fact if len(fact) <= limit else f"{fact[: limit - 4].rpartition(' ')[0]} ..."
    return f"{head[: max(limit - len(place) - 7, limit // 2)].rpartition(' ')[0]} ... - {place}"


def _rows(sheet: Sheet) -> list[Row]:
    """All but the baseline where a server runs today: that stands beside the others in the section on servers."""
    asked = {target for server in sheet.servers for fit in server.fits for target in fit.targets}
    alone = asked <= {BASELINE}
    return [row for row in sheet.rows if row.targets != (BASELINE,) or row.answer != "go" or alone]


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    stages = {stage.milestone: stage for stage in row.case.estimate.stages} if row.case.estimate else {}
    known = row.answer != "no-go"
    return [tax(stages[each]) if known and each in stages else "-" for each in columns]


def _conditions(sheet: Sheet, row: Row) -> list[str]:
    """What `go if` asks for, in a few words; why a no-go is one."""
    case = row.case
    lines = []
    if len(row.projects) > 1:
        names = some([project_name(sheet, each) for each in row.projects], _SHOWN)
        lines.append(f"{names}; days and reasons are those of the dearest, {project_name(sheet, case.project)}")
    if row.answer == "no-go":
        return [*lines, *_no_go(sheet, case)]
    if row.answer == "go if" and case.verdict != "blocked":
        wrong = [each for each in case.findings if each.severity == "error"]
        files = len({each.location.path for each in wrong})
        lines.append(f"if the work below is done: {counted(len(wrong), 'error')} in {counted(files, 'file')}")
        lines += _without_multiplayer(case)
    if row.answer != "go if" or case.verdict != "blocked":
        return lines
    if case.cheapest and case.cheapest.cut.steps:
        steps = some([did(step, sheet.names) for step in case.cheapest.cut.steps], _SHOWN)
        proof = "" if case.cheapest.cut.proven else ", not proven cheapest"
        lines.append(f"if you {steps} ({days_words(case.cheapest.cut.days)}{proof})")
    if case.reaches and case.estimate:
        (stage,) = (each for each in case.estimate.stages if each.milestone == case.reaches)
        what = some([each.choice.subject for each in case.hurdles if each.before], _SHOWN)
        lines.append(f"to {case.reaches} without {what}: {tax(stage)}")
    if first := [each.choice.subject for each in case.hurdles if not each.before]:
        lines.append(f"if it does without {some(first, _SHOWN)}, or in another way")
    return lines


def _without_multiplayer(case: Case) -> list[str]:
    """What the milestone before costs, where multiplayer has work of its own that can be switched off until then."""
    stages = case.estimate.stages if case.estimate else ()
    apart = any(each.milestone == _ONLINE and sum(each.off) for each in case.estimate.costs) if case.estimate else False
    if not apart or len(stages) < 2 or stages[-1].milestone != _ONLINE:
        return []
    return [f"to {stages[-2].milestone} without multiplayer: {tax(stages[-2])}"]


def _titles(sheet: Sheet, choices: Sequence[Choice]) -> list[str]:
    """What the blockers are about, each once; with its component where there is only one."""
    titles = (each.subject.removesuffix(f" in {sheet.names.get(each.component, '')}") for each in choices)
    found = list(dict.fromkeys(titles))
    return found if len(found) > 1 else [choices[0].subject]


def _no_go(sheet: Sheet, case: Case) -> list[str]:
    if case.hurdles:
        first = case.hurdles[0].choice.instead
        what = some(_titles(sheet, [each.choice for each in case.hurdles]), _SHOWN)
        return [f"nothing opens it: {what}{f'; {first}' if first else ''}"]
    if case.cheapest and case.cheapest.cut.stuck:
        return beside(case.cheapest, sheet.names)[:1]
    return [case.unbuilt] if case.unbuilt else []


def _because(case: Case, number: int, limit: int) -> list[str]:
    """The verdict and the facts that decide it; what is in the way of a no-go was said already."""
    if case.answer == "no-go" and (case.hurdles or case.unbuilt):
        return []
    facts = list(case.facts[:number])
    if len(facts) > 1 and facts[-1].startswith(_CONFINED) and sum(map(len, facts)) > limit:
        facts.pop()
    told = [short(fact, limit) for fact in facts]
    return [f"{case.verdict}: {told[0]}", *told[1:]] if told else []


def _state(case: Case) -> str:
    return outcome(case.cheapest) if case.cheapest else "the blockers are in the project's own code"


def _choices(sheet: Sheet, row: Row, limits: Limits) -> list[str]:
    case = row.case
    lines: list[str] = []
    if case.cheapest:
        lines += _some_steps(step_lines(case.cheapest, sheet.names), limits)
        if case.smallest and len(case.smallest.cut.steps) < len(case.cheapest.cut.steps):
            steps = some([did(step, sheet.names) for step in case.smallest.cut.steps], limits.steps)
            lines.append(f"the smallest cut instead: {outcome(case.smallest)}: {steps}")
        # Own blockers are told below, each with its price.
        lines += beside(msgspec.structs.replace(case.cheapest, own=()), sheet.names)
    for hurdle in case.hurdles:
        choice = hurdle.choice
        stop = f" and stop at {hurdle.before}" if hurdle.before else ""
        ways = f"leave it out{stop} ({days_words(choice.drop)}), or replace it ({days_words(choice.replace)})"
        remedy = f": {choice.instead}" if choice.instead else ""
        lines.append(f"{choice.subject}, for {hurdle.milestone}: {ways}{remedy}")
    return lines


def _some_steps(lines: list[str], limits: Limits) -> list[str]:
    left = len(lines) - limits.steps
    return [*lines[: limits.steps], f"and {counted(left, 'more step')} (--verbose)"] if left > 0 else lines
