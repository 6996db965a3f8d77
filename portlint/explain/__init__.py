"""What the catalog says, for people: targets, rules, packages, and what each claim rests on."""

from __future__ import annotations

import difflib

from portlint.catalog.packages import load_packages
from portlint.errors import PortlintError
from portlint.explain.packages import package_pages
from portlint.explain.rules import capability_lines, rule_lines
from portlint.explain.targets import target_lines, target_list
from portlint.model.catalog import Catalog, Target
from portlint.pages import capability_page, rule_page

__all__ = ["explain", "rule_list", "target_lines", "target_list"]


def rule_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.rules))
    return [f"{rule.id:{width}}  {rule.needs:20}  the code {rule.summary}" for rule in catalog.rules.values()]


def explain(catalog: Catalog, subject: str, target: str | None) -> list[str]:
    """A rule, a capability or a package, with source and date of every claim.

    Raises PortlintError for a subject that is none of them, with the nearest names.
    """
    chosen = catalog.targets[target] if target else None
    pages = [*package_pages(subject, chosen), *_catalog_pages(catalog, subject, chosen)]
    if pages:
        return [line for at, page in enumerate(pages) for line in ([""] if at else []) + page]
    near = _near(subject, [*catalog.rules, *catalog.capabilities, *(package.id for package in load_packages())])
    hint = f"; did you mean {' or '.join(near)}?" if near else "; 'portlint rules' lists the rules"
    raise PortlintError(f"{subject!r} is no rule, no capability and no package{hint}")


def _catalog_pages(catalog: Catalog, subject: str, target: Target | None) -> list[list[str]]:
    targets = [target] if target else None
    if subject in catalog.rules:
        return [rule_lines(rule_page(catalog, subject, targets))]
    if subject in catalog.capabilities:
        return [capability_lines(capability_page(catalog, subject, targets))]
    return []


def _near(subject: str, names: list[str]) -> list[str]:
    """Names that look alike, else names that go on where the subject ends."""
    names = sorted(set(names))
    alike = difflib.get_close_matches(subject.lower(), names, 3)
    return alike or [name for name in names if len(subject) > 2 and subject.lower() in name][:3]
