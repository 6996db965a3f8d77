"""The rules hold their word: one rule a name, a source, and a fixture with a hit and a near miss."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.model.catalog import Match, Rule

FIXTURES = Path(__file__).parent / "fixtures" / "rules"
# rules/checks/<area>: what code and binaries of the C family need. Other areas have their own tests.
AREAS = ("thread", "net", "fs", "process", "memory", "code", "time", "graphics", "audio", "ui", "os", "library")
# Driven by the generated tables, the include walk or the graph: a comment in a source file cannot mark them.
WITHOUT_FIXTURE = {"native-library-without-wasm"}
TABLE_DRIVEN = {"missing-libc-function", "platform-api", "missing-system-header", "platform-gate", "platform-chain"}
CONSTRUCTS = {"inline-asm", "blocking-loop"}  # the extractor's words for them stand in no source file
MARK = re.compile(r"// finding(?:\[[\w, -]+\])?: ([\w-]+)")
C_FAMILY = {"c", "cpp", "objc"}


def rules_of(area: str) -> list[Rule]:
    rules = load_catalog().rules
    return [rules[path.stem] for path in sorted((rules_folder() / "checks" / area).glob("*.toml"))]


def family(language: str) -> str:
    """C, C++ and Objective-C are one language to the extractor."""
    return "c" if language in C_FAMILY else language


RULES = [rule for area in AREAS for rule in rules_of(area)]
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def entries() -> list[tuple[Rule, Match, str]]:
    return [
        (rule, match, name) for rule in load_catalog().rules.values() for match in rule.match for name in match.names
    ]


def test_every_area_has_rules() -> None:
    assert len(RULES) >= 60
    assert all(rules_of(area) for area in AREAS)


def test_a_name_belongs_to_one_rule() -> None:
    """Per kind, language and engine; entries with `with` or `values` are refinements and come before plain ones."""
    owners: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for rule, match, name in entries():
        if not match.with_ and not match.values:
            owners[match.kind, family(match.language), match.engine, name].add(rule.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_no_prefix_of_one_rule_covers_a_name_of_another() -> None:
    prefixes = [(r.id, m.kind, family(m.language), n[:-1]) for r, m, n in entries() if n.endswith("*")]
    clashes = [
        (name, rule.id, prefix, other)
        for rule, match, name in entries()
        for other, kind, language, prefix in prefixes
        if other != rule.id
        and kind == match.kind
        and language == family(match.language)
        and name.rstrip("*").startswith(prefix)
    ]
    assert clashes == []


def test_no_name_is_listed_twice_in_one_entry() -> None:
    rules = load_catalog().rules.values()
    assert [(rule.id, m.kind) for rule in rules for m in rule.match if len(set(m.names)) < len(m.names)] == []


def test_prefixes_stand_where_the_extractor_compares_whole_facts() -> None:
    """Names in code are found by a fixed vocabulary: a `*` there would never match anything."""
    fixed = {"call", "type", "constant", "construct"}
    assert [(r.id, n) for r, m, n in entries() if family(m.language) == "c" and m.kind in fixed and "*" in n] == []
    assert [(r.id, n) for r, m, n in entries() if "*" in n[:-1] and m.kind not in ("package", "setting")] == []


@EACH
def test_rule_is_complete(rule: Rule) -> None:
    assert rule.source.startswith(("https://", "http://")), "every rule names its source"
    assert rule.checked is not None and rule.checked <= date(2030, 1, 1)
    assert rule.notes, "notes say what the traps and near misses are"
    assert rule.summary[0].islower() and not rule.summary.endswith("."), 'the summary completes "the code ..."'
    assert rule.match or rule.id in TABLE_DRIVEN
    assert all(match.names for match in rule.match)


@EACH
def test_rule_has_a_fixture_with_a_hit_and_a_near_miss(rule: Rule) -> None:
    if rule.id in WITHOUT_FIXTURE:
        pytest.skip("no line of C shows it: a manifest of binaries does, in fixtures/rules/godot/extensions")
    found = [path for path in sorted(FIXTURES.glob(f"*/{rule.id}.*")) if path.suffix in (".c", ".cpp", ".m", ".mm")]
    assert found, f"no fixture tests/fixtures/rules/<area>/{rule.id}.*"
    lines = [line for path in found for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[0].startswith("// targets: ")
    assert any(rule.id in MARK.findall(line) for line in lines), "no line is marked as a finding of this rule"
    words = {word for match in rule.match for name in match.names for word in name.rstrip("*").split("::")[-1:]}
    quiet = [line for line in lines[1:] if not MARK.search(line)]
    near = any(re.search(rf"\b{re.escape(word)}\b", line) for line in quiet for word in words)
    assert near or words & CONSTRUCTS or rule.id in TABLE_DRIVEN, "no line without a mark uses one of its words"


def test_fixtures_name_rules_that_exist() -> None:
    known = load_catalog().rules
    unknown = {
        (path.name, rule)
        for area in AREAS
        for path in sorted((FIXTURES / area).glob("*"))
        for rule in MARK.findall(path.read_text(encoding="utf-8"))
        if rule not in known
    }
    assert unknown == set()
