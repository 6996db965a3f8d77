"""Instructions of a Dockerfile: continued lines joined, heredocs attached, the escape directive heeded."""

from __future__ import annotations

import json
import re

import msgspec

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(.*?)\s*\Z")
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?\Z", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][\w.]*)\1")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))")
_FLAG = re.compile(r"--[\w-]+(?:=\S*)?\s*")
_INSTRUCTIONS = 5_000
_LENGTH = 200_000  # characters of one instruction: a variable can double a text, line by line
_KNOWN = frozenset(
    "FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL "
    "HEALTHCHECK SHELL CROSS_BUILD".split()
)


class Instruction(msgspec.Struct, frozen=True):
    """`name` in capitals; `rest` with continued lines joined, flags (`--from=x`) taken off its front; `script`: the
    text of its heredocs.
    """

    name: str
    rest: str
    line: int
    script: str = ""
    flags: tuple[str, ...] = ()


def instructions(text: str) -> list[Instruction]:
    """Syntax: docs.docker.com/reference/dockerfile. Raises ValueError, with the line, for what Docker refuses."""
    lines = text.replace("\r\n", "\n").split("\n")
    escape = _escape(lines)
    found: list[Instruction] = []
    at = 0
    while at < len(lines):
        start, whole = at, ""
        at, whole = _joined(lines, at, escape)
        if not whole.strip():
            continue
        matched = _INSTRUCTION.match(whole)
        if matched is None or matched[1].upper() not in _KNOWN:
            raise ValueError(f"line {start + 1}: not an instruction: {whole.strip()[:40]!r}")
        if len(found) >= _INSTRUCTIONS or len(whole) > _LENGTH:
            raise ValueError(f"line {start + 1}: too many instructions, or one that is too long")
        name, rest = matched[1].upper(), (matched[2] or "").strip()
        script: list[str] = []
        if name in ("RUN", "COPY", "ADD"):
            for mark in _HEREDOC.finditer(rest):
                at, part = _heredoc(lines, at, mark[2])
                script.append(part)
        flags = []
        while flag := _FLAG.match(rest):
            flags.append(flag[0].strip())
            rest = rest[flag.end() :]
        found.append(Instruction(name, rest, start + 1, "\n".join(script), tuple(flags)))
    return found


def filled(text: str, values: dict[str, str]) -> str:
    """Variables replaced where a value is known, or a default is given (`${X:-y}`); others stay as written."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        known = values.get(name)
        if found[2] == "-":
            return known or found[3]
        if found[2] == "+":
            return found[3] if known else ""
        return found[0] if known is None else known

    return _VARIABLE.sub(value, text)[:_LENGTH] if "$" in text else text


def words(rest: str) -> list[str]:
    """The words of an exec form (`["a", "b"]`), else those of a shell's line."""
    if rest.startswith("["):
        try:
            found = json.loads(rest)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(each, str) for each in found):
            return found
    return [word.strip("\"'") for word in rest.split()]


def _escape(lines: list[str]) -> str:
    """Directives stand in front of everything else."""
    for line in lines[:20]:
        found = _DIRECTIVE.match(line.strip())
        if found is None:
            break
        if found[1].lower() == "escape":
            return found[2] if found[2] in ("`", "\\") else "\\"
    return "\\"


def _joined(lines: list[str], at: int, escape: str) -> tuple[int, str]:
    """The next line with those that continue it; comments and empty lines between them are skipped."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        stripped = line.strip()
        if stripped.startswith("#") or (parts and not stripped):
            continue
        if stripped.endswith(escape):
            parts.append(line.rstrip()[:-1])
            continue
        parts.append(line)
        break
    return at, " ".join(parts)


def _heredoc(lines: list[str], at: int, end: str) -> tuple[int, str]:
    for number in range(at, len(lines)):
        if lines[number].strip() == end:
            return number + 1, "\n".join(lines[at:number])
    raise ValueError(f"line {at}: the heredoc {end!r} has no end")
