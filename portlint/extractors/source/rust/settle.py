"""What a default build settles of a condition: features that are on, cfgs that nobody sets."""

from __future__ import annotations

from collections.abc import Collection

from portlint.extractors.source.rust.cfg import NOT_SHIPPED
from portlint.model.guard import ALWAYS, NEVER, Guard, either, every, negated

_KEYS = tuple(
    f"cfg({key}="
    for key in (
        "target_os", "target_arch", "target_family", "target_env", "target_vendor", "target_abi", "target_feature",
        "target_pointer_width", "target_endian", "target_has_atomic", "target_thread_local", "panic",
    )
)  # fmt: skip
_WORDS = frozenset({"cfg(unix)", "cfg(windows)", "cfg(target_thread_local)"})
_FEATURE = "cfg(feature="
_CASES = 5


def settled(guard: Guard, features: Collection[str], set_by_build: Collection[str] = ()) -> Guard:
    """The condition that is left for the target to decide.

    A feature of `features` is on. Another one, and a cfg that nothing in the tree sets, is off where the condition
    asks for its absence; where it asks for its presence the question stays open, since somebody may switch it on.
    `set_by_build`: cfgs that the build script may set: they stay open either way.
    """
    return _settled(guard, features, set_by_build, False)


def by_cases(guard: Guard) -> Guard:
    """The same condition, split by the features and custom cfgs in it.

    `not (unix and f) and not (not f)` is unknown where f is, although it is false on Unix: by cases it is false there.
    """
    names = sorted(each for each in names_in(guard) if each.startswith(_FEATURE) or not _of_target(each))
    for name in names[:_CASES]:
        switch = Guard("defined", name)
        on, off = _with(guard, name, ALWAYS), _with(guard, name, NEVER)
        guard = on if on == off else either(every(switch, on), every(negated(switch), off))
    return guard


def of_targets(guard: Guard) -> Guard:
    """What the condition asks of the target, with every feature and custom cfg as it would have it."""
    return _asked(guard, ALWAYS)


def _asked(guard: Guard, wanted: Guard) -> Guard:
    if guard.op == "not":
        return negated(_asked(guard.args[0], negated(wanted)))
    if guard.op in ("and", "or"):
        parts = [_asked(each, wanted) for each in guard.args]
        return every(*parts) if guard.op == "and" else either(*parts)
    return guard if guard.op != "defined" or _of_target(guard.name) else wanted


def names_in(guard: Guard) -> set[str]:
    """Every name that the condition asks for."""
    if guard.op == "defined":
        return {guard.name}
    return set().union(*(names_in(each) for each in guard.args))


def _with(guard: Guard, name: str, value: Guard) -> Guard:
    if guard.op == "defined":
        return value if guard.name == name else guard
    if guard.op == "not":
        return negated(_with(guard.args[0], name, value))
    if guard.op not in ("and", "or"):
        return guard
    parts = [_with(each, name, value) for each in guard.args]
    return every(*parts) if guard.op == "and" else either(*parts)


def _of_target(name: str) -> bool:
    return name in _WORDS or name.startswith(_KEYS)


def _settled(guard: Guard, features: Collection[str], set_by_build: Collection[str], is_negated: bool) -> Guard:
    if guard.op == "not":
        return negated(_settled(guard.args[0], features, set_by_build, not is_negated))
    if guard.op in ("and", "or"):
        parts = [_settled(each, features, set_by_build, is_negated) for each in guard.args]
        return every(*parts) if guard.op == "and" else either(*parts)
    if guard.op != "defined" or not guard.name.startswith("cfg("):
        return guard
    name = guard.name
    if name in NOT_SHIPPED:
        return NEVER
    if _of_target(name):
        return guard
    if name.startswith(_FEATURE):
        return ALWAYS if name[len(_FEATURE) : -1] in features else NEVER if is_negated else guard
    is_known = name[4:-1].partition("=")[0] in set_by_build
    return NEVER if is_negated and not is_known else guard
