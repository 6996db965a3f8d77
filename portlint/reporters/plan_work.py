"""What to do, in order, and what is not known: the second half of the decision sheet."""

from __future__ import annotations

from portlint.estimate.spread import in_words
from portlint.planning.sheet import Sheet, WorkList
from portlint.planning.worklist import Phase, Task, together
from portlint.reporters.plan_rows import project_name, tax
from portlint.reporters.plan_section import Entry, Limits, Section, line
from portlint.words import counted, some

_LEAST_SHARE = 0.01
_DECIDES = 0.1  # the share of the spread from which on a question comes before the work
_ASKING = "finding out about "


def work_section(sheet: Sheet, work: WorkList, limits: Limits) -> Section:
    """Questions that decide, choices, then milestone by milestone."""
    steps: list[Entry] = []
    if first := [_named(each.task).removeprefix(_ASKING) for each in work.doubts if each.share >= _DECIDES]:
        steps.append(line(f"find out about {some(first, 2)}"))
    if work.case.cheapest or work.case.hurdles:
        subjects = [sheet.names[each] for each in work.case.cheapest.bad] if work.case.cheapest else []
        subjects += [each.choice.subject for each in work.case.hurdles]
        steps.append(line(f"choose what becomes of {some(subjects, limits.steps)}"))
    if work.places:
        order = "" if len(work.places) == 1 else f"{len(work.places):,} files, the likeliest first: "
        steps.append(line(f"look into {order}{some(work.places, limits.places)}"))
    for number, phase in enumerate(work.phases):
        if phase.tasks and (phase.stage.needed or limits.fixed):
            needed = "" if phase.stage.needed else "; nothing found asks for it"
            wait = "; can wait" if number and sheet.families[work.case.target] == "browser" else ""
            title = f"up to {phase.stage.milestone}: {tax(phase.stage)}{needed}{wait}"
            steps.append(line(title, *_tasks(phase, limits)))
    project = f", {project_name(sheet, work.case.project)}" if sheet.projects > 1 else ""
    others = f"; --target shows that of {', '.join(work.others)}" if work.others else ""
    note = f"largest first, before testing and the shared factor{others}"
    return Section(f"Work for {work.case.target}{project}, in this order", tuple(steps), (), note, ordered=True)


def doubts(sheet: Sheet, limits: Limits) -> Section:
    """Open questions, the widest first."""
    entries = []
    for work in sheet.work:
        shown = [each for each in work.doubts if each.share >= _LEAST_SHARE][: limits.doubts]
        entries += [line(f"{each.share:.0%} for {work.case.target}: {_priced(each.task)}") for each in shown]
        if rest := work.doubts[len(shown) :]:
            share = sum(each.share for each in rest)
            part = f"{share:.0%}" if share >= _LEAST_SHARE else f"less than {_LEAST_SHARE:.0%}"
            more = counted(len(rest), "more question" if shown else "question")
            entries.append(line(f"{part} for {work.case.target}: {more}"))
    return Section("Not known, and how much of the spread hangs on it", tuple(entries))


def _tasks(phase: Phase, limits: Limits) -> list[str]:
    lines = [_task(task) for task in phase.tasks[: limits.tasks]]
    rest = phase.tasks[limits.tasks :]
    if len(rest) == 1:
        return [*lines, _task(rest[0])]
    return [*lines, f"and {len(rest):,} more, together {in_words(together(rest))}"] if rest else lines


def _task(task: Task) -> str:
    more = f" and {counted(task.files - 1, 'more file')}" if task.files > 1 else ""
    number = f":{task.place.line}" if task.place and task.place.line else ""
    where = f" - {task.place.path}{number}{more}" if task.place else ""
    return f"{_priced(task)}{where}"


def _priced(task: Task) -> str:
    sure = "" if task.probability == 1 else f", if it holds ({task.probability:.0%})"
    return f"{_named(task)}: {in_words(task.days)}{sure}"


def _named(task: Task) -> str:
    return f"{task.label} ({some(task.names, 2)})" if task.names else task.label
