"""The decision sheet: which answer a verdict comes to, on what condition, and what is said beside it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from report_example import STEAM, finding

from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.estimate import load_rates, priced
from portlint.estimate.spread import pert_mean
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding, Verdict
from portlint.model.report import ProjectReport, Report, TargetReport, Work, WorkPlace
from portlint.planning.answers import Answer
from portlint.planning.hosting import load_hosting
from portlint.planning.sheet import Sheet, sheet
from portlint.reporters import plan_text

CATALOG = load_catalog()
RATES = load_rates()
PLUGIN = "plugin:addons/steam"
STEAM_HERE = msgspec.structs.replace(
    STEAM, component=PLUGIN, location=msgspec.structs.replace(STEAM.location, path="addons/steam/libsteam.so")
)


def own(capability: str, blocker: bool = True, path: str = "net.c") -> Finding:
    return finding("x", capability, path, 3, component="project:.", blocker=blocker, instead="something else")


UDP, FORK, EXPORT = own("net.udp"), own("process.fork", blocker=False), own("engine.export")
DLL, TCP = own("lib.native"), own("net.tcp-server")
PORT = msgspec.structs.replace(TCP, name="container/expose/tcp", kind="setting")

Judged = dict[str, tuple[Verdict, Sequence[Finding]]]


def report(judged: Judged, kinds: dict[str, str]) -> Report:
    """Projects by path; each target asks about all of them, and finds this in the first."""
    projects = tuple(
        ProjectReport(
            path,
            kind,
            "",
            {id: verdict if path == next(iter(kinds)) else "ready" for id, (verdict, _) in judged.items()},
            {id: (f"{path} decides on {id}",) for id in judged},
        )
        for path, kind in kinds.items()
    )
    targets = tuple(
        TargetReport(id, id, verdict, ("decides",), None, tuple(found)) for id, (verdict, found) in judged.items()
    )
    components = (
        *(Component(f"project:{path}", "project", path, path) for path in kinds),
        Component(PLUGIN, "plugin", "steam", "addons/steam", provenance="vendored"),
    )
    edges = (Dependency("project:.", PLUGIN, "run", "project.godot", 3),)
    return priced(Report("0.1.0", "arena", (), components, edges, projects, targets), CATALOG, RATES)


def sheet_of(judged: Judged, kinds: dict[str, str]) -> Sheet:
    return sheet(report(judged, kinds), CATALOG, RATES, load_packages(), load_hosting())


@pytest.mark.parametrize(
    ("target", "kind", "verdict", "found", "answer", "reaches"),
    [
        ("godot-web", "godot", "ready", (), "go", ""),
        ("godot-web", "godot", "unknown", (), "unknown", ""),
        ("web-emscripten", "native", "needs-work", (FORK,), "go if", ""),
        ("godot-web", "godot", "blocked", (STEAM_HERE,), "go if", ""),
        ("web-emscripten", "native", "blocked", (UDP,), "go if", "playable"),
        ("web-emscripten", "native", "blocked", (DLL,), "go if", ""),
        ("web-emscripten", "native", "blocked", (UDP, DLL), "go if", "playable"),
        ("wasip1", "native", "blocked", (UDP,), "no-go", ""),
        ("wasip1", "native", "blocked", (DLL,), "go if", ""),
        ("cloudflare-workers", "node", "blocked", (PORT,), "go if", ""),
        ("cloudflare-workers", "node", "blocked", (PORT, TCP), "no-go", ""),
        ("wasip1", "node", "blocked", (PORT,), "no-go", ""),
        ("wasip2", "godot", "blocked", (EXPORT,), "no-go", ""),
        ("wasip1", "dotnet", "needs-work", (FORK,), "no-go", ""),
        ("wasip2", "dotnet", "needs-work", (FORK,), "go if", ""),
        ("container", "native", "blocked", (UDP,), "no-go", ""),
    ],
    ids=str,
)
def test_answer(
    target: str, kind: str, verdict: Verdict, found: Sequence[Finding], answer: Answer, reaches: str
) -> None:
    """A blocker of a later milestone stops no browser game; a server that cannot listen is none.

    A TCP port that only a container's manifest declares may be HTTP, which Workers serve.
    """
    (row,) = sheet_of({target: (verdict, found)}, {".": kind}).rows
    assert (row.answer, row.case.reaches) == (answer, reaches)


def test_the_cut_has_the_prices_of_the_estimate() -> None:
    (row,) = sheet_of({"godot-web": ("blocked", [STEAM_HERE])}, {".": "godot"}).rows
    assert row.case.cheapest is not None
    (step,) = row.case.cheapest.cut.steps
    drop = {each.id: each.days for each in RATES.choice}["drop"]
    assert (step.component, step.action, step.days) == (PLUGIN, "drop", drop)


def test_without_any_way_out_it_is_a_no_go() -> None:
    shut = msgspec.structs.replace(RATES, choice=())
    (row,) = sheet(report({"godot-web": ("blocked", [STEAM_HERE])}, {".": "godot"}), CATALOG, shut).rows
    assert row.case.estimate is not None
    assert (row.answer, row.case.cheapest and row.case.cheapest.cut.stuck) == ("no-go", (PLUGIN,))
    assert "nothing opens it" not in plan_text.render(sheet_of({"godot-web": ("ready", [])}, {".": "godot"}))


def test_a_client_of_an_engine_is_not_asked_about_servers() -> None:
    both = sheet_of({"wasip2": ("blocked", [EXPORT])}, {".": "godot", "server": "node"})
    assert list(both.clients) == ["."]
    assert [(row.targets, row.projects, row.answer) for row in both.rows] == [(("wasip2",), ("server",), "go")]
    alone = sheet_of({"wasip2": ("blocked", [EXPORT])}, {".": "godot"})
    assert (alone.clients, [row.answer for row in alone.rows]) == ({}, ["no-go"])


def test_targets_that_say_the_same_share_a_row() -> None:
    found = sheet_of({"wasip1": ("blocked", [UDP]), "wasip1-threads": ("blocked", [UDP])}, {".": "native"})
    assert [row.targets for row in found.rows] == [("wasip1", "wasip1-threads")]


def test_many_projects_are_grouped_by_answer() -> None:
    kinds = dict.fromkeys([".", *(f"demo/{number}" for number in range(9))], "godot")
    found = sheet_of({"godot-web": ("blocked", [STEAM_HERE])}, kinds)
    assert [(row.answer, len(row.projects)) for row in found.rows] == [("go", 9), ("go if", 1)]
    assert found.work == ()
    text = plan_text.render(found)
    assert "demo/0, demo/1, demo/2 and 6 more" in text


def test_hosting_follows_from_threads_and_findings() -> None:
    calm = sheet_of({"web-emscripten": ("ready", [])}, {".": "native"})
    assert not any("wss" in each.text or "COOP, COEP" in each.text for each in calm.hosting)
    busy = sheet_of({"web-emscripten-pthreads": ("needs-work", [own("net.udp", blocker=False)])}, {".": "native"})
    assert any("wss" in each.text for each in busy.hosting)
    assert any("COOP, COEP" in each.text for each in busy.hosting)
    assert sheet_of({"wasip1": ("blocked", [UDP])}, {".": "native"}).hosting == ()


def test_work_is_in_the_order_of_milestones_and_names_places() -> None:
    found = sheet_of({"web-emscripten": ("blocked", [UDP, FORK, own("net.dns", blocker=False)])}, {".": "native"})
    (work,) = found.work
    assert [phase.stage.milestone for phase in work.phases] == ["boots", "playable", "online"]
    for phase in work.phases:
        means = [task.probability * pert_mean(task.days) for task in phase.tasks]
        assert means == sorted(means, reverse=True)
    placed = {(task.place.path, task.place.line) for phase in work.phases for task in phase.tasks if task.place}
    assert placed == {("net.c", 3), ("addons/steam", 0)}


def test_files_to_look_into_end_with_the_tests() -> None:
    judged = report({"web-emscripten": ("needs-work", [FORK])}, {".": "native"})
    ranked = (
        ("tests/catch.cpp", True),
        ("net.c", True),
        ("lib/catch2/all.cpp", True),
        ("file.c", True),
        ("x.c", False),
    )
    places = tuple(WorkPlace(path, 1.0, (), (), expected) for path, expected in ranked)
    targets = (msgspec.structs.replace(judged.targets[0], work=Work(places, ())),)
    (work,) = sheet(msgspec.structs.replace(judged, targets=targets), CATALOG, RATES).work
    assert work.places == ("net.c", "file.c", "tests/catch.cpp", "lib/catch2/all.cpp")


def test_open_questions_say_how_much_they_widen() -> None:
    doubtful = msgspec.structs.replace(own("net.http-client", blocker=False), confidence="low")
    (work,) = sheet_of({"web-emscripten": ("needs-work", [doubtful])}, {".": "native"}).work
    assert work.doubts
    shares = [each.share for each in work.doubts]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) < 1


def test_every_condition_has_a_source_and_targets_that_exist() -> None:
    families = {target.family for target in CATALOG.targets.values()}
    conditions = load_hosting()
    assert len({each.id for each in conditions}) == len(conditions)
    for each in conditions:
        assert each.source.startswith("https://")
        assert set(each.on) <= families | CATALOG.targets.keys()
        assert not each.text.endswith(".")
