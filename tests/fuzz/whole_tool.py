"""`portlint scan` on a folder of damaged files: its exit code, its records, its time, its parent's memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PATIENCE = 600  # seconds for one folder
LATE = "took longer than"  # the reason of a file that its worker was stopped for


class Outcome(NamedTuple):
    """What came of one folder. `lost` are files without a record; `peak` is the parent's in MB, 0 off Linux."""

    exit_code: int
    files: int
    lost: list[str]
    states: Counter[str]
    faults: list[str]  # "name: reason" of files whose reader crashed, hung, or raised what it should not
    seconds: float
    peak: float
    message: str


def scanned(files: Sequence[tuple[str, bytes]]) -> Outcome:
    """Write the files to a folder of its own and scan it. Names must differ."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "tree")
        root.mkdir()
        for name, data in files:
            (root / name).write_bytes(data)
        return scanned_folder(root)


def scanned_folder(root: Path) -> Outcome:
    """Scan a folder without the cache; every file below it must get a record."""
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() or path.is_symlink()}
    command = [sys.executable, "-m", "portlint", "scan", str(root), "--no-cache", "--output-format", "json"]
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        peak = _watched(process, start + PATIENCE)
        seconds = time.monotonic() - start
        out.seek(0)
        errors.seek(0)
        text, message = out.read(), errors.read().decode(errors="replace")
    records = json.loads(text)["coverage"]["files"] if process.returncode in (0, 1) else []
    found = Counter(record["path"] for record in records)
    lost = sorted(names - set(found)) + [path for path, count in found.items() if count > 1]
    faults = [f"{record['path']}: {record['reason']}" for record in records if _is_fault(record["reason"])]
    states = Counter(record["state"] for record in records)
    return Outcome(process.returncode, len(names), lost, states, faults, seconds, peak, message[-2000:])


def _is_fault(reason: str) -> bool:
    """A reader refuses with a sentence. What it did not foresee shows as a crash, a limit or an exception's name."""
    words = ("the reader crashed", "the reader ended", "the reader failed", "used more than", LATE)
    return reason.startswith(words) or reason.partition(":")[0].endswith(("Error", "Exception"))


def _watched(process: subprocess.Popen[bytes], until: float) -> float:
    """Wait for the end; the highest resident memory of the process itself, without its workers."""
    peak = 0.0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        if time.monotonic() > until:
            process.kill()
        try:
            text = status.read_text()
        except OSError:
            text = ""
        if "VmHWM:" in text:
            peak = max(peak, int(text.partition("VmHWM:")[2].split()[0]) / 1000)
        time.sleep(0.02)
    return peak
