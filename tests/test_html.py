"""The HTML report as a file: what stands in it, what it lets run, and what it left out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_example import EXAMPLE, HOSTILE, STEAM, catalog, finding, hostile_report, read, report_of

from portlint.model.component import Component, Dependency, Scope
from portlint.model.guard import NEVER, Guard
from portlint.model.report import Choice, Range, Report, Stage, Work, WorkPlace
from portlint.planning.view import view
from portlint.reporters import RenderOptions, reporter
from portlint.reporters.html.layering import placed
from portlint.reporters.html.picture import MOST, Picture, picture
from portlint.reporters.sanitise import visible

MAX_BYTES = 2_000_000
VOID = {"meta", "br"}
OWN = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "p", "nav", "main", "section"),
    *("div", "span", "strong", "code", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "details"),
    *("summary", "noscript", "footer", "script"),
}
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1)  # surrogates too


class Page(HTMLParser):
    """Elements in order, the text of inline scripts and styles, and all other text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self.feed(text)
        self.data: dict[str, Any] = json.loads(self.inline["script"][0])

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        tag = self.tags[-1][0] if self.tags else ""
        (self.inline[tag] if tag in self.inline and data.strip() else self.words).append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def html(report: Report) -> str:
    return reporter("html").render(report, catalog(), RenderOptions(read=read))


def page(report: Report) -> Page:
    return Page(html(report))


# what may run, and what may load


