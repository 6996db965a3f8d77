"""The ports of a back-test: what the table says of each, and its trees before and after."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import msgspec

SIDE_TABLE = Path(__file__).with_suffix(".toml")


class Port(msgspec.Struct, frozen=True):
    """One row of the table of ports. Counts are of source files; None where nobody measured.

    `changed`: changed lines by area. `author_days`: visible ones, a lower bound. `milestone` "": unknown. `effort`:
    clean, visible, hidden or "".
    """

    name: str
    repo: str
    base: str
    end: str
    kind: str
    touched: frozenset[str]
    sources: int | None
    kloc: float | None
    author_days: float | None
    changed: dict[str, int]
    grep_recall: float | None
    grep_share: float | None
    grep_recall_at_3k: float | None
    grep_matches: int
    target: str
    milestone: str
    effort: str


def load_ports(table: Path, side: Path = SIDE_TABLE) -> list[Port]:
    """Every port of the table, in its order. Raises OSError, TOMLDecodeError, KeyError for a table that is none."""
    more = tomllib.loads(side.read_text(encoding="utf-8"))
    return [_port(row, more.get(row["name"], {})) for row in tomllib.loads(table.read_text(encoding="utf-8"))["port"]]


def _port(row: dict[str, Any], more: dict[str, str]) -> Port:
    serves = row["kind"].startswith("server")
    return Port(
        row["name"],
        row["repo"],
        row.get("base", "").split(" ")[0],
        row.get("end", ""),
        row["kind"],
        frozenset(row.get("touched", ())),
        row.get("base_source_files"),
        row.get("base_kloc"),
        _days(row),
        row.get("change_lines", {}),
        row.get("grep_recall"),
        row.get("grep_flagged_share"),
        row.get("grep_recall_at_3k"),
        sum(row.get("grep_hazard_files", {}).values()),
        row.get("target") or more.get("target") or ("wasip2" if serves else "web-emscripten"),
        row.get("milestone") or more.get("milestone", ""),
        row.get("effort") or more.get("effort", ""),
    )


def _days(row: dict[str, Any]) -> float | None:
    """The note's number where it has one: it adds what a squash merge hides (`~8`)."""
    noted = re.search(r"\d+", row.get("effort_note", ""))
    days: float | None = row.get("author_days_visible")
    return float(noted[0]) if noted else days


def tree_of(trees: Path, port: Port, end: bool = False) -> Path | None:
    """`TREES/NAME` or `TREES/NAME-end`, where it is there and holds something."""
    folder = trees / (f"{port.name}-end" if end else port.name)
    return folder if folder.is_dir() and any(folder.iterdir()) else None


def fetch(trees: Path, port: Port, host: str) -> str:
    """Check both commits out with git; what did not work, in one line, or "". What is there already stays.

    Only the files of the two commits are downloaded (a partial clone), into `TREES/.git-OWNER-NAME`.
    """
    clone = trees / f".git-{port.repo.replace('/', '-')}"
    if not clone.is_dir():
        failed = _git("clone", "--quiet", "--bare", "--filter=blob:none", f"{host}{port.repo}", str(clone))
        if failed:
            return failed
    problems = []
    for commit, folder in ((port.base, trees / port.name), (port.end, trees / f"{port.name}-end")):
        if commit and not folder.is_dir():
            problems.append(_git("-C", str(clone), "worktree", "add", "--quiet", "--detach", str(folder), commit))
    return "; ".join(filter(None, problems))


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["git failed"])[-1]
