"""The preprocessor's view of one C-family file, as the walk of a translation unit needs it."""

from __future__ import annotations

from typing import Literal

import msgspec

DirectiveKind = Literal[
    "if",
    "ifdef",
    "ifndef",
    "elif",
    "elifdef",
    "elifndef",
    "else",
    "endif",
    "include",
    "define",
    "undef",
    "error",
    "once",
]
OwnKind = Literal["defines", "defines-static", "declares", "variable", "member"]


class Directive(msgspec.Struct, frozen=True, array_like=True):
    """One preprocessor line, continuation lines joined, comments removed.

    `text` is what follows the directive's word, stripped: the condition, `<x.h>` or `"x.h"`, `NAME(args) body`,
    the name, the message.
    """

    kind: DirectiveKind
    line: int
    text: str = ""


class Own(msgspec.Struct, frozen=True, array_like=True):
    """A name of the vocabulary that the file itself defines or declares: no use of the platform's.

    A `member` is a method that the body of the class `scope` declares or defines: it stands for the platform's name
    in that class's methods only (facts whose value is `method SCOPE`).
    """

    name: str
    line: int
    kind: OwnKind
    scope: str = ""


class Outline(msgspec.Struct, frozen=True):
    """Directives in order of lines, and the vocabulary names that are the file's own, in order of lines."""

    directives: tuple[Directive, ...] = ()
    own: tuple[Own, ...] = ()
