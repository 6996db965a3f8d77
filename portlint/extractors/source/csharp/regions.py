"""`#if` in C#: the condition at each byte of a file, and the file without its directives."""

from __future__ import annotations

import re
from bisect import bisect_right

from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

_DIRECTIVE = re.compile(rb"^[ \t\xef\xbb\xbf]*#[ \t]*(if|elif|else|endif|define|undef)\b([^\r\n]*)", re.M)
_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*#[^\r\n]*", re.M)
_TOKEN = re.compile(r"\w+|&&|\|\||==|!=|[!()]")
_TEXT = re.compile(rb'//[^\n]*|/\*.*?(?:\*/|\Z)|@"[^"]*"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
_MAX_NESTED = 100
_CODE = re.compile(rb"[^\r\n]")
_COMMENT = re.compile(rb'//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|@"[^"]*"', re.S)


class Regions:
    """The guard that `#if`, `#elif`, `#else` and `#endif` put on each byte. `#define X` at the top makes X true."""

    def __init__(self, data: bytes) -> None:
        self._starts: list[int] = [0]
        self._guards: list[Guard] = [ALWAYS]
        self._chains: list[list[tuple[int, int]]] = []  # the branches of each chain, as spans
        if b"#if" not in data and b"#define" not in data and b"# if" not in data:
            return
        own: dict[str, Guard] = {}
        stack: list[tuple[Guard, Guard, Guard]] = []  # around, elder branches negated, this branch
        open_chains: list[list[tuple[int, int]]] = []
        hidden = _comments(data) if b"/*" in data else []
        for match in _DIRECTIVE.finditer(data):
            if _inside(hidden, match.start()):
                continue
            word, text = match[1], match[2].decode("utf-8", "replace").partition("//")[0]
            if word in (b"define", b"undef"):
                own[text.strip()] = ALWAYS if word == b"define" else NEVER
            elif word == b"if":
                if len(stack) >= _MAX_NESTED:
                    raise ValueError(f"#if nested more than {_MAX_NESTED} deep")
                around, branch = self._guards[-1], parse_condition(text, own)
                stack.append((around, negated(branch), branch))
                open_chains.append([(match.end(), match.end())])
                self._open(match.end(), both(around, branch))
            elif stack:
                open_chains[-1][-1] = (open_chains[-1][-1][0], match.start())
                around, elders, _ = stack.pop()
                if word == b"endif":
                    self._open(match.end(), around)
                    self._chains.append(open_chains.pop())
                    continue
                branch = ALWAYS if word == b"else" else parse_condition(text, own)
                open_chains[-1].append((match.end(), match.end()))
                stack.append((around, both(elders, negated(branch)), branch))
                self._open(match.end(), both(around, both(elders, branch)))

    def _open(self, start: int, guard: Guard) -> None:
        self._starts.append(start)
        self._guards.append(guard)

    def at(self, start: int) -> Guard:
        return self._guards[bisect_right(self._starts, start) - 1]

    @property
    def any(self) -> bool:
        return len(self._guards) > 1

    def without_directives(self, data: bytes) -> bytes:
        """The file with blanks in place of `#` lines, in as many bytes, so that every branch is there to be parsed.

        Where the branches of a chain open a block that the code after it closes, only one of them keeps the brace.
        """
        if not self._chains and b"#" not in data:
            return data
        text = bytearray(_LINE.sub(lambda match: b" " * len(match[0]), data))
        for chain in self._chains:
            opened = False
            for start, end in chain:
                braces = _unbalanced(data, start, end)
                if braces and opened:
                    for place in braces:
                        text[place : place + 1] = b";" if text[place : place + 1] == b"{" else b" "
                opened = opened or bool(braces)
        return bytes(text)

    def with_one_branch(self, data: bytes) -> bytes:
        """As `without_directives`, with only the first branch of the chains that split an expression.

        `bool X() => #if A false; #else true; #endif`: what is before the chain, or a branch, is no whole statement.
        """
        text = bytearray(_LINE.sub(lambda match: b" " * len(match[0]), data))
        for chain in self._chains:
            before = _code_before(data, data.rfind(b"#", 0, chain[0][0]))
            is_whole = before[-1:] in b";{}]:," and all(_is_balanced(data[start:end]) for start, end in chain)
            for start, end in () if is_whole else chain[1:]:
                text[start:end] = _CODE.sub(b" ", data[start:end])
        return bytes(text)


def _code_before(data: bytes, end: int) -> bytes:
    """The last line of code before data[end], without comment lines and directives. At most 400 bytes are looked at."""
    lines = data[max(0, end - 400) : end].split(b"\n")
    for line in reversed(lines):
        code = line.partition(b"//")[0].strip()
        if code and not code.startswith(b"#"):
            return code
    return b""


def _is_balanced(part: bytes) -> bool:
    part = _TEXT.sub(b"", part) if part.count(b"(") != part.count(b")") or part.count(b"{") != part.count(b"}") else b""
    return part.count(b"(") == part.count(b")") and part.count(b"{") == part.count(b"}")


def _unbalanced(data: bytes, start: int, end: int) -> list[int]:
    """Where a brace of this span has no partner in it."""
    part = data[start:end]
    if part.count(b"{") == part.count(b"}"):
        return []
    part = _TEXT.sub(lambda match: b" " * len(match[0]), part)
    opened: list[int] = []
    closed: list[int] = []
    for match in re.finditer(rb"[{}]", part):
        if match[0] == b"{":
            opened.append(start + match.start())
        elif opened:
            opened.pop()
        else:
            closed.append(start + match.start())
    return opened + closed


def _comments(data: bytes) -> list[tuple[int, int]]:
    return [match.span() for match in _COMMENT.finditer(data) if match[0][:2] == b"/*"]


def closed(data: bytes) -> bytes:
    """The file with blanks in place of a comment that never ends: the parser takes minutes over those."""
    if data.rfind(b"/*") <= data.rfind(b"*/"):
        return data
    spans = _comments(data)
    if not spans or data[spans[-1][0] : spans[-1][1]].endswith(b"*/"):
        return data
    start = spans[-1][0]
    return data[:start] + _CODE.sub(b" ", data[start:])


def _inside(spans: list[tuple[int, int]], place: int) -> bool:
    at = bisect_right(spans, (place, place)) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]


