"""What is known of a package or an SDK, and what becomes of it on each target."""

from __future__ import annotations

from portlint.catalog.packages import load_packages
from portlint.explain.lines import wrapped
from portlint.model.catalog import Target
from portlint.model.package import Fate, Package


def package_pages(subject: str, target: Target | None) -> list[list[str]]:
    packages = load_packages()
    named = [package for package in packages if subject.lower() in (package.id, package.name.lower())]
    named.sort(key=lambda package: package.id != subject.lower())
    return [_package(package, packages, target) for package in named[:1]]


def _package(package: Package, packages: tuple[Package, ...], target: Target | None) -> list[str]:
    lines = [f"{package.id}: {package.name} ({package.kind})", *wrapped(package.notes)]
    names = {other.id: other.name for other in packages}
    users = [other.id for other in packages if package.id in other.wraps]
    if package.wraps:
        lines += wrapped("rests on: " + ", ".join(f"{each} ({names.get(each, each)})" for each in package.wraps))
    if users:
        lines += wrapped("used by: " + ", ".join(users))
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
        line for what, texts in known_by.items() if texts for line in wrapped(f"{what}: {', '.join(texts)}", "  ")
    ]
    on = {target.id: package.fate(target.id, target.family)} if target else package.on
    for place, fate in on.items():
        lines += ["", *(_fate(place, fate) if fate else [f"{place}: nothing is known"])]
    return lines


def _fate(place: str, fate: Fate) -> list[str]:
    because = f": {fate.because}" if fate.because else ""
    since = f" since {fate.since}" if fate.since else ""
    lines = wrapped(f"{place}: {fate.status}{since}{because}")
    if fate.instead:
        lines += wrapped(f"instead: {fate.instead}", "  ")
    return [*lines, f"  source: {fate.source}, checked {fate.checked}"]
