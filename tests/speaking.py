"""What speaks against a target among the facts of a language, by the rules alone: no project, no report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from portlint.catalog import load_catalog, rules_folder
from portlint.judge.matching import Matcher
from portlint.model.catalog import Match, Rule
from portlint.model.fact import Fact


def rules_of(area: str) -> list[Rule]:
    """Those of one folder of `rules/checks`."""
    catalog = load_catalog()
    return [catalog.rules[path.stem] for path in sorted((rules_folder() / "checks" / area).glob("*.toml"))]


def speaking(
    facts: Iterable[Fact], target_id: str, lacks: Collection[str] = ()
) -> Iterator[tuple[Fact, Rule, Match, bool | None]]:
    """Each fact with the rule whose need the target does not just meet, and whether its condition holds there.

    `lacks`: what does not hold either, beside what the target says.
    """
    catalog = load_catalog()
    target = catalog.targets[target_id]
    matcher = Matcher(catalog.rules.values())
    for fact in facts:
        chosen = matcher.first(fact)
        holds = fact.guard.holds(target.features, {*target.lacks, *lacks})
        if chosen is not None and holds is not False and target.support[chosen[0].needs].level != "works":
            yield fact, *chosen, holds
