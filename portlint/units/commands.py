"""A compilation database: which units are built, with which macros and include folders.

Format: clang.llvm.org/docs/JSONCompilationDatabase.html. The commands are read, never run.
"""

from __future__ import annotations

import os
import posixpath
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from portlint.catalog.toolchain import plain_body
from portlint.errors import PortlintError

FILE_NAME = "compile_commands.json"
SIZE_CAP = 256_000_000  # bytes


class Commands(msgspec.Struct, frozen=True):
    """`defines`: unit -> macros (None is -U). `folders`: include folders inside the root, in order of first use."""

    defines: dict[str, dict[str, str | None]]
    folders: tuple[str, ...]

    @property
    def built(self) -> frozenset[str]:
        return frozenset(self.defines)


class _Entry(msgspec.Struct, frozen=True):
    directory: str
    file: str
    command: str = ""
    arguments: list[str] = []


def load_commands(path: Path, root: Path) -> Commands:
    """Read a database; paths come out relative to `root`, units outside of it are left out.

    Raises PortlintError when it cannot be read or is no compilation database.
    """
    try:
        if path.stat().st_size > SIZE_CAP:
            raise PortlintError(f"{path}: larger than {SIZE_CAP // 1_000_000} MB")
        entries = msgspec.json.decode(path.read_bytes(), type=list[_Entry])
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: no compilation database: {error}") from error
    defines: dict[str, dict[str, str | None]] = {}
    folders: dict[str, None] = {}
    for entry in entries:
        unit = _inside(root, entry.directory, entry.file)
        if not unit:
            continue
        macros = defines.setdefault(unit, {})
        for option, value in _options(entry.arguments or _split(path, entry.command)):
            if option == "-D":
                name, equals, body = value.partition("=")
                macros[name] = plain_body(body) if equals else "1"
            elif option == "-U":
                macros[value] = None
            elif folder := _inside(root, entry.directory, value):
                folders[folder] = None
    return Commands(defines, tuple(folders))


def _split(path: Path, command: str) -> list[str]:
    try:
        return shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise PortlintError(f"{path}: a command cannot be split: {error}") from error


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(`-D`, `-U` or `-I`, its value), joined or apart; `-isystem`, `-iquote` and `/D` count as well."""
    names: Mapping[str, str] = {
        "-isystem": "-I",
        "-iquote": "-I",
        "-idirafter": "-I",
        "-D": "-D",
        "-U": "-U",
        "-I": "-I",
        "/D": "-D",
        "/I": "-I",
    }
    position = 1
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        for name, means in names.items():
            if argument == name and position < len(arguments):
                yield means, arguments[position]
                position += 1
                break
            if argument.startswith(name) and argument != name and name[:2] != "-i":
                yield means, argument[len(name) :]
                break


def _inside(root: Path, directory: str, name: str) -> str:
    """The path relative to the root, or "" when it lies outside."""
    full = posixpath.normpath(posixpath.join(directory.replace("\\", "/"), name.replace("\\", "/")))
    base = root.as_posix()
    if full == base:
        return "."
    return full[len(base) + 1 :] if full.startswith(base + "/") else ""
