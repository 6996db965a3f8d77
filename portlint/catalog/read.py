"""Read one file of `rules/`; one that breaks its word is refused with its name and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from portlint.errors import PortlintError

T = TypeVar("T")
Table = dict[str, Any]  # what tomllib makes of a file


def rules_folder() -> Path:
    """Where the data lies: inside the installed package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def read_table(path: Path) -> Table:
    """Raises PortlintError for a file that cannot be read or is not valid TOML."""
    import tomllib  # most runs find all tables compiled

    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error


def read_as(path: Path, kind: type[T]) -> T:
    """A whole file as one record. Raises PortlintError as `read_table` and `as_record` do."""
    return as_record(path, read_table(path), kind, strict=True)


def as_record(path: Path, raw: object, kind: type[T], strict: bool = False) -> T:
    """Raises PortlintError, with the file's name, for unknown keys and wrong types."""
    try:
        return msgspec.convert(raw, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise PortlintError(f"{path}: {error}") from error
