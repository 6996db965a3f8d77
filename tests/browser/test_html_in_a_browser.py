"""The HTML report as a person meets it: opened from disk in Chromium, offline, by mouse, keyboard and screen reader.

Needs `chromium` and `chromedriver` on the path; the rules of accessibility need axe-core, whose `axe.min.js` is named
by PORTLINT_AXE or lies in `node_modules/axe-core` (`npm install --no-save axe-core`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMEDRIVER, CHROMIUM, Browser, browser
from report_example import HOSTILE, catalog, hostile_report

from portlint.files import read_file
from portlint.reporters import RenderOptions, reporter
from portlint.reporters.sanitise import visible
from portlint.scan import Options, scan

pytestmark = pytest.mark.skipif(not (CHROMEDRIVER and CHROMIUM), reason="no chromium with chromedriver on the path")

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = sorted(
    path.name for path in (ROOT / "sample_projects").iterdir() if path.is_dir() and path.name[0] not in "._"
)
AXE = Path(os.environ.get("PORTLINT_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
DESKTOP, PHONE = (1280, 900), (390, 844)
COUNT = "#findings-count"
RULES_OF_ACCESS = """
const done = arguments[0];
axe.run().then((found) => done(found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)])));
"""


def written(tree: Path, file: Path, *targets: str) -> Path:
    """The report of a tree, in a file."""
    done = scan(tree, Options(targets=targets, use_cache=False, jobs=1), lambda done, total: None)
    options = RenderOptions(read=lambda path: read_file(tree, path, 1_000_000))
    file.write_text(reporter("html").render(done.report, done.catalog, options), encoding="utf-8", newline="\n")
    return file


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arena")
    return written(ROOT / "sample_projects" / "godot_arena", folder / "arena.html", "godot-web", "wasip2")


@pytest.fixture
def opened(window: Browser, arena: Path) -> Browser:
    window.open(arena, *DESKTOP)
    return window


def shown(window: Browser) -> list[Any]:
    script = "return [...document.querySelectorAll('.findings tbody tr')].map((row) => row.innerText)"
    found: list[Any] = window.run(script)
    return found


# opened from disk, with the network off


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_opens_offline_and_loads_nothing(window: Browser, arena: Path, size: tuple[int, int]) -> None:
    window.open(arena, *size)
    assert window.run("return navigator.onLine") is False
    assert window.complaints() == []
    assert window.run("return performance.getEntriesByType('resource').map((each) => each.name)") == []
    assert window.run("return document.documentElement.scrollWidth - innerWidth") <= 0
    assert window.run("return document.querySelectorAll('#picture canvas').length") > 0


def test_the_policy_stops_what_is_not_ours(opened: Browser) -> None:
    opened.run(
        "const x = document.createElement('script'); x.textContent = 'window.owned = 1'; document.body.append(x)"
    )
    opened.run("const x = new Image(); x.src = 'https://example.org/x.png'; document.body.append(x)")
    assert opened.run("return window.owned") is None
    assert len([line for line in opened.complaints() if "Content Security Policy" in line]) >= 2


def test_hostile_names_are_text(window: Browser, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    text = reporter("html").render(hostile_report(), catalog(), RenderOptions())
    file.write_text(text, encoding="utf-8", newline="\n")
    window.open(file, *DESKTOP)
    assert window.complaints() == []
    assert window.run("return document.querySelectorAll('img, iframe, object, embed, base, link, form').length") == 0
    assert window.run("return document.scripts.length") == 3
    page = window.run("return document.getElementById('findings').textContent")
    assert [name for name in HOSTILE if visible(name) not in page] == []
    assert window.run("return document.querySelectorAll('.findings tbody tr').length") == 2 * len(HOSTILE)


def test_it_prints_dark_on_light_with_every_block_open(window: Browser, arena: Path) -> None:
    window.open(arena, *DESKTOP, dark=True)
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert window.run(ground) == "rgb(13, 17, 23)"
    window.emulate("dark", "print")
    assert window.run(ground) == "rgb(255, 255, 255)"
    assert window.run("return getComputedStyle(document.querySelector('#picture')).display") == "none"
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run("return document.querySelectorAll('details:not([open])').length") == 0
    window.run("dispatchEvent(new Event('afterprint'))")
    assert window.run("return document.querySelectorAll('details:not([open])').length") > 0


# findings


def test_filters_work_by_keyboard_alone(opened: Browser) -> None:
    everything = len(shown(opened))
    opened.run("document.querySelector('#filter-target').focus()")
    opened.press("tab", "tab", "tab", "tab", *"thread")
    assert opened.run("return document.activeElement.id") == "filter-text"
    found = shown(opened)
    assert 0 < len(found) < everything
    assert opened.text(COUNT).endswith("without filters.")
    opened.press("tab", "enter")
    assert len(shown(opened)) == everything
    opened.run("document.querySelector('#filter-severity').focus()")
    opened.press("down")
    assert all("blocker" in row for row in shown(opened))


def test_a_target_shows_only_what_it_says(opened: Browser) -> None:
    everything = len(shown(opened))
    opened.run("document.querySelector('#filter-target').focus()")
    opened.press("down")
    assert opened.run("return document.querySelector('#filter-target').selectedOptions[0].textContent") == "godot-web"
    found = shown(opened)
    assert 0 < len(found) < everything
    assert not [row for row in found if "on wasip2" in row]


def test_filters_add_up_and_say_how_many_are_left(opened: Browser) -> None:
    opened.type("#filter-rule", "godot-thread")
    assert all("godot-thread" in row for row in shown(opened))
    opened.type("#filter-text", "no such words")
    assert shown(opened) == []
    assert opened.text(COUNT).startswith("0 findings;")


def test_a_blocker_shows_its_path_its_source_and_what_to_do(opened: Browser) -> None:
    first = shown(opened)[0]
    assert first.startswith("blocker")
    for said in (
        "Path: ",
        "Arena",
        "steamlike",
        "addons/steamlike/steamlike.gdextension:1",
        "Source lines",
        "steamlike.dll",
    ):
        assert said in first


# dependencies

BOX = """
const cy = document.querySelector('#picture')._cyreg.cy;
const node = cy.nodes().filter((each) => each.data('label').startsWith(arguments[0]))[0];
document.querySelector('#picture').scrollIntoView({ block: 'center' });
const { left, top } = document.querySelector('#picture').getBoundingClientRect();
const { x, y } = node.renderedPosition();
return [Math.round(left + x), Math.round(top + y)];
"""
ZOOM = "return document.querySelector('#picture')._cyreg.cy.zoom()"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_click_on_a_box_tells_its_path_and_leads_to_its_findings(
    window: Browser, arena: Path, size: tuple[int, int]
) -> None:
    window.open(arena, *size)
    window.click_at(*window.run(BOX, "steamlike"))
    said = window.text("#component")
    assert "Path from the project" in said
    assert "addons/steamlike/steamlike.gdextension:1" in said
    assert window.run("return document.querySelectorAll('.components [aria-pressed=true]').length") == 1
    window.click("#component button")
    assert shown(window)
    assert all("steamlike (plugin)" in row for row in shown(window))


def test_the_table_beside_the_picture_does_the_same_by_keyboard(opened: Browser) -> None:
    opened.run("document.querySelector('.components tbody button').focus()")
    opened.press("enter")
    assert "steamlike" in opened.text("#component h3")
    chosen = "return document.querySelector('#picture')._cyreg.cy.nodes('.chosen').map((node) => node.data('label'))"
    assert [label.split("\n")[0] for label in opened.run(chosen)] == ["steamlike"]


def test_picture_and_table_hold_the_same_components(opened: Browser) -> None:
    drawn = "return document.querySelector('#picture')._cyreg.cy.nodes().map((n) => n.data('number')).length"
    listed = "return document.querySelectorAll('.components tbody tr').length"
    few = opened.run(drawn)
    assert few == opened.run(listed)
    opened.run("document.querySelector('#picture-shows').focus()")
    opened.press("down")
    assert few < opened.run(drawn) == opened.run(listed)


def test_zoom_by_buttons_and_a_wheel_that_scrolls_the_page_until_the_picture_is_clicked(opened: Browser) -> None:
    before = opened.run(ZOOM)
    opened.click("#graph .buttons button:nth-child(1)")
    assert opened.run(ZOOM) > before
    opened.click("#graph .buttons button:nth-child(3)")
    assert opened.run(ZOOM) == pytest.approx(before)
    assert opened.run("return document.querySelector('#picture')._cyreg.cy.userZoomingEnabled()") is False
    opened.click_at(*opened.run(BOX, "Arena"))
    assert opened.run("return document.querySelector('#picture')._cyreg.cy.userZoomingEnabled()") is True


def test_a_finding_leads_to_its_place_in_the_picture(opened: Browser) -> None:
    opened.click(".findings tbody tr button.plain")
    assert "steamlike" in opened.text("#component h3")


# the rules of accessibility


def violations(window: Browser) -> Any:
    window.run(AXE.read_text(encoding="utf-8"))
    return window.run_later(RULES_OF_ACCESS)


needs_axe = pytest.mark.skipif(not AXE.is_file(), reason=f"no axe-core at {AXE}")


@needs_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_has_nothing_to_say(window: Browser, arena: Path, size: tuple[int, int], dark: bool) -> None:
    window.open(arena, *size, dark=dark)
    window.run("for (const each of document.querySelectorAll('details')) each.open = true")
    window.click(".components tbody button")
    assert violations(window) == []


@needs_axe
@pytest.mark.parametrize("sample", SAMPLES)
def test_axe_has_nothing_to_say_of_any_sample(window: Browser, sample: str, tmp_path: Path) -> None:
    window.open(written(ROOT / "sample_projects" / sample, tmp_path / "report.html"), *DESKTOP)
    assert window.complaints() == []
    assert violations(window) == []
