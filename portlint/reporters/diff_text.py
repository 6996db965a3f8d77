"""A comparison for a terminal and for a comment in Markdown."""

from __future__ import annotations

from collections.abc import Callable

from portlint.model.finding import Finding
from portlint.planning.compare import Comparison, TargetChange
from portlint.reporters.diff_words import components_line, nothing_changed, sections, tax_line, title, verdict_words
from portlint.reporters.markdown_text import code, prose
from portlint.reporters.sanitise import visible

_SHOWN = 20  # findings of a section in Markdown
_NOTHING = "nothing changed in verdicts, taxes, blockers, errors and components"


def diff_text(comparison: Comparison) -> str:
    """A block a target, the findings as `path:line: rule message`; taxes are P50 with P10 to P90."""
    lines = [f"portlint diff: {visible(comparison.before)} -> {visible(comparison.after)}"]
    lines += [f"note: {visible(each)}" for each in comparison.notes]
    for change in comparison.targets:
        lines += ["", f"{visible(title(change))}: {verdict_words(change.before, change.after)}"]
        lines += [f"  {each}" for each in _projects(change, visible, visible)]
        for heading, findings in sections(change):
            lines += [f"  {heading}", *(f"    {_finding(each)}" for each in findings)]
    if lines_of := components_line(comparison, visible):
        lines += ["", *lines_of]
    if nothing_changed(comparison):
        lines += ["", _NOTHING]
    return "\n".join(lines) + "\n"


def diff_markdown(comparison: Comparison) -> str:
    """The same as GitHub's Markdown; of each kind the first twenty findings, and how many more."""
    lines = [f"## portlint diff: {code(comparison.before)} to {code(comparison.after)}", ""]
    lines += [f"- note: {prose(each)}" for each in comparison.notes]
    for change in comparison.targets:
        lines += ["", f"### {prose(title(change))}: {verdict_words(change.before, change.after)}", ""]
        lines += [f"- {each}" for each in _projects(change, code, prose)]
        for heading, findings in sections(change):
            lines.append(f"- {heading}")
            lines += [
                f"  - {code(_place(each))} {prose(each.message)} ({prose(each.rule)})" for each in findings[:_SHOWN]
            ]
            if len(findings) > _SHOWN:
                lines.append(f"  - and {len(findings) - _SHOWN:,} more")
    lines += ["", *(f"- {each}" for each in components_line(comparison, code))]
    if nothing_changed(comparison):
        lines += ["", f"{_NOTHING}."]
    return "\n".join(lines).rstrip("\n") + "\n"


def _projects(change: TargetChange, name: Callable[[str], str], text: Callable[[str], str]) -> list[str]:
    """The tax of each project, with its verdict where there are several; of many only those that changed."""
    several = len(change.projects) > 1
    lines = []
    for each in change.projects:
        tax = text(tax_line(each))
        if several and each.before == each.after and each.tax.before == each.tax.after:
            continue
        parts = [part for part in (verdict_words(each.before, each.after) if several else "", tax) if part]
        if parts:
            lines.append(f"{name(each.path)}: {'; '.join(parts)}" if several else parts[0])
    return lines


def _finding(finding: Finding) -> str:
    return f"{visible(_place(finding))}: {finding.severity}[{visible(finding.rule)}] {visible(finding.message)}"


def _place(finding: Finding) -> str:
    return f"{finding.location.path}:{max(finding.location.line, 1)}"
