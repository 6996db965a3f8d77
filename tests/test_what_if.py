"""A report under suppositions: what goes, what comes, what stays unknown, and which words refuse which mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest
from report_example import hostile_report

from portlint import cli
from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.errors import PortlintError
from portlint.estimate import load_rates, priced
from portlint.model.catalog import Variant
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.fact import Location
from portlint.model.finding import Finding, Verdict
from portlint.model.guard import ALWAYS, Guard
from portlint.model.report import Basis, ProjectReport, Report, TargetReport
from portlint.planning.assume import assumed
from portlint.planning.supposed import Supposed
from portlint.planning.what_if import what_if
from portlint.reporters import REPORTERS, RenderOptions, reporter
from portlint.scan import Options, scan

SAMPLES = Path(__file__).resolve().parent.parent / "sample_projects"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/expected.toml"))
CATALOG = load_catalog()
WEB = "web-emscripten"
LOOKED = Basis(units=10, unsettled=0)


@cache
def scanned(sample: str, *targets: str) -> Report:
    return scan(SAMPLES / sample, Options(targets=targets, use_cache=False, jobs=1), lambda done, of: None).report


def supposing(report: Report, **asked: tuple[str, ...]) -> Report:
    return what_if(report, Supposed(**asked), CATALOG, load_packages(), load_rates())


def found(component: str, path: str, *, name: str = "fork", blocker: bool = False, line: int = 1) -> Finding:
    return Finding(
        "process-fork", "process.fork", "fails-at-build", "error", blocker, "high", "call", name, Location(path, line),
        "", component, (), f"{name}: not here", "", "https://example.org",
    )  # fmt: skip


PARTS = (
    Component("package:left", "package", "left", "", purl="pkg:npm/left@1"),
    Component("package:right", "package", "right", "", purl="pkg:npm/right@1"),
    Component("package:shared", "package", "shared", "", purl="pkg:npm/shared@1"),
    Component("plugin:addons/steam", "plugin", "steam", "addons/steam", provenance="vendored"),
    Component("project:.", "project", "game", "."),
)
OPEN = Guard("condition", "WITH_STEAM")


def edge(source: str, target: str, line: int, condition: Guard = ALWAYS) -> Dependency:
    return Dependency(source, target, "run", "package.json", line, condition)


EDGES = (
    edge("project:.", "package:left", 1),
    edge("project:.", "package:right", 2),
    edge("package:left", "package:shared", 3),
    edge("package:right", "package:shared", 4),
    edge("project:.", "plugin:addons/steam", 5),
)


def small(*findings: Finding, verdict: Verdict = "blocked", basis: Basis | None = LOOKED) -> Report:
    bases = {WEB: basis} if basis else {}
    project = ProjectReport(".", "node", "", {WEB: verdict}, {WEB: ("told",)}, bases=bases)
    target = TargetReport(WEB, "Browser", verdict, ("told",), None, findings)
    return priced(Report("1", "game", (), PARTS, EDGES, (project,), (target,)), CATALOG, load_rates())


BLOCKER = found("plugin:addons/steam", "addons/steam/x.c", blocker=True)


def verdict_of(report: Report) -> Verdict:
    assert report.targets[0].verdict == report.projects[0].verdicts[WEB]
    return report.targets[0].verdict


@pytest.mark.parametrize(
    ("findings", "old", "basis", "expected"),
    [
        pytest.param((BLOCKER,), "blocked", LOOKED, "ready", id="nothing is left, and all was looked at"),
        pytest.param((BLOCKER, found("project:.", "main.c")), "blocked", LOOKED, "needs-work", id="work is left"),
        pytest.param((BLOCKER,), "blocked", Basis(10, 0, unread=("Swift",)), "unknown", id="code was not read"),
        pytest.param((BLOCKER,), "blocked", Basis(10, 0, open="packages"), "unknown", id="packages nobody knows"),
        pytest.param((BLOCKER,), "blocked", None, "unknown", id="the report does not say what was looked at"),
        pytest.param((BLOCKER,), "unknown", LOOKED, "unknown", id="what was unknown stays so"),
        pytest.param((BLOCKER,), "unknown", Basis(10, 0, why_not="no exporter"), "unknown", id="no verdict at all"),
    ],
)
def test_the_verdict_without_a_component(
    findings: tuple[Finding, ...], old: Verdict, basis: Basis | None, expected: Verdict
) -> None:
    report = supposing(small(*findings, verdict=old, basis=basis), drop=("steam",))
    assert verdict_of(report) == expected
    assert all(each.component != "plugin:addons/steam" for each in report.targets[0].findings)
    assert "plugin:addons/steam" not in {each.id for each in report.components}


def test_what_only_the_dropped_brings_in_falls_and_the_rest_stays() -> None:
    report = small(found("package:shared", "node_modules/shared/a.js"))
    one = supposing(report, drop=("left",))
    assert {"package:left", "package:shared"} & {each.id for each in one.components} == {"package:shared"}
    assert len(one.targets[0].findings) == 1
    both = supposing(report, drop=("left", "right"))
    assert "package:shared" not in {each.id for each in both.components}
    assert both.targets[0].findings == ()
    assert any(line.endswith("brings in: shared") for line in both.assumptions)


def test_own_code_that_names_the_component_goes_with_it() -> None:
    naming = msgspec.structs.replace(found("project:.", "package.json", name="left", line=1), kind="package")
    assert supposing(small(naming, verdict="needs-work"), drop=("left",)).targets[0].findings == ()
    assert supposing(small(naming, verdict="needs-work"), drop=("right",)).targets[0].findings == (naming,)


def test_letting_go_is_work_and_is_in_the_estimate() -> None:
    report = small(found("project:.", "main.c"), verdict="needs-work")
    before, after = report.projects[0].estimates[WEB], supposing(report, drop=("steam",)).projects[0].estimates[WEB]
    assert "letting go of steam" in {each.label for each in after.costs} - {each.label for each in before.costs}
    assert after.days.p50 > before.days.p50


def test_a_component_that_the_target_rules_out_costs_nothing_to_drop() -> None:
    report = small(found("project:.", "main.c"), verdict="needs-work")
    never = tuple(
        msgspec.structs.replace(each, condition=Guard("false")) if each.target == "plugin:addons/steam" else each
        for each in report.dependencies
    )
    after = supposing(msgspec.structs.replace(report, dependencies=never), drop=("steam",))
    assert "letting go of steam" not in {each.label for each in after.projects[0].estimates[WEB].costs}


def test_code_that_is_gone_no_longer_speaks_for_the_rest() -> None:
    """Six of ten units built elsewhere forbid `ready`: so do six of ten once the other ten of twenty are dropped."""
    report = small(BLOCKER, basis=Basis(units=20, unsettled=6))
    files = tuple(FileRecord(f"addons/steam/{number}.c", "analysed") for number in range(10))
    assert verdict_of(supposing(report, drop=("steam",))) == "ready"
    assert verdict_of(supposing(msgspec.structs.replace(report, files=files), drop=("steam",))) == "unknown"


@pytest.mark.parametrize(
    ("instead", "expected", "rules"),
    [
        pytest.param("nobody-knows-this", "unknown", ["note"], id="unknown package"),
        pytest.param("ws", "needs-work", ["error"], id="known not to work"),
        pytest.param("npm/ws", "needs-work", ["error"], id="by ecosystem"),
        pytest.param("left", "ready", [], id="a component of the tree without a finding"),
        pytest.param("zlib", "ready", [], id="known to work"),
    ],
)
def test_what_takes_its_place_is_judged(instead: str, expected: Verdict, rules: list[str]) -> None:
    report = supposing(small(BLOCKER), replace=(f"steam={instead}",))
    assert verdict_of(report) == expected
    assert [each.severity for each in report.targets[0].findings] == rules
    estimates = report.projects[0].estimates
    labels = [each.label for each in estimates[WEB].costs] if WEB in estimates else []
    assert any(each.endswith("instead of steam") for each in labels)  # also where nothing is known of what comes


def test_closed_middleware_without_a_build_blocks_in_its_place() -> None:
    closed = next(each for each in load_packages() if each.kind == "middleware" and _is_refused(each.on.get("browser")))
    report = supposing(small(BLOCKER), replace=(f"steam={closed.id}",))
    assert verdict_of(report) == "blocked"
    assert report.targets[0].findings[0].location == Location("package.json", 5, 1)


def _is_refused(fate: object) -> bool:
    return getattr(fate, "status", "") == "no"


def test_what_takes_its_place_is_kept_although_only_the_replaced_asked_for_it() -> None:
    report = small(found("package:left", "node_modules/left/a.js"), found("package:shared", "node_modules/shared/b.js"))
    alone = msgspec.structs.replace(report, dependencies=tuple(e for e in EDGES if e.source != "package:right"))
    after = supposing(alone, replace=("left=shared",))
    assert [each.component for each in after.targets[0].findings] == ["package:shared"]
    assert ("project:.", "package:shared") in {(each.source, each.target) for each in after.dependencies}


def test_a_component_that_ships_nowhere_yet_is_not_taken_for_judged() -> None:
    tool = Component("package:tool", "package", "tool", "", provenance="test")
    report = small(BLOCKER)
    report = msgspec.structs.replace(report, components=(*report.components, tool))
    assert verdict_of(supposing(report, replace=("steam=tool",))) == "unknown"


def test_a_shim_settles_every_place_of_its_symbol() -> None:
    report = small(found("project:.", "a.c"), found("project:.", "b.c", line=7), verdict="needs-work")
    after = supposing(report, provide=("fork",))
    assert [(each.severity, each.level, each.blocker) for each in after.targets[0].findings] == [
        ("note", "flag", False)
    ] * 2
    assert verdict_of(after) == "ready"
    assert "a shim for fork" in {each.label for each in after.projects[0].estimates[WEB].costs}
    other = supposing(small(found("project:.", "a.c"), found("project:.", "b.c", name="exec")), provide=("fork",))
    assert verdict_of(other) == "needs-work"


@pytest.mark.parametrize("sample", NAMES)
def test_dropping_any_part_of_a_sample_never_makes_an_unknown_ready(sample: str) -> None:
    report = scanned(sample)
    assert priced(report, CATALOG, load_rates()) == report
    for component in report.components:
        if component.kind == "project":
            continue
        after = supposing(report, drop=(component.id,))
        for old, new in zip(report.projects, after.projects, strict=True):
            for target, verdict in new.verdicts.items():
                assert (old.verdicts[target], verdict) != ("unknown", "ready")
                assert not (old.verdicts[target] == "ready" and verdict in ("needs-work", "blocked"))
        assert component.id not in {each.component for one in after.targets for each in one.findings}
        assert after.assumptions


MISTAKES = [
    pytest.param({"drop": ("steem",)}, "unknown component 'steem'; did you mean 'steam'?", id="unknown component"),
    pytest.param({"drop": ("game",)}, "'game' is a project itself", id="a project"),
    pytest.param({"replace": ("steam",)}, "write COMPONENT=SUBSTITUTE", id="no substitute"),
    pytest.param({"replace": ("steam=steam",)}, "circular replacement", id="by itself"),
    pytest.param({"replace": ("left=right", "right=left")}, "circular replacement", id="in a circle"),
    pytest.param({"replace": ("left=right", "left=ws")}, "left is replaced twice", id="twice"),
    pytest.param(
        {"drop": ("left",), "replace": ("left=ws",)}, "is both dropped and replaced", id="dropped and replaced"
    ),
    pytest.param({"drop": ("right",), "replace": ("left=right",)}, "cannot take the place of", id="by what is dropped"),
    pytest.param(
        {"provide": ("fokr",)}, "unknown symbol 'fokr': no finding names it; did you mean 'fork'?", id="symbol"
    ),
    pytest.param({"provide": ("",)}, "unknown symbol ''", id="no symbol"),
]


@pytest.mark.parametrize(("asked", "message"), MISTAKES)
def test_a_mistake_is_one_line(asked: dict[str, tuple[str, ...]], message: str) -> None:
    with pytest.raises(PortlintError) as caught:
        supposing(small(BLOCKER), **asked)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_library_is_no_symbol() -> None:
    native = msgspec.structs.replace(found("project:.", "x.so", name="libsteam"), kind="links")
    with pytest.raises(PortlintError, match="no symbol that code calls"):
        supposing(small(native), provide=("libsteam",))


def test_every_variant_in_the_catalogue_is_of_another_target_and_has_what_is_assumed() -> None:
    variants = {each.id: each.variant for each in CATALOG.targets.values() if each.variant}
    assert variants["godot-web-threads"] == Variant("godot-web", "threads")
    for id, variant in variants.items():
        assert variant.of in CATALOG.targets and variant.of not in variants, id
        assert variant.assuming != "threads" or CATALOG.targets[id].threads


def test_assuming_threads_takes_the_answers_of_the_sibling() -> None:
    targets, lines = assumed(("web-emscripten", "wasip1@2022", "container"), ("threads",), CATALOG)
    assert targets == ("web-emscripten-pthreads", "wasip1-threads@2022", "container")
    assert "Cross-Origin-Opener-Policy" in lines[0]
    assert lines[2] == "threads: no target answers for container, which is judged as it is"
    assert assumed(("web-emscripten", "web-emscripten-pthreads"), ("threads",), CATALOG)[0] == (
        "web-emscripten-pthreads",
    )
    with pytest.raises(PortlintError, match="unknown assumption 'thread'; known assumptions: threads"):
        assumed(("web-emscripten",), ("thread",), CATALOG)
    with pytest.raises(PortlintError, match="changes nothing for container"):
        assumed(("container",), ("threads",), CATALOG)


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_every_format_says_what_is_supposed(name: str) -> None:
    report = msgspec.structs.replace(hostile_report(), assumptions=("without the reddish \x1b[31m",))
    text = reporter(name).render(report, CATALOG, RenderOptions())
    plain = reporter(name).render(hostile_report(), CATALOG, RenderOptions())
    assert "reddish" in text and "reddish" not in plain
    assert "\x1b" not in text


def test_a_supposed_sarif_log_closes_no_alert_of_the_tree() -> None:
    report = small(BLOCKER)
    ids = []
    for each in (report, supposing(report, drop=("left",))):
        log = json.loads(reporter("sarif").render(each, CATALOG, RenderOptions()))
        ids.append(log["runs"][0]["automationDetails"]["id"])
    assert ids == [f"portlint/{WEB}/", f"portlint/what-if/{WEB}/"]


def test_the_command_line_supposes(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["scan", str(SAMPLES / "godot_arena"), "--target", "godot-web", "--output-format", "json", "--jobs", "1"]
    cli.run(call)
    before = json.loads(capsys.readouterr().out)
    cli.run([*call, "--drop", "steamlike", "--provide", "Thread.new", "--team", "specialists"])
    after = json.loads(capsys.readouterr().out)
    assert before["assumptions"] == []
    assert [each.split(" ")[0] for each in after["assumptions"]] == ["without", "with", "findings", "a"]
    assert (before["targets"][0]["verdict"], after["targets"][0]["verdict"]) == ("blocked", "needs-work")
    assert "for a living" in after["targets"][0]["estimate"]["assumptions"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--team", "nobody"], "unknown team 'nobody'; known teams: first-port, one-port, specialists"),
        (["--drop", "steamlik"], "unknown component 'steamlik'; did you mean 'steamlike'"),
        (["--rates", "none.toml"], "none.toml: cannot be read"),
        (["--assume", "magic"], "unknown assumption 'magic'"),
    ],
)
def test_mistakes_on_the_command_line_exit_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.run(["scan", str(SAMPLES / "godot_arena"), "--target", "godot-web", "--jobs", "1", *arguments])
    errors = capsys.readouterr().err
    assert code == cli.MISTAKE
    assert message in errors
    assert len(errors.splitlines()) == 1


def test_settings_suppose_for_good_and_outlive_what_they_speak_of(
    make_tree: Callable[[dict[str, str | bytes]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = 'targets = ["web-emscripten"]\ndrop = ["gone"]\nprovide = ["fork", "vfork"]\n'
    tree = make_tree({"a.c": "#include <unistd.h>\nint main(void) { return fork(); }\n", "portlint.toml": settings})
    assert cli.run(["scan", str(tree), "--jobs", "1"]) == cli.CLEAN
    shown = capsys.readouterr()
    assert "a shim provides fork, used in 1 place" in shown.out
    assert "the setting 'drop' names 'gone', and no component is called so" in shown.err
    assert "the setting 'provide' names 'vfork', and no finding does" in shown.err
    assert cli.run(["diff", str(tree), str(tree), "--jobs", "1"]) == cli.CLEAN
    assert "note: both are hypothetical: a shim provides fork" in capsys.readouterr().out


def test_an_addon_goes_before_its_library_of_the_same_name() -> None:
    """Libraries are called by what they are, addons by their manifest: GodotSteam's own DLL is `GodotSteam`."""
    report = small(BLOCKER)
    inner = Component("library:addons/steam/x.dll", "library", "Steam", "addons/steam/x.dll", provenance="binary")
    report = msgspec.structs.replace(report, components=(*report.components, inner))
    assert "without steam (plugin:addons/steam)" in supposing(report, drop=("Steam",)).assumptions[0]
    assert "without Steam (library:" in supposing(report, drop=(inner.id,)).assumptions[0]
    assert "no finding goes with that on any target" in supposing(report, drop=(inner.id,)).assumptions


def test_two_parts_of_one_name_are_to_be_told_apart() -> None:
    report = small(BLOCKER)
    twin = Component("plugin:other/steam", "plugin", "steam", "other/steam")
    report = msgspec.structs.replace(report, components=(*report.components, twin))
    with pytest.raises(PortlintError, match="may be plugin:addons/steam or plugin:other/steam: name one by its id"):
        supposing(report, drop=("steam",))