def parse_condition(text: str, own: dict[str, Guard] | None = None) -> Guard:
    """`A && !(B || C)` as a guard over `defined`; a condition that is not of C#'s form stays as text, unknown."""
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != "".join(text.split()):
        return Guard("condition", " ".join(text.split()))
    guard, rest = _any(tokens, 0, own or {})
    return guard if guard is not None and rest == len(tokens) else Guard("condition", " ".join(text.split()))


def _any(tokens: list[str], at: int, own: dict[str, Guard]) -> tuple[Guard | None, int]:
    parts = []
    while True:
        part, at = _every(tokens, at, own)
        if part is None:
            return None, at
        parts.append(part)
        if at >= len(tokens) or tokens[at] != "||":
            break
        at += 1
    return either(*parts), at


def _every(tokens: list[str], at: int, own: dict[str, Guard]) -> tuple[Guard | None, int]:
    guard: Guard | None = ALWAYS
    while True:
        part, at = _one(tokens, at, own)
        if part is None:
            return None, at
        guard = NEVER if part.op == "false" else both(guard or ALWAYS, part)
        if at >= len(tokens) or tokens[at] != "&&":
            return guard, at
        at += 1


def _one(tokens: list[str], at: int, own: dict[str, Guard]) -> tuple[Guard | None, int]:
    guard, at = _atom(tokens, at, own)
    while guard is not None and at + 1 < len(tokens) and tokens[at] in ("==", "!="):
        other, after = _atom(tokens, at + 1, own)
        if other is None or other.op not in ("true", "false"):
            return None, at
        guard = guard if (other.op == "true") == (tokens[at] == "==") else negated(guard)
        at = after
    return guard, at


def _atom(tokens: list[str], at: int, own: dict[str, Guard]) -> tuple[Guard | None, int]:
    if at >= len(tokens):
        return None, at
    token = tokens[at]
    if token == "!":
        guard, at = _atom(tokens, at + 1, own)
        return (None if guard is None else negated(guard)), at
    if token == "(":
        guard, at = _any(tokens, at + 1, own)
        return (guard, at + 1) if at < len(tokens) and tokens[at] == ")" else (None, at)
    if token in ("true", "false"):
        return (ALWAYS if token == "true" else NEVER), at + 1
    if not re.fullmatch(r"[^\W\d]\w*", token):
        return None, at
    return own.get(token, Guard("defined", token)), at + 1
