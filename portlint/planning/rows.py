"""The rows of the decision sheet: what says the same of the same projects is said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from portlint.model.finding import Finding
from portlint.planning.answers import ANSWERS, Answer, Case

ONE_BY_ONE = 4  # up to so many projects of a target have a row each


class Row(msgspec.Struct, frozen=True):
    """Cases with one answer: a project on targets that say the same of it, or many projects on one target.

    `case` stands for them: of many projects the dearest.
    """

    targets: tuple[str, ...]
    projects: tuple[str, ...]
    case: Case

    @property
    def answer(self) -> Answer:
        return self.case.answer


def rows(cases: Iterable[Case]) -> list[Row]:
    """Targets in order, answers from good to bad; what several targets say alike is one row."""
    by_target: dict[str, list[Case]] = {}
    for each in cases:
        by_target.setdefault(each.target, []).append(each)
    known_rows: dict[object, Row] = {}
    for target, members in by_target.items():
        groups: dict[object, list[Case]] = {}
        for each in sorted(members, key=lambda each: (ANSWERS.index(each.answer), each.project)):
            groups.setdefault(each.project if len(members) <= ONE_BY_ONE else each.answer, []).append(each)
        for group in groups.values():
            row = Row((target,), tuple(each.project for each in group), max(group, key=days))
            known = known_rows.setdefault(_said(row), row)
            if known is not row:
                known_rows[_said(row)] = msgspec.structs.replace(known, targets=(*known.targets, target))
    found = list(known_rows.values())
    busy = {each.case.project for each in found if not is_simple(each.case)}  # who has work to do comes first

    def place(row: Row) -> tuple[bool, str, int]:
        project = row.projects[0] if len(row.projects) == 1 else ""
        return bool(project) and project not in busy, project, ANSWERS.index(row.answer)

    return sorted(found, key=place)


def _said(row: Row) -> object:
    """What the row comes to for a reader; of a no-go what stands in the way."""
    one = row.case
    hurdles = frozenset(each.choice.subject for each in one.hurdles)
    if one.answer == "no-go" and hurdles:
        return row.projects, one.answer, hurdles, one.hurdles[0].choice.instead
    stages = one.estimate.stages if one.estimate else ()
    # Reasons that name a target's own library differ from target to target: what is in the way decides.
    facts = one.facts if one.answer in ("go", "unknown") else frozenset(error_capabilities(one.findings))
    return row.projects, one.answer, one.verdict, stages, hurdles, facts


def error_capabilities(findings: Iterable[Finding]) -> Counter[str]:
    """How many files have errors, by capability."""
    pairs = {(each.capability, each.location.path) for each in findings if each.severity == "error"}
    return Counter(capability for capability, _ in sorted(pairs))


def days(one: Case) -> float:
    return one.estimate.days.p50 if one.estimate else 0.0


def is_simple(one: Case) -> bool:
    """Has it no errors at all? A list for a project that is ready says little where another one has work to do."""
    return not any(each.severity == "error" for each in one.findings)
