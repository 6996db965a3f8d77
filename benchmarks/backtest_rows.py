"""Measure ports in git: the rows that backtest.py wants, from a list of repositories, bases and ends.

python benchmarks/backtest_rows.py LIST.toml REPOSITORIES [--trees FOLDER] > ROWS.toml

LIST.toml: [[port]] with name, repo, base, end, kind, target, milestone, effort, note (what people must judge), and
author where all commits of one person are the port; ROWS.toml is such a list too.
REPOSITORIES holds bare clones OWNER+NAME/repo. --trees also writes both trees, FOLDER/NAME and FOLDER/NAME-end.

A port commit is no merge, and names the web or WASI in its message, or touches a condition on it and is small. Touched
are source files of the base that a port commit changed, vendored ones aside. The ten expressions are the grep to beat.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

SOURCES = frozenset("c cc cpp cxx h hh hpp hxx inl inc m mm rs go".split())
VENDORED = re.compile(r"(^|/)(third[-_]?party|3rd[-_]?party|extern(al)?s?|deps?|libs?|vendor|subprojects)/", re.I)
SMALL, DENSE = 250, 12  # changed lines; or one guard in so many lines
PAGES = frozenset("html htm js ts".split())  # counted by area, not as touched
_SOUGHT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
MESSAGE = re.compile(_SOUGHT["message"], re.IGNORECASE)
GUARD = re.compile(_SOUGHT["guard"])
HAZARDS = {name: re.compile(pattern) for name, pattern in _SOUGHT["hazards"].items()}
AREAS = {name: re.compile(pattern) for name, pattern in _SOUGHT["areas"].items()}


class Change(msgspec.Struct, frozen=True):
    """One file in one commit. `lines`: changed ones, without their mark."""

    path: str
    lines: tuple[str, ...]


class Commit(msgspec.Struct, frozen=True):
    author: str
    day: str
    message: str
    changes: tuple[Change, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("--trees", type=Path)
    given = parser.parse_args()
    print("schema = 1")
    for entry in tomllib.loads(given.list.read_text(encoding="utf-8"))["port"]:
        repository = given.repositories / entry["repo"].replace("/", "+") / "repo"
        try:
            row = measured(entry, repository)
            for commit, folder in ((entry["base"], entry["name"]), (entry["end"], f"{entry['name']}-end")):
                if given.trees:
                    write_tree(repository, commit, given.trees / folder)
        except (OSError, ValueError) as error:
            print(f"{entry['name']}: {error}", file=sys.stderr)
            continue
        print("\n[[port]]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in row.items()), flush=True)


def measured(entry: Mapping[str, str], repository: Path) -> dict[str, Any]:
    """The row of one port. Raises ValueError where git cannot answer, or where no commit is the port's."""
    base, end = entry["base"], entry["end"]
    sources = [path for path in _git(repository, "ls-tree", "-r", "--name-only", base).splitlines() if is_own(path)]
    author = entry.get("author", "")
    commits = [each for each in commits_of(repository, base, end, author) if author or is_port(each)]
    if not commits:
        raise ValueError(f"no port commit in {base}..{end}")
    changed = {change.path for commit in commits for change in commit.changes if is_own(change.path)}
    touched = sorted(changed.intersection(sources))
    texts = texts_of(repository, base, sources)
    hits = {path: [name for name, pattern in HAZARDS.items() if pattern.search(text)] for path, text in texts.items()}
    ranked = sorted(
        (path for path in hits if hits[path]), key=lambda path: (-len(hits[path]), -_matches(texts[path]), path)
    )
    found = len(set(ranked).intersection(touched))
    at_3k = len(set(ranked[: 3 * len(touched)]).intersection(touched))
    lines = [
        line for commit in commits for change in commit.changes if is_counted(change.path) for line in change.lines
    ]
    row: dict[str, Any] = {key: entry[key] for key in ("name", "repo", "kind", "base", "end", "target")}
    row |= {
        "base_kloc": round(sum(text.count("\n") for text in texts.values()) / 1000, 1),
        "base_source_files": len(sources),
        "commits": len(commits),
        "authors": len({commit.author for commit in commits}),
        "author_days_visible": len({(commit.author, commit.day) for commit in commits}),
        "first": min(commit.day for commit in commits),
        "last": max(commit.day for commit in commits),
        "source_modified": len(touched),
        "source_new": len(changed) - len(touched),
        "changed_lines": len(lines),
        "change_lines": areas_of(lines),
        "grep_hazard_files": dict(Counter(name for names in hits.values() for name in names)),
        "grep_recall": round(found / len(touched), 2) if touched else 0.0,
        "grep_flagged_share": round(len(ranked) / len(sources), 2),
        "grep_recall_at_3k": round(at_3k / len(touched), 2) if touched else 0.0,
        "milestone": entry["milestone"],
        "effort": entry["effort"],
        "note": entry["note"],
        "touched": touched,
    }
    return row | ({"author": author} if author else {})


