"""Findings that somebody has decided about: comments in the tree, `[[ignore]]` in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from portlint.config import Ignore
from portlint.errors import PortlintError
from portlint.living.selectors import EVERYTHING, chooses, mistake
from portlint.model.fact import Fact
from portlint.model.finding import Finding

UNUSED = "unused-suppression"


class Suppression(msgspec.Struct, frozen=True):
    """`place` is where it is written. `holds` tells of a path and a line whether it speaks of them."""

    selector: str
    reason: str
    place: str
    path: str
    holds: Callable[[str, int], bool]


def of_comments(facts: Iterable[Fact]) -> list[Suppression]:
    """One for each rule of each comment."""
    return [_of_comment(fact) for fact in facts]


def of_settings(ignores: Sequence[Ignore], place: Callable[[str], str]) -> list[Suppression]:
    """One for each rule of each `[[ignore]]`. `place` finds a word in the settings.

    Raises PortlintError for a path that is no pattern.
    """
    return [
        Suppression(selector, each.reason, place(each.path or selector), "", _path_test(each.path, place))
        for each in ignores
        for selector in each.rules or (EVERYTHING,)
    ]


class Suppressions:
    """All of one run, and which of them were of use."""

    def __init__(self, each: Sequence[Suppression], require_reason: bool = False) -> None:
        self._all = each
        self._require_reason = require_reason
        self._used: set[int] = set()
        self._by_path: dict[str, list[int]] = {}
        for number, suppression in enumerate(each):
            self._by_path.setdefault(suppression.path, []).append(number)

    def reason_for(self, finding: Finding) -> str | None:
        """The reason of the first that speaks of the finding; None where none does."""
        answer: str | None = None
        where = finding.location
        for number in (*self._by_path.get(where.path, ()), *self._by_path.get("", ())):
            each = self._all[number]
            if not chooses(each.selector, finding) or not each.holds(where.path, where.line):
                continue
            self._used.add(number)
            if answer is None and (each.reason or not self._require_reason):
                answer = each.reason
        return answer

    def notes(self, known: frozenset[str], targets: Sequence[str], wanted: Callable[[str], bool]) -> list[str]:
        """What a person should mend: unknown rules, suppressions without use, and those that want a reason.

        `known`: what a comment may name. `wanted`: whether a path is asked about.
        """
        notes = []
        for number, each in enumerate(self._all):
            if each.path and not wanted(each.path):
                continue
            if text := mistake(each.selector, known):
                notes.append(f"{each.place}: note[{UNUSED}]: {text}")
            elif number not in self._used:
                what = "anything" if each.selector == EVERYTHING else each.selector
                notes.append(f"{each.place}: note[{UNUSED}]: nothing here reports {what} on {', '.join(targets)}")
            elif self._require_reason and not each.reason:
                notes.append(f"{each.place}: note[{UNUSED}]: without a reason it does not count (require-reason)")
        return notes


def _of_comment(fact: Fact) -> Suppression:
    line, _, reason = fact.value.partition(" ")
    where = fact.location
    wanted = int(line)
    return Suppression(
        fact.name,
        reason,
        f"{where.path}:{where.line}",
        where.path,
        (lambda _path, _line: True) if not wanted else (lambda _path, at: at == wanted),
    )


def _path_test(glob: str, place: Callable[[str], str]) -> Callable[[str, int], bool]:
    if not glob:
        return lambda _path, _line: True
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines([glob])
    except ValueError as error:
        raise PortlintError(f"{place(glob)}: {glob!r} is no pattern as in .gitignore") from error
    return lambda path, _line: bool(spec.match_file(path))
