"""A commit hook says what the commit adds, whatever is staged, unstaged, untracked, renamed or passed by name."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from portlint.cli import CLEAN, FOUND, MISTAKE, run
from portlint.commands import known, scanned

MakeTree = Callable[..., Path]
Git = Callable[..., str]
Hook = Callable[..., tuple[int, list[str], str]]

ROOT = Path(__file__).parent.parent
OLD = "#include <unistd.h>\nint go(void) { return fork(); }\n"
NEW = "#include <unistd.h>\nint more(void) { return vfork(); }\n"
FINE = "int main(void) { return 0; }\n"
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 9\n"


@pytest.fixture
def repository(make_tree: MakeTree, git: Git) -> Path:
    root = make_tree({"old.c": OLD, "main.c": FINE, "portlint.toml": 'targets = ["wasip1"]\n'})
    git(root, "init", "-q")
    commit(root, git)
    return root


@pytest.fixture
def hook(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, repository: Path) -> Hook:
    """Exit code, `path:line` of the errors, and all output of a hook that runs in the repository."""

    def run_hook(
        *arguments: str, options: tuple[str, ...] = ("--hook",), folder: Path = repository
    ) -> tuple[int, list[str], str]:
        monkeypatch.chdir(folder)
        code = run(["scan", *options, "--output-format", "concise", "--jobs", "1", *arguments])
        out, error = capsys.readouterr()
        places = [line.split(":") for line in out.splitlines() if ": error[" in line]
        return code, [f"{place[0]}:{place[1]}" for place in places], out + error

    return run_hook


def commit(root: Path, git: Git) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    soon = time.time_ns() + 10**9  # git trusts time stamps that are older than the index
    os.utime(root / ".git" / "index", ns=(soon, soon))


def test_nothing_staged(hook: Hook) -> None:
    assert hook()[:2] == (CLEAN, [])


def test_what_is_staged_is_new(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "new.c").write_text(NEW)
    assert hook()[:2] == (CLEAN, [])  # untracked: on disk, and no part of the commit
    git(repository, "add", "new.c")
    code, places, said = hook()
    assert (code, places) == (FOUND, ["new.c:2"])
    assert "wasip1: needs-work (1 error; 1 known)" in said


def test_what_head_has_is_judged_once(
    hook: Hook, repository: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run takes HEAD's findings from the cache, until HEAD, the settings or the call are others."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    judged: list[bool] = []
    answers = known._found

    def watched(options: argparse.Namespace, *more: Any) -> Any:
        scans: list[int] = []
        with monkeypatch.context() as patch:
            made = scanned.scanned_with
            patch.setattr(known, "scanned_with", lambda *all: (scans.append(1), made(*all))[1])
            found = answers(options, *more)
        judged.append(bool(scans))
        return found

    monkeypatch.setattr(known, "_found", watched)
    (repository / "new.c").write_text(NEW)
    git(repository, "add", "new.c")
    first = hook()
    assert first == hook()
    assert judged == [True, False]
    assert hook("--define", "X=1")[:2] == first[:2]
    (repository / "portlint.toml").write_text('targets = ["wasip1"]\n[severity]\nthread-create = "note"\n')
    assert hook()[:2] == first[:2]
    commit(repository, git)
    (repository / "old.c").write_text(OLD + "int again(void) { return vfork(); }\n")
    git(repository, "add", "old.c")
    assert hook()[1] == ["old.c:3"]
    assert judged == [True, False, True, True, True]


def test_partial_staging(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "main.c").write_text(NEW)
    assert hook()[:2] == (CLEAN, [])
    git(repository, "add", "main.c")
    (repository / "main.c").write_text(FINE)
    assert hook()[:2] == (FOUND, ["main.c:2"])


@pytest.mark.parametrize("arguments", [("-a",), ("main.c",)])
def test_a_commit_with_an_index_of_its_own(repository: Path, git: Git, arguments: tuple[str, ...]) -> None:
    """`git commit -a` and `git commit FILE` tell the hook of another index than the repository's."""
    script = repository / ".git" / "hooks" / "pre-commit"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m portlint scan --hook --jobs 1\n")
    script.chmod(0o755)
    (repository / "staged.c").write_text(NEW)
    git(repository, "add", "staged.c")
    (repository / "main.c").write_text(NEW)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        git(repository, "commit", "-m", "two", *arguments)
    said = caught.value.stdout + caught.value.stderr
    assert "main.c:2:25: error[" in said
    assert ("staged.c:2:25: error[" in said) == (arguments == ("-a",))
    (repository / "main.c").write_text(FINE)
    git(repository, "rm", "-q", "--cached", "staged.c")
    (repository / "main.c").write_text(FINE + "\n")
    git(repository, "commit", "-m", "two", *arguments)


