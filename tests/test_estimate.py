"""The estimate: what must move it, what must not, and by how much it may claim to know."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from report_example import ENET, EXAMPLE, STEAM, THREADS, catalog, finding

from portlint.catalog import load_catalog, rules_folder
from portlint.errors import PortlintError
from portlint.estimate import Known, Rates, load_rates, priced
from portlint.estimate.dependencies import state, used
from portlint.estimate.rates import belongs
from portlint.estimate.spread import Item, in_words, presentable, shared_factor, total
from portlint.estimate.units import Prices, Unit, unit_items, units
from portlint.model.catalog import Catalog
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding
from portlint.model.guard import Guard
from portlint.model.report import Estimate, ProjectReport, Report, TargetReport

CATALOG = catalog()
RATES = load_rates()
WARNED = finding("r", "lib.native", "x.so", level="flag", kind="ships")
OWN = Component("project:client", "project", "client", "client")


def tax(
    findings: Sequence[Finding] = (),
    *,
    target: str = "web-emscripten",
    kinds: Sequence[str] = ("native",),
    components: Sequence[Component] = (OWN,),
    dependencies: Sequence[Dependency] = (),
    team: str = "one-port",
    known: Known = Known(),  # noqa: B008
    rates: Rates = RATES,
    whole: Catalog = CATALOG,
) -> Estimate:
    """The estimate of a report with just this in it; the first kind is that of the project at the root."""
    report = Report(
        version="0.1.0",
        root="tree",
        files=tuple(known.files),
        components=tuple(components),
        dependencies=tuple(dependencies),
        projects=tuple(
            ProjectReport(f"p{number}" if number else ".", kind, "", {target: "needs-work"}, {})
            for number, kind in enumerate(kinds)
        ),
        targets=(TargetReport(target, target, "needs-work", (), None, tuple(findings)),),
    )
    (judged,) = priced(report, whole, rates, known={target: known}, team=team).targets
    assert judged.estimate
    return judged.estimate


def items(found: Sequence[Unit], names: dict[str, str] | None = None) -> list[Item]:
    browser = RATES.milestones("browser")
    off = next(row for row in RATES.off if row.family == "browser")
    return unit_items(found, Prices(CATALOG.capabilities, RATES, browser, off), names or {})


def uses(number: int, files: int, capability: str = "net.udp", component: str = "project:client") -> list[Finding]:
    return [finding("r", capability, f"f{n % files}.c", n, component=component, name=f"n{n}") for n in range(number)]


@pytest.mark.parametrize(
    ("target", "kind", "milestone", "least", "most"),
    [
        ("godot-web", "godot", "boots", 0.5, 3),
        ("web-emscripten", "native", "boots", 0.5, 10),
        ("wasip1", "native", "starts", 1, 20),
        ("web-emscripten", "a kind of its own", "boots", 1, 15),
    ],
)
def test_no_finding_still_costs_the_fixed_part(
    target: str, kind: str, milestone: str, least: float, most: float
) -> None:
    answer = tax(target=target, kinds=[kind])
    assert answer.milestone == milestone
    assert least <= answer.days.p10 <= answer.days.p50 <= answer.days.p90 <= most
    assert answer.size == "days"
    assert not answer.calibrated
    assert answer.rates == RATES.digest


def test_projects_do_not_add_up() -> None:
    """139 demos are not 139 ports: the target has the estimate of the one that decides."""
    one, ten = tax(kinds=["godot"], target="godot-web"), tax(kinds=["godot"] * 10, target="godot-web")
    assert ten.days == one.days
    worst = tax([finding("r", "net.udp", "p7/f.c", 1)], kinds=["godot"] * 10, target="godot-web")
    assert worst.project == "p7"


def test_uses_saturate() -> None:
    """A hundred times the uses are nowhere near a hundred times the days."""
    few, many = tax(uses(10, 5)), tax(uses(1000, 5))
    assert few.days.p50 < many.days.p50 < 4 * few.days.p50


def test_a_unit_never_costs_more_than_its_cap() -> None:
    (item,) = items(units(uses(100_000, 1000)))
    assert item.days == pytest.approx(tuple(RATES.unit.cap * day for day in CATALOG.capabilities["net.udp"].days))


def test_the_base_price_is_paid_once_for_a_capability() -> None:
    together = units([*uses(3, 3), *uses(2, 2, component="module:b")])
    first, second = items(together)
    assert first.days[1] >= 6 > second.days[1] > 0


def test_the_range_never_shrinks_below_the_shared_factor() -> None:
    many = [Item(f"{n}", (1, 2, 3)) for n in range(10_000)]
    answer = total(many, [shared_factor(1.0, 2.0)])
    assert answer.p90 / answer.p10 == pytest.approx(4.0, rel=0.01)
    assert answer.p50 == pytest.approx(20_000, rel=0.01)


def test_a_doubtful_item_costs_less_and_varies_more() -> None:
    sure, doubtful = Item("a", (2, 6, 20)), Item("a", (2, 6, 20), probability=0.3)
    assert doubtful.mean == pytest.approx(0.3 * sure.mean)
    assert math.sqrt(doubtful.variance) / doubtful.mean > math.sqrt(sure.variance) / sure.mean


def test_finding_out_has_its_price() -> None:
    unknown = [msgspec.structs.replace(ENET, level="unknown", severity="note")]
    labels = [item.label for item in items(units(unknown))]
    assert labels == ["net udp in project:client", "finding out about net udp in project:client"]


def test_teams_shift_the_median() -> None:
    first, one, best = (tax(uses(50, 9), team=team).days.p50 for team in ("first-port", "one-port", "specialists"))
    assert first / one == pytest.approx(1.6, rel=0.1)
    assert best / one == pytest.approx(0.6, rel=0.1)
    with pytest.raises(PortlintError, match="unknown team 'wizards'; known teams: first-port, one-port, specialists"):
        tax(team="wizards")


@pytest.mark.parametrize(
    ("target", "capability", "milestone"),
    [
        ("web-emscripten", "thread.create", "boots"),
        ("web-emscripten", "process.fork", "playable"),
        ("web-emscripten", "net.udp", "online"),
        ("wasip1", "process.fork", "starts"),
        ("wasip1", "thread.create", "serves"),
    ],
)
def test_the_milestone_is_the_last_that_is_needed(target: str, capability: str, milestone: str) -> None:
    assert tax(uses(1, 1, capability), target=target).milestone == milestone


def test_a_blocker_is_a_choice_and_no_days() -> None:
    blocked = [msgspec.structs.replace(found, blocker=True) for found in uses(40, 9)]
    answer = tax(blocked)
    assert answer.days == tax().days
    (choice,) = answer.choices
    assert choice.startswith("net udp in client: drop it (up to 6 person-days), or replace it (2 to 20 person-days)")
    assert "without the blockers, which are choices" in answer.assumptions


def test_a_blocked_dependency_is_dropped_replaced_or_asked_for() -> None:
    game = EXAMPLE.targets[0].findings
    answer = tax(game, target="web-emscripten", components=EXAMPLE.components, dependencies=EXAMPLE.dependencies)
    (choice,) = answer.choices
    assert choice.startswith(
        "steam: drop it (up to 6 person-days), replace it (2 to 20 person-days), or ask the vendor"
    )
    assert choice.endswith(STEAM.instead)
    assert not any("steam" in driver for driver in answer.drivers)


def test_a_dependency_that_the_target_does_not_build_costs_nothing() -> None:
    """The example's edge to the addon holds where feature(web) does not."""
    answer = tax([STEAM], target="godot-web", components=EXAMPLE.components, dependencies=EXAMPLE.dependencies)
    assert answer.choices == ()


