"""Which finding of yesterday is this one? Told by what it says of which text, not by the number of its line."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence

import msgspec

from portlint.catalog.renamed import renamed_rules
from portlint.living.line_text import text_digest
from portlint.model.finding import Finding, Severity
from portlint.model.report import Report

_BADNESS: dict[Severity, int] = {"note": 0, "warning": 1, "error": 2}
Read = Callable[[str], bytes | None]


class Print(msgspec.Struct, frozen=True, order=True):
    """What of a finding stays the same when its file is edited elsewhere, renamed or moved.

    `text` is a digest of its line without blanks; "" for a whole file, as binaries are.
    """

    target: str
    path: str
    rule: str
    name: str
    text: str
    component: str
    severity: Severity
    blocker: bool

    @property
    def badness(self) -> tuple[bool, int]:
        return self.blocker, _BADNESS[self.severity]


def prints(report: Report, read: Read) -> list[list[Print]]:
    """One for each finding of each target, in their order. `read` gives a file of the tree, or None."""
    lines: dict[str, list[bytes]] = {}

    def text(finding: Finding) -> str:
        where = finding.location
        if not where.line:
            return ""
        if where.path not in lines:
            lines[where.path] = (read(where.path) or b"").split(b"\n")
        return text_digest(lines[where.path], where.line)

    return [
        [
            Print(
                target.id,
                finding.location.path,
                finding.rule,
                finding.name,
                text(finding),
                finding.component,
                finding.severity,
                finding.blocker,
            )
            for finding in target.findings
        ]
        for target in report.targets
    ]


def matched(now: Sequence[Print], before: Iterable[Print]) -> tuple[set[int], int]:
    """The numbers of those in `now` that were there before, and how many of `before` are gone.

    One of before stands for one of now, and never for a worse one. First the same text in the same file, then in a
    file of the same name, then anywhere; then the same name in the same file, whatever its line says now; then, for
    what is said once a component, the component.
    """
    new_name = renamed_rules()
    old = [msgspec.structs.replace(each, rule=new_name.get(each.rule, each.rule)) for each in before]
    left, here = set(range(len(old))), set(range(len(now)))
    for key in (_in_file, _in_namesake, _anywhere, _same_name, _in_component):
        groups: dict[tuple[str, ...], list[int]] = {}
        for number in sorted(left, key=lambda number: old[number].badness, reverse=True):
            if wanted := key(old[number]):
                groups.setdefault(wanted, []).append(number)
        for number in sorted(here, key=lambda number: now[number].badness, reverse=True):
            candidates = groups.get(key(now[number]))
            if candidates and old[candidates[0]].badness >= now[number].badness:
                left.discard(candidates.pop(0))
                here.discard(number)
    return set(range(len(now))) - here, len(left)


def _in_file(each: Print) -> tuple[str, ...]:
    return each.target, each.rule, each.name, each.path, each.text


def _in_namesake(each: Print) -> tuple[str, ...]:
    return each.target, each.rule, each.name, posixpath.basename(each.path), each.text


def _anywhere(each: Print) -> tuple[str, ...]:
    return each.target, each.rule, each.name, each.text


def _same_name(each: Print) -> tuple[str, ...]:
    return each.target, each.rule, each.name, each.path


def _in_component(each: Print) -> tuple[str, ...]:
    return () if each.name else (each.target, each.rule, each.component)
