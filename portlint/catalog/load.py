"""Read `rules/` into a Catalog; a file that breaks its word is refused with its name and key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from portlint.catalog.compiled import compiled
from portlint.catalog.read import Table, as_record, read_table, rules_folder
from portlint.errors import PortlintError
from portlint.model.catalog import Capability, Catalog, Companion, Rule, Target

_BY_NAME = ("support", "languages", "limits")  # what a profile inherits row by row


@cache
def load_catalog(folder: Path | None = None) -> Catalog:
    """Every capability, rule and target.

    Raises PortlintError for unreadable TOML, unknown keys, wrong types, an id that is not the file name, a rule
    that needs an unknown capability, and a target that does not answer for every capability.
    """
    if folder is None:
        return compiled("catalog", Catalog, lambda: _catalog(rules_folder()))
    return _catalog(folder)


def _catalog(base: Path) -> Catalog:
    capabilities = _capabilities(base / "capabilities.toml")
    rules = {rule.id: rule for rule in (_rule(path) for path in sorted((base / "checks").glob("*/*.toml")))}
    for rule in rules.values():
        if rule.needs not in capabilities:
            raise PortlintError(f"rules/checks: rule {rule.id!r} needs the unknown capability {rule.needs!r}")
    targets = _targets(base, capabilities)
    return Catalog(capabilities, rules, targets, _companions(base / "companions.toml"))


def _capabilities(path: Path) -> dict[str, Capability]:
    rows = read_table(path).get("capability", [])
    return {row.id: row for row in (as_record(path, raw, Capability) for raw in rows)}


def _companions(path: Path) -> dict[str, Companion]:
    rows = [as_record(path, raw, Companion) for raw in read_table(path).get("companion", [])]
    return {name: row for row in rows for name in row.names}


def _rule(path: Path) -> Rule:
    rule = as_record(path, read_table(path), Rule)
    if rule.id != path.stem:
        raise PortlintError(f"{path}: the id {rule.id!r} is not the file name")
    return rule


def _targets(base: Path, capabilities: dict[str, Capability]) -> dict[str, Target]:
    paths = sorted((base / "targets").glob("*.toml"))
    by_id = {path.stem: _expand(path, read_table(path), capabilities) for path in paths}
    groups = read_table(base / "conditions.toml") if any("conditions" in table for table in by_id.values()) else {}
    targets: dict[str, Target] = {}
    for path in paths:
        whole = _conditioned(path, _inherit(path, by_id), groups)
        target = as_record(path, _answered(whole, capabilities), Target)
        if target.id != path.stem:
            raise PortlintError(f"{path}: the id {target.id!r} is not the file name")
        missing = sorted(set(capabilities) - set(target.support))
        extra = sorted(set(target.support) - set(capabilities))
        if missing or extra:
            what = f"no answer for {', '.join(missing)}" if missing else f"unknown capabilities {', '.join(extra)}"
            raise PortlintError(f"{path}: {what}")
        targets[target.id] = target
    return dict(sorted(targets.items()))


def _inherit(path: Path, by_id: Mapping[str, Table]) -> Table:
    """`extends = "other"` takes the other's keys, and its answers, languages and limits where this file gives none."""
    lineage = [path.stem]
    merged = dict(by_id[path.stem])
    while parent_id := merged.pop("extends", None):
        if parent_id not in by_id or parent_id in lineage:
            raise PortlintError(f"{path}: extends {parent_id!r}, which is no other target")
        lineage.append(parent_id)
        parent, own = by_id[parent_id], merged
        merged = {**parent, **own}
        for key in _BY_NAME:
            merged[key] = {**parent.get(key, {}), **own.get(key, {})}
    return merged


def _expand(path: Path, table: Table, capabilities: Collection[str]) -> Table:
    """The rows of `[[answer]]`, each for several capabilities, become answers; a later row, and `support`, go before.

    `to` holds ids, or areas with a star: `gfx.*`.
    """
    answers: Table = {}
    for row in table.get("answer", ()):
        said = {key: value for key, value in row.items() if key != "to"}
        for name in row.get("to", ()):
            area = name.removesuffix("*")
            found = [each for each in capabilities if each == name or (area != name and each.startswith(area))]
            if not found and area == name:  # an area may have no capability yet
                raise PortlintError(f"{path}: an answer to {name!r}, which is no capability")
            answers.update(dict.fromkeys(found, said))
    rest = {key: value for key, value in table.items() if key != "answer"}
    return {**rest, "support": {**answers, **table.get("support", {})}}


def _conditioned(path: Path, table: Table, groups: Mapping[str, Table]) -> Table:
    """`conditions = [...]` adds groups of `conditions.toml` to what holds and what does not; own names go before."""
    holds, fails = (dict.fromkeys(table.get(key, ())) for key in ("features", "lacks"))
    for name in table.get("conditions", ()):
        if name not in groups:
            raise PortlintError(f"{path}: conditions {name!r}, which is no group of conditions.toml")
        more_hold, more_fail = (_alternatives(groups[name].get(key, ())) for key in ("features", "lacks"))
        holds |= dict.fromkeys(each for each in more_hold if each not in fails)
        fails |= dict.fromkeys(each for each in more_fail if each not in holds)
    rest = {key: value for key, value in table.items() if key != "conditions"}
    return {**rest, "features": list(holds), "lacks": list(fails)}


def _alternatives(names: Iterable[str]) -> list[str]:
    """`cmake(UNIX|WASI)` as two names, `conan(os=Linux|AIX)` too."""
    found = []
    for name in names:
        head, _, body = name.removesuffix(")").partition("(")
        key, equals, values = body.rpartition("=")
        found += [f"{head}({key}{equals}{value})" for value in values.split("|")]
    return found


def _answered(table: Table, capabilities: Collection[str]) -> Table:
    """`[otherwise]` answers for every capability that nothing else in the profile answers for."""
    rest = {key: value for key, value in table.items() if key != "otherwise"}
    if "otherwise" not in table:
        return rest
    return {**rest, "support": {**dict.fromkeys(capabilities, table["otherwise"]), **table["support"]}}