@pytest.mark.parametrize(
    ("component", "findings", "expected"),
    [
        (Component("v:z", "vendored", "zlib-1.3.1", "z"), [], "well-trodden"),
        (Component("v:z", "vendored", "own-thing", "z"), [], "in-tree"),
        (Component("v:z", "package", "own-thing", "z", purl="pkg:conan/own-thing@1"), [], "plain"),
        (Component("v:z", "package", "left-pad", "z", purl="pkg:npm/left-pad@1"), [], "known-good"),
        (Component("v:z", "library", "x", "z"), [WARNED], "flag"),
        (Component("v:z", "vendored", "zlib", "z"), uses(9, 2, component="v:z"), "optional"),
        (Component("v:z", "vendored", "zlib", "z"), uses(9, 9, component="v:z"), "inherent"),
        (Component("v:z", "plugin", "script", "z"), [], "known-good"),
        (Component("v:z", "plugin", "x", "z"), uses(1, 1, "lib.native", "v:z"), "unconfirmed"),
        (Component("v:z", "package", "x", "z"), [msgspec.structs.replace(ENET, confidence="low")], "plain"),
    ],
)
def test_states(component: Component, findings: list[Finding], expected: str) -> None:
    inside = [msgspec.structs.replace(found, component="v:z") for found in findings]
    (one,) = used([component], [], inside, CATALOG.targets["web-emscripten"])
    assert state(one, RATES) == expected


