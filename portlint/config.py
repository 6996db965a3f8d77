"""The project's own settings: `portlint.toml`, or `[tool.portlint]` in `pyproject.toml`, at the scanned root."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from portlint.errors import PortlintError
from portlint.files import read_file
from portlint.model.finding import Confidence, Severity

FailOn = Literal["error", "warning", "note", "never"]
SIZE_CAP = 1_000_000  # bytes
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]*)`")
LINE_DOTS = 200  # a dotted key of 40 kB costs tomllib seconds and more than a gigabyte


class Ignore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[ignore]]`: findings of these rules, capabilities or areas, in these paths. Empty means all of them.

    `path` is a pattern as in .gitignore.
    """

    path: str = ""
    rules: tuple[str, ...] = ()
    reason: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the command line leaves open. `None` for `fail_on` and empty for the rest mean: not said here.

    `defines` are macros as `-D` gives them to a compiler: name -> value. `exclude` are patterns as in .gitignore.
    `rates` is the path of a rates file below the root, `team` a row of it, `budget` as `--budget` takes it.
    `select` and the keys of `severity` name rules, capabilities or areas. `baseline` is a path below the root.
    `provide` names functions that the build brings along, `drop` components that the port goes without.
    """

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    defines: dict[str, str] = {}
    fail_on: FailOn | None = None
    rates: str = ""
    team: str = ""
    budget: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    severity: dict[str, Severity] = {}
    min_confidence: Confidence | None = None
    require_reason: bool = False
    baseline: str = ""
    provide: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


def load_settings(root: Path) -> Settings:
    """The settings of a tree; all defaults where it has none.

    Raises PortlintError, with file and line where they are known, for invalid TOML, an unknown key, a wrong type,
    a file beyond the caps, and for settings in both files.
    """
    own = _read(root, "portlint.toml")
    shared = _read(root, "pyproject.toml")
    table = _table_of_pyproject(shared) if shared is not None and b"portlint" in shared else None
    if own is not None and table is not None:
        raise PortlintError(
            "settings stand in portlint.toml and in [tool.portlint] of pyproject.toml: keep one of them"
        )
    if own is not None:
        return _settings("portlint.toml", own, _toml("portlint.toml", own))
    if table is not None and shared is not None:
        return _settings("pyproject.toml", shared, table)
    return Settings()


def settings_file(root: Path) -> str:
    """The name of the file that the settings of a tree stand in, or ""."""
    if (root / "portlint.toml").is_file():
        return "portlint.toml"
    shared = _read(root, "pyproject.toml")
    return "pyproject.toml" if shared and b"portlint" in shared and _table_of_pyproject(shared) is not None else ""


def settings_place(root: Path) -> Callable[[str], str]:
    """Where a word stands in the settings of a tree: `portlint.toml:7`, or the file's name; "settings" without any."""
    name = settings_file(root)
    data = _read(root, name) if name else None
    return lambda word: _word_place(name, data, word) if data else "settings"


def _read(root: Path, name: str) -> bytes | None:
    if not (root / name).exists():
        return None
    try:
        return read_file(root, name, SIZE_CAP)
    except ValueError as error:
        raise PortlintError(f"{name}: {error}") from error


def _table_of_pyproject(data: bytes) -> dict[str, Any] | None:
    tool = _toml("pyproject.toml", data).get("tool")
    table = tool.get("portlint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise PortlintError("pyproject.toml: tool.portlint is not a table")
    return table


def _toml(name: str, data: bytes) -> dict[str, Any]:
    import tomllib

    for number, line in enumerate(data.splitlines(), start=1):
        if line.count(b".") > LINE_DOTS:
            raise PortlintError(f"{name}:{number}: more than {LINE_DOTS} dots in one line")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PortlintError(f"{name}: not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise PortlintError(f"{name}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise PortlintError(f"{name}: nested too deeply") from error


def _settings(name: str, data: bytes, table: dict[str, Any]) -> Settings:
    known = Settings.__struct_encode_fields__
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            raise PortlintError(f"{_place(name, data, key)}: unknown key {key!r}; {hint}")
    try:
        settings = msgspec.convert({**table, "defines": _defines(name, data, table.get("defines", {}))}, Settings)
    except msgspec.ValidationError as error:
        raise PortlintError(_mistake(name, data, str(error))) from error
    for each in settings.ignore if settings.require_reason else ():
        if not each.reason:
            word = each.path or (each.rules[0] if each.rules else "ignore")
            raise PortlintError(f"{_word_place(name, data, word)}: [[ignore]] without a reason (require-reason)")
    return settings


def _mistake(name: str, data: bytes, error: str) -> str:
    """msgspec's sentence with the line, and for a key of `[[ignore]]` the one that was meant."""
    if field := _UNKNOWN_FIELD.search(error):
        near = difflib.get_close_matches(field[1], Ignore.__struct_encode_fields__, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(Ignore.__struct_encode_fields__)}"
        return f"{_place(name, data, field[1])}: unknown key {field[1]!r} in [[ignore]]; {hint}"
    key = next((word for word in Settings.__struct_encode_fields__ if f"$.{word}" in error), "")
    return f"{_place(name, data, key)}: {error}"


def _defines(name: str, data: bytes, table: object) -> dict[str, str]:
    """Values as a compiler's command line would have them: `true` is 1, a number is its digits."""
    if not isinstance(table, dict):
        raise PortlintError(f"{_place(name, data, 'defines')}: 'defines' is a table, as in [defines] NDEBUG = true")
    defines: dict[str, str] = {}
    for macro, value in table.items():
        if not re.fullmatch(r"[A-Za-z_]\w*", macro, re.ASCII):
            raise PortlintError(f"{_place(name, data, macro)}: {macro!r} is not the name of a macro")
        if value is False or not isinstance(value, (bool, int, str)):
            raise PortlintError(f"{_place(name, data, macro)}: the value of {macro} is a string, a number or true")
        defines[macro] = "1" if value is True else str(value)
    return defines


def _word_place(name: str, data: bytes, word: str) -> str:
    """`file:line` of the first line with the word in quotes, else of a key of that name, else the file alone."""
    quoted = [quote + word.encode("utf-8", "surrogateescape") + quote for quote in (b'"', b"'")]
    for number, line in enumerate(data.splitlines(), start=1):
        if any(text in line for text in quoted):
            return f"{name}:{number}"
    return _place(name, data, word)


def _place(name: str, data: bytes, key: str) -> str:
    """`file:line` of the first line that begins with the key, or the file alone."""
    if not key:
        return name
    wanted = re.compile(
        rb"\s*(?:\[{1,2}\s*(?:tool\.portlint\.)?)?[\"']?" + re.escape(key.encode()) + rb"[\"']?\s*[\].=]"
    )
    for number, line in enumerate(data.splitlines(), start=1):
        if wanted.match(line):
            return f"{name}:{number}"
    return name
