"""Conditions under which a fact is true, kept with the fact and evaluated per target in three values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec

Op = Literal["true", "false", "defined", "condition", "not", "and", "or"]


class Guard(msgspec.Struct, frozen=True):
    """A condition over names that a target defines, does not define, or says nothing about.

    `defined` names a macro (`_WIN32`) or a run-time feature (`feature(web)`, as `OS.has_feature`
    asks for it). `condition` keeps source text that is not resolved further; it is always unknown here.
    """

    op: Op = "true"
    name: str = ""
    args: tuple[Guard, ...] = ()

    def holds(self, defined: Collection[str], undefined: Collection[str]) -> bool | None:
        """True, False, or None where neither collection settles it."""
        if self.op == "true":
            return True
        if self.op == "false":
            return False
        if self.op == "defined":
            return True if self.name in defined else False if self.name in undefined else None
        if self.op == "condition":
            return None
        answers = [arg.holds(defined, undefined) for arg in self.args]
        if self.op == "not":
            return None if answers[0] is None else not answers[0]
        settles = self.op == "or"  # one True settles an `or`, one False settles an `and`
        if settles in answers:
            return settles
        return None if None in answers else not settles

    def __str__(self) -> str:
        if self.op in ("true", "false"):
            return self.op
        if self.op == "condition":
            return self.name
        if self.op == "defined":
            return self.name if self.name.startswith("feature(") else f"defined({self.name})"
        if self.op == "not":
            return f"!({self.args[0]})" if self.args[0].op in ("and", "or") else f"!{self.args[0]}"
        word = " && " if self.op == "and" else " || "
        return word.join(f"({arg})" if arg.op in ("and", "or") else str(arg) for arg in self.args)


ALWAYS = Guard()
NEVER = Guard("false")


def both(first: Guard, second: Guard) -> Guard:
    """The conjunction, flattened, without `true`."""
    parts: list[Guard] = []
    for guard in (first, second):
        if guard.op == "and":
            parts.extend(guard.args)
        elif guard.op != "true":
            parts.append(guard)
    if not parts:
        return ALWAYS
    return parts[0] if len(parts) == 1 else Guard("and", args=tuple(parts))


def every(*guards: Guard) -> Guard:
    """The conjunction, flattened, each part once, without `true`; `false` as soon as one of them is."""
    parts = [part for guard in guards for part in (guard.args if guard.op == "and" else (guard,))]
    if any(part.op == "false" for part in parts):
        return NEVER
    left = tuple(dict.fromkeys(part for part in parts if part.op != "true"))
    if not left:
        return ALWAYS
    return left[0] if len(left) == 1 else Guard("and", args=left)


def without_repeats(guard: Guard) -> Guard:
    """A conjunction with each part once; `false` where it asks for something and for its opposite."""
    if guard.op != "and":
        return guard
    kept = tuple(dict.fromkeys(guard.args))
    if any(negated(part) in kept for part in kept):
        return NEVER
    return kept[0] if len(kept) == 1 else Guard("and", args=kept)


def either(*guards: Guard) -> Guard:
    """The disjunction, flattened, each part once, without `false`; `true` as soon as one of them is, or says nothing.

    `false` without any.
    """
    parts = [part for guard in guards for part in (guard.args if guard.op == "or" else (guard,))]
    if any(part.op == "true" for part in parts):
        return ALWAYS
    left = tuple(dict.fromkeys(part for part in parts if part.op != "false"))
    if not left:
        return NEVER
    return left[0] if len(left) == 1 else Guard("or", args=left)


def negated(guard: Guard) -> Guard:
    if guard.op == "true":
        return NEVER
    if guard.op == "false":
        return ALWAYS
    return guard.args[0] if guard.op == "not" else Guard("not", args=(guard,))
