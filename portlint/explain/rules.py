"""Rules and capabilities, for people: the same pages as on the web, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from portlint.explain.lines import wrapped
from portlint.model.catalog import Capability, Rule
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


def rule_lines(page: RulePage) -> list[str]:
    """The rule, then its capability with the targets' answers, then examples."""
    return [*_rule(page.rule), "", *_capability(page.capability, page.answers), "", *_examples(page.examples)]


def capability_lines(page: CapabilityPage) -> list[str]:
    finders = ", ".join(page.rules) or "no rule yet"
    return [*_capability(page.capability, page.answers), "", *wrapped(f"found by: {finders}")]


def _rule(rule: Rule) -> list[str]:
    lines = [*wrapped(f"{rule.id}: the code {rule.summary}"), f"needs: {rule.needs}", *wrapped(rule.notes)]
    for match in rule.match:
        lines += wrapped(f"{matched(match)} ({match.confidence} confidence): {', '.join(match.names)}", "  ")
    lines += [line for word in confidences(rule) for line in wrapped(f"{word} confidence: {SURE[word]}")]
    dated = f", checked {rule.checked}" if rule.checked else ""
    comment = [f"to silence it on a line: {comment_of(rule)}"] if comment_of(rule) else []
    setting = ["to silence it in a folder, in portlint.toml:", *(f"  {line}" for line in setting_of(rule))]
    return [*lines, *comment, *setting, f"source: {rule.source}{dated}", f"since: {rule.since}"]


def _capability(capability: Capability, answers: Sequence[Answer]) -> list[str]:
    lines = [f"{capability.id}: {capability.title}", *wrapped(f"cost: {price(capability)}")]
    for answer in answers:
        lines += ["", *_answer(answer)]
    return lines


def _answer(answer: Answer) -> list[str]:
    support = answer.support
    blocker = " (blocker)" if support.blocker else ""
    because = f": {support.because}" if support.because else ""
    lines = wrapped(f"{', '.join(answer.targets)}: {support.level}{blocker}{because}")
    if support.flag:
        lines += wrapped(f"flag: {support.flag}", "  ")
    if support.instead:
        lines += wrapped(f"instead: {support.instead}", "  ")
    return [*lines, f"  source: {support.source}, checked {support.checked}"]


def _examples(examples: Sequence[Example]) -> list[str]:
    """As they stand in the fixtures: a line of code is never broken."""
    lines = wrapped(f"examples: {READ_EXAMPLE}")
    for example in examples:
        lines += ["", *wrapped(f"{example.path}, judged for {', '.join(example.targets)}"), ""]
        lines += [f"    {line}".rstrip() for line in example.text.expandtabs(4).splitlines()]
    return lines
