"""What changed between two reports: keys that survive edits, exit codes, mistakes, and names that mean harm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from conftest import Git
from report_example import EXAMPLE, HOSTILE, STEAM, catalog, finding, hostile_report, report_of
from test_estimate import RATES

from portlint import cli
from portlint.errors import PortlintError
from portlint.estimate import priced
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Report
from portlint.planning.compare import Comparison, compared
from portlint.planning.stored import stored_report, stored_table
from portlint.reporters import RenderOptions, reporter
from portlint.reporters.diff_json import diff_json
from portlint.reporters.diff_text import diff_markdown, diff_text

WEB = "web-emscripten"
MakeTree = Callable[[dict[str, str | bytes]], Path]
SERVER = "#include <sys/socket.h>\n\nint main(void) { return socket(2, 2, 0); }\n"


def between(before: list[Finding], after: list[Finding], renamed: dict[str, str] | None = None) -> Comparison:
    return compared(report_of(before), report_of(after), ("a", "b"), renamed=renamed or {})


def at(path: str, line: int = 1, component: str = "project:client", blocker: bool = False) -> Finding:
    return finding("process-fork", "process.fork", path, line, 1, name="fork", component=component, blocker=blocker)


@pytest.mark.parametrize(
    ("before", "after", "renamed", "new", "gone"),
    [
        pytest.param([at("a.c", 3)], [at("a.c", 90)], {}, 0, 0, id="only the line"),
        pytest.param([at("a.c", 3)], [at("a.c", 3), at("a.c", 9)], {}, 1, 0, id="one more of the same"),
        pytest.param([at("a.c", 3), at("a.c", 9)], [at("a.c", 3)], {}, 0, 1, id="one fewer"),
        pytest.param([at("a.c")], [at("b.c")], {}, 1, 1, id="another file"),
        pytest.param([at("a.c")], [at("b.c")], {"a.c": "b.c"}, 0, 0, id="a file that moved"),
        pytest.param(
            [at("x/lib/a.c", component="vendored:x/lib")],
            [at("y/lib/a.c", component="vendored:y/lib")],
            {"x/lib/a.c": "y/lib/a.c"},
            0,
            0,
            id="a component that moved",
        ),
        pytest.param(
            [at("lib/x.so", component="library:lib/x.so")],
            [at("bin/x.so", component="library:bin/x.so")],
            {"lib/x.so": "bin/x.so"},
            0,
            0,
            id="a library that moved",
        ),
        pytest.param([at("a.c", component="project:a")], [at("a.c", component="project:b")], {}, 1, 1, id="component"),
    ],
)
def test_new_and_gone_errors(
    before: list[Finding], after: list[Finding], renamed: dict[str, str], new: int, gone: int
) -> None:
    (change,) = between(before, after, renamed).targets
    assert (len(change.new_errors), len(change.gone_errors)) == (new, gone)
    assert not change.new_blockers and not change.gone_blockers


def test_a_blocker_is_no_error_twice() -> None:
    (change,) = between([], [at("a.c", blocker=True)]).targets
    assert (len(change.new_blockers), len(change.new_errors)) == (1, 0)
    assert change.is_worse


def judged(verdict: Verdict) -> Report:
    report = report_of([])
    target = msgspec.structs.replace(report.targets[0], verdict=verdict)
    project = msgspec.structs.replace(report.projects[0], verdicts={WEB: verdict})
    return msgspec.structs.replace(report, targets=(target,), projects=(project,))


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        ("ready", "needs-work", True),
        ("ready", "unknown", True),
        ("needs-work", "blocked", True),
        ("blocked", "needs-work", False),
        ("unknown", "ready", False),
        ("blocked", "blocked", False),
    ],
)
def test_worse(before: Verdict, after: Verdict, worse: bool) -> None:
    assert compared(judged(before), judged(after), ("a", "b")).is_worse is worse


def test_a_worse_project_beside_a_blocked_one_is_worse() -> None:
    worse = msgspec.structs.replace(EXAMPLE.projects[1], verdicts={**EXAMPLE.projects[1].verdicts, WEB: "blocked"})
    after = msgspec.structs.replace(EXAMPLE, projects=(EXAMPLE.projects[0], worse))
    assert compared(EXAMPLE, after, ("a", "b")).is_worse


def test_what_makes_the_two_unlike_is_said() -> None:
    before = priced(EXAMPLE, catalog(), RATES)
    other = msgspec.structs.replace(RATES, digest="0123")
    after = priced(msgspec.structs.replace(before, version="0.2.0", files=()), catalog(), other, team="first-port")
    after = msgspec.structs.replace(after, targets=after.targets[:1], assumptions=("without steam",))
    notes = "\n".join(compared(before, after, ("a", "b")).notes)
    assert "b is hypothetical: without steam" in notes
    assert "made by portlint 0.1.0 and 0.2.0" in notes
    assert f"priced with other rates ({RATES.digest}; 0123)" in notes
    assert "priced for other teams" in notes
    assert "files not analysed, or only partly: 4 before, 0 after" in notes
    assert "only a was judged for web-emscripten" in notes


def test_a_report_survives_its_json(tmp_path: Path) -> None:
    for report in (priced(EXAMPLE, catalog(), RATES), hostile_report()):
        file = tmp_path / "report.json"
        file.write_text(reporter("json").render(report, catalog(), RenderOptions()))
        read = stored_report(stored_table(file), "report.json")
        assert [each.findings for each in read.targets] == [each.findings for each in report.targets] or _hostile(
            report
        )
        assert [each.estimates for each in read.projects] == [each.estimates for each in report.projects]
        assert [each.path for each in read.files] == [each.path for each in report.files]
        assert compared(read, read, ("a", "b")).notes == ()


def _hostile(report: Report) -> bool:
    """Texts that are no UTF-8 are escaped in JSON; paths come back exactly."""
    return report.root in HOSTILE


def test_lone_targets_are_set_against_each_other() -> None:
    one = msgspec.structs.replace(EXAMPLE, targets=EXAMPLE.targets[:1])
    other = msgspec.structs.replace(EXAMPLE, targets=EXAMPLE.targets[1:])
    (change,) = compared(one, other, ("a", "b")).targets
    assert (change.id, change.other) == ("godot-web", WEB)
    assert compared(one, EXAMPLE, ("a", "b")).notes == (f"only b was judged for {WEB}",)


def test_nothing_changed_is_said() -> None:
    same = compared(EXAMPLE, EXAMPLE, ("a", "b"))
    assert diff_text(same).endswith("nothing changed in verdicts, taxes, blockers, errors and components\n")
    assert "nothing changed" in diff_markdown(same)


@pytest.mark.parametrize("render", [diff_text, diff_markdown, diff_json])
def test_names_of_the_tree_stay_harmless(render: Callable[[Comparison], str]) -> None:
    harmful = "x\x1b[31m\n::error::y"
    text = render(compared(report_of([]), hostile_report(), (harmful, "b")))
    assert not any(ord(char) < 0x20 and char != "\n" for char in text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert text.encode().decode() == text


@pytest.mark.parametrize("render", [diff_text, diff_markdown, diff_json])
def test_a_forged_report_stays_harmless(render: Callable[[Comparison], str]) -> None:
    """A baseline comes from anywhere: its ids, rules and milestones are no more trusted than names of files."""
    forged = json.loads(reporter("json").render(priced(EXAMPLE, catalog(), RATES), catalog(), RenderOptions()))
    bad = "x\x1b[31m\n::error::y<b>"
    del forged["targets"][1:]
    target, project = forged["targets"][0], forged["projects"][0]
    project["verdicts"] = {bad: project["verdicts"][target["id"]]}
    project["estimates"] = {bad: {**project["estimates"][target["id"]], "milestone": bad}}
    target["id"] = target["findings"][0]["rule"] = bad
    text = render(compared(report_of([]), stored_report(forged, "x"), ("a", "b")))
    assert not any(ord(char) < 0x20 and char != "\n" for char in text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert render is not diff_markdown or "<b>" not in re.sub("`[^`]*`", "", text)


@pytest.mark.parametrize("assumptions", [3, ["a", 3], {"a": 1}])
def test_suppositions_that_are_no_texts_are_refused(assumptions: object) -> None:
    whole = json.loads(reporter("json").render(EXAMPLE, catalog(), RenderOptions()))
    with pytest.raises(PortlintError, match="x: not a JSON report of portlint"):
        stored_report({**whole, "assumptions": assumptions}, "x")


def test_markdown_folds_what_is_too_much() -> None:
    text = diff_markdown(between([], [at(f"{number}.c") for number in range(70)]))
    assert "- 70 new errors" in text
    assert "  - and 50 more" in text


def test_json_of_a_comparison() -> None:
    found = json.loads(diff_json(between([], [STEAM])))
    assert list(found) == ["schema", "before", "after", "worse", "notes", "targets", "components"]
    assert (found["schema"], found["worse"]) == ("portlint-diff/1", True)
    assert found["targets"][0]["new_blockers"][0]["path"] == STEAM.location.path


def two_commits(make_tree: MakeTree, git: Git) -> Path:
    tree = make_tree({"src/net.c": SERVER, "src/main.c": "int helper(void) { return 0; }\n"})
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "one")
    (tree / "src" / "net.c").rename(tree / "src" / "socket.c")
    (tree / "src" / "main.c").write_text("#include <unistd.h>\nint helper(void) { return fork(); }\n")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "two")
    return tree


def test_revisions_folders_and_reports(make_tree: MakeTree, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    """A moved file is no new error; the same answer from two revisions, the working tree, and stored reports."""
    tree = two_commits(make_tree, git)
    common = ["--path", str(tree), "--target", WEB, "--jobs", "1"]
    assert cli.run(["diff", "HEAD~1", "HEAD", *common]) == cli.CLEAN
    text = capsys.readouterr().out
    assert "1 new error\n    src/main.c:2: error" in text
    assert "gone error" not in text and "socket.c" not in text
    assert "the tax went from" in text
    assert cli.run(["diff", "HEAD~1", str(tree), *common]) == cli.CLEAN
    assert capsys.readouterr().out.split("\n", 1)[1] == text.split("\n", 1)[1]
    file = tree.parent / "now.json"
    cli.run(["scan", str(tree), "--target", WEB, "--jobs", "1", "--output", f"json={file}", "--exit-zero"])
    capsys.readouterr()
    assert cli.run(["diff", str(file), "HEAD", *common]) == cli.CLEAN
    assert "nothing changed" in capsys.readouterr().out


def test_targets_of_one_tree(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    tree = make_tree(
        {"main.c": "#include <pthread.h>\nint main(void) { pthread_t t; return pthread_create(&t,0,0,0); }\n"}
    )
    call = ["diff", "target:web-emscripten-pthreads", "target:web-emscripten", "--path", str(tree), "--jobs", "1"]
    code = cli.run(call)
    text = capsys.readouterr().out
    assert "web-emscripten-pthreads -> web-emscripten: ready -> needs-work" in text
    assert code == cli.FOUND


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (["target:web-emscripten", "HEAD"], "is compared with another target"),
        (["target:web-emscripten", "target:nowhere"], "unknown target 'nowhere'"),
        (["report.json", "text.json"], "not a JSON report of portlint"),
        (["report.json", "half.json"], "half.json: not a JSON report of portlint"),
        (
            ["report.json", "report.json", "--target", "wasip1"],
            "has no target 'wasip1'; it has godot-web, web-emscripten",
        ),
        (["report.json", "other.json"], "have no target in common"),
        (["report.json", "no-such-revision"], "not in a git repository"),
    ],
)
def test_mistakes(
    sides: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    other = msgspec.structs.replace(EXAMPLE.targets[0], id="wasip1")
    for name, report in (("report", EXAMPLE), ("other", msgspec.structs.replace(EXAMPLE, targets=(other,)))):
        Path(f"{name}.json").write_text(reporter("json").render(report, catalog(), RenderOptions()))
    Path("text.json").write_text("no JSON")
    Path("half.json").write_text('{"schema": "portlint-report/1", "tool": {"version": "1"}, "components": 3}')
    assert cli.run(["diff", *sides]) == cli.MISTAKE
    errors = capsys.readouterr().err
    assert message in errors
    assert len(errors.splitlines()) == 1


def test_a_table_that_is_no_report_is_refused_whatever_is_missing() -> None:
    whole = json.loads(reporter("json").render(EXAMPLE, catalog(), RenderOptions()))
    for key in ("tool", "coverage", "components", "projects", "targets"):
        with pytest.raises(PortlintError, match="x: not a JSON report of portlint"):
            stored_report({name: value for name, value in whole.items() if name != key}, "x")
