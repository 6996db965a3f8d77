"""The tree of a revision is what was committed, and what it shares with the working tree is not read twice."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.errors import PortlintError
from portlint.revision import STAGED, Revision, revision_tree
from portlint.scan import Options, scan

MakeTree = Callable[..., Path]
Git = Callable[..., str]


@pytest.fixture
def repository(make_tree: MakeTree, git: Git) -> Path:
    root = make_tree({"a.c": "old a", "sub/b.c": "b", "gone.c": "gone", "run": "#!/bin/sh\n"})
    (root / "run").chmod(0o755)
    (root / "link.c").symlink_to("a.c")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    (root / "a.c").write_text("new a")
    git(root, "rm", "-q", "gone.c")
    (root / "untracked.c").write_text("u")
    return root


def contents(tree: Revision) -> dict[str, bytes]:
    for entry in tree.walk.entries:
        tree.fetch(entry.path)
    return {entry.path: (tree.folder / entry.path).read_bytes() for entry in tree.walk.entries}


def test_a_revision_is_what_was_committed(repository: Path) -> None:
    with revision_tree(repository, "HEAD") as tree:
        assert tree.folder.name == repository.name
        assert contents(tree) == {"a.c": b"old a", "gone.c": b"gone", "run": b"#!/bin/sh\n", "sub/b.c": b"b"}
        assert [entry.path for entry in tree.walk.entries if entry.executable] == ["run"]
        assert [(each.path, each.state) for each in tree.walk.records] == [("link.c", "excluded")]
        kept = tree.folder
    assert not kept.exists()


def test_the_index_is_what_is_staged(repository: Path, git: Git) -> None:
    (repository / "sub" / "b.c").write_text("staged b")
    git(repository, "add", "sub/b.c")
    (repository / "sub" / "b.c").write_text("unstaged b")
    with revision_tree(repository, STAGED) as tree:
        assert contents(tree) == {"a.c": b"old a", "run": b"#!/bin/sh\n", "sub/b.c": b"staged b"}


def test_what_is_kept_out_of_the_working_tree_is_still_staged(repository: Path, git: Git) -> None:
    git(repository, "update-index", "--skip-worktree", "sub/b.c")
    (repository / "sub" / "b.c").unlink()
    with revision_tree(repository, STAGED) as tree:
        assert contents(tree)["sub/b.c"] == b"b"


def test_a_folder_of_a_checkout_has_a_tree_of_its_own(repository: Path) -> None:
    with revision_tree(repository / "sub", "HEAD") as tree:
        assert contents(tree) == {"b.c": b"b"}
        assert tree.folder.name == "sub"


def test_before_the_first_commit_head_is_empty(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"a.c": ""})
    git(root, "init", "-q")
    with revision_tree(root, "HEAD") as tree:
        assert tree.walk.entries == ()


@pytest.mark.parametrize("revision", ["nonsense", "--output=x", "HEAD~7", "HEAD:a.c"])
def test_an_unknown_revision_is_the_users_to_mend(repository: Path, revision: str) -> None:
    with pytest.raises(PortlintError, match="unknown revision"), revision_tree(repository, revision):
        pass
    assert not (repository / "x").exists()


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(PortlintError, match="not in a git repository"), revision_tree(tmp_path, "HEAD"):
        pass


def test_filters_and_hooks_of_the_repository_never_run(repository: Path, git: Git) -> None:
    (repository / ".gitattributes").write_text("*.c filter=evil\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-qm", "two")
    canary = repository / "canary"
    for key in ("filter.evil.smudge", "filter.evil.clean", "core.fsmonitor", "diff.external"):
        git(repository, "config", key, f"touch {canary}; cat")
    with revision_tree(repository, "HEAD") as tree:
        assert contents(tree)["a.c"] == b"old a"
    assert not canary.exists()


def test_no_name_in_a_tree_object_leads_out_of_the_folder(repository: Path, tmp_path: Path) -> None:
    def write(kind: str, data: bytes) -> str:
        command = ["git", "-C", str(repository), "hash-object", "--literally", "-w", "-t", kind, "--stdin"]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().strip()

    blob = bytes.fromhex(write("blob", b"evil"))
    inner = bytes.fromhex(write("tree", b"100644 escaped.c\0" + blob))
    evil = write(
        "tree", b"40000 ..\0" + inner + b"40000 .GIT\0" + inner + b"100644 ok.c\0" + blob + b"40000 ok.c\0" + inner
    )
    with revision_tree(repository, evil) as tree:
        for entry in tree.walk.entries:
            tree.fetch(entry.path)
        assert (tree.folder / "ok.c").read_bytes() == b"evil"
        assert [each.path for each in tree.walk.records] == ["../escaped.c", ".GIT/escaped.c"]
        assert list(tree.folder.parent.rglob("escaped.c")) == []


def test_names_that_are_not_utf8_and_contents_with_any_bytes(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"x.c": ""})
    (Path(os.fsdecode(os.fsencode(root) + b"/\xff\n.c"))).write_bytes(b"\0\r\n\xff" * 1000)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    with revision_tree(root, "HEAD") as tree:
        assert contents(tree)["\udcff\n.c"] == b"\0\r\n\xff" * 1000


def test_submodules_are_read_at_their_commit(make_tree: MakeTree, git: Git) -> None:
    inner = make_tree({"i.c": "inner"}, "inner")
    git(inner, "init", "-q")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "one")
    root = make_tree({"a.c": "a"})
    git(root, "init", "-q")
    git(root, "submodule", "add", "-q", str(inner), "deps/inner")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    (root / "deps/inner/i.c").write_text("changed")
    git(root / "deps/inner", "commit", "-qam", "two")
    with revision_tree(root, "HEAD") as tree:
        assert contents(tree)["deps/inner/i.c"] == b"inner"
    git(root, "submodule", "deinit", "-f", "deps/inner")
    with revision_tree(root, "HEAD") as tree:
        assert [(each.path, each.reason) for each in tree.walk.records] == [("deps/inner", "submodule not checked out")]


def test_line_ends_of_the_working_tree_count_where_it_is_unchanged(make_tree: MakeTree, git: Git) -> None:
    root = make_tree({"a.c": "a\r\nb\r\n", ".gitattributes": "*.c text eol=crlf\n"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    os.utime(root / ".git" / "index")
    with revision_tree(root, "HEAD") as tree:
        assert contents(tree)["a.c"] == b"a\r\nb\r\n"


def test_a_scan_of_a_revision_reads_only_what_differs(repository: Path, git: Git) -> None:
    code = "#include <unistd.h>\nint go(void) { return fork(); }\n"
    (repository / "a.c").write_text(code)
    git(repository, "commit", "-qam", "two")
    (repository / "a.c").write_text("int main(void) { return 0; }\n")
    os.utime(repository / ".git" / "index", ns=(2**62, 2**62))
    scan(repository, Options(targets=("wasip1",)), lambda done, total: None)
    with revision_tree(repository, "HEAD") as tree:
        done = scan(tree.folder, Options(targets=("wasip1",), revision=tree), lambda done, total: None)
        assert [each.name for each in done.report.targets[0].findings] == ["fork"]
        assert done.report.root == repository.name
        read = {path.name for path in tree.folder.rglob("*") if path.is_file()}
        assert "a.c" in read
        assert "b.c" not in read
