"""From a report to the cut that opens a target, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import pytest
from report_example import EXAMPLE, STEAM, catalog, finding

from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding
from portlint.model.guard import ALWAYS, Guard
from portlint.model.package import Fate, Package, PackageMatch, Status
from portlint.model.report import Report, TargetReport
from portlint.planning.network import Action, Days
from portlint.planning.opening import Opening, Price, Question, opening
from portlint.planning.prices import flat_prices
from portlint.planning.substitutes import substitutes
from portlint.reporters.graph_cut import beside, outcome, step_lines

WEB = catalog().targets["godot-web"]
DAYS: dict[Action, Days] = {"drop": (0.5, 2, 6), "replace": (2, 6, 20), "ask": (0.5, 3, 8), "adapt": (1, 4, 9)}
NOT_WEB = Guard("not", args=(Guard("defined", "feature(web)"),))
OPEN = Guard("defined", "USE_STEAM")


def ask(
    components: Sequence[Component],
    edges: Sequence[Dependency],
    findings: Sequence[Finding],
    question: Question = "blocker",
    price: Price | None = None,
    remedies: Mapping[str, str] = {},
) -> Opening:
    target = TargetReport("godot-web", "", "blocked", (), None, tuple(findings))
    parts = (Component("project:.", "project", "game", "."), *components)
    report = Report("1", "game", (), parts, tuple(edges), (), (target,))
    return opening(report, target, WEB, price or flat_prices(DAYS), question, remedies=remedies)


def steps(found: Opening) -> list[tuple[str, str]]:
    return [(step.component, step.action) for step in found.cut.steps]


def plugin(name: str) -> Component:
    return Component(f"plugin:{name}", "plugin", name, f"addons/{name}", provenance="vendored")


def library(name: str, path: str = "") -> Component:
    return Component(f"library:{path or name}", "library", name, path or name, provenance="binary")


def needs(source: str, target: str, condition: Guard = ALWAYS) -> Dependency:
    return Dependency(source, target, "run", "m.toml", 3, condition)


def blocker(component: str, *, instead: str = "", path: str = "x.so", kind: str = "ships", line: int = 0) -> Finding:
    return msgspec.structs.replace(
        STEAM,
        component=component,
        instead=instead,
        kind=kind,
        location=msgspec.structs.replace(STEAM.location, path=path, line=line),
    )


def test_the_example() -> None:
    """The edge to the addon is ruled out on the web, and yet the judge counted it: it has to go."""
    (target, _) = EXAMPLE.targets
    found = opening(EXAMPLE, target, WEB, flat_prices(DAYS), "blocker")
    assert steps(found) == [("plugin:client/addons/steam", "drop")]
    assert found.opens
    assert found.own == ()
    assert {each.action for each in found.options} == {"drop", "replace", "ask"}


def test_one_project_of_several() -> None:
    target = EXAMPLE.targets[1]
    both = opening(EXAMPLE, target, catalog().targets[target.id], flat_prices(DAYS), "error")
    assert (steps(both), len(both.own)) == ([("plugin:client/addons/steam", "drop")], 1)
    server = opening(EXAMPLE, target, catalog().targets[target.id], flat_prices(DAYS), "error", projects=["server"])
    assert (steps(server), [each.rule for each in server.own]) == ([], ["process-fork"])
    client = opening(EXAMPLE, target, catalog().targets[target.id], flat_prices(DAYS), "error", projects=["client"])
    assert (len(steps(client)), client.opens) == (1, True)


def test_a_project_that_the_target_is_not_asked_about_does_not_count() -> None:
    (client, server) = EXAMPLE.projects
    report = msgspec.structs.replace(EXAMPLE, projects=(client, msgspec.structs.replace(server, verdicts={})))
    target = EXAMPLE.targets[1]
    found = opening(report, target, catalog().targets[target.id], flat_prices(DAYS), "error")
    assert found.opens


def test_the_question_decides_what_counts() -> None:
    (target, _) = EXAMPLE.targets
    found = opening(EXAMPLE, target, WEB, flat_prices(DAYS), "error")
    assert {each.rule for each in found.own} == {"enet-peer", "thread-create"}
    assert not found.opens


def test_a_blocker_of_the_projects_own_code_is_no_cut() -> None:
    found = ask([], [], [blocker("project:.", path="net.gd", kind="call", line=3)])
    assert (steps(found), len(found.own), found.opens) == ([], 1, False)


@pytest.mark.parametrize("path", ["lib/x.dll", "lib/x.dll.meta"])
def test_what_is_said_beside_a_library_is_about_it(path: str) -> None:
    component = library("x", "lib/x.dll")
    found = ask([component], [needs("project:.", component.id)], [blocker("project:.", path=path)])
    assert steps(found) == [("library:lib/x.dll", "drop")]


def test_what_is_said_on_a_manifests_line_is_about_what_it_names() -> None:
    found = ask(
        [plugin("a")], [needs("project:.", "plugin:a")], [blocker("project:.", path="m.toml", line=3, kind="package")]
    )
    assert steps(found) == [("plugin:a", "drop")]


def test_a_library_that_a_plugin_requires() -> None:
    """The library cannot be dropped below the plugin; with a condition the plugin can be built without it."""
    parts = [plugin("a"), library("x")]
    against = [blocker("library:x")]
    found = ask(parts, [needs("project:.", "plugin:a"), needs("plugin:a", "library:x")], against)
    assert steps(found) == [("plugin:a", "drop")]
    assert found.falls.sure == ("library:x",)
    found = ask(parts, [needs("project:.", "plugin:a"), needs("plugin:a", "library:x", OPEN)], against)
    assert (len(steps(found)), found.on_open) == (1, 1)
    one = flat_prices({"drop": (1, 2, 3)})
    dear_plugin: Price = lambda component, action, findings: (  # noqa: E731
        (9, 9, 9) if component.kind == "plugin" and action == "drop" else one(component, action, findings)
    )
    found = ask(
        parts, [needs("project:.", "plugin:a"), needs("plugin:a", "library:x", OPEN)], against, price=dear_plugin
    )
    assert steps(found) == [("library:x", "drop")]


def test_dependencies_that_the_target_rules_out_need_no_cut() -> None:
    """The hub leads to both, on other targets only: what counts is cut one by one."""
    parts = [plugin("hub"), plugin("a"), plugin("b")]
    edges = [needs("project:.", "plugin:hub"), *(needs("plugin:hub", f"plugin:{each}", NOT_WEB) for each in "ab")]
    against = [blocker("plugin:a"), blocker("plugin:b", path="y.so")]
    assert steps(ask(parts, edges, against)) == [("plugin:a", "drop"), ("plugin:b", "drop")]
    always = [needs("project:.", "plugin:hub"), *(needs("plugin:hub", f"plugin:{each}") for each in "ab")]
    assert steps(ask(parts, always, against)) == [("plugin:hub", "drop")]


def test_one_product_in_two_places_is_replaced_once() -> None:
    parts = [library("steam", "a/steam.so"), library("steam", "b/steam.so")]
    edges = [needs("project:.", each.id) for each in parts]
    against = [blocker(each.id, instead="use the web API", path=each.path) for each in parts]
    found = ask(parts, edges, against, price=flat_prices({"drop": (1, 4, 9), "replace": (2, 6, 20)}))
    assert steps(found) == [("library:a/steam.so", "replace"), ("library:b/steam.so", "replace")]
    assert found.cut.days == (2, 6, 20)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (Component("package:x", "package", "x", "m", purl="pkg:npm/%40arena/x@1.2?y=z"), "use y"),
        (Component("package:x", "package", "X", "m", purl="pkg:npm/steam-anything"), "use the web API"),
        (Component("library:x", "library", "Steam", "x.so"), "use the web API"),
        (Component("package:x", "package", "Steam", "m"), None),
        (Component("package:x", "package", "x", "m", purl="pkg:cargo/x@1.2"), None),
        (Component("package:x", "package", "x", "m", purl="pkg:npm/fine@1.2"), None),
    ],
)
def test_substitutes(component: Component, expected: str | None) -> None:
    def package(id: str, name: str, status: Status, instead: str, *names: str) -> Package:
        fate = Fate(status, "https://example.org", date(2026, 1, 1), instead=instead)
        return Package(id, name, "library", PackageMatch(packages=names), {"browser": fate})

    packages = (
        package("x", "x", "partial", "use y", "npm/@arena/x"),
        package("steam", "Steam", "no", "use the web API", "npm/steam-*"),
        package("fine", "fine", "yes", "update it", "npm/fine"),
    )
    found = substitutes([component], packages, WEB)
    assert found.get(component.id) == expected
    price = flat_prices({"replace": (1, 2, 3)}, found)
    against = [blocker(component.id, path=component.path)]
    cut = ask([component], [needs("project:.", component.id)], against, price=price, remedies=found).cut
    assert [step.text for step in cut.steps] == ([expected] if expected else [])


def test_nothing_to_be_done() -> None:
    found = ask([plugin("a")], [needs("project:.", "plugin:a")], [blocker("plugin:a")], price=flat_prices({}))
    assert (found.cut.stuck, found.opens) == (("plugin:a",), False)


def test_source_of_others_may_be_adapted_and_that_of_ones_own_addon_is_work() -> None:
    call = finding("process-fork", "process.fork", "addons/a/x.c", 3, component="plugin:a")
    cheap = flat_prices({"drop": (9, 9, 9), "adapt": (1, 2, 3)})
    found = ask([plugin("a")], [needs("project:.", "plugin:a")], [call], "error", cheap)
    assert (steps(found), found.opens) == ([("plugin:a", "adapt")], True)
    mine = msgspec.structs.replace(plugin("a"), provenance="first-party")
    found = ask([mine], [needs("project:.", "plugin:a")], [call], "error", cheap)
    assert (steps(found), len(found.own)) == ([], 1)


def test_words() -> None:
    (target, _) = EXAMPLE.targets
    names = {each.id: each.name for each in EXAMPLE.components}
    found = opening(EXAMPLE, target, WEB, flat_prices(DAYS), "error")
    assert outcome(found) == "1 step is the cut, and work is left, 0.5 to 6 person-days, likely 2"
    assert step_lines(found, names) == [
        "drop steam: 0.5 to 6 person-days, likely 2; or replace it (2 to 20 person-days, likely 6: "
        "drop the addon in the web export, or ask its vendor for a web build)"
    ]
    assert beside(found, names) == ["3 errors in 1 file of the project's own code stay: work, and no cut"]
