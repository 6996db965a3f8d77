"""Pages of targets as Markdown, and the tables that lead to every page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from portlint.model.catalog import Catalog, Support, Target
from portlint.model.finding import LEVELS, rank
from portlint.reporters.markdown_text import code
from portlint.reporters.page_markdown import Link, joined, plain_table, short, support_cells, words
from portlint.words import counted


def target_markdown(target: Target, catalog: Catalog, link: Link) -> str:
    """The web page of a target. `link` writes a reference to a `capability`."""
    counts = {level: sum(support.level == level for support in target.support.values()) for level in LEVELS}
    told = ", ".join(f"{number} {level}" for level, number in counts.items() if number)
    sections = [
        f"# {code(target.id)}",
        f"**{words(target.title)}** ({words(target.version)}). Of {len(target.support)} capabilities: {told}.",
        words(target.notes),
        f"**Should a server move here?** {words(target.advice)}" if target.advice else "",
        f"**Nothing is called ready here:** {words(target.unproven)}" if target.unproven else "",
        _profile(target),
        *_languages(target),
        *_limits(target),
        "## What it does not give, or gives in another way",
        "\n".join(_table(target, catalog, link)) or "Nothing.",
        "## What works",
        _working(target, catalog, link),
    ]
    return joined(sections)


def rules_index(catalog: Catalog, link: Link) -> str:
    """Every rule in one table, by the area of its capability."""
    rules = sorted(catalog.rules.values(), key=lambda rule: (_area(rule.needs), rule.id))
    sections = [
        "# Rules",
        f"{counted(len(rules), 'rule')}. Each says which code needs which capability; none knows a target.",
    ]
    for area, group in groupby(rules, key=lambda rule: _area(rule.needs)):
        rows = (
            (link("rule", rule.id), f"the code {words(rule.summary)}", link("capability", rule.needs)) for rule in group
        )
        sections += [f"## {area}", "\n".join(plain_table(("Rule", "Finds that", "Needs"), rows))]
    return joined(sections)


def capabilities_index(catalog: Catalog, link: Link) -> str:
    """Every capability, with its price and how many targets refuse it."""
    found = {name: sum(rule.needs == name for rule in catalog.rules.values()) for name in catalog.capabilities}
    rows = (
        (
            link("capability", row.id),
            words(row.title),
            f"{row.days[0]:g} - {row.days[1]:g} - {row.days[2]:g}",
            f"{sum(_refuses(target.support[row.id]) for target in catalog.targets.values())} of {len(catalog.targets)}",
            str(found[row.id]),
        )
        for row in catalog.capabilities.values()
    )
    head = ("Capability", "What it is", "Person-days, low - likely - high", "Targets without it", "Rules")
    return joined(
        [
            "# Capabilities",
            "What a program may need of the place where it runs. The days are for the first place that needs it.",
            "\n".join(plain_table(head, rows)),
        ]
    )


def targets_index(catalog: Catalog, link: Link) -> str:
    rows = (
        (
            link("target", target.id),
            words(target.title),
            words(target.version),
            str(sum(_refuses(support) for support in target.support.values())),
            str(sum(support.level == "unknown" for support in target.support.values())),
        )
        for target in catalog.targets.values()
    )
    head = ("Target", "What it is", "Version", "Capabilities it lacks", "Unknown")
    return joined(["# Every target", "\n".join(plain_table(head, rows))])


def _profile(target: Target) -> str:
    """What the judge takes as given."""
    points = {
        "loads": target.formats,
        "takes these flags as given": target.assumes,
        "defines": target.defines,
        "does not define": target.undefines,
    }
    return "\n".join(f"- {what}: {', '.join(map(code, names))}" for what, names in points.items() if names)


def _languages(target: Target) -> Iterable[str]:
    rows = [
        (name, row.status, code(row.triple), words(row.since), words(row.notes), f"{short(row.source)}, {row.checked}")
        for name, row in target.languages.items()
    ]
    head = ("Language", "Status", "Name there", "Since", "Notes", "Source, checked")
    return ["## Languages", "\n".join(plain_table(head, rows))] if rows else []


def _limits(target: Target) -> Iterable[str]:
    rows = [(name, words(row.value), f"{short(row.source)}, {row.checked}") for name, row in target.limits.items()]
    return ["## Limits", "\n".join(plain_table(("Of", "Limit", "Source, checked"), rows))] if rows else []


def _table(target: Target, catalog: Catalog, link: Link) -> list[str]:
    """A row for each answer: blockers first, then by level; capabilities that get the very same answer share one."""
    groups: dict[Support, list[str]] = {}
    for name in catalog.capabilities:
        if target.support[name].level != "works":
            groups.setdefault(target.support[name], []).append(name)
    ordered = sorted(groups.items(), key=lambda each: (not each[0].blocker, -rank(each[0].level)))
    rows = [
        (
            "; ".join(f"{link('capability', name)} {words(catalog.capabilities[name].title)}" for name in names),
            *support_cells(support),
        )
        for support, names in ordered
    ]
    head = ("Capability", "What happens", "Why, and what instead", "Source, checked")
    return plain_table(head, rows) if rows else []


def _working(target: Target, catalog: Catalog, link: Link) -> str:
    names = [name for name in catalog.capabilities if target.support[name].level == "works"]
    return ", ".join(link("capability", name) for name in names) or "Nothing that anybody has checked."


def _refuses(support: Support) -> bool:
    return support.level not in ("works", "flag", "partial", "unknown")


def _area(capability: str) -> str:
    return capability.partition(".")[0]
