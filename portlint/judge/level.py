"""How bad a need is on a target: the capability's answer, refined by the toolchain's symbol table."""

from __future__ import annotations

import msgspec

from portlint.catalog.toolchain import Mark
from portlint.model.catalog import Support, Target
from portlint.model.finding import Level


class Answer(msgspec.Struct, frozen=True):
    """The level with its reason (completes "uses x: ..."), remedy, source, and whether no work helps."""

    level: Level
    because: str
    instead: str
    source: str
    blocker: bool


_LEVEL_OF: dict[str, Level] = {
    "absent": "fails-at-build",
    "undeclared": "fails-at-build",
    "fails": "fails-at-run",
    "traps": "fails-at-run",
    "fakes": "silent",
    "hangs": "hangs",
}
_REASON = {
    "absent": "{where} does not have it",
    "undeclared": "no header of {where} declares it",
    "fails": "it links and fails when called",
    "traps": "it links and aborts the program when called",
    "fakes": "it reports success and does nothing",
    "hangs": "it links and never returns",
}


def of_capability(support: Support) -> Answer:
    because = support.because + (
        f" (needs {support.flag})" if support.flag and support.flag not in support.because else ""
    )
    return Answer(support.level, because, support.instead, support.source, support.blocker and support.level != "works")


def of_symbol(mark: Mark, support: Support, target: Target, source: str) -> Answer | None:
    """None when the table knows the name and nothing against it: the platform has it."""
    if mark.mark == "defined":
        if not mark.needs:
            return None
        return Answer("flag", f"it needs {mark.needs} or newer", "", source, False)
    where = f"the C library of {target.id}"
    if mark.mark.startswith("flag:"):
        if mark.mark[5:] in target.assumes:
            return None
        return Answer("flag", f"it needs {mark.mark[5:]}", support.instead, source, False)
    reason = _REASON[mark.mark].format(where=where)
    if mark.fixed:
        reason = f"{reason} before {mark.fixed}"
    if support.level not in ("flag", "unknown") and support.because:
        reason = f"{reason}; {support.because}"
    return Answer(_LEVEL_OF[mark.mark], reason, support.instead, source, support.blocker)


def of_header(status: str, flag: str, error: str, support: Support, target: Target, source: str) -> Answer:
    """A system header that is `absent`, refuses (`gated`), or refuses until a flag is given (`flag`)."""
    if status == "flag":
        return Answer("flag", f"the header asks for {flag}", "", source, False)
    if status == "gated":
        return Answer("fails-at-build", f"the header refuses on {target.id}: {error}", support.instead, source, False)
    return Answer("fails-at-build", f"{target.id} has no such header", support.instead, source, False)