@pytest.mark.parametrize(
    ("edge", "counts"),
    [
        (Dependency("project:client", "v:z", "build", "m", 1), True),
        (Dependency("project:client", "v:z", "editor", "m", 1), False),
        (Dependency("project:client", "v:z", "test", "m", 1), False),
        (Dependency("project:client", "v:z", "run", "m", 1, Guard("defined", "feature(web)")), True),
        (
            Dependency("project:client", "v:z", "run", "m", 1, Guard("not", "", (Guard("defined", "feature(web)"),))),
            False,
        ),
        (Dependency("project:client", "v:z", "run", "m", 1, Guard("defined", "SOMETHING")), True),
    ],
)
def test_edges(edge: Dependency, counts: bool) -> None:
    vendored = Component("v:z", "vendored", "z", "z")
    assert bool(used([vendored], [edge], [], CATALOG.targets["godot-web"])) is counts


def test_an_editor_plugin_that_also_runs_in_the_game_counts() -> None:
    plugin = Component("plugin:a", "plugin", "a", "a")
    edge = Dependency("project:client", "plugin:a", "editor", "a/plugin.cfg", 1)
    inside = uses(9, 9, component="plugin:a")
    assert used([plugin], [edge], [], CATALOG.targets["godot-web"]) == []
    (one,) = used([plugin], [edge], inside, CATALOG.targets["godot-web"])
    assert state(one, RATES) == "inherent"


def test_builds_of_one_library_are_one_dependency() -> None:
    names = ["libSDL2.so", "SDL2.dll", "libSDL2.dylib", "other.dll"]
    libraries = [Component(f"library:lib/{name}", "library", name, f"lib/{name}") for name in names]
    found = used(libraries, [], [], CATALOG.targets["web-emscripten"])
    assert [one.component.name for one in found] == ["SDL2.dll", "other.dll"]


def test_a_library_belongs_to_the_plugin_that_brings_it() -> None:
    library = Component("library:a/x.so", "library", "x.so", "a/x.so")
    edges = [Dependency("plugin:client/addons/steam", library.id, "run", "a/m.gdextension", 3)]
    inside = [msgspec.structs.replace(ENET, component=library.id)]
    components = [*EXAMPLE.components, library]
    (one,) = used(components, edges, inside, CATALOG.targets["web-emscripten"])
    assert (one.component.name, len(one.findings)) == ("steam", 1)


@pytest.mark.parametrize("provenance", ["test", "example", "editor", "tool"])
def test_what_does_not_ship_is_not_priced(provenance: str) -> None:
    folder = Component("module:t", "module", "t", "t", provenance=provenance)  # type: ignore[arg-type]
    assert tax(uses(9, 9, component="module:t"), components=[OWN, folder]).days == tax().days


