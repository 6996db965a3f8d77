"""The walk sees every file once, follows nothing out of the root, opens nothing that could hang or run."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portlint import git as git_module
from portlint.errors import PortlintError
from portlint.files import LFS_PREFIX
from portlint.walk import DEPTH_CAP, Entry, Walk, read, walk
from tests.conftest import Git

MakeTree = Callable[..., Path]
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX file types")


def paths(found: Walk) -> list[str]:
    return [entry.path for entry in found.entries]


def reasons(found: Walk) -> dict[str, str]:
    return {record.path: f"{record.state}: {record.reason}" for record in found.records}


def wait_for_a_later_index(root: Path) -> None:
    """git trusts a time stamp only when the index is younger than it; so does the walk."""
    time.sleep(0.02)
    os.utime(root / ".git" / "index")


# --- plain folders


def test_plain_folder_is_listed_in_order_with_size_and_mode(make_tree: MakeTree) -> None:
    root = make_tree({"b.c": "int b;", "a/z.c": "", "a/run.sh": "x", "a.c": "1"})
    (root / "a/run.sh").chmod(0o755)
    found = walk(root)
    assert found.entries == (Entry("a.c", 1), Entry("a/run.sh", 1, True), Entry("a/z.c", 0), Entry("b.c", 6))
    assert (found.records, found.notes, found.listed_by_git) == ((), (), False)


@pytest.mark.parametrize(("name", "said"), [("missing", "no such folder"), ("file", "not a folder")])
def test_root_that_is_no_folder_is_the_users_mistake(make_tree: MakeTree, name: str, said: str) -> None:
    root = make_tree({"file": ""})
    with pytest.raises(PortlintError, match=said):
        walk(root / name)


@posix
def test_links_pipes_and_sockets_are_recorded_and_never_opened(make_tree: MakeTree, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.c").write_text("outside")
    root = make_tree({"real/a.c": "inside"})
    links = {"to-parent": "..", "to-outside": str(tmp_path / "secret"), "loop": "loop", "dangling": "nowhere"}
    links |= {"to-zero.c": "/dev/zero", "to-file.c": "real/a.c", "to-folder": "real"}
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe.c")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(root)  # a socket's path has a short limit
    listener.bind("socket.c")
    os.chdir(here)
    found = walk(root)
    listener.close()
    assert paths(found) == ["real/a.c"]
    expected = dict.fromkeys(links, "excluded: a symbolic link, not followed")
    expected |= {"pipe.c": "not-analysed: a named pipe, not opened", "socket.c": "not-analysed: a socket, not opened"}
    assert reasons(found) == expected
    for name in ("pipe.c", "socket.c", "to-zero.c"):
        with pytest.raises(ValueError, match=r"not opened|not followed"):
            read(root, Entry(name, 0), 100)


def test_a_chain_of_folders_deeper_than_the_cap_is_recorded(make_tree: MakeTree) -> None:
    root = make_tree({"top.c": ""})
    here = Path.cwd()
    os.chdir(root)
    try:
        for _ in range(3_000):  # by relative steps: the whole path is beyond the system's limit
            Path("deeper").mkdir()
            os.chdir("deeper")
        Path("bottom.c").write_text("")
    finally:
        os.chdir(here)
    found = walk(root)
    assert paths(found) == ["top.c"]
    (record,) = found.records
    assert record.state == "not-analysed"
    assert record.reason == f"a folder deeper than {DEPTH_CAP} folders, not entered"
    shutil.rmtree(root) if sys.version_info >= (3, 13) else _remove_chain(root)


def _remove_chain(root: Path) -> None:
    """shutil.rmtree recurses before Python 3.13; pytest's own cleaning would trip over the chain."""
    chain = root / "deeper"
    while chain.exists():
        rest = root / "rest"
        step = chain
        for _ in range(50):
            if not (step / "deeper").exists():
                break
            step = step / "deeper"
        if step != chain:
            step.rename(rest)
        shutil.rmtree(chain)
        if rest.exists():
            rest.rename(chain)


@posix
@pytest.mark.parametrize(
    "name", [b"caf\xe9.c", b"new\nline.c", b"esc\x1b[31m.c", b"-rf", b"a b%41#?.c", "日本.c".encode()]
)
@pytest.mark.parametrize("in_git", [True, False])
def test_any_name_survives_the_way_there_and_back(tmp_path: Path, git: Git, name: bytes, in_git: bool) -> None:
    if in_git:
        git(tmp_path, "init", "-q")
    with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
        file.write(b"content")
    if in_git:
        git(tmp_path, "add", "-A")
    (entry,) = walk(tmp_path).entries
    assert entry.path.encode("utf-8", "surrogateescape") == name
    assert read(tmp_path, entry, 100) == b"content"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_unreadable_things_are_recorded(make_tree: MakeTree) -> None:
    root = make_tree({"closed/a.c": "", "b.c": "x"})
    (root / "closed").chmod(0)
    (root / "b.c").chmod(0)
    found = walk(root)
    (root / "closed").chmod(0o755)
    assert "cannot be listed: Permission denied" in reasons(found)["closed"]
    with pytest.raises(ValueError, match="cannot be read: Permission denied"):
        read(root, Entry("b.c", 1), 100)


