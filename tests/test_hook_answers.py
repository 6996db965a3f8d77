"""A hook that judges nothing anew prints what it would print if it did, whatever is staged."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from entry_point import called

from portlint.answers.ranks import ranked
from portlint.answers.state import TICK_NS
from portlint.cli import CLEAN, FOUND
from portlint.extractors.source.c import family
from portlint.model.extraction import Extraction
from portlint.model.vocabulary import Vocabulary
from tests.conftest import Git

Said = tuple[int, str, str]
Hook = Callable[..., tuple[Said, bool]]
Change = Callable[[Path, Git], object]

NET = """\
#include <sys/socket.h>
#include "config.h"

int tick(int fd) {
    return recvfrom(fd, 0, 0, 0, 0, 0);
}

#ifdef USE_JOBS
#include <pthread.h>
int jobs(void) { return pthread_create(0, 0, 0, 0); }
#endif
"""
FORK = "#include <unistd.h>\nint go(void) { return fork(); }\n"
OTHER = f'#include "config.h"\n{FORK}int n(void) {{ return LEAVE(0); }}\n'
TREE: dict[str, str | bytes] = {
    "src/net.c": NET,
    "src/other.c": OTHER,
    "src/config.h": "#pragma once\n#define USE_JOBS 1\n#define LEAVE(code) vfork()\n",
    "src/calm.c": "// portlint: ignore-file[process-spawn] a tool\n" + FORK,
    "src/plain.c": "int add(int a, int b) { return a + b; }\n",
    "tool.py": "import socket\n\n\ndef open_it():\n    return socket.socket()\n",
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.20)\nproject(arena C)\nfile(GLOB sources src/*.c)\n"
    "add_executable(arena ${sources})\n",
    "notes.txt": "notes\n",
    "picture.png": b"\x89PNG\r\n",
    "run": "#!/bin/sh\n",
    ".gitattributes": "*.png binary\n",
    "portlint.toml": 'targets = ["wasip1"]\n',
}


@pytest.fixture
def hook(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hook:
    """Run as the entry point does: what was said, and whether it was remembered."""

    def call(tree: Path, *arguments: str) -> tuple[Said, bool]:
        monkeypatch.chdir(tree)
        code, remembered = called(["scan", "--hook", "--jobs", "1", *arguments])
        return (code, *capsys.readouterr()), remembered

    return call


@pytest.fixture
def tree(make_tree: Callable[..., Path], git: Git) -> Path:
    root = make_tree(TREE)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    time.sleep(2 * TICK_NS / 1e9)  # settings that changed in the very moment of the scan are no ground for an answer
    return root


def edit(path: str, old: str, new: str, stage: bool = True) -> Change:
    def change(root: Path, git: Git) -> None:
        file = root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        if stage:
            git(root, "add", path)

    return change


def write(path: str, data: bytes, stage: bool = True) -> Change:
    def change(root: Path, git: Git) -> None:
        (root / path).write_bytes(data)
        if stage:
            git(root, "add", path)

    return change


def commands(*lines: str) -> Change:
    def change(root: Path, git: Git) -> None:
        for line in lines:
            git(root, *line.split())

    return change


def forks(root: Path, git: Git) -> None:
    edit("src/plain.c", "int add(int a, int b) { return a + b", "#include <unistd.h>\nint add() { return fork()")(
        root, git
    )


def both(*changes: Change) -> Change:
    def change(root: Path, git: Git) -> None:
        for each in changes:
            each(root, git)

    return change


STANDS: dict[str, Change] = {
    "nothing": lambda root, git: None,
    "a comment": edit("src/net.c", "int tick", "// one\n// two\nint tick"),
    "lines taken away": edit("src/net.c", "\n\n", "\n"),
    "columns": edit("src/net.c", "    return", "\treturn"),
    "a line without a finding": edit("src/plain.c", "a + b", "b + a"),
    "a header, lines further down": edit("src/config.h", "#pragma once\n", "#pragma once\n\n// more\n\n"),
    "another language": edit("tool.py", "import socket\n", "# sockets\nimport socket\n"),
    "what nobody reads": both(write("notes.txt", b"more\n"), write("picture.png", b"\x89PNG\r\n\x1a")),
    "two files": both(edit("src/net.c", "int tick", "\nint tick"), edit("src/plain.c", "int add", "\nint add")),
    "not staged": edit("src/net.c", "recvfrom", "recvmsg", stage=False),
    "not tracked": write("src/new.c", FORK.encode(), stage=False),
    "committed": both(edit("src/net.c", "int tick", "\nint tick"), commands("commit -qm two")),
}
FALLS: dict[str, Change] = {
    "a call more": forks,
    "a call less": edit("src/net.c", "recvfrom(fd, 0, 0, 0, 0, 0)", "0"),
    "the text of a line with a finding": edit("src/net.c", "recvfrom(fd, 0", "recvfrom(fd, fd"),
    "the order": edit("src/other.c", "return fork(); }\nint n", "return fork(); } int n"),
    "a call that leaves its condition": both(
        edit("src/net.c", "#endif\n", ""), edit("src/net.c", "#include <pthread.h>\n", "#include <pthread.h>\n#endif\n")
    ),
    "the body of a macro": edit("src/config.h", "vfork()", "code"),
    "a comment that names a line": edit("src/calm.c", "// portlint", "\n// portlint"),
    "a new file": write("src/new.c", b"int x;\n"),
    "a new file, said but not staged": both(write("src/new.c", b"", stage=False), commands("add -N src/new.c")),
    "a deleted file": commands("rm -q src/plain.c"),
    "a renamed file": commands("mv src/plain.c src/moved.c"),
    "a mode": commands("update-index --chmod=+x src/plain.c"),
    "a manifest": edit("CMakeLists.txt", "project", "\nproject"),
    "attributes": write(".gitattributes", b"*.png binary\n\n"),
    "settings": write("portlint.toml", b'targets = ["wasip1"]\n\n', stage=False),
    "staged, then changed further": both(
        edit("src/plain.c", "a + b", "b + a"), edit("src/plain.c", "b + a", "fork()", stage=False)
    ),
    "staged, then taken back": both(forks, write("src/plain.c", b"int x;\n", stage=False)),
    "committed by somebody else": both(forks, commands("commit -qm two"), edit("src/plain.c", "int", "\nint")),
    "a merge": lambda root, git: (root / ".git/MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD")),
    "a setting of git": commands("config core.autocrlf input"),
}


@pytest.mark.parametrize("name", [*STANDS, *FALLS])
def test_what_is_said(hook: Hook, tree: Path, git: Git, name: str) -> None:
    hook(tree)
    assert hook(tree)[1]
    (STANDS.get(name) or FALLS[name])(tree, git)
    said, remembered = hook(tree)
    assert said == hook(tree, "--no-cache")[0]
    assert remembered == (name in STANDS)
    assert hook(tree)[0] == said


@pytest.mark.parametrize("seed", range(3))
def test_any_edits_in_a_row(hook: Hook, tree: Path, git: Git, seed: int) -> None:
    """Lines moved, doubled, dropped and commented, staged or not, committed now and then."""
    choice = random.Random(seed)
    sources = [path for path in TREE if path.endswith((".c", ".h", ".py"))]
    lines = [line for path in sources for line in (tree / path).read_text().splitlines(keepends=True)]
    hook(tree)
    short = 0
    for _ in range(8):
        for path in choice.sample(sources, choice.choice((1, 1, 2))):
            text = (tree / path).read_text().splitlines(keepends=True)
            at = choice.randrange(len(text) + 1)
            more = choice.choice(("\n", "\n\n\n", "// said\n" if path[-2] == "." else "# said\n", choice.choice(lines)))
            text[at : at + choice.choice((0, 0, 0, 0, 1))] = [more]
            (tree / path).write_text("".join(text))
            if choice.random() < 0.9:
                git(tree, "add", path)
        said, remembered = hook(tree)
        assert said == hook(tree, "--no-cache")[0]
        short += remembered
        if choice.random() < 0.4:
            git(tree, "commit", "-q", "--allow-empty", "-m", "more")
    assert short  # the edits must not all be too much


@pytest.mark.parametrize(("change", "quiet"), [(edit("src/net.c", "int tick", "\nint tick"), True), (forks, False)])
def test_the_first_hook_of_a_commit(hook: Hook, tree: Path, git: Git, change: Change, quiet: bool) -> None:
    change(tree, git)
    write("src/new.c", b"int x;\n")(tree, git)
    said = hook(tree)[0]
    assert hook(tree) == (said, quiet)
    edit("src/net.c", "int tick", "\n\nint tick")(tree, git)
    more, remembered = hook(tree)
    assert (more == hook(tree, "--no-cache")[0], remembered) == (True, quiet)


def test_what_was_new_is_new_again(hook: Hook, tree: Path, git: Git) -> None:
    """What is kept is what would be said of the tree were it HEAD, not what was said."""
    forks(tree, git)
    first = hook(tree)
    assert first[0][0] == FOUND
    assert hook(tree)[0] == first[0]
    git(tree, "commit", "-qm", "two")
    (code, said, _), remembered = hook(tree)
    assert (code, remembered) == (CLEAN, True)
    assert "no errors" in said or "known" in said


def test_a_commit_with_an_index_of_its_own(hook: Hook, tree: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    hook(tree)
    index = tree / ".git" / "next-index-7.lock"
    index.write_bytes((tree / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-7.lock")
    assert hook(tree)[1]
    forks(tree, git)  # into that index
    said, remembered = hook(tree)
    assert (said[0], remembered) == (FOUND, False)
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert hook(tree)[0][0] == CLEAN


@pytest.mark.parametrize("ending", ["eol=crlf", "filter=upper"])
def test_files_that_git_changes_on_disk_are_judged(hook: Hook, tree: Path, git: Git, ending: str) -> None:
    git(tree, "config", "filter.upper.smudge", "sed s/add/add_more/")
    git(tree, "config", "filter.upper.clean", "sed s/add_more/add/")
    write(".gitattributes", f"src/plain.c {ending}\n".encode())(tree, git)
    git(tree, "commit", "-qm", "two")
    (tree / "src/plain.c").unlink()
    git(tree, "checkout", "src/plain.c")
    hook(tree)
    soon = time.time_ns() + 10**9  # git trusts time stamps that are older than the index
    os.utime(tree / ".git" / "index", ns=(soon, soon))
    hook(tree)
    assert not hook(tree)[1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("f();\n", "\n\n  f();\n", True),
        ("f(); f();\n", "f();\nf();\n", False),
        ("#if A\nf();\n#endif\n", "#if A\n#endif\nf();\n", False),
        ("#include <a.h>\nf();\n", "#include <a.h>\n// x\nf();\n", True),
        ("f();\n#define A\n", "#define A\nf();\n", False),
        ("f();\ng();\n", "g();\nf();\n", False),
        ("f();\n", "f(); f();\n", False),
    ],
)
def test_ranks(one: str, other: str, same: bool) -> None:
    def digest(text: str) -> bytes:
        extraction: Extraction = family.extract("a.c", text.encode(), Vocabulary("c", frozenset({"f", "g"})))
        found = ranked(extraction, None)
        assert found
        return found.digest

    assert (digest(one) == digest(other)) == same
