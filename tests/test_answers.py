"""A remembered answer is what the scan would print, whatever has happened to the tree since."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.answers.question import answer_file
from portlint.answers.recall import give, held
from portlint.answers.state import TICK_NS
from portlint.answers.watch import Watch
from portlint.cli import run
from tests.conftest import Git

Change = Callable[[Path, Git], object]
Scan = Callable[..., tuple[int, str, bool]]
TREE: dict[str, str | bytes] = {
    "src/net.c": "#include <sys/socket.h>\nvoid tick(int fd) { recvfrom(fd, 0, 0, 0, 0, 0); }\n",
    "src/plain.c": "/* nothing */\nint add(int a, int b) { return a + b; }\n",
    "src/plain.h": "int add(int a, int b);\n",
    "notes.txt": "notes\n",
    "lib/readme": "no library\n",
    "logs/old.log": "ignored\n",
    "main.go": "package main\nfunc main() {}\n",
    ".gitignore": "*.log\n/build/\n",
    "build/made.c": "#include <pthread.h>\nvoid go(void) { pthread_create(0, 0, 0, 0); }\n",
}


@pytest.fixture
def scan(capsys: pytest.CaptureFixture[str]) -> Scan:
    """Scan as the entry point does: exit code, output, and whether it was remembered."""

    def call(tree: Path, *arguments: str) -> tuple[int, str, bool]:
        words = ["scan", str(tree), *arguments]
        file = answer_file(words)
        answer = held(file) if file else None
        code = give(answer) if answer else run(words, Watch(file) if file else None)
        return code, "".join(capsys.readouterr()), answer is not None

    return call


@pytest.fixture(params=["git", "plain"])
def tree(request: pytest.FixtureRequest, make_tree: Callable[..., Path], git: Git) -> Path:
    root = make_tree(TREE)
    if request.param == "git":
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "x")
    time.sleep(2 * TICK_NS / 1e9)  # a file that changed in the very moment of the scan is no ground for an answer
    return root


def edit(path: str, old: str, new: str) -> Change:
    def change(root: Path, git: Git) -> None:
        file = root / path
        file.write_text(file.read_text().replace(old, new))

    return change


def write(path: str, text: str) -> Change:
    def change(root: Path, git: Git) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    return change


def same_size_and_time(root: Path, git: Git) -> None:
    file = root / "src/net.c"
    before = file.stat()
    file.write_text(file.read_text().replace("recvfrom", "recvfrxm"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size


def saved_by_an_editor(root: Path, git: Git) -> None:
    beside = root / "src/.plain.c.swp"
    beside.write_text((root / "src/plain.c").read_text().replace("nothing", "something"))
    beside.replace(root / "src/plain.c")


def linked(root: Path, git: Git) -> None:
    (root / "src/net.c").unlink()
    (root / "src/net.c").symlink_to("plain.c")


def committed(root: Path, git: Git) -> None:
    if (root / ".git").exists():
        git(root, "commit", "-q", "--allow-empty", "-m", "y")
        (root / "notes.txt").write_text("other notes\n")
        git(root, "add", "notes.txt")


def forced(root: Path, git: Git) -> None:
    if (root / ".git").exists():
        git(root, "add", "-f", "build/made.c")
    else:
        (root / "build/more.c").write_text("void f(void) { fork(); }\n")


def excluded(root: Path, git: Git) -> None:
    place = root / ".git/info/exclude"
    if place.parent.exists():
        place.write_text("src/\n")


def nested(root: Path, git: Git) -> None:
    inner = root / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "c.c").write_text("#include <unistd.h>\nvoid f(void) { fork(); }\n")


HOLDS = {
    "nothing": lambda root, git: None,
    "touched": lambda root, git: os.utime(root / "src/net.c"),
    "a comment": edit("src/plain.c", "nothing", "something else"),
    "saved by an editor": saved_by_an_editor,
    "a text nobody reads": write("notes.txt", "other\n"),
    "the index": committed,
}
CHANGES = {
    "another call": edit("src/plain.c", "return", "fork(); return"),
    "a line above": edit("src/net.c", "#include", "\n#include"),
    "same size and time": same_size_and_time,
    "a new file": write("src/new.c", "#include <unistd.h>\nvoid f(void) { fork(); }\n"),
    "a new file in a new folder": write("a/b/new.c", "#include <unistd.h>\nvoid f(void) { fork(); }\n"),
    "a new file beside ignored ones": write("logs/new.c", "#include <unistd.h>\nvoid f(void) { fork(); }\n"),
    "gone": lambda root, git: (root / "src/net.c").unlink(),
    "another name": lambda root, git: (root / "src/net.c").rename(root / "src/net.cpp"),
    "a folder with another name": lambda root, git: (root / "src").rename(root / "tests"),
    "a program": lambda root, git: (root / "lib/readme").chmod(0o755),
    "a library": lambda root, git: (root / "lib/readme").write_bytes(b"\x7fELF" + bytes(100)),
    "a link": linked,
    "unreadable": lambda root, git: (root / "src/net.c").chmod(0),
    "nothing is ignored any more": write(".gitignore", ""),
    "another .gitignore": write("src/.gitignore", "net.c\n"),
    "ignored for good": excluded,
    "ignored by the user": lambda root, git: (
        Path(os.environ["HOME"], ".config/git").mkdir(parents=True),
        Path(os.environ["HOME"], ".config/git/ignore").write_text("net.c\n"),
    ),
    "no .gitignore": lambda root, git: (root / ".gitignore").unlink(),
    "added although ignored": forced,
    "settings": write("portlint.toml", 'targets = ["wasip1"]\n'),
    "settings elsewhere": write("pyproject.toml", '[tool.portlint]\ntargets = ["wasip1"]\n'),
    "a compilation database": write("compile_commands.json", "[]"),
    "a repository inside": nested,
}


@pytest.mark.parametrize("change", [pytest.param(each, id=name) for name, each in HOLDS.items()])
def test_what_changes_nothing_is_remembered(tree: Path, git: Git, scan: Scan, change: Change) -> None:
    scan(tree, "--verbose")
    change(tree, git)
    fresh = scan(tree, "--verbose", "--no-cache")
    assert not fresh[2]
    for _ in range(2):  # the second time by what the first has noted
        again = scan(tree, "--verbose")
        assert again[:2] == fresh[:2]
        assert again[2]


@pytest.mark.parametrize("change", [pytest.param(each, id=name) for name, each in CHANGES.items()])
def test_no_change_is_missed(tree: Path, git: Git, scan: Scan, change: Change) -> None:
    arguments = ("--output-format", "json")
    scan(tree, *arguments)
    change(tree, git)
    fresh = scan(tree, *arguments, "--no-cache")
    for _ in range(3):
        assert scan(tree, *arguments)[:2] == fresh[:2]