@pytest.mark.parametrize("pattern", ["!", "\\"])
def test_a_pattern_that_is_none_is_the_users_to_mend(make_tree: MakeTree, pattern: str) -> None:
    with pytest.raises(PortlintError, match="write patterns as in"):
        walk(make_tree({"a.c": ""}), [pattern])


def test_exclude_patterns_work_as_in_gitignore_and_are_recorded(make_tree: MakeTree) -> None:
    root = make_tree({"src/a.c": "", "src/gen/b.c": "", "src/gen/keep.c": "", "lib/x.dll": "", "x.dll": ""})
    found = walk(root, ["*.dll", "src/gen/*", "!src/gen/keep.c"])
    assert paths(found) == ["src/a.c", "src/gen/keep.c"]
    assert reasons(found) == {
        "lib/x.dll": "excluded: matches the exclude '*.dll'",
        "src/gen/b.c": "excluded: matches the exclude 'src/gen/*'",
        "x.dll": "excluded: matches the exclude '*.dll'",
    }


# --- reading


@pytest.mark.parametrize(
    ("content", "listed_size", "cap", "said"),
    [
        (b"12345", 5, 5, None),
        (b"12345", 5, 4, "larger than the 4e-06 MB limit"),
        (b"12345", 1, 4, "larger than the 4e-06 MB limit"),  # it grew after it was listed
        (LFS_PREFIX + b"v1\noid sha256:00\nsize 9\n", 60, 999, "a Git LFS pointer"),
        (LFS_PREFIX + b"v1\n" + b"#" * 2000, 60, 9999, None),  # too long to be one
    ],
    ids=["fits", "too large", "grew", "lfs pointer", "not a pointer"],
)
def test_read(make_tree: MakeTree, content: bytes, listed_size: int, cap: int, said: str | None) -> None:
    root = make_tree({"f": content})
    if said is None:
        assert read(root, Entry("f", listed_size), cap) == content
        return
    with pytest.raises(ValueError, match=said):
        read(root, Entry("f", listed_size), cap)


def test_a_huge_sparse_file_is_refused_by_its_size_alone(make_tree: MakeTree) -> None:
    root = make_tree({"big.so": ""})
    os.truncate(root / "big.so", 1 << 40)
    (entry,) = walk(root).entries
    with pytest.raises(ValueError, match="larger than the 256 MB limit"):
        read(root, entry, 256_000_000)


def test_a_file_that_vanished_is_a_reason_not_a_crash(make_tree: MakeTree) -> None:
    root = make_tree({"a.c": "x"})
    (entry,) = walk(root).entries
    (root / "a.c").unlink()
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read(root, entry, 10)


# --- git


def test_checkout_gives_tracked_and_untracked_but_not_ignored_files(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"a.c": "a", "new.c": "n", "out/x.o": "o", ".gitignore": "out/\n", "sub/b.c": "b"})
    git(root, "init", "-q")
    git(root, "add", "a.c", "sub/b.c")
    found = walk(root)
    assert paths(found) == [".gitignore", "a.c", "new.c", "sub/b.c"]
    assert found.listed_by_git
    assert paths(walk(root / "sub")) == ["b.c"]


def test_blob_ids_are_given_for_unchanged_files_only(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"same.c": "a", "edited.c": "b", "flagged.c": "c"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "update-index", "--assume-unchanged", "flagged.c")
    wait_for_a_later_index(root)
    (root / "edited.c").write_text("B")
    (root / "untracked.c").write_text("a")
    blobs = {entry.path: entry.blob for entry in walk(root).entries}
    same = git(root, "hash-object", "same.c").strip()
    assert blobs == {"edited.c": "", "flagged.c": "", "same.c": same, "untracked.c": ""}


def test_an_edit_in_the_tick_of_the_index_is_not_trusted(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"a.c": "a"})
    git(root, "init", "-q")
    git(root, "add", ".")
    recorded = (root / "a.c").stat()
    os.utime(root / ".git" / "index", ns=(recorded.st_mtime_ns, recorded.st_mtime_ns))
    assert [entry.blob for entry in walk(root).entries] == [""]


def test_deleted_submodule_nested_and_conflicting_files(make_tree: MakeTree, git: Git, tmp_path: Path) -> None:
    other = make_tree({"lib.c": "l"}, "other")
    git(other, "init", "-q")
    git(other, "add", ".")
    git(other, "commit", "-qm", "one")
    root = make_tree({"a.c": "a", "gone.c": "g"})
    git(root, "init", "-q")
    git(root, "submodule", "--quiet", "add", str(other), "vendor/full")
    git(root, "submodule", "--quiet", "add", str(other), "vendor/empty")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    git(root, "submodule", "--quiet", "deinit", "-f", "vendor/empty")
    (root / "gone.c").unlink()
    nested = root / "nested"
    nested.mkdir()
    git(nested, "init", "-q")
    (nested / "n.c").write_text("n")
    found = walk(root)
    assert paths(found) == [".gitmodules", "a.c", "nested/n.c", "vendor/full/lib.c"]
    assert reasons(found) == {
        "gone.c": "not-analysed: tracked by git, but not in the working tree",
        "vendor/empty": "not-analysed: submodule not checked out",
    }


