"""Rules as SARIF describes them, in the words of one target."""

from __future__ import annotations

from collections.abc import Sequence

from portlint.model.catalog import Catalog, Rule, Target, profile_id
from portlint.model.finding import Confidence, Finding, Severity
from portlint.pages import rule_page
from portlint.reporters.page_markdown import rule_help, words
from portlint.reporters.sarif_log import Configuration, Message, ReportingDescriptor, RuleProperties
from portlint.reporters.sarif_results import level
from portlint.reporters.words import LEVEL_PHRASE, sentence

_TEXT_LIMIT = 1024  # GitHub's, for the short and the full description
_PROBLEM_SEVERITY: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "recommendation"}
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
LEFT_OUT = "results-left-out"


def rule_descriptor(rule_id: str, findings: Sequence[Finding], target: str, catalog: Catalog) -> ReportingDescriptor:
    """The rule in this target's words. `findings` are its findings there, one at least, the worst first.

    Only the catalog's words are used, never names from the tree: GitHub renders help as Markdown.
    """
    capability = findings[0].capability
    rule = catalog.rules.get(rule_id)
    known = catalog.capabilities.get(capability)
    subject = rule.summary if rule else f"needs {known.title if known else capability}"
    profile = catalog.targets.get(profile_id(target))
    support = profile.support.get(capability) if profile else None
    because = f"{subject}: {support.because}" if support and support.because else subject
    severity = min((level(finding) for finding in findings), key=_SEVERITIES.index)
    source = rule.source if rule else support.source if support else ""
    return ReportingDescriptor(
        id=rule_id,
        name=camel_case(rule_id),
        short_description=Message(_cut(sentence(_capitalised(subject)))),
        full_description=Message(_cut(sentence(_capitalised(because)))),
        help=_help(rule, profile, because, findings[0], catalog),
        default_configuration=Configuration(severity),
        properties=RuleProperties(
            tags=("portability", "wasm", capability.split(".")[0], capability),
            precision=min((finding.confidence for finding in findings), key=_CONFIDENCES.index),
            problem_severity=_PROBLEM_SEVERITY[severity],
        ),
        help_uri=source if source.startswith("https://") else None,
    )


def left_out_descriptor() -> ReportingDescriptor:
    """The rule of the one note that says what a limit kept out."""
    text = "Results beyond GitHub's limits were left out."
    return ReportingDescriptor(
        id=LEFT_OUT,
        name="LeftOutOfThisFile",
        short_description=Message(text),
        full_description=Message(text),
        help=Message("The JSON report holds every finding: portlint scan --output-format json."),
        default_configuration=Configuration("note"),
        properties=RuleProperties(("portability", "wasm"), "high", "recommendation"),
    )


def camel_case(rule_id: str) -> str:
    """`udp-socket` as `UdpSocket`. A single word gets `Use` at its end: SARIF1001 wants a name that is not the id."""
    name = "".join(word.capitalize() for word in rule_id.replace(".", "-").replace("_", "-").split("-"))
    return name if name.lower() != rule_id.lower() else f"{name}Use"


def _help(rule: Rule | None, profile: Target | None, because: str, worst: Finding, catalog: Catalog) -> Message:
    """In plain text the essence; in Markdown, which GitHub shows instead, the rule's own page."""
    support = profile.support.get(worst.capability) if profile else None
    source = rule.source if rule else support.source if support else ""
    lines = [sentence(_capitalised(because)), f"On this target: {LEVEL_PHRASE[worst.level]}."]
    if support and support.instead:
        lines.append(f"Instead: {sentence(support.instead)}")
    if support and support.flag:
        lines.append(f"Flag: {sentence(support.flag)}")
    if source:
        lines.append(f"Source: {source}")
    if rule is None or profile is None:
        return Message(" ".join(lines), "\n\n".join(map(words, lines)))
    return Message(" ".join(lines), rule_help(rule_page(catalog, rule.id, [profile]), worst.level))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT_LIMIT else f"{text[: _TEXT_LIMIT - 4]} ..."
