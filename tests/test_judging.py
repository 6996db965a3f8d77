"""Small rules of judging: companions, verdicts, deciding facts, seams, levels."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.judge.companions import folded
from portlint.judge.matching import in_range
from portlint.judge.verdict import deciding, verdict, worst
from portlint.model.catalog import Companion
from portlint.model.fact import Location
from portlint.model.finding import SEVERITY_OF, Finding, Level, Verdict
from portlint.model.report import Basis
from portlint.scan import Options, scan

ROWS = {
    "accept": Companion(("accept",), ("listen",)),
    "pclose": Companion(("pclose",), ("popen",)),
    "dlclose": Companion(("dlclose",), ("dlopen",), ("wasi",)),
}


def finding(name: str, level: Level = "fails-at-run", path: str = "a.c", *, blocker: bool = False) -> Finding:
    return Finding(
        rule="some-rule",
        capability="net.udp",
        level=level,
        severity=SEVERITY_OF[level],
        blocker=blocker,
        confidence="high",
        kind="call",
        name=name,
        location=Location(path, 1, 1),
        guard="",
        component="project:.",
        via=(),
        message=f"calls {name}",
        instead="",
        source="https://example.org",
    )


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([finding("listen"), finding("accept", path="b.c")], ["listen"]),  # one component, another file
        ([finding("accept")], ["accept"]),  # what it follows works, or is not there
        ([finding("listen"), finding("accept", "fails-at-build")], ["listen", "accept"]),  # stops the build by itself
        ([finding("listen", "fails-at-build"), finding("accept")], ["listen", "accept"]),
        ([finding("dlopen"), finding("dlclose")], ["dlopen"]),
    ],
)
def test_companions_fold_into_what_they_follow(given: list[Finding], left: list[str]) -> None:
    out = folded(given, ROWS, "wasi")
    assert [each.name for each in out] == left
    gone = {each.name for each in given} - set(left)
    assert all(name in out[0].message for name in gone)


def test_a_companion_may_be_one_of_a_family_only() -> None:
    both = [finding("dlopen"), finding("dlclose")]
    assert folded(both, ROWS, "browser") == both


LOOKED = Basis(units=10, unsettled=0)


@pytest.mark.parametrize(
    ("found", "basis", "answer"),
    [
        ([], LOOKED, "ready"),
        ([finding("a", "flag"), finding("b", "partial"), finding("c", "unknown")], LOOKED, "ready"),
        ([finding("a")], LOOKED, "needs-work"),
        ([finding("a", blocker=True)], LOOKED, "blocked"),
        ([finding("a", "partial", blocker=True)], LOOKED, "ready"),  # a warning blocks nothing
        ([], Basis(units=0, unsettled=0), "unknown"),
        ([], Basis(units=10, unsettled=6), "unknown"),  # most of it is built elsewhere
        ([], Basis(units=10, unsettled=0, unread=("Rust",)), "unknown"),
        ([], Basis(units=10, unsettled=0, unset=("HAVE_SYS_SOCKET_H",)), "unknown"),
        ([finding("a")], Basis(units=10, unsettled=0, unset=("HAVE_SYS_SOCKET_H",)), "needs-work"),
        ([finding("a")], Basis(units=10, unsettled=0, unread=("Rust",)), "needs-work"),  # bad enough without it
        ([finding("a")], Basis(units=10, unsettled=0, why_not="another target"), "unknown"),
    ],
)
def test_verdict(found: list[Finding], basis: Basis, answer: Verdict) -> None:
    assert verdict(found, basis) == answer
    assert deciding(found, basis, answer)


def test_the_seam_is_named_where_the_work_is_confined() -> None:
    found = [finding("fork", path="src/os.c"), finding("exec", path="src/os.c")]
    assert deciding(found, LOOKED, "needs-work")[-1] == "confined to 1 of 10 files: src/os.c"
    spread = [finding("fork", path=f"src/{number}.c") for number in range(9)]
    assert not any("confined" in each for each in deciding(spread, LOOKED, "needs-work"))


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ([], "unknown"),
        (["ready", "unknown"], "unknown"),
        (["needs-work", "unknown"], "needs-work"),
        (["ready", "blocked"], "blocked"),
    ],
)
def test_worst(verdicts: list[Verdict], answer: Verdict) -> None:
    assert worst(verdicts) == answer


@pytest.mark.parametrize(
    ("version", "condition", "inside"),
    [
        ("4.6", ">=4", True),
        ("3.5", "<4", True),
        ("4.10", ">=4.9", True),
        ("4.2", ">=4.3,<5", False),
        ("", ">=4", True),
        ("4.6.1", "4.6", True),
    ],
)
def test_engine_ranges(version: str, condition: str, inside: bool) -> None:
    assert in_range(version, condition) is inside


SOCKETS = "#ifdef HAVE_SYS_SOCKET_H\n#include <sys/socket.h>\n#endif\nint go(void) { return socket(1, 2, 3); }\n"


@pytest.mark.parametrize(
    ("defines", "config", "answer"),
    [
        ({}, "", "unknown"),  # a configure step would set it; nobody here does
        ({"HAVE_SYS_SOCKET_H": "1"}, "", "blocked"),
        ({}, "#define HAVE_SYS_SOCKET_H 1\n", "blocked"),
    ],
)
def test_settings_of_a_configure_step_forbid_ready(
    tmp_path: Path, defines: dict[str, str], config: str, answer: Verdict
) -> None:
    (tmp_path / "a.c").write_text('#include "config.h"\n' + SOCKETS, encoding="utf-8")
    (tmp_path / "config.h").write_text(config, encoding="utf-8")
    options = Options(targets=("wasip1",), defines=defines, use_cache=False)
    assert scan(tmp_path, options, lambda done, total: None).report.targets[0].verdict == answer