def test_what_a_merge_brings_in_is_not_new(hook: Hook, repository: Path, git: Git) -> None:
    branch = git(repository, "branch", "--show-current").strip()
    git(repository, "checkout", "-qb", "other")
    (repository / "theirs.c").write_text(NEW)
    commit(repository, git)
    git(repository, "checkout", "-q", branch)
    (repository / "main.c").write_text(FINE + "\n")
    commit(repository, git)
    git(repository, "merge", "-q", "--no-commit", "other")
    assert hook()[:2] == (CLEAN, [])
    (repository / "mine.c").write_text(NEW.replace("more", "mine"))
    git(repository, "add", "mine.c")
    assert hook()[:2] == (FOUND, ["mine.c:2"])


def test_moved_and_renamed(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "sub").mkdir()
    git(repository, "mv", "old.c", "sub/renamed.c")
    (repository / "sub/renamed.c").write_text("\n\n" + OLD)
    git(repository, "add", "-A")
    assert hook()[:2] == (CLEAN, [])


def test_deletion_only(hook: Hook, repository: Path, git: Git) -> None:
    git(repository, "rm", "-q", "old.c")
    code, places, said = hook()
    assert (code, places) == (CLEAN, [])
    assert "1 finding of HEAD no longer there" in said


def test_what_a_deletion_breaks_is_new(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "config.h").write_text("#define NO_PROCESSES 1\n")
    (repository / "main.c").write_text('#include "config.h"\n#ifndef NO_PROCESSES\n' + NEW + "#endif\n")
    commit(repository, git)
    assert hook()[:2] == (CLEAN, [])
    git(repository, "rm", "-q", "config.h")
    assert hook()[:2] == (FOUND, ["main.c:4"])


def test_before_the_first_commit_everything_is_new(hook: Hook, repository: Path, git: Git) -> None:
    shutil.rmtree(repository / ".git")
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    assert hook()[:2] == (FOUND, ["old.c:2"])


