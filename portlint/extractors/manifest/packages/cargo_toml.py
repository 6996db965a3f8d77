"""TOML as Cargo reads it, bounded: what a hostile file would make the parser do is refused first."""

from __future__ import annotations

import re
import tomllib

Table = dict[str, object]

MAX_BYTES = 2_000_000
_DEPTH = 50
# Cargo's own tables go five names deep; long dotted keys and brackets in brackets cost quadratic time and the stack.
_DOTTED = re.compile(rf"(?:(?:[\w-]{{1,80}}|\"[^\"\n]{{0,80}}\"|'[^'\n]{{0,80}}')[ \t]*\.[ \t]*){{{_DEPTH}}}")
_SKIPPED = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[{]+|[\]}]+', re.DOTALL
)


def load(data: bytes, what: str) -> tuple[Table, str]:
    """The root table and the text.

    Raises ValueError, in one line, for what is too large, no UTF-8, no TOML, or nested too deeply.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for {what}")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8, which is all that TOML is: {error.reason} at byte {error.start}") from error
    if _is_deep(text) or _DOTTED.search(text):
        raise ValueError(f"not read: TOML nested more than {_DEPTH} deep")
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {' '.join(str(error).split())}") from error
    except RecursionError as error:  # pragma: no cover - the check above is stricter
        raise ValueError("not read: TOML nested too deeply") from error


def table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of an array; others are left out."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


class Lines:
    """Where keys stand, asked for by table and key."""

    def __init__(self, text: str) -> None:
        self._headers: list[tuple[str, int, int]] = []  # normalised header, start and end of its body
        found = list(re.finditer(r"^[ \t]*\[+([^\]\n]*(?:\][^\]\n]+)*)\]", text, re.MULTILINE))
        for match, after in zip(found, [*(each.start() for each in found), len(text)][1:], strict=True):
            self._headers.append((_plain(match[1]), match.start(1), after))
        self._top = found[0].start() if found else len(text)
        self._text = text

    def line(self, header: str, key: str) -> int:
        """The line of `key` in the table `header`, or of a table `[header.key]`; 1 where neither is found."""
        wanted = _plain(header)
        for name, start, end in self._headers:
            if name == f"{wanted}.{_plain(key)}":
                return self._number(start)
            if name == wanted:
                pattern = rf"^[ \t]*[\"']?({re.escape(key)})[\"']?[ \t]*[.=]"
                inside = re.compile(pattern, re.MULTILINE).search(self._text, start, end)
                if inside:
                    return self._number(inside.start(1))
        return 1

    def _number(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _plain(header: str) -> str:
    return re.sub(r"[\s\"']", "", header)


def _is_deep(text: str) -> bool:
    depth = 0
    for match in _SKIPPED.finditer(text):
        sign = match[0][0]
        if sign in "[{":
            depth += len(match[0])
        elif sign in "]}":
            depth -= len(match[0])
        if depth > _DEPTH:
            return True
    return False