def is_own(path: str) -> bool:
    """A source file of the project's own."""
    return path.rpartition(".")[2].lower() in SOURCES and VENDORED.search(path) is None


def is_counted(path: str) -> bool:
    """One whose changed lines say which areas a port worked on: a source file, or a page's."""
    return is_own(path) or (path.rpartition(".")[2].lower() in PAGES and VENDORED.search(path) is None)


def is_port(commit: Commit) -> bool:
    if MESSAGE.search(commit.message):
        return True
    lines = [line for change in commit.changes for line in change.lines]
    guards = sum(GUARD.search(line) is not None for line in lines)
    return guards > 0 and (len(lines) <= SMALL or guards * DENSE >= len(lines))


def commits_of(repository: Path, base: str, end: str, author: str = "") -> list[Commit]:
    """Those of one author; else those that name the web or touch a condition on it, the rest is no port's."""
    if author:
        mine = _git(repository, "log", "--no-merges", "--format=%H", f"--author={author}", f"{base}..{end}")
        return [_commit(repository, commit) for commit in sorted(mine.split())]
    named = _git(
        repository,
        "log",
        "--no-merges",
        "--format=%H",
        "-i",
        "-E",
        f"--grep={_posix(MESSAGE.pattern)}",
        f"{base}..{end}",
    )
    touching = _git(
        repository,
        "log",
        "--no-merges",
        "--format=%H",
        "-E",
        f"-G{_posix(GUARD.pattern)}",
        f"{base}..{end}",
        optional=True,
    )
    return [_commit(repository, commit) for commit in sorted({*named.split(), *touching.split()})]


def _commit(repository: Path, commit: str) -> Commit:
    author, day, message = _git(repository, "show", "-s", "--date=short", "--format=%an%x00%ad%x00%B", commit).split(
        "\0"
    )
    files: dict[str, list[str]] = {}
    path = ""
    paths = [
        each
        for each in _git(repository, "diff-tree", "-r", "--no-commit-id", "--name-only", "--root", commit).splitlines()
        if is_counted(each)
    ]
    text = _git(repository, "diff-tree", "-p", "-U0", "--no-renames", "--root", commit, "--", *paths) if paths else ""
    for line in text.splitlines():
        if line.startswith("diff --git "):
            path = line.rpartition(" b/")[2]
            files[path] = []
        elif line[:1] in "+-" and not line.startswith(("+++ ", "--- ")) and path:
            files[path].append(line[1:])
    return Commit(author, day, message, tuple(Change(each, tuple(lines)) for each, lines in files.items()))


def texts_of(repository: Path, base: str, paths: list[str]) -> dict[str, str]:
    """The files' texts, as Latin-1; one whose content is not stored is left out."""
    asked = "".join(f"{base}:{path}\n" for path in paths)
    done = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "--batch"], input=asked.encode(), capture_output=True, check=False
    )
    texts, at = {}, 0
    for path in paths:
        head, _, _ = done.stdout[at : at + 1000].partition(b"\n")
        at += len(head) + 1
        if not head or head.endswith(b" missing"):
            continue
        size = int(head.split()[-1])
        texts[path] = done.stdout[at : at + size].decode("latin-1")
        at += size + 1
    return texts


def areas_of(lines: list[str]) -> dict[str, int]:
    """Changed lines by area, a line counting for the first that it names, in the order of AREAS; largest first."""
    counts: Counter[str] = Counter()
    for line in lines:
        area = next((name for name, pattern in AREAS.items() if pattern.search(line)), None)
        if area:
            counts[area] += 1
    return dict(counts.most_common())


def write_tree(repository: Path, commit: str, folder: Path) -> None:
    """Every file whose content is stored (snapshots lack blobs over 4 MiB), into an empty folder."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        around = {**os.environ, "GIT_INDEX_FILE": f"{scratch}/index"}
        git = ["git", f"--git-dir={repository}", f"--work-tree={folder}"]
        subprocess.run([*git, "read-tree", commit], env=around, check=True)
        subprocess.run([*git, "checkout-index", "-a", "-f"], env=around, capture_output=True, check=False)


def _matches(text: str) -> int:
    return sum(len(pattern.findall(text)) for pattern in HAZARDS.values())


def _posix(pattern: str) -> str:
    """For git, whose expressions know no group that is not kept."""
    return pattern.replace("(?:", "(")


def _git(repository: Path, *arguments: str, optional: bool = False) -> str:
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, check=False)
    if done.returncode and not optional:
        raise ValueError((done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"])[-1])
    return done.stdout.decode("utf-8", "surrogateescape")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {each}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_toml(each)},\n" for each in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()
