"""Read `rules/` into a Catalog; a file that breaks its word is refused with its name and key."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from portlint.errors import PortlintError
from portlint.model.catalog import Capability, Catalog, Companion, Rule, Target

T = TypeVar("T")


def rules_folder() -> Path:
    """Where the data lies: inside the installed package, or beside it in a source checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@cache
def load_catalog(folder: Path | None = None) -> Catalog:
    """Every capability, rule and target.

    Raises PortlintError for unreadable TOML, unknown keys, wrong types, an id that is not the file name, a rule
    that needs an unknown capability, and a target that does not answer for every capability.
    """
    base = folder or rules_folder()
    capabilities = _capabilities(base / "capabilities.toml")
    rules = {rule.id: rule for rule in (_rule(path) for path in sorted((base / "checks").glob("*/*.toml")))}
    for rule in rules.values():
        if rule.needs not in capabilities:
            raise PortlintError(f"rules/checks: rule {rule.id!r} needs the unknown capability {rule.needs!r}")
    targets = _targets(base / "targets", capabilities)
    return Catalog(capabilities, rules, targets, _companions(base / "companions.toml"))


def _capabilities(path: Path) -> dict[str, Capability]:
    rows = _toml(path).get("capability", [])
    return {row.id: row for row in (_convert(path, raw, Capability) for raw in rows)}


def _companions(path: Path) -> dict[str, Companion]:
    rows = [_convert(path, raw, Companion) for raw in _toml(path).get("companion", [])]
    return {name: row for row in rows for name in row.names}


def _rule(path: Path) -> Rule:
    rule = _convert(path, _toml(path), Rule)
    if rule.id != path.stem:
        raise PortlintError(f"{path}: the id {rule.id!r} is not the file name")
    return rule


def _targets(folder: Path, capabilities: dict[str, Capability]) -> dict[str, Target]:
    raw = {path: _toml(path) for path in sorted(folder.glob("*.toml"))}
    by_id = {path.stem: table for path, table in raw.items()}
    targets: dict[str, Target] = {}
    for path, table in raw.items():
        merged = _inherit(path, table, by_id)
        target = _convert(path, merged, Target)
        if target.id != path.stem:
            raise PortlintError(f"{path}: the id {target.id!r} is not the file name")
        missing = sorted(set(capabilities) - set(target.support))
        extra = sorted(set(target.support) - set(capabilities))
        if missing or extra:
            what = f"no answer for {', '.join(missing)}" if missing else f"unknown capabilities {', '.join(extra)}"
            raise PortlintError(f"{path}: {what}")
        targets[target.id] = target
    return dict(sorted(targets.items()))


def _inherit(path: Path, table: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """`extends = "other"` takes the other's keys, and its answers where this file gives none."""
    parent_id = table.get("extends")
    if parent_id is None:
        return table
    if parent_id not in by_id or "extends" in by_id[parent_id]:
        raise PortlintError(f"{path}: extends {parent_id!r}, which is no target that stands by itself")
    parent = by_id[parent_id]
    own = {key: value for key, value in table.items() if key != "extends"}
    return {**parent, **own, "support": {**parent.get("support", {}), **own.get("support", {})}}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: not valid TOML: {error}") from error


def _convert(path: Path, raw: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        raise PortlintError(f"{path}: {error}") from error