def test_the_fixed_part_of_an_own_window_layer_covers_its_capabilities() -> None:
    real = load_catalog()
    rows = {row.title: row for row in RATES.fixed}
    layer = next(row for row in rows.values() if row.needs)
    assert set(layer.needs) <= set(real.capabilities)
    answer = tax(uses(5, 5, layer.needs[0]), whole=real)
    assert [cost.label for cost in answer.costs if cost.milestone == "boots"] == [layer.title]


def test_every_capability_that_a_row_names_is_known() -> None:
    known = load_catalog().capabilities
    rows = [row.capabilities for row in (*RATES.milestone, *RATES.off)] + [
        row.needs + row.covers for row in RATES.fixed
    ]
    names = {name for row in rows for name in row if not name.startswith("*.")}
    assert [name for name in sorted(names) if not any(belongs(each, (name,)) for each in known)] == []


def test_the_order_of_findings_does_not_matter() -> None:
    findings = [*EXAMPLE.targets[0].findings, *THREADS, *uses(20, 4)]
    assert tax(findings, components=EXAMPLE.components) == tax(findings[::-1], components=EXAMPLE.components[::-1])


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, 0),
        (0.04, 0.5),
        (0.99, 0.5),
        (1.4, 1),
        (2.5, 3),
        (9.6, 10),
        (14.4, 14),
        (99.6, 100),
        (124, 120),
        (1250, 1300),
    ],
)
def test_presentable(days: float, shown: float) -> None:
    assert presentable(days) == shown


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0.1, 0.3, 0.9), "less than 1 person-day"),
        ((0.3, 1, 3), "up to 3 person-days"),
        ((0.3, 0.5, 1.1), "up to 1 person-day"),
        ((2, 6, 20), "2 to 20 person-days"),
        ((200, 600, 2345), "200 to 2,300 person-days"),
    ],
)
def test_in_words(days: tuple[float, float, float], words: str) -> None:
    assert in_words(days) == words


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("p90   = 2.0", "p90 = 0.5", "shared.p90"),
        ("p90   = 2.0", 'p90 = 2.0\nodd = "x"', "unknown field `odd`"),
        ("days   = [0.3, 1.0, 3.0]", "days = [3.0, 1.0, 0.3]", "is not 0 <= low <= likely <= high"),
        ("days   = [0.3, 1.0, 3.0]", "days = [-0.3, 1.0, 3.0]", "is not 0 <= low <= likely <= high"),
        ("days   = [0.3, 1.0, 3.0]", "days = [0.3, 1.0, inf]", "is not 0 <= low <= likely <= high"),
        ("days   = [0.3, 1.0, 3.0]\n", "", "missing required field `days`"),
        ('level = "hangs"', 'level = "odd"', "Invalid enum value 'odd'"),
        ('level = "hangs"', 'level = "silent"', "no level row for hangs"),
        ("least = 0.0", "least = 0.1", "no grade row with least = 0"),
        ("[shared]", "[shared", "not valid TOML"),
    ],
)
def test_a_rates_file_is_held_to_its_word(find: str, put: str, message: str, tmp_path: Path) -> None:
    text = (rules_folder() / "rates.toml").read_text()
    assert find in text
    path = tmp_path / "rates.toml"
    path.write_text(text.replace(find, put, 1))
    with pytest.raises(PortlintError, match=message.replace("[", r"\[")):
        load_rates(path)


def test_a_studio_can_override_the_rates(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text((rules_folder() / "rates.toml").read_text().replace("[1.0, 3.0, 8.0]", "[10.0, 30.0, 80.0]"))
    other = load_rates(path)
    assert other.digest != RATES.digest
    assert tax(rates=other).days.p50 > 5 * tax().days.p50
    with pytest.raises(PortlintError, match="cannot be read"):
        load_rates(tmp_path / "absent.toml")
