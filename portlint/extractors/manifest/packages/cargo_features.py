"""Features of a Cargo manifest: what the default set switches on, and when an optional dependency is there.

Source: doc.rust-lang.org/cargo/reference/features.html. `dep:x` hides the feature of that name, `x/f` brings an
optional `x` along and `x?/f` does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from portlint.model.guard import ALWAYS, Guard, both, either

MAX_FEATURES = 5_000


def feature(name: str) -> Guard:
    return Guard("defined", f"cfg(feature={name})")


def closure(features: Mapping[str, Collection[str]], asked: Iterable[str]) -> set[str]:
    """All features that these switch on, themselves included where the manifest has them."""
    found: set[str] = set()
    todo = list(asked)
    while todo:
        name = todo.pop()
        if name in found or name not in features:
            continue
        found.add(name)
        todo += [item for item in features[name] if "/" not in item and not item.startswith("dep:")]
        # `x/f` switches the optional x on, and with it the feature of that name
        todo += [item.partition("/")[0] for item in features[name] if "/" in item and "?/" not in item]
    return found


def with_implicit(features: Mapping[str, Collection[str]], optional: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The features with those that optional dependencies make of their names, unless `dep:` is used for them."""
    hidden = {item[4:] for items in features.values() for item in items if item.startswith("dep:")}
    found = {name: tuple(items) for name, items in features.items()}
    for name in optional:
        if name not in hidden:
            found.setdefault(name, (f"dep:{name}",))
    return found


def condition(key: str, is_optional: bool, features: Mapping[str, Collection[str]]) -> Guard:
    """When the dependency is part of the build, as far as features say."""
    if not is_optional:
        return ALWAYS
    switches = [
        feature(name)
        for name, items in features.items()
        if f"dep:{key}" in items or any(item.startswith(f"{key}/") for item in items) or (name != key and key in items)
    ]
    return either(*switches)


def asked_of(key: str, present: Guard, features: Mapping[str, Collection[str]]) -> list[tuple[str, Guard]]:
    """Features of a dependency that features of this package switch on, each with its condition."""
    found: list[tuple[str, Guard]] = []
    for name, items in features.items():
        for item in items:
            if item.startswith(f"{key}/"):
                found.append((item.partition("/")[2], feature(name)))
            elif item.startswith(f"{key}?/"):  # weak: only where something else brings the dependency
                found.append((item.partition("/")[2], both(feature(name), present)))
    return found
