"""What is generated for readers is what the rules, the fixtures and the command line say now."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from packaging.version import Version

from portlint import __version__, cli
from portlint.catalog import load_catalog, rules_folder
from portlint.explain import explain
from portlint.pages import answers, rule_page
from portlint.pages.examples import examples
from portlint.pages.words import KINDS, LANGUAGES, comment_of, setting_of
from portlint.reporters.page_markdown import rule_help, rule_markdown

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
FIXTURES = ROOT / "tests" / "fixtures" / "rules"
CATALOG = load_catalog()
SECTIONS = (
    "What is looked for",
    "Why it stops a project",
    "How sure",
    "What it costs",
    "Examples",
    "How to silence it",
    "Where this comes from",
)
sys.path.insert(0, str(ROOT / "tools"))
import docs as pages  # noqa: E402


def test_what_is_generated_is_up_to_date() -> None:
    assert pages.stale() == [], "run 'make docs'"


def test_a_page_that_says_something_else_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    pages.write()
    assert pages.stale() == []
    (tmp_path / "docs/rules/udp-socket.md").write_text("edited")
    (tmp_path / "docs/rules/gone.md").write_text("of a rule that is gone")
    assert pages.stale() == ["docs/rules/gone.md", "docs/rules/udp-socket.md"]
    pages.write()
    assert pages.stale() == []


def test_every_rule_target_and_capability_has_a_page() -> None:
    for folder, ids in (("rules", CATALOG.rules), ("targets", CATALOG.targets), ("capabilities", CATALOG.capabilities)):
        assert {path.stem for path in (DOCS / folder).glob("*.md")} == {*ids, "index"}


def test_a_rules_page_has_every_section() -> None:
    for rule in CATALOG.rules:
        text = (DOCS / "rules" / f"{rule}.md").read_text()
        assert tuple(re.findall("^## (.*)$", text, re.M)) == SECTIONS
        assert all(f"[`{target}`]" in text for target in CATALOG.targets)


def test_links_lead_to_a_file() -> None:
    for page in DOCS.rglob("*.md"):
        tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text())
        links = [
            str(child.attrs["href"]) for token in tokens for child in token.children or () if "href" in child.attrs
        ]
        local = [link.partition("#")[0] for link in links if not link.startswith(("http://", "https://", "#"))]
        assert [link for link in local if not (page.parent / link).exists()] == [], page


def test_the_web_site_leads_to_every_page_by_hand() -> None:
    """mkdocs itself says nothing of a page that no menu names."""
    menu = set(re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M))
    made = pages.generated()
    paths = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert {path for path in paths if f"docs/{path}" not in made} - menu == set()


def test_the_words_of_rules_are_never_markup() -> None:
    """One comment of ours is the only HTML; every other pair of angle brackets stands in code or is an address."""
    for path, text in ((path, text) for path, text in pages.generated().items() if path.endswith(".md")):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        blocks = [token.content for token in tokens if token.type == "html_block"]
        inline = [child.content for token in tokens for child in token.children or () if child.type == "html_inline"]
        assert len(blocks) == 1 and inline == [], path


def test_examples_are_the_lines_of_the_fixtures() -> None:
    for rule, found in examples().items():
        marked = 0
        for example in found:
            text = (FIXTURES / example.path).read_text()
            assert all(block in text for block in example.text.split("\n\n")), example.path
            marks = re.search(rf"finding(\[[^\]]*\])?:.*\b{re.escape(rule)}\b", example.text)
            marked += bool(marks)
            assert marks or example.path.split("/")[1] == rule, (rule, example.path)
        assert marked, rule


def test_every_rule_has_an_example_and_its_own_comes_first() -> None:
    assert set(examples()) == set(CATALOG.rules)
    own = {path.name.partition(".")[0] for path in FIXTURES.glob("*/*")} & set(CATALOG.rules)
    assert len(own) > 200
    assert all(examples()[rule][0].path.split("/")[1].partition(".")[0] == rule for rule in own)


def test_a_mark_comes_before_what_only_stands_beside_it() -> None:
    """A help text of one example shows the first."""
    for rule, found in examples().items():
        assert f" {rule}" in found[0].text, rule


def test_an_example_shows_a_line_that_gives_nothing() -> None:
    for rule, found in examples().items():
        lines = [line for example in found for line in example.text.splitlines() if line.strip()]
        assert any("finding" not in line for line in lines), rule


def test_answers_in_the_same_words_stand_together() -> None:
    found = answers(CATALOG, "net.udp")
    assert sorted(target for answer in found for target in answer.targets) == sorted(CATALOG.targets)
    assert len({answer.support for answer in found}) == len(found) < len(CATALOG.targets)
    assert [answer.support.blocker for answer in found] == sorted((a.support.blocker for a in found), reverse=True)


def test_explain_the_page_and_the_help_say_the_same() -> None:
    """One source: the reason, the remedy, the price and the example are in all three."""
    target = CATALOG.targets["wasip1"]
    page = rule_page(CATALOG, "udp-socket", [target])
    support = target.support["net.udp"]
    texts = [
        "\n".join(explain(CATALOG, "udp-socket", "wasip1")),
        rule_markdown(page, lambda _kind, name: name),
        rule_help(page, support.level),
    ]
    for text in texts:
        flat = re.sub(r"[\s`]+", " ", text).lower()
        for said in (support.because, support.instead, "2 to 20 person-days, likely 6", comment_of(page.rule)):
            assert said.lower() in flat
        assert "void tick(int fd) { recvfrom(fd, buf, sizeof buf, 0, 0, 0); }  // finding: udp-socket" in text


@pytest.mark.parametrize("subject", ["udp-socket", "net.udp", "lua-socket", "missing-libc-function", "godot-enet"])
def test_explain_fits_a_terminal(subject: str) -> None:
    """But for addresses and code, which are never broken."""
    lines = explain(CATALOG, subject, None)
    assert [line for line in lines if len(line) > 80 and "https://" not in line and not line.startswith("    ")] == []


@pytest.mark.parametrize(
    ("rule", "comment"),
    [
        ("udp-socket", "// portlint: ignore[udp-socket] reason"),
        ("godot-enet", "# portlint: ignore[godot-enet] reason"),
        ("lua-socket", "-- portlint: ignore[lua-socket] reason"),
        ("missing-libc-function", "// portlint: ignore[missing-libc-function] reason"),
        ("wasm-udp-import", ""),
    ],
)
def test_the_comment_that_silences_a_rule(rule: str, comment: str) -> None:
    assert comment_of(CATALOG.rules[rule]) == comment


@pytest.mark.parametrize(
    ("rule", "name", "code"),
    [
        ("udp-socket", "a.c", "#include <sys/socket.h>\nint f(int s) { return (int)recvfrom(s, 0, 0, 0, 0, 0); }"),
        ("python-socket-use", "a.py", "import socket; s = socket.socket()"),
    ],
)
def test_what_a_page_says_to_silence_a_rule_does(rule: str, name: str, code: str, tmp_path: Path) -> None:
    arguments = ["scan", str(tmp_path), "--target", "wasip1", "--no-cache", "--jobs", "1", "--select", rule]
    (tmp_path / name).write_text(f"{code}\n")
    assert cli.run(arguments) == 1
    (tmp_path / name).write_text(f"{code}  {comment_of(CATALOG.rules[rule])}\n")
    assert cli.run(arguments) == 0
    (tmp_path / "a" / "folder").mkdir(parents=True)
    (tmp_path / name).replace(tmp_path / "a" / "folder" / name)
    (tmp_path / "a" / "folder" / name).write_text(f"{code}\n")
    assert cli.run(arguments) == 1
    (tmp_path / "portlint.toml").write_text("\n".join(setting_of(CATALOG.rules[rule])))
    assert cli.run(arguments) == 0


def test_every_word_of_a_rule_is_put_into_english() -> None:
    matches = [match for rule in CATALOG.rules.values() for match in rule.match]
    assert {match.language for match in matches} - {""} <= set(LANGUAGES)
    assert {match.kind for match in matches} <= set(KINDS)


def test_no_rule_is_newer_than_the_program() -> None:
    assert [rule.id for rule in CATALOG.rules.values() if Version(rule.since) > Version(__version__)] == []


def test_a_checkout_reads_the_fixtures_themselves() -> None:
    assert not (rules_folder() / "examples.json").exists()
