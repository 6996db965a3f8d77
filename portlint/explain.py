"""What the catalog says, for people: targets, rules, packages, and what each claim rests on."""

from __future__ import annotations

import difflib
import textwrap

from portlint.catalog.packages import load_packages
from portlint.errors import PortlintError
from portlint.model.catalog import Catalog, Rule, Support, Target
from portlint.model.package import Fate, Package

_WIDTH = 80


def target_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.targets), default=0)
    return [f"{target.id:{width}}  {target.title} ({target.version})" for target in catalog.targets.values()]


def target_lines(catalog: Catalog, name: str) -> list[str]:
    """What it is, its languages and limits, and every capability with its level, worst first."""
    target = catalog.targets[name]
    order = ("fails-at-build", "fails-at-run", "silent", "hangs", "partial", "flag", "unknown", "works")
    lines = [f"{target.id}: {target.title}", f"version: {target.version}", *_wrapped(target.notes)]
    if target.advice:
        lines += _wrapped(f"advice: {target.advice}")
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
        lines += _wrapped(f"{name:10}  {row.status:12}  {more}".rstrip(), "  ", squeeze=False)
        lines.append(f"    source: {row.source}, checked {row.checked}")
    return lines


def _limits(target: Target) -> list[str]:
    lines = ["", "limits:"] if target.limits else []
    for name, row in target.limits.items():
        lines += _wrapped(f"{name}: {row.value}", "  ")
        lines.append(f"    source: {row.source}, checked {row.checked}")
    return lines


def rule_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.rules))
    return [f"{rule.id:{width}}  {rule.needs:20}  the code {rule.summary}" for rule in catalog.rules.values()]


def explain(catalog: Catalog, subject: str, target: str | None) -> list[str]:
    """A rule, a capability or a package, with source and date of every claim.

    Raises PortlintError for a subject that is none of them, with the nearest names.
    """
    chosen = catalog.targets[target] if target else None
    pages = [*_package_pages(subject, chosen), *_catalog_pages(catalog, subject, chosen)]
    if pages:
        return [line for at, page in enumerate(pages) for line in ([""] if at else []) + page]
    near = _near(subject, [*catalog.rules, *catalog.capabilities, *(package.id for package in load_packages())])
    hint = f"; did you mean {' or '.join(near)}?" if near else "; 'portlint rules' lists the rules"
    raise PortlintError(f"{subject!r} is no rule, no capability and no package{hint}")


def _catalog_pages(catalog: Catalog, subject: str, target: Target | None) -> list[list[str]]:
    targets = [target] if target else list(catalog.targets.values())
    if subject in catalog.rules:
        rule = catalog.rules[subject]
        return [_rule(rule), _capability(catalog, rule.needs, targets)]
    if subject in catalog.capabilities:
        by = [rule.id for rule in catalog.rules.values() if rule.needs == subject]
        return [_capability(catalog, subject, targets), _wrapped("found by: " + (", ".join(by) or "no rule yet"))]
    return []


def _package_pages(subject: str, target: Target | None) -> list[list[str]]:
    packages = load_packages()
    named = [package for package in packages if subject.lower() in (package.id, package.name.lower())]
    named.sort(key=lambda package: package.id != subject.lower())
    return [_package(package, packages, target) for package in named[:1]]


def _near(subject: str, names: list[str]) -> list[str]:
    """Names that look alike, else names that go on where the subject ends."""
    names = sorted(set(names))
    alike = difflib.get_close_matches(subject.lower(), names, 3)
    return alike or [name for name in names if len(subject) > 2 and subject.lower() in name][:3]


def _package(package: Package, packages: tuple[Package, ...], target: Target | None) -> list[str]:
    lines = [f"{package.id}: {package.name} ({package.kind})", *_wrapped(package.notes)]
    names = {other.id: other.name for other in packages}
    users = [other.id for other in packages if package.id in other.wraps]
    if package.wraps:
        lines += _wrapped("rests on: " + ", ".join(f"{each} ({names.get(each, each)})" for each in package.wraps))
    if users:
        lines += _wrapped("used by: " + ", ".join(users))
    match = package.match
    known_by = {
        "libraries": match.libraries,
        "exports": match.exports,
        "entry symbols": match.entry_symbols,
        "manifests": match.stems,
        "texts inside": match.marks,
        "packages": match.packages,
        "plugins": match.plugins,
    }
    lines += [
        line for what, texts in known_by.items() if texts for line in _wrapped(f"{what}: {', '.join(texts)}", "  ")
    ]
    on = {target.id: package.fate(target.id, target.family)} if target else package.on
    for place, fate in on.items():
        lines += ["", *(_fate(place, fate) if fate else [f"{place}: nothing is known"])]
    return lines


def _fate(place: str, fate: Fate) -> list[str]:
    because = f": {fate.because}" if fate.because else ""
    since = f" since {fate.since}" if fate.since else ""
    lines = _wrapped(f"{place}: {fate.status}{since}{because}")
    if fate.instead:
        lines += _wrapped(f"instead: {fate.instead}", "  ")
    return [*lines, f"  source: {fate.source}, checked {fate.checked}"]


def _rule(rule: Rule) -> list[str]:
    lines = [f"{rule.id}: the code {rule.summary}", f"needs:  {rule.needs}", *_wrapped(rule.notes)]
    for match in rule.match:
        where = f" in {match.language}" if match.language else ""
        beside = f", beside {', '.join(match.with_)}" if match.with_ else ""
        names = ", ".join(match.names)
        lines += _wrapped(f"{match.kind}{where} ({match.confidence} confidence{beside}): {names}", "  ")
    dated = f", checked {rule.checked}" if rule.checked else ""
    return [*lines, f"source: {rule.source}{dated}"]


def _capability(catalog: Catalog, name: str, targets: list[Target]) -> list[str]:
    capability = catalog.capabilities[name]
    low, likely, high = capability.days
    lines = [
        f"{name}: {capability.title}",
        *_wrapped(f"price of adapting: {low:g} to {high:g} person-days, likely {likely:g} ({capability.basis})"),
    ]
    for target in targets:
        lines += ["", *_support(target, target.support[name])]
    return lines


def _support(target: Target, support: Support) -> list[str]:
    blocker = " (blocker)" if support.blocker else ""
    because = f": {support.because}" if support.because else ""
    lines = _wrapped(f"{target.id}: {support.level}{blocker}{because}")
    if support.flag:
        lines += _wrapped(f"flag: {support.flag}", "  ")
    if support.instead:
        lines += _wrapped(f"instead: {support.instead}", "  ")
    return [*lines, f"  source: {support.source}, checked {support.checked}"]


def _wrapped(text: str, indent: str = "", squeeze: bool = True) -> list[str]:
    words = " ".join(text.split()) if squeeze else text
    return textwrap.wrap(words, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
