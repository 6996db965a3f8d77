"""What is known of packages: the data keep their word, and a page says it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.errors import PortlintError
from portlint.explain import explain
from portlint.extractors.binary.marks import extra_settings, marks
from portlint.model.package import Package

PACKAGES = load_packages()
FAMILIES = {"browser", "wasi"}
ECOSYSTEMS = set("cargo conan golang npm nuget pypi upm vcpkg".split())
ROW = """[[package]]
id = "{id}"
name = "One"
kind = "library"
match.libraries = ["{id}"]
[package.on.browser]
status = "yes"
source = "https://example.org/"
checked = 2026-01-01
"""


def test_at_least_as_many_as_promised() -> None:
    sourced = [package for package in PACKAGES if any(fate.status != "unknown" for fate in package.on.values())]
    assert len(PACKAGES) >= 150
    assert len(sourced) >= 90


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.id)
def test_row(package: Package) -> None:
    match = package.match
    named = (
        match.entry_symbols,
        match.stems,
        match.libraries,
        match.exports,
        match.marks,
        match.packages,
        match.plugins,
    )
    assert any(named), "nothing to recognise it by"
    assert package.on, "nothing is said of it"
    assert set(package.on) <= FAMILIES | set(load_catalog().targets)
    for fate in package.on.values():
        assert fate.source.startswith("https://")
        assert not fate.because.endswith(".") and not fate.instead.endswith(".")
        assert fate.instead or fate.status != "no", "no way out is named"
    for name in set(package.on) - FAMILIES:  # a target in one release is that target
        assert package.fate(f"{name}@1.2", load_catalog().targets[name].family) == package.on[name]
    assert package.id == package.id.lower() and " " not in package.id
    assert all(name.partition("/")[0] in ECOSYSTEMS and name.partition("/")[2] for name in match.packages)
    assert all(len(mark) >= 8 and mark.isascii() for mark in match.marks)
    assert package.id not in package.wraps


@pytest.mark.parametrize("kind", ["entry_symbols", "stems", "libraries", "exports", "marks", "packages"])
def test_no_two_rows_answer_to_one_name(kind: str) -> None:
    cased = kind in ("exports", "marks")
    owners: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for name in getattr(package.match, kind):
            owners[name if cased else name.lower()].add(package.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}
    starts = [name for name in owners if name.endswith("*")]
    caught = [(a, b) for a in starts for b in owners if b.startswith(a[:-1]) and owners[a] != owners[b]]
    assert caught == []


def test_bindings_name_what_they_rest_on() -> None:
    wraps = {package.id: package.wraps for package in PACKAGES}
    for binding in ("steamworks-net", "facepunch-steamworks", "godotsteam", "gmext-steamworks", "defold-steam"):
        assert wraps[binding] == ("steamworks",)
    assert wraps["steamworks"] == ()


def _rules(folder: Path, **files: str) -> Path:
    (folder / "packages").mkdir()
    for name, text in files.items():
        (folder / "packages" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"one": ROW.format(id="a"), "two": ROW.format(id="a")},
            "two.toml: the id 'a' stands twice, first in one.toml",
        ),
        ({"one": ROW.format(id="a") * 2}, "one.toml: the id 'a' stands twice"),
        ({"one": "[[package]]\nid = 3\n"}, "one.toml: Expected `str`, got `int`"),
        ({"one": ROW.format(id="a").replace("status", "state")}, "one.toml: Object contains unknown field `state`"),
        ({"one": "[[package"}, "one.toml: not valid TOML"),
        ({"one": ROW.format(id="a").replace("[package.on", 'wraps = ["b"]\n[package.on')}, "one.toml: 'a' wraps the"),
    ],
)
def test_bad_rows_are_refused_with_their_file(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with pytest.raises(PortlintError) as caught:
        load_packages(folder=_rules(tmp_path, **files))
    assert says in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PortlintError, match="cannot be read"):
        load_packages("godot", _rules(tmp_path))


def test_rows_of_all_files_come_sorted_and_once(tmp_path: Path) -> None:
    folder = _rules(tmp_path, one=ROW.format(id="b"), two=ROW.format(id="a"))
    assert [package.id for package in load_packages(folder=folder)] == ["a", "b"]
    assert load_packages(folder=folder) is load_packages(folder=folder)
    assert [package.id for package in load_packages("one", folder)] == ["b"]


def test_the_marks_are_those_of_the_rows() -> None:
    assert set(marks().texts) == {mark for package in PACKAGES for mark in package.match.marks}
    texts = marks().texts
    assert [(a, b) for a in texts for b in texts if a != b and a in b] == [], "the shorter one always hits, too"


def test_marks_are_found_in_native_binaries_only() -> None:
    inside = b"\0" * 64 + b"..SQLite format 3\0" + b"[S_API] SteamAPI_Init(): Loaded" + b"SQLite format 3"
    expected = (("binary/mark", "SQLite format 3"), ("binary/mark", "[S_API] SteamAPI_Init()"))
    assert extra_settings(b"\x7fELF" + inside) == expected
    assert extra_settings(b"SQLite format 3\0" + inside) == ()  # a database, not a library
    assert extra_settings(b"\x7fELF" + b"\0" * 64) == ()
    assert extra_settings(b"") == ()


def test_a_page_of_a_package() -> None:
    page = explain(load_catalog(), "eos-sdk", None)
    assert page[0] == "eos-sdk: Epic Online Services SDK (middleware)"
    assert "used by: eos-unity-plugin, epic-online-services-godot" in page
    assert "browser: no: Epic publishes no web build" in page
    assert any(line.startswith("  source: https://github.com/PlayEveryWare/") for line in page)


def test_a_page_by_name_for_one_target() -> None:
    page = explain(load_catalog(), "sdl 2", "wasip2")
    assert page[0] == "sdl2: SDL 2 (library)"
    assert page[-3].startswith("wasip2: unknown: WASI has no windows")
    assert not any(line.startswith("browser") for line in page)


def test_a_target_of_which_nothing_is_known() -> None:
    assert explain(load_catalog(), "dotween", "wasip1")[-1] == "wasip1: nothing is known"


def test_a_rule_and_a_package_of_one_name_give_both_pages() -> None:
    page = explain(load_catalog(), "steamworks", "web-emscripten")
    assert page[0] == "steamworks: Steamworks SDK (middleware)"
    assert "steamworks: the code calls Steamworks" in page


@pytest.mark.parametrize(
    ("subject", "near"),
    [("steamwork", "steamworks"), ("gamenetworking", "gamenetworkingsockets"), ("crashpads", "crashpad")],
)
def test_near_names(subject: str, near: str) -> None:
    with pytest.raises(PortlintError, match=f"did you mean .*{near}"):
        explain(load_catalog(), subject, None)
