"""What was known stays known when its file is edited, renamed or rebuilt; what is new, or worse, is new."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from report_example import finding, report_of

from portlint.cli import CLEAN, FOUND, MISTAKE, run
from portlint.errors import PortlintError
from portlint.living.baseline import baseline_text, read_baseline
from portlint.living.fingerprints import Print, matched, prints
from portlint.model.finding import Finding

MakeTree = Callable[..., Path]

UDP = finding("udp-socket", "net.udp", "net.c", 3, 1, name="sendto")
FORK = finding("process-fork", "process.fork", "net.c", 5, 1, name="fork")
LIB = finding("process-fork", "process.fork", "lib/libx-1.2.so", name="fork", kind="symbol")
ONCE = finding("exceptions", "code.exceptions", "a.cpp", 2, 1, name=" ", component="project:client")
NET = b"//\n//\n sendto(a);\n//\n fork();\n"


def at(found: Finding, path: str = "", line: int = -1, **fields: Any) -> Finding:
    place = found.location
    place = msgspec.structs.replace(place, path=path or place.path, line=line if line >= 0 else place.line)
    return msgspec.structs.replace(found, location=place, **fields)


def new(now: dict[str, bytes], findings: list[Finding], before: dict[str, bytes], old: list[Finding]) -> list[Finding]:
    """The findings of now that were not there before."""
    known, _ = matched(prints(report_of(findings), now.get)[0], prints(report_of(old), before.get)[0])
    return [each for number, each in enumerate(findings) if number not in known]


BEFORE = [UDP, FORK, LIB]


@pytest.mark.parametrize(
    ("files", "findings", "expected"),
    [
        ({"net.c": NET}, BEFORE, []),
        ({"net.c": b"\n\n" + NET}, [at(UDP, line=5), at(FORK, line=7), LIB], []),
        ({"net.c": NET.replace(b" sendto(a)", b"\tsendto( a )")}, BEFORE, []),
        ({"src/udp.c": NET}, [at(UDP, "src/udp.c"), at(FORK, "src/udp.c"), LIB], []),
        ({"net.c": NET.replace(b"(a)", b"(a, b)")}, BEFORE, []),
        ({"net.c": NET}, [UDP, FORK, at(LIB, "lib/libx-1.3.so")], []),
        ({"net.c": NET}, [FORK, LIB], []),
        ({"net.c": NET + b"sendto(b);\n"}, [UDP, at(UDP, line=6), FORK, LIB], [at(UDP, line=6)]),
        ({"net.c": NET + b" sendto(a);\n"}, [UDP, at(UDP, line=6), FORK, LIB], 1),
        ({"net.c": NET, "b.c": b"fork(1);"}, [*BEFORE, at(FORK, "b.c", 1)], [at(FORK, "b.c", 1)]),
        ({"net.c": NET}, [*BEFORE, at(LIB, "lib/liby.so")], [at(LIB, "lib/liby.so")]),
        ({"net.c": NET}, [at(UDP, rule="tcp-socket"), FORK, LIB], [at(UDP, rule="tcp-socket")]),
        ({"net.c": NET}, [at(UDP, blocker=True), FORK, LIB], [at(UDP, blocker=True)]),
        ({"net.c": NET}, [at(UDP, severity="note"), FORK, LIB], []),
    ],
    ids=[
        *("same", "moved lines", "reformatted", "renamed and moved", "line edited", "rebuilt binary", "fixed"),
        *("one more", "the same line twice", "elsewhere", "another library", "another rule", "worse", "better"),
    ],
)
def test_what_is_new(files: dict[str, bytes], findings: list[Finding], expected: list[Finding] | int) -> None:
    found = new(files, findings, {"net.c": NET}, BEFORE)
    assert len(found) == expected if isinstance(expected, int) else found == expected


def test_what_is_said_once_a_component_follows_the_component() -> None:
    once = at(ONCE, name="")
    assert new({"a.cpp": b"\nthrow 1;"}, [once], {"b.cpp": b"throw 2;"}, [at(once, "b.cpp", 1)]) == []
    other = at(once, component="plugin:x")
    assert new({"a.cpp": b"\nthrow 1;"}, [other], {"b.cpp": b"throw 2;"}, [at(once, "b.cpp", 1)]) == [other]


def test_a_note_that_became_an_error_is_new_and_the_worse_one_stays_known() -> None:
    pair = [at(UDP, severity="note"), at(UDP, line=6)]
    files = {"net.c": NET + b" sendto(a);\n"}
    assert new(files, pair, files, pair) == []
    worse = [UDP, at(UDP, line=6)]
    assert len(new(files, worse, files, pair)) == 1


def test_rules_that_were_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portlint.living.fingerprints.renamed_rules", lambda: {"no-udp": "udp-socket"})
    assert new({"net.c": NET}, [UDP], {"net.c": NET}, [at(UDP, rule="no-udp")]) == []


def test_gone_findings_are_counted() -> None:
    old = prints(report_of(BEFORE), {"net.c": NET}.get)[0]
    assert matched(old[:1], old) == ({0}, 2)


def test_the_file_is_sorted_and_read_back(tmp_path: Path) -> None:
    odd = Print("wasip1", "a\udcff\n.c", "r", "é", "", "", "error", True)
    plain = Print("wasip1", "b.c", "r", "n", "0" * 16, "", "note", False)
    text = baseline_text([plain, odd])
    assert text == baseline_text([odd, plain])
    assert text.isascii()
    file = tmp_path / "b.json"
    file.write_text(text)
    assert sorted(read_baseline(file)) == sorted([odd, plain])
    assert len(text.splitlines()) == 4
    file.write_text(baseline_text([]))
    assert read_baseline(file) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"schema":"portlint-baseline/1"}', b'{"schema":"portlint-baseline/1","findings":[{}]}',
     b"[" * 100_000, b"\xff\xfe", b'{"schema":"portlint-report/1","findings":[]}'],
)  # fmt: skip
def test_what_is_no_baseline(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "b.json"
    file.write_bytes(data)
    with pytest.raises(PortlintError, match="no baseline") as caught:
        read_baseline(file)
    assert "\n" not in str(caught.value)


CODE = "#include <unistd.h>\nint go(void) { return fork(); }\n"


def test_from_writing_to_a_new_finding(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree({"a.c": CODE})
    file = root / "portlint-baseline.json"
    call = ["scan", str(root), "--target", "wasip1", "--no-cache", "--jobs", "1", "--output-format", "concise"]
    assert run(call) == FOUND
    assert run([*call, "--write-baseline", str(file)]) == CLEAN
    assert "written to" in capsys.readouterr().err
    assert run([*call, "--baseline", str(file)]) == CLEAN
    assert "wasip1: needs-work (no findings; 1 known)" in capsys.readouterr().out
    (root / "a.c").rename(root / "b.c")
    (root / "portlint.toml").write_text(f'baseline = "{file.name}"')
    assert run(call) == CLEAN
    (root / "b.c").write_text("\n" + CODE + "int more(void) { return vfork(); }\n")
    capsys.readouterr()
    assert run(call) == FOUND
    out = capsys.readouterr().out
    assert [line.partition(": error[")[0] for line in out.splitlines() if "error[" in line] == ["b.c:4:25"]
    assert run([*call, "--output-format", "sarif"]) == FOUND
    sent = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert {each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in sent} >= {3, 4}
    assert run([*call, "--target", "wasip2"]) == FOUND
    assert "the baseline has nothing for wasip2" in capsys.readouterr().err
    assert run([*call, "--baseline", str(file), "--since", "HEAD"]) == MISTAKE
