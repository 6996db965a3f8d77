"""Two reports beside each other: what became of verdicts, taxes, blockers, errors and components."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.judge.verdict import worse
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Estimate, ProjectReport, Report, TargetReport

Key = tuple[str, str, str, str]  # rule, name, component, path: a finding that only moved within its file is the same


class TaxChange(msgspec.Struct, frozen=True):
    """One project on one target; None where there is no estimate."""

    before: Estimate | None
    after: Estimate | None


class ProjectChange(msgspec.Struct, frozen=True):
    """None: the project, or its verdict, is not there."""

    path: str
    before: Verdict | None
    after: Verdict | None
    tax: TaxChange


class TargetChange(msgspec.Struct, frozen=True):
    """`id` is the target's, `other` what it is compared with: the same, or another target of the same tree.

    Findings are errors, each as the report has it that it stands in, in that report's order; blockers are not counted
    again among the errors.
    """

    id: str
    other: str
    before: Verdict
    after: Verdict
    projects: tuple[ProjectChange, ...]
    new_blockers: tuple[Finding, ...]
    gone_blockers: tuple[Finding, ...]
    new_errors: tuple[Finding, ...]
    gone_errors: tuple[Finding, ...]

    @property
    def is_worse(self) -> bool:
        pairs = [(self.before, self.after)]
        pairs += [(each.before, each.after) for each in self.projects if each.before and each.after]
        return bool(self.new_blockers) or any(worse(after, before) for before, after in pairs)


class Comparison(msgspec.Struct, frozen=True):
    """`notes`: why the two are not quite alike. `added` and `removed`: names of components, with versions."""

    before: str
    after: str
    notes: tuple[str, ...]
    targets: tuple[TargetChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        return any(each.is_worse for each in self.targets)


def compared(
    before: Report,
    after: Report,
    names: tuple[str, str],
    pairs: Sequence[tuple[str, str]] = (),
    renamed: Mapping[str, str] = {},
) -> Comparison:
    """The changes from one report to another. `names`: what the user calls the two.

    `pairs` of target ids to set against each other; empty: every target with itself, two lone ones with each other.
    `renamed`: files that only moved,
    old path -> new path.
    """
    old = {each.id: each for each in before.targets}
    new = {each.id: each for each in after.targets}
    wanted = pairs or _pairs(old, new)
    targets = tuple(_target(old[one], new[other], before, after, renamed) for one, other in wanted)
    left, right = _components(before), _components(after)
    unpaired = _alone(old.keys() - {one for one, _ in wanted}, new.keys() - {other for _, other in wanted}, names)
    notes = (*_notes(before, after, names), *([] if pairs else unpaired))
    return Comparison(*names, notes, targets, _difference(right, left), _difference(left, right))


def _pairs(old: Iterable[str], new: Iterable[str]) -> list[tuple[str, str]]:
    left, right = list(old), list(new)
    alone = len(left) == len(right) == 1
    return [(left[0], right[0])] if alone else [(id, id) for id in right if id in left]


def _target(
    old: TargetReport, new: TargetReport, before: Report, after: Report, renamed: Mapping[str, str]
) -> TargetChange:
    old_keys = [(_key(each, renamed), each) for each in old.findings if each.severity == "error"]
    new_keys = [(_key(each, {}), each) for each in new.findings if each.severity == "error"]
    blockers = [[pair for pair in pairs if pair[1].blocker] for pairs in (old_keys, new_keys)]
    errors = [[pair for pair in pairs if not pair[1].blocker] for pairs in (old_keys, new_keys)]
    return TargetChange(
        old.id,
        new.id,
        old.verdict,
        new.verdict,
        tuple(_projects(before.projects, after.projects, old.id, new.id)),
        new_blockers=_more(blockers[1], blockers[0]),
        gone_blockers=_more(blockers[0], blockers[1]),
        new_errors=_more(errors[1], errors[0]),
        gone_errors=_more(errors[0], errors[1]),
    )


def _projects(
    old: Iterable[ProjectReport], new: Iterable[ProjectReport], one: str, other: str
) -> Iterable[ProjectChange]:
    before = {each.path: each for each in old if one in each.verdicts}
    after = {each.path: each for each in new if other in each.verdicts}
    for path in sorted(before.keys() | after.keys()):
        left, right = before.get(path), after.get(path)
        yield ProjectChange(
            path,
            left.verdicts[one] if left else None,
            right.verdicts[other] if right else None,
            TaxChange(left.estimates.get(one) if left else None, right.estimates.get(other) if right else None),
        )


def _key(finding: Finding, renamed: Mapping[str, str]) -> Key:
    path = finding.location.path
    new = renamed.get(path, path)
    return finding.rule, finding.name, _moved(finding.component, path, new), new


def _moved(component: str, path: str, new: str) -> str:
    """The component's id after its file has moved: `plugin:a/x` for `plugin:b/x` where b/x/f is a/x/f now."""
    kind, colon, folder = component.partition(":")
    rest = path.removeprefix(folder)
    if path == new or not colon or rest == path or not new.endswith(rest):
        return component
    return f"{kind}:{new[: len(new) - len(rest)] if rest else new}"


def _more(found: Sequence[tuple[Key, Finding]], than: Sequence[tuple[Key, Finding]]) -> tuple[Finding, ...]:
    """The findings beyond those of the other report; of several alike, the last ones."""
    known = Counter(key for key, _ in than)
    out = []
    for key, finding in found:
        if known[key]:
            known[key] -= 1
        else:
            out.append(finding)
    return tuple(out)


def _components(report: Report) -> Counter[str]:
    return Counter(
        f"{each.kind} {each.name}" + (f" {each.version}" if each.version else "") for each in report.components
    )


def _difference(one: Counter[str], other: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted((one - other).elements()))


def _notes(before: Report, after: Report, names: tuple[str, str]) -> list[str]:
    notes = [f"both are hypothetical: {line}" for line in before.assumptions if line in after.assumptions]
    for name, one, other in ((names[0], before, after), (names[1], after, before)):
        notes += [f"{name} is hypothetical: {line}" for line in one.assumptions if line not in other.assumptions]
    if before.version != after.version:
        notes.append(f"made by portlint {before.version} and {after.version}: what changed may be the tool's knowledge")
    rates = [sorted({each.rates for each in _estimates(one)}) for one in (before, after)]
    if all(rates) and rates[0] != rates[1]:
        notes.append(f"priced with other rates ({', '.join(rates[0])}; {', '.join(rates[1])}): taxes do not compare")
    teams = [sorted({each.assumptions[0] for each in _estimates(one) if each.assumptions}) for one in (before, after)]
    if all(teams) and teams[0] != teams[1]:
        notes.append(f"priced for other teams ({'; '.join(teams[0])}; {'; '.join(teams[1])}): taxes do not compare")
    unread = [sum(each.state in ("not-analysed", "partly") for each in one.files) for one in (before, after)]
    if unread[0] != unread[1]:
        notes.append(f"files not analysed, or only partly: {unread[0]:,} before, {unread[1]:,} after")
    return notes


def _alone(old: Iterable[str], new: Iterable[str], names: tuple[str, str]) -> list[str]:
    alone = ((names[0], sorted(old)), (names[1], sorted(new)))
    return [f"only {name} was judged for {', '.join(ids)}" for name, ids in alone if ids]


def _estimates(report: Report) -> list[Estimate]:
    of_projects = [each for project in report.projects for each in project.estimates.values()]
    return of_projects or [each.estimate for each in report.targets if each.estimate]