def test_only_its_own_texts_may_run() -> None:
    found = page(EXAMPLE)
    (policy,) = [each["content"] for tag, each in found.tags if each.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [digest(text) for text in found.inline["script"][1:]]
    assert rules["style-src"].split() == [digest(text) for text in found.inline["style"]]


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("report", [EXAMPLE, hostile_report(), report_of(())], ids=["example", "hostile", "empty"])
def test_nothing_is_loaded_and_nothing_is_styled_or_run_from_an_attribute(report: Report) -> None:
    for tag, attributes in page(report).tags:
        assert tag in OWN
        assert not {"src", "style", "srcset", "action"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#")


@settings(max_examples=25, deadline=None)
@given(ANY_TEXT)
def test_no_text_changes_the_elements(text: str) -> None:
    def named(name: str) -> Report:
        found = finding("r", "net.udp", name, 1, name=name, message=name, guard=name, component=name, via=("a", name))
        report = report_of([found], paths=[f"x/{name}"])
        target = msgspec.structs.replace(report.targets[0], deciding=(name,))
        return msgspec.structs.replace(report, root=name, targets=(target,))

    assert page(named(text)).tags[3:] == page(named("x")).tags[3:]  # the first ones are the policy's


def test_every_hostile_name_is_there_and_harmless() -> None:
    text = html(hostile_report())
    found = Page(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert {visible(name) for name in HOSTILE} <= set(found.data["findings"]["texts"])
    assert {visible(name) for name in HOSTILE} <= {word.strip() for word in found.words} | {
        visible(name) for name in HOSTILE if name != name.strip()
    }
    assert {visible(f"{name} {name}") for name in HOSTILE} <= {box["title"] for box in found.data["picture"]["boxes"]}


# the decision sheet, which needs no script


def test_the_sheet_says_verdict_facts_price_and_choices() -> None:
    target = EXAMPLE.targets[0]
    assert target.estimate
    estimate = msgspec.structs.replace(
        target.estimate,
        project="client",
        stages=(
            Stage("boots", Range(3, 7, 15), "days", True),
            Stage("playable", Range(8, 21, 55), "weeks", True),
        ),
        options=(Choice("plugin:client/addons/steam", "", "steam", (0, 1, 6), (2, 6, 20), None, "a web backend"),),
        unknowns=("whether the saves fit",),
    )
    report = msgspec.structs.replace(EXAMPLE, targets=(msgspec.structs.replace(target, estimate=estimate),))
    text = page(report).text
    for said in (
        "godot-web blocked steam ships native libraries and no web build",
        "weeks : 8 to 55 person-days, likely 21, to playable",
        "of the project in client, which decides; without the blockers, which are choices; not calibrated to your team",
        "1 blocker, 4 errors",
        "boots days 3 7 15 yes",
        "steam up to 6 person-days 2 to 20 person-days nobody to ask a web backend",
        "Find out first whether the saves fit",
        "server native ready",
    ):
        assert said in text


def test_what_is_supposed_left_out_and_to_be_changed_stands_at_the_top() -> None:
    places = tuple(
        WorkPlace(f"client/{number}.gd", 2, ("net.udp",) if number < 70 else (), ("uses sockets",), number < 70)
        for number in range(100)
    )
    target = msgspec.structs.replace(
        EXAMPLE.targets[0], work=Work(places, ("net.udp",)), set_aside={"suppressed": 2, "known": 14}
    )
    text = page(msgspec.structs.replace(EXAMPLE, assumptions=("without <steam>",), targets=(target,))).text
    assert "Hypothetical: not the tree as it is without <steam> The verdict for each target" in text
    assert "1 blocker, 4 errors; 2 suppressed, 14 known" in text
    assert "godot-web: 70 files of 100 that a port is likely to change" in text
    assert "client/59.gd net.udp uses sockets 10 more files not shown." in text


def test_a_target_without_an_estimate_says_so() -> None:
    assert "There is no estimate for this target." in page(EXAMPLE).text


def test_what_was_not_looked_at_stands_in_the_page_itself() -> None:
    text = page(EXAMPLE).text
    assert "9 files in the tree: 4 analysed, 1 partly, 3 not analysed, 1 excluded." in text
    assert "not a PE file not analysed 2 2 files server/bad.dll server/worse.dll" in text


# findings


def rows(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page(report).data["findings"]["rows"]
    return found


def test_a_row_keeps_what_each_target_says() -> None:
    here = finding("enet-peer", "net.udp", "client/net.gd", 3, message="uses ENet: no datagrams in a page")
    there = msgspec.structs.replace(here, message="uses ENet: no sockets in preview 1")
    one, two = report_of([here]), report_of([there], "wasip1")
    found = page(msgspec.structs.replace(one, targets=(*one.targets, *two.targets))).data["findings"]
    (row,) = found["rows"]
    said = {found["reasons"][number][1]: targets for number, targets in row["said"]}
    assert said == {here.message: [0], there.message: [1]}


def test_the_path_of_a_blocker_names_the_line_that_brings_it_in() -> None:
    found = page(EXAMPLE).data["findings"]
    row = found["rows"][0]
    assert row["severity"] == "blocker"
    way = [(found["texts"][name], found["texts"][place] if place >= 0 else "") for name, place in row["via"]]
    assert way == [("client", ""), ("steam", "client/addons/steam/steam.gdextension:4")]


def test_an_excerpt_shows_the_line_and_its_neighbours() -> None:
    found = [row for row in rows(EXAMPLE) if row.get("excerpt")]
    assert found[0]["excerpt"] == {
        "first": 2,
        "line": 3,
        "lines": ["", "var peer := ENetMultiplayerPeer.new()", "var t = Thread.new()"],
    }
    assert rows(report_of([STEAM]))[0].get("excerpt") is None  # a binary


def test_source_lines_hide_nothing_and_keep_their_backslashes() -> None:
    report = report_of([finding("r", "net.udp", "a.c", 1)])
    source = 'puts("\\n");\t// \u202eneddih\x1b[31m ::x'.encode()
    text = reporter("html").render(report, catalog(), RenderOptions(read={"a.c": source}.get))
    (line,) = Page(text).data["findings"]["rows"][0]["excerpt"]["lines"]
    assert line == 'puts("\\n");\t// \\u202eneddih\\x1b[31m ::x'


@pytest.mark.parametrize(("number", "name"), [(6_000, "a.gd"), (3_000, "x" * 3_000)])
def test_the_page_is_bounded_and_counts_what_it_left_out(number: int, name: str) -> None:
    source = {f"{line}{name}": b"x" * 900 + b"\n" for line in range(number)}
    report = report_of([finding("enet-peer", "net.udp", path, 1, name=path) for path in source])
    text = reporter("html").render(report, catalog(), RenderOptions(read=source.get))
    assert len(text.encode()) < MAX_BYTES
    found = Page(text)
    left = re.search(r"([\d,]+) more findings not in this page", found.text)
    assert left
    assert len(found.data["findings"]["rows"]) + int(left[1].replace(",", "")) == number
    bare = sum("excerpt" not in row for row in found.data["findings"]["rows"])
    assert (f"{bare:,} findings shown without source lines" in found.text) == (bare > 0)


# the picture


def drawn(edges: Sequence[tuple[str, str, Scope, Guard]], blockers: Sequence[str] = ()) -> Picture:
    names = sorted({name for source, target, *_ in edges for name in (source, target)})
    components = tuple(
        Component(
            f"{'project' if name == 'game' else 'plugin'}:{name}", "project" if name == "game" else "plugin", name, name
        )
        for name in names
    )
    ids = {each.name: each.id for each in components}
    found = [finding("r", "lib.native", f"{name}/x", component=ids[name], blocker=True) for name in blockers]
    report = msgspec.structs.replace(
        report_of(found),
        components=components,
        dependencies=tuple(
            Dependency(ids[source], ids[target], scope, "game/list", number, guard)
            for number, (source, target, scope, guard) in enumerate(edges, start=1)
        ),
    )
    return picture(view(report, catalog().targets))


def way(found: Picture, name: str) -> tuple[list[str], bool]:
    (box,) = [box for box in found.boxes if box.title == name]
    return [found.boxes[number].title for number in box.way], box.aside


ALWAYS = Guard()


def test_a_way_by_what_ships_is_preferred_to_a_shorter_one() -> None:
    edges: list[tuple[str, str, Scope, Guard]] = [
        ("game", "culprit", "test", ALWAYS),
        ("game", "a", "run", ALWAYS),
        ("a", "culprit", "run", ALWAYS),
        ("game", "tool", "editor", ALWAYS),
        ("game", "other", "run", NEVER),
    ]
    found = drawn(edges)
    assert way(found, "culprit") == (["game", "a", "culprit"], False)
    assert way(found, "tool") == (["game", "tool"], True)
    assert way(found, "other") == (["game", "other"], True)


def test_many_components_are_folded_to_what_leads_to_blockers_and_counted() -> None:
    edges: list[tuple[str, str, Scope, Guard]] = [("game", f"leaf{number}", "run", ALWAYS) for number in range(MOST)]
    edges += [("leaf7", "culprit", "run", ALWAYS)]
    found = drawn(edges, ["culprit"])
    assert [box.title for box in found.boxes] == ["culprit", "leaf7", "game"]
    assert found.total == MOST + 2
    assert [arrow.said for arrow in found.arrows if found.boxes[arrow.target].title == "culprit"] == [
        (f"game/list:{MOST + 1} (run)",)
    ]
    assert drawn(edges[:-2]).total == MOST == len(drawn(edges[:-2]).boxes)


def test_more_blockers_than_a_picture_holds_keep_whole_ways() -> None:
    names = [f"leaf{number:03}" for number in range(MOST + 50)]
    found = drawn([("game", name, "run", ALWAYS) for name in names], names)
    assert len(found.boxes) == MOST
    assert found.total == MOST + 51
    assert all(len(box.way) == 2 for box in found.boxes if box.title != "game")


EDGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=80)


@given(EDGES)
def test_no_two_boxes_share_a_place_and_order_does_not_matter(edges: list[tuple[int, int]]) -> None:
    nodes = list(range(31))
    places = placed(nodes, edges)
    assert sorted(places) == nodes
    assert len(set(places.values())) == len(nodes)
    assert placed(nodes, edges[::-1]) == places


@pytest.mark.parametrize(
    "edges",
    [
        [(0, 1), (1, 2), (0, 2)],
        [(0, 1), (1, 2), (2, 3), (0, 3)],
        [(0, number) for number in range(1, 60)],
    ],
    ids=["triangle", "chain", "fan"],
)
def test_arrows_without_circles_point_to_the_right(edges: list[tuple[int, int]]) -> None:
    places = placed(sorted({node for edge in edges for node in edge}), edges)
    assert all(places[source][0] < places[target][0] for source, target in edges)


def test_a_circle_is_broken_at_the_arrow_that_leads_back() -> None:
    places = placed([0, 1, 2], [(0, 1), (1, 2), (2, 1)])
    assert places[0][0] < places[1][0] < places[2][0]
