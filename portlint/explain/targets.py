"""Targets, for people: what they are, and what each capability meets there."""

from __future__ import annotations

from portlint.explain.lines import wrapped
from portlint.model.catalog import Catalog, Target


def target_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.targets), default=0)
    return [f"{target.id:{width}}  {target.title} ({target.version})" for target in catalog.targets.values()]


def target_lines(catalog: Catalog, name: str) -> list[str]:
    """What it is, its languages and limits, and every capability with its level, worst first."""
    target = catalog.targets[name]
    order = ("fails-at-build", "fails-at-run", "silent", "hangs", "partial", "flag", "unknown", "works")
    lines = [f"{target.id}: {target.title}", f"version: {target.version}", *wrapped(target.notes)]
    if target.advice:
        lines += wrapped(f"advice: {target.advice}")
    lines += [*_languages(target), *_limits(target), ""]
    width = max(map(len, target.support))
    for level in order:
        for capability, support in sorted(target.support.items()):
            if support.level == level:
                blocker = "  blocker" if support.blocker else ""
                lines.append(f"{level:14}  {capability:{width}}  {catalog.capabilities[capability].title}{blocker}")
    return [*lines, "", f"portlint explain CAPABILITY --target {target.id} says why, with sources"]


def _languages(target: Target) -> list[str]:
    lines = ["", "languages:"] if target.languages else []
    for name, row in target.languages.items():
        more = ", ".join(part for part in (row.triple, f"since {row.since}" if row.since else "", row.notes) if part)
        lines += wrapped(f"{name:10}  {row.status:12}  {more}".rstrip(), "  ", squeeze=False)
        lines.append(f"    source: {row.source}, checked {row.checked}")
    return lines


def _limits(target: Target) -> list[str]:
    lines = ["", "limits:"] if target.limits else []
    for name, row in target.limits.items():
        lines += wrapped(f"{name}: {row.value}", "  ")
        lines.append(f"    source: {row.source}, checked {row.checked}")
    return lines
