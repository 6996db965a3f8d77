"""Words that choose findings: a rule, a capability, or an area of capabilities (`udp-socket`, `net.udp`, `net`)."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from portlint.catalog.renamed import renamed_rules
from portlint.errors import PortlintError
from portlint.model.catalog import Catalog
from portlint.model.finding import Finding

EVERYTHING = "*"


def chooses(selector: str, finding: Finding) -> bool:
    if selector in (EVERYTHING, finding.rule, finding.capability):
        return True
    return finding.capability.startswith(f"{selector}.") or renamed_rules().get(selector) == finding.rule


def any_chooses(selectors: Iterable[str], finding: Finding) -> bool:
    return any(chooses(selector, finding) for selector in selectors)


def known_selectors(catalog: Catalog) -> frozenset[str]:
    areas = {capability.partition(".")[0] for capability in catalog.capabilities}
    return frozenset((EVERYTHING, *catalog.rules, *catalog.capabilities, *areas, *renamed_rules()))


def mistake(word: str, known: Collection[str], what: str = "rule") -> str:
    """`unknown rule 'udp-sokcet'; did you mean 'udp-socket'?`, or "" for a word that is known."""
    if word in known:
        return ""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    if near:
        return f"unknown {what} {word!r}; did you mean {near[0]!r}?"
    shown = "'portlint rules' lists them" if what == "rule" else f"known: {', '.join(sorted(known))}"
    return f"unknown {what} {word!r}; {shown}"


def split_selectors(texts: Iterable[str], option: str, catalog: Catalog) -> tuple[str, ...]:
    """What `--select a,b --select c` names. Raises PortlintError for a word that names no rule, capability or area."""
    words = tuple(word.strip() for text in texts for word in text.split(",") if word.strip())
    known = known_selectors(catalog)
    for word in words:
        if text := mistake(word, known):
            raise PortlintError(f"{option}: {text}")
    return words
