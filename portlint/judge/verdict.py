"""From findings to a verdict, and the two or three facts that decide it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence

from portlint.judge.words import cut, some
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Basis

_RANK: dict[Verdict, int] = {"ready": 0, "unknown": 1, "needs-work": 2, "blocked": 3}
_LEVELS = {
    "hangs": 0,
    "silent": 1,
    "fails-at-run": 2,
    "fails-at-build": 3,
    "partial": 4,
    "flag": 5,
    "unknown": 6,
    "works": 7,
}
_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_DECIDING = 3
_FEW = 4  # files of code below which being confined says nothing
_CONFINED = 4  # confined: at most one file in so many
_NAMED = 3
GATE = "platform-gate"
HOSTING = "godot-isolation-headers"  # said with every verdict: whoever hosts the game has to know
_WHOLE = ("engine-without-export", "godot-csharp", "unreal-web-target")  # no work in the file where they are said
UNKNOWN_IMPORT = "wasm-import-unknown"


def verdict(findings: Sequence[Finding], basis: Basis) -> Verdict:
    """`ready` is said only where the code was looked at and nothing but notes and warnings is left."""
    if basis.why_not:
        return "unknown"
    if any(finding.blocker and finding.severity == "error" for finding in findings):
        return "blocked"
    if any(finding.severity == "error" for finding in findings):
        return "needs-work"
    if any(finding.rule == UNKNOWN_IMPORT for finding in findings):
        return "unknown"
    if basis.open or not basis.units or basis.unsettled * 2 > basis.units or basis.unread or basis.unset:
        return "unknown"
    return "ready"


def deciding(findings: Sequence[Finding], basis: Basis, answer: Verdict) -> tuple[str, ...]:
    """Up to three sentences, one a rule: blockers first, then the surest, the commonest, the worst; then the seam."""
    if basis.why_not:
        return (basis.why_not,)
    if answer == "unknown":
        asked = [each for each in findings if each.rule == UNKNOWN_IMPORT]
        return (_sentence(asked),) if asked and basis.units else (_unknown(basis),)
    wanted = [each for each in findings if each.severity == "error" and (each.blocker or answer == "needs-work")]
    if answer == "ready":
        wanted = [each for each in findings if each.severity == "warning"]
    groups: dict[str, list[Finding]] = {}
    for finding in wanted:
        groups.setdefault(finding.rule, []).append(finding)
    ordered = sorted(groups.values(), key=_weight)[:_DECIDING]
    gates = [each for each in findings if each.rule == GATE and each.severity == "error"]
    if gates and all(
        group[0].rule != GATE for group in ordered
    ):  # nothing else is seen by a compiler before it is mended
        ordered = [*ordered[: _DECIDING - 1], gates]
    sentences = tuple(_sentence(group) for group in ordered)
    if answer in ("needs-work", "blocked"):
        sentences += _seam([each for each in findings if each.severity == "error" and each.rule not in _WHOLE], basis)
        sentences += tuple(
            _sentence([each]) for each in findings if each.rule == HOSTING and each.severity == "warning"
        )
    if answer == "ready":
        return sentences or (f"{_files(basis.units)} of code looked at, and nothing in them stands against it",)
    return sentences


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of several projects' verdicts; `unknown` is worse than `ready`."""
    return max(verdicts, key=lambda each: _RANK[each]) if verdicts else "unknown"


def worse(one: Verdict, other: Verdict) -> bool:
    return _RANK[one] > _RANK[other]


def most_telling(
    verdicts: Mapping[str, Verdict],
    why: Mapping[str, tuple[str, ...]],
    answer: Verdict,
    findings: Sequence[Finding],
    project_of: Callable[[str], str],
) -> tuple[str, ...]:
    """What decides for the project that stands for the target's verdict: of the worst ones, that with most errors.

    `project_of` gives the path of a file's project, "" for none.
    """
    errors: dict[str, int] = {}
    for finding in findings:
        if finding.severity == "error" and (project := project_of(finding.location.path)):
            errors[project] = errors.get(project, 0) + 1
    worst_ones = [path for path, verdict_there in verdicts.items() if verdict_there == answer]
    return why[max(worst_ones, key=lambda path: errors.get(path, 0))] if worst_ones else ()


def _seam(errors: Sequence[Finding], basis: Basis) -> tuple[str, ...]:
    """How confined the work is: what decides its price more than how often a call is made."""
    files = sorted({each.location.path for each in errors if each.location.line})
    if not files or basis.units < _FEW or len(files) * _CONFINED > basis.units:
        return ()
    if len(files) <= _NAMED:
        return (f"confined to {len(files)} of {basis.units} files: {', '.join(files)}",)
    folder = posixpath.commonpath(files)
    return (f"confined to {len(files)} of {basis.units} files" + (f", all below {folder}" if folder else ""),)


def _weight(group: list[Finding]) -> tuple[bool, int, int, int, str]:
    best = min(group, key=lambda each: (not each.blocker, _CONFIDENCE[each.confidence], _LEVELS[each.level]))
    return not best.blocker, _CONFIDENCE[best.confidence], -len(group), _LEVELS[best.level], best.rule


def _sentence(group: list[Finding]) -> str:
    first = min(group, key=lambda each: (not each.blocker, _CONFIDENCE[each.confidence], each.location, each.name))
    names = sorted({each.name for each in group} - {first.name})
    files = {each.location.path for each in group}
    more = f" (also {cut(names)})" if names else ""
    where = first.location.path + (f":{first.location.line}" if first.location.line else "")
    others = f" and {_files(len(files) - 1, 'more ')}" if len(files) > 1 else ""
    return f"{first.message}{more} - {where}{others}"


def _files(number: int, which: str = "") -> str:
    return f"1 {which}file" if number == 1 else f"{number} {which}files"


def _unknown(basis: Basis) -> str:
    if basis.open:
        return basis.open
    if basis.unread:
        return f"the code in {', '.join(basis.unread)} was not looked at: there is no reader for it yet"
    if basis.units and basis.unset and basis.unsettled * 2 <= basis.units:
        names = some(basis.unset)
        return f"sockets, threads or processes hang on {names}, which a configure step sets: name them with --define"
    if not basis.units:
        return "nothing here that portlint can judge: no source of a language that it reads, no project of an engine"
    return (
        f"{basis.unsettled} of {basis.units} translation units are built on other platforms only, or ask for settings "
        "that are not in the tree: name them with --define"
    )
