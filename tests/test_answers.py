"""A remembered answer is what the scan would print, whatever has happened to the tree since."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from entry_point import called

from portlint.answers.kept import load
from portlint.answers.state import TICK_NS
from tests.conftest import Git

Change = Callable[[Path, Git], object]
Scan = Callable[..., tuple[int, str, bool]]
HERE = Path(__file__).resolve().parent.parent
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
        code, remembered = called(["scan", str(tree), *arguments])
        return code, "".join(capsys.readouterr()), remembered

    return call


@pytest.fixture
def plain_tree(make_tree: Callable[..., Path]) -> Path:
    root = make_tree(TREE)
    time.sleep(2 * TICK_NS / 1e9)
    return root


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


# the file of an answer


def stored(tree: Path, scan: Scan) -> Path:
    scan(tree)
    every = list((cache_folder_of_test() / "answers").iterdir())  # the report is kept beside what was printed
    (file,) = [each for each in every if (answer := load(str(each))) and answer.printed[0]]
    return file


def cache_folder_of_test() -> Path:
    return Path(os.environ["HOME"], ".cache", "portlint")


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": cut,
    "one bit": flipped,
    "random": lambda data: bytes(range(256)) * 40,
    "zeros": lambda data: bytes(len(data)),
}


@pytest.mark.parametrize("damage", [pytest.param(each, id=name) for name, each in DAMAGE.items()])
def test_a_damaged_answer_is_none(plain_tree: Path, scan: Scan, damage: Callable[[bytes], bytes]) -> None:
    file = stored(plain_tree, scan)
    fresh = scan(plain_tree, "--no-cache")
    file.write_bytes(damage(file.read_bytes()))
    assert scan(plain_tree) == fresh
    assert scan(plain_tree) == (*fresh[:2], True)  # and was stored anew


def test_a_folder_that_nothing_can_be_written_to(plain_tree: Path, scan: Scan) -> None:
    cache_folder_of_test().mkdir(parents=True)
    (cache_folder_of_test() / "answers").write_text("in the way")
    fresh = scan(plain_tree, "--no-cache")
    assert scan(plain_tree) == fresh
    assert scan(plain_tree) == fresh


def call(tree: Path, **more: object) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-B", "-m", "portlint", "scan", str(tree)]  # -B: no module is compiled onto a full disk
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload,no-any-return]


def test_a_full_disk_costs_the_answer_alone(plain_tree: Path, scan: Scan) -> None:
    fresh = scan(plain_tree, "--no-cache")

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    for _ in range(2):
        printed, notes = call(plain_tree, preexec_fn=small_files).communicate()
        assert printed.decode() == fresh[1]
        assert notes.count(b"\n") <= 1
    assert not list(cache_folder_of_test().glob("answers/*"))


def test_eight_at_a_time(plain_tree: Path, scan: Scan) -> None:
    fresh = scan(plain_tree, "--no-cache")
    children = [call(plain_tree) for _ in range(8)]
    for child in children:
        printed, notes = child.communicate()
        assert (child.returncode, printed.decode()) == fresh[:2]
        assert notes.count(b"\n") <= 1
    assert all(load(str(file)) for file in (cache_folder_of_test() / "answers").iterdir())


def test_killed_while_the_answer_is_written(plain_tree: Path, scan: Scan) -> None:
    file = stored(plain_tree, scan)
    fresh = scan(plain_tree, "--no-cache")
    code = (
        "import os, sys\nfrom portlint.answers.kept import load, save\n"
        "os.replace = lambda *_: os.kill(os.getpid(), 9)\nsave(sys.argv[1], load(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=HERE, check=False)
    assert done.returncode == -signal.SIGKILL
    assert scan(plain_tree) == (*fresh[:2], True)


# what else is part of the question or the answer


def test_reports_in_files_are_written_again(plain_tree: Path, scan: Scan, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    arguments = ("--output", f"json={report}")
    scan(plain_tree, *arguments)
    text = report.read_text()
    report.unlink()
    assert scan(plain_tree, *arguments)[2]
    assert report.read_text() == text


def test_a_baseline_outside_of_the_tree_counts(plain_tree: Path, scan: Scan, tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    scan(plain_tree, "--write-baseline", str(baseline))
    arguments = ("--baseline", str(baseline))
    scan(plain_tree, *arguments)
    known = baseline.read_text()
    scan(make_more(plain_tree), "--write-baseline", str(baseline))
    assert baseline.read_text() != known
    assert scan(plain_tree, *arguments)[:2] == scan(plain_tree, *arguments, "--no-cache")[:2]


def make_more(tree: Path) -> Path:
    (tree / "src/more.c").write_text("#include <unistd.h>\nvoid f(void) { fork(); }\n")
    return tree


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "FORCE_HYPERLINK", "SOMETHING_NEW"])
def test_the_environment_is_part_of_the_question(
    plain_tree: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    scan(plain_tree)
    monkeypatch.setenv(variable, "1")
    fresh = scan(plain_tree, "--no-cache")
    assert scan(plain_tree) == fresh


def test_another_folder_under_the_same_name(plain_tree: Path, scan: Scan, tmp_path: Path) -> None:
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(plain_tree)
    other.mkdir()
    scan(link)
    link.unlink()
    link.symlink_to(other)
    assert scan(link)[:2] == scan(other, "--no-cache")[:2]


def test_what_stood_on_standard_error_is_said_again(plain_tree: Path, scan: Scan) -> None:
    (plain_tree / "src/plain.c").write_text("int a; // portlint: ignore[udp-socket] nothing here\n")
    time.sleep(2 * TICK_NS / 1e9)
    first = scan(plain_tree)
    assert "portlint: note: " in first[1]
    assert scan(plain_tree) == (*first[:2], True)
