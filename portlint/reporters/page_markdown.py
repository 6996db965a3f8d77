"""Pages of rules, capabilities and targets as Markdown: the web site's, and the help of a rule in SARIF.

The words are the catalog's, never the scanned tree's; they are escaped all the same, since they name macros and paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from portlint.model.catalog import Rule, Support
from portlint.model.finding import Level
from portlint.pages import Answer, CapabilityPage, RulePage
from portlint.pages.examples import Example
from portlint.pages.words import (
    READ_EXAMPLE,
    SURE,
    comment_of,
    confidences,
    matched,
    price,
    setting_of,
)
from portlint.reporters.markdown_text import cell, code, prose
from portlint.reporters.words import LEVEL_PHRASE, sentence

_TICKS = re.compile("`{3,}")
Link = Callable[[str, str], str]  # (kind, id) to Markdown


def rule_markdown(page: RulePage, link: Link) -> str:
    """The web page of a rule. `link` writes a reference to a `capability` or a `target`."""
    rule = page.rule
    sections = [
        f"# {code(rule.id)}",
        f"The code **{words(rule.summary)}**.",
        f"It needs {link('capability', rule.needs)}: {words(page.capability.title)}.",
        words(rule.notes),
        "## What is looked for",
        "\n".join(looked_for(rule)),
        "## Why it stops a project",
        "\n".join(answer_table(page.answers, link)),
        "## How sure",
        "\n".join(how_sure(rule)),
        "## What it costs",
        words(price(page.capability)),
        "## Examples",
        "\n\n".join(examples(page.examples)),
        "## How to silence it",
        *silenced(rule),
        "## Where this comes from",
        f"{_source(rule.source)}{f', checked {rule.checked}' if rule.checked else ''}. Since portlint {rule.since}.",
    ]
    return joined(sections)


def capability_markdown(page: CapabilityPage, link: Link) -> str:
    """The web page of a capability. `link` writes a reference to a `rule` or a `target`."""
    capability = page.capability
    finders = ", ".join(link("rule", rule) for rule in page.rules)
    sections = [
        f"# {code(capability.id)}",
        f"**{words(capability.title)}**: what the targets say, and what finds a need of it.",
        "## By target",
        "\n".join(answer_table(page.answers, link)),
        "## What it costs",
        words(price(capability)),
        "## Found by",
        finders or "No rule yet: the generated tables of the C library, or an engine's own answer, may need it.",
    ]
    return joined(sections)


def rule_help(page: RulePage, level: Level) -> str:
    """The help of a rule for the one target that its page was made for: what GitHub shows below an alert.

    `level`: what happens there; the table of a toolchain may say more than the capability's own answer.
    """
    rule, support = page.rule, page.answers[0].support
    because = f": {words(support.because)}" if support.because else ""
    lines = [
        f"The code {words(rule.summary)}{because}.",
        f"On this target: {LEVEL_PHRASE[level]}.",
        f"**Instead:** {sentence(words(support.instead))}" if support.instead else "",
        f"**Flag:** {sentence(words(support.flag))}" if support.flag else "",
        words(rule.notes),
        f"**Cost:** {words(price(page.capability))}",
        f"**How sure:** {' '.join(line.removeprefix('- ') + '.' for line in how_sure(rule))}",
        *examples(page.examples[:1]),
        "**To silence it:**",
        *silenced(rule),
        f"**Sources:** {_source(rule.source)}; the target: {_source(support.source)}, checked {support.checked}.",
        f"{code(f'portlint explain {rule.id}')} says more.",
    ]
    return joined(lines)


def looked_for(rule: Rule) -> list[str]:
    """A point for each entry of the rule, with all of its names."""
    if not rule.match:
        return ["No list of names: the generated tables of the targets' toolchains decide."]
    return [
        f"- {words(matched(match))}: {', '.join(code(name) for name in match.names)} ({match.confidence} confidence)"
        for match in rule.match
    ]


def how_sure(rule: Rule) -> list[str]:
    return [f"- {word} confidence: {SURE[word]}" for word in confidences(rule) or ("high",)]


def silenced(rule: Rule) -> list[str]:
    """In a comment, where its files have any, and in the settings."""
    comment = comment_of(rule)
    on_line = f"On its line, with a reason: {code(comment)}" if comment else "Its files have no comments."
    return [on_line, "For a folder, in `portlint.toml`:", "\n".join(("```toml", *setting_of(rule), "```"))]


def answer_table(answers: Sequence[Answer], link: Link) -> list[str]:
    """A row for each answer: the targets, what happens there, why and what instead, source and date."""
    rows = (
        (", ".join(link("target", target) for target in answer.targets), *support_cells(answer.support))
        for answer in answers
    )
    return plain_table(("Targets", "What happens", "Why, and what instead", "Source, checked"), rows)


def support_cells(support: Support) -> tuple[str, str, str]:
    """What happens, why and what instead, source and date."""
    phrase = LEVEL_PHRASE[support.level]
    blocker = ", and **no work in the project helps**" if support.blocker else ""
    reasons = (
        words(support.because),
        f"Instead: {words(support.instead)}" if support.instead else "",
        f"Flag: {words(support.flag)}" if support.flag else "",
    )
    why = " ".join(sentence(_begun(reason)) for reason in reasons if reason)
    return (
        f"**{support.level}**{f': {phrase}' if phrase != support.level else ''}{blocker}",
        why,
        f"{short(support.source)}, {support.checked}",
    )


def examples(found: Sequence[Example]) -> list[str]:
    parts = [READ_EXAMPLE]
    for example in found:
        where = ", ".join(code(target) for target in example.targets)
        parts += [f"{code(f'tests/fixtures/rules/{example.path}')}, judged for {where}:", fenced(example)]
    return parts


def fenced(example: Example) -> str:
    """A block of code whose fence no line of it can close."""
    fence = "`" * max([3, *(len(run) + 1 for run in _TICKS.findall(example.text))])
    return f"{fence}{example.syntax}\n{example.text}\n{fence}"


def plain_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table of cells that are Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(cell(text) for text in row)} |" for row in rows)]


def words(text: str) -> str:
    """A text of several lines as one paragraph that holds no markup."""
    return prose(" ".join(text.split()))


def joined(sections: Iterable[str]) -> str:
    return "\n\n".join(section for section in sections if section) + "\n"


def _begun(text: str) -> str:
    """With a capital, unless it begins with a name of code: `connect() opens ...` stays."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def short(address: str) -> str:
    """A link under the name of its host: a table has no room for more."""
    host = urlsplit(address).netloc
    return f"[{host}](<{address}>)" if host else words(address)


def _source(address: str) -> str:
    return f"<{address}>" if address.startswith(("https://", "http://")) else words(address)
