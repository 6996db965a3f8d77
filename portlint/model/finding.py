"""Findings: a fact, joined with what a target says about the capability that it needs."""

from __future__ import annotations

from typing import Literal

import msgspec

from portlint.model.fact import FactKind, Location

Level = Literal["works", "flag", "partial", "fails-at-build", "fails-at-run", "silent", "hangs", "unknown"]
LEVELS: tuple[Level, ...] = Level.__args__  # type: ignore[attr-defined]
Severity = Literal["error", "warning", "note"]
Confidence = Literal["high", "medium", "low"]
Verdict = Literal["ready", "needs-work", "blocked", "unknown"]
# What is to be said of a finding: `open`, it is; or why it is set aside. No standing changes a verdict.
Standing = Literal[
    "open",
    "suppressed",  # by a comment or the settings
    "not-selected",  # by --select, --ignore or --min-confidence
    "known",  # in the baseline, or in the revision that is compared with
    "elsewhere",  # not in, nor through, the files that were asked about
]
STANDINGS: tuple[Standing, ...] = Standing.__args__  # type: ignore[attr-defined]

SEVERITY_OF: dict[Level, Severity] = {
    "flag": "note",
    "partial": "warning",
    "fails-at-build": "error",
    "fails-at-run": "error",
    "silent": "error",
    "hangs": "error",
    "unknown": "note",
}


_BADNESS: dict[Level, int] = {level: number for number, level in enumerate(("works", "unknown", *LEVELS[1:-1]))}


def rank(level: Level) -> int:
    """How bad a level is: works lowest, then unknown, then in the order of LEVELS."""
    return _BADNESS[level]


class Finding(msgspec.Struct, frozen=True):
    """What stands against a target, at one place. One per (rule, name, path, line).

    `name` is the API, the symbol, `<x.h>` for a header, the library or the setting; "" where a finding is about none
    of these: a platform gate, a feature of the language that one compiler flag decides.

    `via` is the shortest path of component names from the project to the culprit. `guard` is the condition
    under which the finding holds, as written, or "". `instead` is the remedy, one sentence. `reason` is that of the
    suppression where there is one.
    """

    rule: str
    capability: str
    level: Level
    severity: Severity
    blocker: bool
    confidence: Confidence
    kind: FactKind
    name: str
    location: Location
    guard: str
    component: str
    via: tuple[str, ...]
    message: str
    instead: str
    source: str
    standing: Standing = "open"
    reason: str = ""