@posix
def test_a_folder_that_became_a_link_is_not_followed(make_tree: MakeTree, git: Git, tmp_path: Path) -> None:
    root = make_tree({"src/deep/a.c": "a"})
    git(root, "init", "-q")
    git(root, "add", ".")
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "a.c").write_text("outside")
    shutil.rmtree(root / "src")
    (root / "src").symlink_to(tmp_path / "outside")
    found = walk(root)
    assert paths(found) == []
    assert reasons(found)["src/deep/a.c"] == "excluded: below a symbolic link, not followed"


def test_a_scanned_folder_that_git_ignores_is_walked(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({".gitignore": "vendor/\n", "vendor/a.c": ""})
    git(root, "init", "-q")
    found = walk(root / "vendor")
    assert paths(found) == ["a.c"]
    assert found.notes == (".: git lists nothing here, so every file was looked at",)


def test_bare_repository_worktree_and_shallow_clone(make_tree: MakeTree, git: Git, tmp_path: Path) -> None:
    root = make_tree({"a.c": "a", "b.c": "b"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    git(root, "worktree", "add", "-q", str(tmp_path / "worktree"))
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "shallow")
    assert paths(walk(tmp_path / "worktree")) == ["a.c", "b.c"]
    assert paths(walk(tmp_path / "shallow")) == ["a.c", "b.c"]
    bare = walk(tmp_path / "bare")
    assert not bare.listed_by_git
    assert "without a working tree" in bare.notes[0]


def test_without_git_the_walk_says_so_and_goes_on(
    make_tree: MakeTree, git: Git, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = make_tree({".gitignore": "out\n", "out/a.c": ""})
    git(root, "init", "-q")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = walk(root)
    assert paths(found) == [".gitignore", "out/a.c"]
    assert found.notes == ("git is not installed: files that git ignores are read too",)
    assert reasons(found) == {".git": "excluded: the folder of a version control system"}


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ("fatal: not a git repository (or any of the parent directories): .git", ""),
        ("fatal: detected dubious ownership in repository at '/x'", "which another user owns"),
        ("fatal: this operation must be run in a work tree", "without a working tree"),
        ("fatal: index file corrupt", "index file corrupt"),
    ],
)
def test_what_git_refuses_becomes_a_note(message: str, note: str) -> None:
    said = git_module._note(message)
    assert note in said if note else said == ""


def test_a_corrupt_index_falls_back_to_the_folders(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"a.c": ""})
    git(root, "init", "-q")
    (root / ".git" / "index").write_bytes(b"DIRC" + b"\xff" * 60)
    found = walk(root)
    assert paths(found) == ["a.c"]
    assert len(found.notes) == 1


@posix
def test_nothing_that_the_tree_names_is_run(make_tree: MakeTree, git: Git, tmp_path: Path) -> None:
    root = make_tree({"a.c": "a", ".gitattributes": "*.c filter=canary diff=canary\n", "git": ""})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    canary = tmp_path / "canary"
    script = root / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "filter.canary.clean", "filter.canary.smudge", "filter.canary.process",
                "diff.canary.command", "diff.canary.textconv", "core.pager", "core.editor", "core.sshCommand",
                "core.askPass", "credential.helper", "alias.ls-files"):  # fmt: skip
        git(root, "config", key, str(script))
    hooks = root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman", "pre-auto-gc"):
        shutil.copy(script, hooks / hook)
    os.utime(root / "a.c", (1, 1))  # a changed time makes `git status` compare the content, through the filter
    assert "a.c" in paths(walk(root))
    assert not canary.exists()
    git(root, "status")
    assert canary.exists()  # the trap works


@posix
def test_a_git_inside_the_scanned_tree_is_not_the_git_that_runs(
    make_tree: MakeTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    root = make_tree({"git": f"#!/bin/sh\ntouch {canary}\n", "a.c": ""})
    (root / "git").chmod(0o755)
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    assert paths(walk(root)) == ["a.c", "git"]
    assert not canary.exists()


@posix
def test_the_git_variables_of_a_hook_do_not_redirect_the_walk(
    make_tree: MakeTree, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_tree({"a.c": ""})
    other = make_tree({"b.c": ""}, "other")
    for folder in (root, other):
        git(folder, "init", "-q")
        git(folder, "add", ".")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert paths(walk(root)) == ["a.c"]


def test_ten_thousand_files_take_no_time(tmp_path: Path) -> None:
    for folder in range(100):
        (tmp_path / str(folder)).mkdir()
        for file in range(100):
            (tmp_path / str(folder) / f"{file}.c").touch()
    start = time.process_time()
    assert len(walk(tmp_path).entries) == 10_000
    assert time.process_time() - start < 2.0  # 0.1 s; 200,000 files have a minute
