"""What a target would answer if something were assumed of it: another target's answers, as `variant` says there."""

from __future__ import annotations

from collections.abc import Iterable

from portlint.errors import PortlintError
from portlint.model.catalog import Catalog


def assumed(
    targets: Iterable[str], assumptions: Iterable[str], catalog: Catalog
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The targets that answer instead, without doubles, and one line for each of those asked for.

    A target that knows no such variant answers as it is, and its line says so. Raises PortlintError for an assumption
    that no target knows, and one that changes nothing.
    """
    names = tuple(targets)
    lines: list[str] = []
    for assumption in dict.fromkeys(assumptions):
        chosen = [_instead(name, assumption, catalog) for name in names]
        lines += [_line(*pair, assumption, catalog) for pair in zip(names, chosen, strict=True)]
        if tuple(chosen) == names:
            raise PortlintError(f"assuming {assumption!r} changes nothing for {', '.join(names) or 'no target'}")
        names = tuple(chosen)
    return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(lines))


def _instead(name: str, assumption: str, catalog: Catalog) -> str:
    """`wasip1-threads@2022` for `wasip1@2022`; the same name where the target has it already or knows no such thing."""
    known: dict[str, dict[str, str]] = {}
    for target in catalog.targets.values():
        if target.variant:
            known.setdefault(target.variant.assuming, {})[target.variant.of] = target.id
    if assumption not in known:
        raise PortlintError(f"unknown assumption {assumption!r}; known assumptions: {', '.join(sorted(known))}")
    identity, at, version = name.partition("@")
    return known[assumption].get(identity, identity) + at + version


def _line(name: str, instead: str, assumption: str, catalog: Catalog) -> str:
    target = catalog.target(instead)
    if instead != name:
        return f"{assumption}: {instead} answers for {name}: {' '.join(target.notes.split())}"
    if target.variant and target.variant.assuming == assumption:
        return f"{assumption}: {name} has them already"
    return f"{assumption}: no target answers for {name}, which is judged as it is"
