"""The baseline file: what was found on the day that one began, so that only what is new counts.

JSON, one finding a line and sorted, so that a merge of two branches is a merge of lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec

from portlint.errors import PortlintError
from portlint.files import read_file
from portlint.living.fingerprints import Print

SCHEMA = "portlint-baseline/1"
SIZE_CAP = 256_000_000  # bytes


def baseline_text(each: Iterable[Print]) -> str:
    """The file. ASCII; a name that is not UTF-8 keeps its odd bytes as lone surrogates."""
    rows = sorted(json.dumps(msgspec.structs.asdict(one), separators=(",", ":")) for one in each)
    body = ",\n".join(rows)
    return f'{{"schema":"{SCHEMA}","findings":[\n{body}\n]}}\n'


def read_baseline(file: Path) -> list[Print]:
    """Raises PortlintError for a file that is not there or is no baseline."""
    try:
        data = read_file(file.parent, file.name, SIZE_CAP)
    except ValueError as error:
        raise PortlintError(f"{file}: {error}; write a baseline with --write-baseline") from error
    try:
        # not msgspec: it refuses lone surrogates
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise ValueError(f"its schema is not {SCHEMA}")
        return msgspec.convert(document.get("findings"), list[Print])
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise PortlintError(f"{file}: no baseline: {str(error).splitlines()[0][:200]}") from error
