"""The preprocessor's view of one C-family file, as the walk of a translation unit needs it."""

from __future__ import annotations

from typing import Literal

import msgspec

DirectiveKind = Literal["if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif", "include", "define", "undef", "error", "once"]


class Directive(msgspec.Struct, frozen=True, array_like=True):
    """One preprocessor line, continuation lines joined, comments removed.

    `text` is what follows the directive's word, stripped: the condition, `<x.h>` or `"x.h"`, `NAME(args) body`,
    the name, the message.
    """

    kind: DirectiveKind
    line: int
    text: str = ""


class Outline(msgspec.Struct, frozen=True):
    """Directives in order, and the names that the file defines or declares itself (functions, with static-ness).

    `defines`: (name, is_static) of function definitions; `declares`: names of function declarations outside of
    any function. `locals`: names that are a variable, parameter or field somewhere in the file.
    """

    directives: tuple[Directive, ...] = ()
    defines: tuple[tuple[str, bool], ...] = ()
    declares: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
