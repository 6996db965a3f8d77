"""What a condition of a program says about the platform, whichever way it turns out."""

from __future__ import annotations

from typing import NamedTuple

from portlint.model.guard import ALWAYS, Guard, both, either, negated


class Answers(NamedTuple):
    """What holds when a condition is true, and when it is false; `true` (ALWAYS) says nothing."""

    true: Guard = ALWAYS
    false: Guard = ALWAYS

    def negated(self) -> Answers:
        """Of `not condition`."""
        return Answers(self.false, self.true)

    def both(self, other: Answers) -> Answers:
        """Of `condition and other`."""
        return Answers(both(self.true, other.true), either(self.false, other.false))

    def either(self, other: Answers) -> Answers:
        """Of `condition or other`."""
        return Answers(either(self.true, other.true), both(self.false, other.false))


SILENT = Answers()


def asks(guard: Guard) -> Answers:
    """Of a condition that is true where the guard holds, and nowhere else."""
    return Answers(guard, negated(guard))


def feature(tag: str) -> Guard:
    """A feature of the platform as a guard; the tags are those that Godot's `OS.has_feature` takes."""
    return Guard("defined", f"feature({tag})")
