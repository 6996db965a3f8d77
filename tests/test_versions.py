"""Targets in a release: what a name does then, and which versions there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.catalog.toolchain import in_force, load_toolchain, toolchain_for
from portlint.errors import PortlintError
from portlint.scan import Options, scan


@pytest.mark.parametrize(
    ("release", "since", "until", "holds"),
    [
        ("wasi-sdk-33", "", "", True),
        ("wasi-sdk-33", "wasi-sdk-33", "", True),
        ("wasi-sdk-33", "wasi-sdk-34", "", False),
        ("wasi-sdk-33", "", "wasi-sdk-34", True),
        ("wasi-sdk-34", "", "wasi-sdk-34", False),  # `until` is the first release for which the row does not hold
        ("3.1.9", "3.1.10", "", False),  # numbers, not letters
        ("6.0.8", "6.0.8", "", True),
    ],
)
def test_in_force(release: str, since: str, until: str, holds: bool) -> None:
    assert in_force(release, since, until) is holds


@pytest.mark.parametrize(
    ("target", "version", "name", "mark"),
    [
        ("wasip1", "", "dup2", "absent"),  # comes with wasi-sdk 34
        ("wasip1", "34", "dup2", "defined"),
        ("wasip1", "", "pthread_mutex_lock", "defined"),
        ("wasip1", "2022", "pthread_mutex_lock", "absent"),
        ("wasip1", "wasi-sdk-25", "pthread_mutex_lock", "defined"),
        ("web-emscripten", "", "epoll_create", "defined"),
        ("web-emscripten", "2025", "epoll_create", "absent"),
        ("web-emscripten", "3.1.6", "dlopen", "traps"),
        ("web-emscripten", "", "dlopen", "fails"),
    ],
)
def test_marks_by_release(target: str, version: str, name: str, mark: str) -> None:
    assert toolchain_for(load_catalog().targets[target], version).symbols[name].mark == mark


def test_what_only_got_there_says_since_when() -> None:
    marks = load_toolchain("emscripten").symbols
    assert marks["epoll_create"].needs == "6.0.8"
    assert load_toolchain("wasip1").symbols["dup2"].fixed == "wasi-sdk-34"


@pytest.mark.parametrize("version", ["99", "2019", "latest", "3.1.6", "wasi-sdk-", "wasi-sdk-99"])
def test_unknown_versions_are_refused(version: str) -> None:
    with pytest.raises(PortlintError, match=f"wasip1@{version}: unknown version; write a year from"):
        toolchain_for(load_catalog().targets["wasip1"], version)


def test_one_scan_answers_for_two_releases(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("#include <unistd.h>\nint go(int a) { return dup2(a, 1); }\n", encoding="utf-8")
    options = Options(targets=("wasip1", "wasip1@34"), use_cache=False)
    report = scan(tmp_path, options, lambda done, total: None).report
    assert [(each.id, each.verdict) for each in report.targets] == [("wasip1", "needs-work"), ("wasip1@34", "ready")]
    assert "before wasi-sdk-34" in report.targets[0].findings[0].message
