"""Rust's `cfg(...)` predicates as guards: `cfg(target_os=wasi)`, `cfg(unix)`, `cfg(feature=net)`.

Source: doc.rust-lang.org/reference/conditional-compilation.html. Which of the names hold is the targets' business, but
for `cfg(test)` and its like, which hold in nothing that ships.
"""

from __future__ import annotations

import re

from portlint.model.guard import ALWAYS, NEVER, Guard, either, every, negated

# Set by `cargo test`, rustdoc and the checkers, never by a build that ships.
NOT_SHIPPED = frozenset(f"cfg({name})" for name in ("test", "doc", "doctest", "docsrs", "miri", "loom", "fuzzing"))
_TOKEN = re.compile(r'\s*(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)"|(.))', re.DOTALL)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DEPTH = 60


def predicate(text: str) -> Guard:
    """The condition that the inside of `cfg(...)` states; what is not understood is kept as a condition in words."""
    try:
        tokens = _tokens(_COMMENT.sub(" ", text))
        guard, rest = _parse(tokens, 0, 0)
    except (IndexError, ValueError):
        return Guard("condition", f"cfg({' '.join(text.split())[:200]})")
    if tokens[rest] == ("", ",") and tokens[rest + 1] == ("", ""):
        rest += 1
    if tokens[rest] != ("", ""):
        return Guard("condition", f"cfg({' '.join(text.split())[:200]})")
    return guard


def ships(guard: Guard) -> bool:
    """False for what only tests, documentation and checkers compile."""
    return guard.holds((), NOT_SHIPPED) is not False


def _tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text): kind `w` a word, `s` a string, "" a sign; ("", "") ends the list."""
    found = []
    for match in _TOKEN.finditer(text):
        if match[1] is not None:
            found.append(("w", match[1]))
        elif match[2] is not None:
            found.append(("s", match[2]))
        elif match[3].strip():
            found.append(("", match[3]))
    return [*found, ("", ""), ("", "")]


def _parse(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Guard, int]:
    kind, word = tokens[at]
    if kind != "w" or depth > _DEPTH:
        raise ValueError(word)
    if tokens[at + 1] == ("", "=") and tokens[at + 2][0] == "s":
        return Guard("defined", f"cfg({word}={tokens[at + 2][1]})"), at + 3
    if tokens[at + 1] != ("", "("):
        if word in ("true", "false"):
            return (ALWAYS if word == "true" else NEVER), at + 1
        return Guard("defined", f"cfg({word})"), at + 1
    if word not in ("all", "any", "not"):
        raise ValueError(word)
    args: list[Guard] = []
    at += 2
    while tokens[at] != ("", ")"):
        arg, at = _parse(tokens, at, depth + 1)
        args.append(arg)
        if tokens[at] == ("", ","):
            at += 1
        elif tokens[at] != ("", ")"):
            raise ValueError(word)
    if word == "not":
        if len(args) != 1:
            raise ValueError(word)
        return negated(args[0]), at + 1
    return (every(*args) if word == "all" else either(*args)), at + 1