def test_outside_of_a_repository(hook: Hook, repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    code, _, said = hook()
    assert code == MISTAKE
    assert "not in a git repository" in said


def test_a_pointer_of_lfs_is_said(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "lib.so").write_text(POINTER)
    git(repository, "add", "lib.so")
    code, _, said = hook()
    assert code == CLEAN
    assert "1 file not analysed: Git LFS pointer: fetch LFS to inspect it (lib.so)" in said


def test_since_a_revision(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "new.c").write_text(NEW)
    commit(repository, git)
    assert hook(options=("--since", "HEAD"))[:2] == (CLEAN, [])
    assert hook(options=("--since", "HEAD~1"))[:2] == (FOUND, ["new.c:2"])
    code, _, said = hook(options=("--since", "HEAD~9"))
    assert code == MISTAKE
    assert "unknown revision 'HEAD~9'" in said


def test_what_a_partial_clone_does_not_have_is_said(hook: Hook, repository: Path, git: Git, tmp_path: Path) -> None:
    (repository / "old.c").write_text(OLD + "// changed\n")
    commit(repository, git)
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", repository.as_uri(), "partial")
    code, places, said = hook(options=("--since", "HEAD~1"), folder=tmp_path / "partial")
    assert (code, places) == (FOUND, ["old.c:2"])
    assert "1 file not readable in HEAD~1: what is in them counts as new" in said
    assert hook(options=("--since", "HEAD"), folder=tmp_path / "partial")[:2] == (CLEAN, [])


def test_since_and_what_if(hook: Hook, repository: Path) -> None:
    (repository / "new.c").write_text(
        NEW + "#include <pthread.h>\nint t(pthread_t*p){return pthread_create(p,0,0,0);}\n"
    )
    options = ("--since", "HEAD", "--target", "web-emscripten")
    places = hook(options=options)[1]
    assert "new.c:4" in places
    assert hook(options=(*options, "--assume", "threads"))[1] == [place for place in places if place != "new.c:4"]


def test_names_of_files(hook: Hook, repository: Path) -> None:
    (repository / "new.c").write_text(NEW)
    code, places, said = hook("new.c", "main.c", options=())
    assert (code, places) == (FOUND, ["new.c:2"])
    assert "1 elsewhere" in said
    assert hook("main.c", "portlint.toml", options=())[:2] == (CLEAN, [])
    assert hook("new.c", "old.c", options=())[:2] == (FOUND, ["new.c:2", "old.c:2"])


def test_a_library_stands_for_the_addon_that_ships_it(hook: Hook, tmp_path: Path) -> None:
    game = shutil.copytree(ROOT / "sample_projects" / "godot_arena", tmp_path / "game")
    manifest, library = "addons/steamlike/steamlike.gdextension", "addons/steamlike/bin/windows/steamlike.dll"
    for names in ((library, "scripts/achievements.gd"), (manifest, "project.godot")):
        assert hook(*names, options=(), folder=game)[:2] == (FOUND, [f"{manifest}:8"])
    others = hook("scripts/network.gd", "scripts/achievements.gd", options=(), folder=game)[1]
    assert {place.partition(":")[0] for place in others} == {"scripts/network.gd"}


def test_names_of_files_and_the_hook(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "new.c").write_text(NEW)
    git(repository, "add", "-A")
    assert hook("new.c")[:2] == (FOUND, ["new.c:2"])
    assert hook("old.c")[:2] == (CLEAN, [])
    assert hook("-x.c", "old.c")[0] == MISTAKE


def test_thousands_of_names(hook: Hook, repository: Path) -> None:
    names = [f"many/a{number}.txt" for number in range(3000)]
    (repository / "many").mkdir()
    for name in names:
        (repository / name).write_text("")
    assert hook(*names, "old.c", options=())[:2] == (FOUND, ["old.c:2"])
    assert hook(*names, options=())[:2] == (CLEAN, [])


def test_the_repository_runs_nothing(hook: Hook, repository: Path, git: Git) -> None:
    (repository / "new.c").write_text(NEW)
    (repository / ".gitattributes").write_text("*.c filter=evil diff=evil\n")
    git(repository, "add", "-A")
    canary = repository.parent / "canary"
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor"):
        git(repository, "config", key, f"touch {canary}; cat")
    assert hook()[:2] == (FOUND, ["new.c:2"])
    assert not canary.exists()


def test_the_hooks_are_declared() -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert hooks["portlint"]["entry"] == "portlint scan --hook"
    assert hooks["portlint-full"]["always_run"] is True
    assert all(each["require_serial"] and not each["pass_filenames"] for each in hooks.values())


_NO_INDEX = ("No matching distribution", "Could not find a version", "Temporary failure in name resolution")


def _runner(name: str) -> str:
    """Beside this Python, or on PATH."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return found or pytest.skip(f"{name} is not installed")


@pytest.mark.parametrize("name", ["pre-commit", "prek"])
def test_the_hook_in_a_real_runner(name: str, tmp_path: Path, repository: Path, git: Git) -> None:
    runner = _runner(name)
    source = tmp_path / "hooks"
    git(tmp_path, "clone", "-q", str(ROOT), str(source))
    (repository / "new.c").write_text(NEW)
    git(repository, "add", "-A")
    command = [runner, "try-repo", str(source), "portlint", "--verbose"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=300, check=False)
    if any(sign in done.stdout + done.stderr for sign in _NO_INDEX):
        pytest.skip(f"{name} cannot build an environment: no package index is reached")
    assert done.returncode == FOUND, done.stdout + done.stderr
    assert "new.c:2:25: error[" in done.stdout
    assert "old.c" not in done.stdout
