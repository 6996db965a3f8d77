"""Milestones, alternatives, what is there already, readers that failed; one estimate a project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from report_example import EXAMPLE, catalog, finding, report_of
from test_estimate import CATALOG, OWN, RATES, tax, uses

from portlint.errors import PortlintError
from portlint.estimate import Known, begun_in, load_rates, priced
from portlint.estimate.dependencies import used
from portlint.estimate.units import is_abroad
from portlint.model.catalog import Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.outline import Directive, Outline
from portlint.model.report import Report
from portlint.scan import Options, scan

WEB = CATALOG.targets["web-emscripten"]


def test_every_milestone_has_its_sum_and_none_costs_less_than_the_one_before() -> None:
    answer = tax([*uses(5, 2), *uses(3, 1, "thread.create")])
    assert [(stage.milestone, stage.needed) for stage in answer.stages] == [
        ("boots", True),
        ("playable", False),
        ("online", True),
    ]
    for earlier, later in zip(answer.stages, answer.stages[1:], strict=False):
        assert earlier.days.p10 <= later.days.p10
        assert earlier.days.p50 <= later.days.p50
        assert earlier.days.p90 <= later.days.p90
    assert answer.days == answer.stages[-1].days


def test_what_comes_later_is_switched_off_until_then() -> None:
    """First ports switch the network off; it becomes dear when multiplayer is kept."""
    without, sockets = tax(), tax(uses(40, 10))
    boots, online = sockets.stages[0].days, sockets.stages[2].days
    assert boots.p50 <= without.stages[0].days.p50 + 1
    assert online.p50 > without.stages[2].days.p50 + 2


def test_a_range_is_no_wider_than_six_at_a_milestone() -> None:
    for stage in tax([*uses(40, 10), *uses(30, 5, "thread.create")]).stages:
        assert stage.days.p90 <= 6 * stage.days.p10


def test_costs_name_their_milestone_and_component() -> None:
    (cost,) = [cost for cost in tax(uses(5, 2)).costs if cost.capability == "net.udp"]
    assert (cost.milestone, cost.component, cost.probability, cost.settled) == ("online", "project:client", 1.0, True)
    assert cost.off < cost.days


TRANSPORTS = [
    OWN,
    *(Component(f"module:net/{name}", "module", name, f"net/{name}") for name in ("kcp", "telepathy", "web")),
]
WEB_FILE = Known(files=(FileRecord("net/web/Socket.jslib", "analysed"),))


def in_transport(name: str) -> list[object]:
    return [finding("r", "net.udp", f"net/{name}/a.cs", n, component=f"module:net/{name}") for n in range(9)]


def test_of_several_transports_one_is_enough() -> None:
    findings = [each for name in ("kcp", "telepathy") for each in in_transport(name)]
    alone = tax(findings, components=TRANSPORTS)  # type: ignore[arg-type]
    beside = tax(findings, components=TRANSPORTS, known=WEB_FILE)  # type: ignore[arg-type]
    assert beside.days.p50 < alone.days.p50
    assert sum(cost.days[1] for cost in beside.costs if cost.capability) < 1


def test_a_branch_for_the_target_leaves_a_share() -> None:
    alone = tax(in_transport("web"), components=TRANSPORTS)  # type: ignore[arg-type]
    there = tax(in_transport("web"), components=TRANSPORTS, known=WEB_FILE)  # type: ignore[arg-type]
    price = {each: next(cost.days[1] for cost in each.costs if cost.capability) for each in (alone, there)}
    assert price[there] == pytest.approx(RATES.fallback.share * price[alone])


def test_a_file_of_a_format_that_is_no_code_is_no_branch() -> None:
    page = Known(files=(FileRecord("net/web/webgl.html", "analysed"), FileRecord("net/web/wasm.cpp", "excluded")))
    findings = in_transport("web")
    assert tax(findings, components=TRANSPORTS, known=page).days == tax(findings, components=TRANSPORTS).days  # type: ignore[arg-type]


def test_the_fixed_part_falls_once_a_port_has_begun() -> None:
    assert tax(known=Known(begun=["a.c"])).days.p50 < tax().days.p50


@pytest.mark.parametrize(
    ("path", "directive", "begun"),
    [
        ("a.c", Directive("ifdef", 1, "__EMSCRIPTEN__"), True),
        ("a.cpp", Directive("elif", 1, "defined(_WIN32) || defined(__EMSCRIPTEN__)"), True),
        ("a.h", Directive("ifdef", 1, "__EMSCRIPTEN__"), False),  # bundled headers of SDL name every platform
        ("a.c", Directive("ifdef", 1, "MY__EMSCRIPTEN__X"), False),
        ("a.c", Directive("ifdef", 1, "_WIN32"), False),
        ("a.c", Directive("define", 1, "__EMSCRIPTEN__"), False),
    ],
)
def test_begun(path: str, directive: Directive, begun: bool) -> None:
    assert begun_in({path: Outline((directive,))}, "browser", RATES.fallback) == ([path] if begun else [])


@pytest.mark.parametrize(
    ("path", "abroad"),
    [
        ("code/sys/sys_win32.c", True),
        ("Source/platform/vita/keyboard.cpp", True),
        ("code/qcommon/vm_armv7l.c", True),
        ("src/Windows/x.cpp", True),
        ("src/window.c", False),
        ("src/switcher.c", False),
        ("src/platform/unix/x.c", False),
    ],
)
def test_files_of_other_platforms(path: str, abroad: bool) -> None:
    assert is_abroad(path, RATES.elsewhere.platforms) is abroad


def test_code_for_another_platform_costs_a_tenth() -> None:
    here = tax([finding("r", "thread.create", "src/a.c", n) for n in range(9)])
    there = tax([finding("r", "thread.create", "src/vita/a.c", n) for n in range(9)])
    both = tax([finding("r", "thread.create", f"src/{'' if n else 'vita/'}a.c", n) for n in range(10)])
    (dear,), (cheap,), (mixed,) = ([each for each in one.costs if each.capability] for one in (here, there, both))
    assert cheap.days[1] == pytest.approx(RATES.elsewhere.share * dear.days[1])
    assert mixed.days == dear.days


def test_what_the_judge_made_a_note_does_not_ship() -> None:
    note = [msgspec.structs.replace(each, severity="note") for each in uses(9, 9)]
    assert tax(note).days == tax().days


def test_two_uses_are_no_renderer() -> None:
    rates = msgspec.structs.replace(RATES, unit=msgspec.structs.replace(RATES.unit, gradual=("net.udp",)))

    def price(number: int) -> float:
        return next(cost.days[1] for cost in tax(uses(number, 1), rates=rates).costs if cost.capability)

    assert price(2) < 1
    assert price(200) >= 6


def test_a_unit_never_costs_more_than_writing_it_anew() -> None:
    free, capped = tax(uses(50, 1)), tax(uses(50, 1), known=Known(lines={"f0.c": 150}))
    assert max(cost.days[1] for cost in free.costs if cost.capability) > 1
    assert [cost.days[1] for cost in capped.costs if cost.capability] == [pytest.approx(1.0)]


def test_a_reader_that_failed_is_an_open_question_and_never_a_zero() -> None:
    failed = FileRecord("a.c", "not-analysed", "the reader failed: KeyError: 1")
    answer, clean = tax(known=Known(files=(failed,) * 400)), tax(known=Known(files=(FileRecord("a.c", "analysed"),)))
    assert answer.days.p50 > clean.days.p50
    assert (answer.grade, clean.grade) == ("D", "A")
    assert answer.unread[0] == "a.c: the reader failed: KeyError: 1"
    assert answer.unknowns[0].startswith("finding out about 400 files whose readers failed")
    assert clean.unread == ()


def test_what_packages_bring_along_is_theirs_unless_something_is_found_in_it() -> None:
    packages = [Component(f"package:{name}", "package", name, "", purl=f"pkg:npm/{name}") for name in ("a", "b", "c")]
    edges = [
        Dependency("project:client", "package:a", "run", "package.json"),
        Dependency("package:a", "package:b", "run", "package-lock.json"),
        Dependency("package:b", "package:c", "run", "package-lock.json"),
    ]
    inside = uses(1, 1, component="package:c")
    assert [one.component.name for one in used(packages, edges, [], WEB)] == ["a"]
    assert [one.component.name for one in used(packages, edges, inside, WEB)] == ["a", "c"]


def test_a_thousand_script_packages_are_not_a_thousand_tests() -> None:
    def days(number: int) -> float:
        packages = [Component(f"package:{n}", "package", f"{n}", "", purl=f"pkg:npm/{n}") for n in range(number)]
        return tax(components=[OWN, *packages]).days.p50

    assert days(1000) < days(0) + 10


def test_a_container_and_a_folder_without_a_project_have_no_estimate() -> None:
    container = Target("container", "A container", "container", "1", "", WEB.support)
    whole = msgspec.structs.replace(CATALOG, targets={**CATALOG.targets, container.id: container})
    for target, kind in ((container, "native"), (WEB, "files")):
        report = report_of([], target.id)
        project = msgspec.structs.replace(report.projects[0], kind=kind)
        answer = priced(msgspec.structs.replace(report, projects=(project,)), whole, RATES)
        assert answer.targets[0].estimate is None
        assert answer.projects[0].estimates == {}


def test_choices_are_numbers_too() -> None:
    blocked = [msgspec.structs.replace(each, blocker=True) for each in uses(4, 2)]
    (option,) = tax(blocked).options
    assert (option.component, option.capability, option.ask) == ("project:client", "net.udp", None)
    assert option.replace == CATALOG.capabilities["net.udp"].days


def test_a_whole_report_is_priced_from_itself() -> None:
    report = priced(EXAMPLE, catalog(), RATES)
    client, server = report.projects
    assert set(client.estimates) == {"godot-web", "web-emscripten"}
    assert report.targets[1].estimate == client.estimates["web-emscripten"]  # it is the one that is blocked
    assert server.estimates["web-emscripten"].choices == ()
    assert [each.project for each in server.estimates.values()] == ["server", "server"]
    assert priced(report, catalog(), RATES) == report


def test_an_unknown_verdict_has_no_estimate() -> None:
    targets = tuple(msgspec.structs.replace(each, verdict="unknown") for each in EXAMPLE.targets)
    projects = tuple(
        msgspec.structs.replace(each, verdicts=dict.fromkeys(each.verdicts, "unknown")) for each in EXAMPLE.projects
    )
    report = priced(msgspec.structs.replace(EXAMPLE, targets=targets, projects=projects), catalog(), RATES)
    assert [each.estimate for each in report.targets] == [None, None]
    assert [each.estimates for each in report.projects] == [{}, {}]


def test_what_stands_aside_costs_nothing() -> None:
    def with_aside(*aside: str) -> Report:
        bench = Component("vendored:bench", "vendored", "bench", "server/bench")
        targets = tuple(msgspec.structs.replace(each, aside=aside) for each in EXAMPLE.targets)
        whole = msgspec.structs.replace(EXAMPLE, components=(*EXAMPLE.components, bench), targets=targets)
        return priced(whole, catalog(), RATES)

    def labels(report: Report) -> str:
        return " ".join(cost.label for cost in report.projects[1].estimates["web-emscripten"].costs)

    assert "bench" in labels(with_aside())
    assert "bench" not in labels(with_aside("vendored:bench"))


def test_the_hash_seed_does_not_matter() -> None:
    code = (
        "import msgspec; from report_example import EXAMPLE, catalog; from portlint.estimate import load_rates, priced;"
        "print(msgspec.json.encode(priced(EXAMPLE, catalog(), load_rates())).decode())"
    )
    here = Path(__file__).resolve().parent
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('overlay = true\n[[team]]\nid = "wizards"\nfactor = 0.1\n', "no shipped team row has id = 'wizards'"),
        ("overlay = true\n[odd]\nx = 1\n", "unknown table 'odd'"),
        ("overlay = true\n[shared]\np90 = -2\n", r"shared.p90"),
        ("overlay = true\n[team]\nfactor = 2\n", r"team is written \[\[team\]\]"),
        ('overlay = true\n[[choice]]\nid = "ask"\ndays = [-1, 2, 3]\n', r"choice ask: days = \[-1.0"),
        ('overlay = true\n[[dependency]]\nstate = "plain"\nmany = 2\n', r"dependency\[.\].many"),
    ],
)
def test_an_overlay_is_held_to_its_word(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(text)
    with pytest.raises(PortlintError, match=message) as caught:
        load_rates(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_an_overlay_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(
        'overlay = true\n[[team]]\nid = "one-port"\nfactor = 2.0\n\n[[capability]]\nid = "net.udp"\n'
        'days = [20, 60, 200]\nper_file = 1\nper_site = 1\nbasis = "our transport"\n'
    )
    other = load_rates(path)
    assert other.digest != RATES.digest
    assert [team.factor for team in other.team if team.id != "one-port"] == [1.6, 0.6]
    assert other.fixed == RATES.fixed
    assert tax(uses(3, 3), rates=other).days.p50 > 3 * tax(uses(3, 3)).days.p50


def test_a_price_for_an_unknown_capability_is_the_users_mistake(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(
        'overlay = true\n[[capability]]\nid = "net.pigeon"\ndays = [1, 2, 3]\nper_file = 1\nper_site = 1\nbasis = "x"\n'
    )
    with pytest.raises(PortlintError, match=r"unknown capability 'net\.pigeon'"):
        tax(rates=load_rates(path))


def test_packages_of_a_project_inside_another_are_not_paid_for_twice(tmp_path: Path) -> None:
    """A package lies in no folder: it belongs to whose edges lead to it."""
    package = Component("package:npm/pg@8", "package", "pg", "", "8", "pkg:npm/pg@8", "vendored")
    edge = Dependency("project:server", package.id, "run", "server/package.json", 3)
    report = msgspec.structs.replace(
        EXAMPLE, components=(*EXAMPLE.components, package), dependencies=(*EXAMPLE.dependencies, edge)
    )
    around = [msgspec.structs.replace(each, path=each.path.replace("client", ".")) for each in report.projects]
    report = msgspec.structs.replace(report, projects=tuple(around))
    found = priced(report, CATALOG, RATES)
    paid = {
        project.path: [
            cost for estimate in project.estimates.values() for cost in estimate.costs if cost.component == package.id
        ]
        for project in found.projects
    }
    assert paid["."] == []
    assert paid["server"]


@pytest.mark.parametrize(
    ("path", "text", "begun"),
    [
        ("CMakeLists.txt", b"if(EMSCRIPTEN)", True),
        ("src/Makefile.web", b"CC = emcc", True),
        ("CMakeLists.txt", b"if(WIN32)", False),
        ("thirdparty/sdl/CMakeLists.txt", b"if(EMSCRIPTEN)", False),  # a library with a web port is no port of the game
        ("notes.txt", b"emscripten", False),
    ],
)
def test_a_build_file_that_names_the_toolchain(path: str, text: bytes, begun: bool, tmp_path: Path) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text + b"\nendif()\n")
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    report = scan(tmp_path, Options(targets=("web-emscripten", "wasip1"), use_cache=False), lambda *_: None).report
    assert [target.begun for target in report.targets] == [(path,) if begun else (), ()]


def test_a_toolchain_that_is_set_up_is_worth_more_than_a_guard() -> None:
    guard, build = tax(known=Known(begun=["a.c"])), tax(known=Known(begun=["CMakeLists.txt"]))
    assert build.days.p90 < guard.days.p90
