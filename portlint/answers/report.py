"""The report of a scan, kept beside what was printed, for other questions about the same tree.

It rests on what the printed answer rests on (see the package), and holds as long.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from portlint.answers.question import report_file
from portlint.answers.recall import held
from portlint.asked import Options
from portlint.model.report import Report


def place(path: Path, options: Options) -> str:
    """The file that the report would lie in, "" where none is kept. How it is worked out decides nothing."""
    if not options.use_cache or options.revision is not None:
        return ""
    deciding = msgspec.structs.replace(options, jobs=0)
    return report_file(os.fspath(path), repr(deciding))


def kept_report(file: str) -> Report | None:
    """What a scan would report, or None where nobody knows without one."""
    answer = held(file) if file else None
    if answer is None or not answer.report:
        return None
    try:
        return msgspec.msgpack.decode(answer.report, type=Report)
    except msgspec.DecodeError:
        return None


def packed(report: Report) -> bytes:
    """b"" where a name is not UTF-8: such a report is not kept."""
    try:
        return msgspec.msgpack.encode(report)
    except UnicodeEncodeError:
        return b""
