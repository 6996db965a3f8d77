"""How hard it would be to build a native library again for a target, read from what it imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from portlint.catalog.platforms import platform_names
from portlint.extractors.binary.demangle import plain_name
from portlint.judge.facts import Judge
from portlint.judge.level import Answer
from portlint.judge.words import cut
from portlint.model.catalog import Catalog, Rule
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

Grade = Literal["plain", "confined", "inherent", "untold"]
_ASKS = ("symbol", "links", "may-load")


class Rebuild(msgspec.Struct, frozen=True):
    """`plain`: nothing platform-specific. `confined`: to the capabilities that `text` names. `inherent`: one of them
    is what the target never gives. `untold`: the file shows no imports. `text` ends a sentence, or is "".
    """

    grade: Grade
    text: str = ""


def rebuild(extraction: Extraction, judge: Judge, catalog: Catalog) -> Rebuild:
    """What a rebuild would have to do without. Imports that start-up code alone may make do not count."""
    needs: dict[str, set[str]] = {}
    never: dict[str, set[str]] = {}
    further: Counter[str] = Counter()
    for fact, rule, answer in asked_of(extraction.facts, judge):
        if answer.level != "flag":
            (never if answer.blocker else needs).setdefault(rule.needs, set()).add(fact.name)
    for fact in extraction.facts:
        if fact.kind == "symbol" and fact.value != "maybe" and not judge.speaks_of(fact):
            home = platform_names().get(fact.name)
            further.update([home.platform] if home else [])
    if never:
        return Rebuild(
            "inherent",
            f"; what it does is inherent to its platform: a rebuild would have to do without {_listed(never, catalog)}"
            + (f", and without {_listed(needs, catalog)}" if needs else ""),
        )
    if needs or further:
        parts = [_listed(needs, catalog)] if needs else []
        parts += [_calls(platform, count, bool(needs)) for platform, count in sorted(further.items())]
        return Rebuild("confined", f"; a rebuild is confined to doing without {', '.join(parts)}")
    if any(fact.kind in _ASKS for fact in extraction.facts):
        return Rebuild("plain", "; a rebuild would need nothing platform-specific, as far as its imports tell")
    return Rebuild("untold")


def asked_of(facts: Sequence[Fact], judge: Judge) -> Iterator[tuple[Fact, Rule, Answer]]:
    """Imports that the target has something against. A library whose functions are known does not speak itself."""
    imports = [fact for fact in facts if fact.kind in _ASKS and fact.value != "maybe"]
    beside = {fact.name for fact in imports if fact.kind == "symbol"}
    spoken_for = {fact.value for fact in imports if fact.kind == "symbol" and judge.speaks_of(fact)}
    for fact in imports:
        asked = judge.asks(fact, beside) if fact.kind == "symbol" or fact.name not in spoken_for else None
        if asked:
            yield fact, *asked


def _listed(needs: Mapping[str, set[str]], catalog: Catalog) -> str:
    rows = sorted((catalog.capabilities[need].title, names) for need, names in needs.items())
    return ", ".join(f"{title} ({cut(sorted({plain_name(name) for name in names}))})" for title, names in rows)


def _calls(platform: str, count: int, further: bool) -> str:
    """`41 further calls of Windows`: functions of a platform's API that no rule names."""
    return f"{count} {'further ' if further else ''}call{'' if count == 1 else 's'} of {platform}"
