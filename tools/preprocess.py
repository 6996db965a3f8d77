"""What one run of `clang -E -dD -dI` says, sorted by the header that says it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

_MARKER = re.compile(r'# (\d+) "((?:[^"\\]|\\.)*)"((?: \d)*)$')
_INCLUDE = re.compile(r'#\s*(include|include_next|import)\s+(?:<([^>]*)>|"([^"]*)")\s+/\* clang -E -dI \*/$')
_DEFINE = re.compile(r"#define ([A-Za-z_$][\w$]*)(\([^)]*\))?(?: (.*))?$")
_UNDEF = re.compile(r"#undef ([A-Za-z_$][\w$]*)$")
_ERROR = re.compile(r"(.+?):(\d+):\d+: (?:fatal )?error: (.*)$")
_MISSING = re.compile(r"'([^']+)' file not found$")


class Header(msgspec.Struct):
    """What a run saw of one file. `macros` holds NAME or NAME(a,b) with its value, None for an `#undef`."""

    includes: dict[str, None] = msgspec.field(default_factory=dict)
    macros: dict[str, tuple[str, str] | None] = msgspec.field(default_factory=dict)
    text: list[str] = msgspec.field(default_factory=list)
    errors: list[str] = msgspec.field(default_factory=list)


class Run(msgspec.Struct):
    """One run. `headers` is by absolute path; `missing` is the header whose absence ended the run, or "".

    `failed`: the compiler refused, be it for an `#error` or for an option that it does not know.
    """

    headers: dict[str, Header]
    missing: str
    failed: bool


def search_path(command: Sequence[str]) -> tuple[str, ...]:
    """The folders that `#include <...>` searches, in order, without doubles. Raises CalledProcessError."""
    language = "c++" if "++" in command[0] else "c"
    words = (*command, "-E", "-v", "-x", language, "/dev/null")
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    listing = done.stderr.split("#include <...> search starts here:")[1].split("End of search list")[0]
    return tuple(dict.fromkeys(os.path.realpath(line.strip()) for line in listing.splitlines() if line.strip()))


def preprocess(command: Sequence[str], source: Path, text: str, roots: Sequence[str]) -> Run:
    """Write `text` to `source`, preprocess it and sort the output by file."""
    source.write_text(text, encoding="utf-8")
    done = subprocess.run(
        (*command, "-E", "-dD", "-dI", str(source)), capture_output=True, text=True, errors="replace", check=False
    )
    run = Run(_by_file(done.stdout, roots), "", done.returncode != 0)
    for line in done.stderr.splitlines():
        if found := _ERROR.match(line):
            if missing := _MISSING.match(found[3]):
                run.missing = missing[1]
                continue
            run.headers.setdefault(os.path.realpath(found[1]), Header()).errors.append(found[3].strip('"'))
    return run


def _by_file(output: str, roots: Sequence[str]) -> dict[str, Header]:
    headers: dict[str, Header] = {}
    path, pending = "", ("", "", False)
    for line in output.splitlines():
        if marker := _MARKER.match(line):
            entered = os.path.realpath(marker[2]) if not marker[2].startswith("<") else marker[2]
            if " 1" in marker[3] and pending[1]:
                headers.setdefault(path, Header()).includes[entered] = None
                pending = ("", "", False)
            path = entered
            continue
        if pending[1] and line:
            headers.setdefault(path, Header()).includes[_resolve(pending, path, roots)] = None
            pending = ("", "", False)
        here = headers.setdefault(path, Header())
        if not line.startswith("#"):
            if line:
                here.text.append(line)
        elif include := _INCLUDE.match(line):
            pending = (include[1], include[2] or include[3], include[2] is None)
        elif define := _DEFINE.match(line):
            here.macros[define[1]] = (define[1] + (define[2] or "").replace(" ", ""), define[3] or "")
        elif undef := _UNDEF.match(line):
            here.macros[undef[1]] = None
    return headers


def _resolve(directive: tuple[str, str, bool], path: str, roots: Sequence[str]) -> str:
    """The file of a directive that its guard made the compiler skip, or the bare name when there is none."""
    kind, name, quoted = directive
    folders = list(roots)
    if kind == "include_next":
        inside = [index for index, root in enumerate(folders) if path.startswith(root + "/")]
        folders = folders[max(inside, key=lambda index: len(folders[index])) + 1 :] if inside else folders
    elif quoted:
        folders.insert(0, str(Path(path).parent))
    for folder in folders:
        candidate = Path(folder, name)
        if candidate.is_file():
            return os.path.realpath(candidate)
    return name
