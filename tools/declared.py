"""Which names a C program may use: one unit includes every header that compiles and mentions each name."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_UNDECLARED = re.compile(r"undeclared identifier '(\w+)'")
_FROM = re.compile(r"^In file included from [^:]*names\.c:(\d+):", re.M)
_DEFINE = re.compile(r"#define (\w+)(\([^)]*\))?(.*)")
_OWN = re.compile(r"names\.c:(\d+):\d+: (?:fatal )?error: (.*)")


def usable_headers(headers: Iterable[str], compiler: Sequence[str], folder: Path) -> list[str]:
    """The headers that compile alone and together, in the order given."""
    alone = [header for header in headers if not _errors(f"#include <{header}>\n", compiler, folder)]
    return together(alone, compiler, folder)


def together(headers: Sequence[str], compiler: Sequence[str], folder: Path) -> list[str]:
    """Those that compile in one unit, in the order given; one that clashes with those before it is left out."""
    kept = list(headers)
    while clashing := _clashing(kept, compiler, folder):
        kept.remove(clashing)
    return kept


def declared_names(names: Sequence[str], headers: Sequence[str], compiler: Sequence[str], folder: Path) -> set[str]:
    """The names that are macros or declared once `headers` are included."""
    includes = "".join(f"#include <{header}>\n" for header in headers)
    uses = "".join(f"#ifndef {name}\n(void){name};\n#endif\n" for name in names)
    said = _errors(f"{includes}void use(void) {{\n{uses}}}\n", (*compiler, "-fno-builtin", "-ferror-limit=0"), folder)
    undeclared = set(_UNDECLARED.findall(said))
    # "unexpected type name", "expected expression": the name is a type or a keyword, no function.
    lines = (includes + "void use(void) {\n" + uses).splitlines()
    for line, message in _OWN.findall(said):
        if "undeclared identifier" not in message and (found := re.match(r"\(void\)(\w+);", lines[int(line) - 1])):
            undeclared.add(found[1])
    return set(names) - undeclared


def macros(names: Sequence[str], headers: Sequence[str], compiler: Sequence[str], folder: Path) -> dict[str, str]:
    """Which of the names are macros once `headers` are included, with their values ("" after a parameter list)."""
    source = folder / "names.c"
    source.write_text("".join(f"#include <{header}>\n" for header in headers), encoding="utf-8")
    said = subprocess.run(
        (*compiler, "-w", "-E", "-dM", str(source)), capture_output=True, text=True, check=True
    ).stdout
    wanted = set(names)
    return {
        found[1]: "" if found[2] else found[3].strip()
        for found in map(_DEFINE.match, said.splitlines())
        if found and found[1] in wanted
    }


def _clashing(headers: Sequence[str], compiler: Sequence[str], folder: Path) -> str:
    text = "".join(f"#include <{header}>\n" for header in headers)
    said = _errors(text, (*compiler, "-ferror-limit=0"), folder)
    lines = [int(line) for line in _FROM.findall(said)] + [int(line) for line, _ in _OWN.findall(said)]
    if said and not lines:
        raise RuntimeError(f"headers clash and no line is named:\n{said[:2000]}")
    # The last one that is named came too late; the others may be clean without it.
    return headers[max(lines) - 1] if lines else ""


def _errors(text: str, compiler: Sequence[str], folder: Path) -> str:
    source = folder / "names.c"
    source.write_text(text, encoding="utf-8")
    words = (*compiler, "-w", "-fsyntax-only", str(source))
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    return done.stderr if done.returncode else ""
