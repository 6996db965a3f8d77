"""Managed assemblies in the tree: what they refer to is known, whether any of it is called is not."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

import msgspec

from portlint.judge.facts import Judge
from portlint.judge.godot.ground import finding
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding
from portlint.model.guard import ALWAYS

RULE = "managed-assembly"
_CSHARP = "csharp"  # rules name the framework's members for this language
_SHOWN = 4
# Parts of the framework and of engines: their references are how they are made, and nobody ships them for one call.
_FRAMEWORK = ("system.", "microsoft.csharp", "microsoft.win32.", "unityengine", "unityeditor", "mono.cecil", "nunit")
_WHOLE = frozenset({"mscorlib.dll", "netstandard.dll", "system.dll", "windowsbase.dll", "godotsharp.dll"})


def managed_findings(
    project: Project,
    files: Mapping[str, Extraction],
    ships: Callable[[str], bool],
    target: Target,
    catalog: Catalog,
    judge: Judge,
) -> list[Finding]:
    """One note a managed assembly that refers to what the target lacks, and one for its native imports.

    `ships` answers for a path whether the player has it: editor plug-ins, tests and build output are left out. An
    assembly that lies in the tree twice is told of once.
    """
    found: dict[tuple[str, str], Finding] = {}
    for path, extraction in files.items():
        if not _is_assembly(extraction) or _is_framework(path) or not ships(path):
            continue
        made = _refers(path, extraction, target, catalog, judge)
        if made:
            found.setdefault((posixpath.basename(path).lower(), made.message), made)
    return list(found.values())


def _is_assembly(extraction: Extraction) -> bool:
    return extraction.outline is None and any(
        fact.kind == "ships" and fact.value == "managed" and fact.location.line == 0 for fact in extraction.facts
    )


def _is_framework(path: str) -> bool:
    name = posixpath.basename(path).lower()
    return name in _WHOLE or name.startswith(_FRAMEWORK)


def _refers(path: str, extraction: Extraction, target: Target, catalog: Catalog, judge: Judge) -> Finding | None:
    facts = [
        msgspec.structs.replace(fact, language=_CSHARP, guard=ALWAYS)
        for fact in extraction.facts
        if fact.kind in ("call", "type") and fact.language == "dotnet"
    ]
    needs: dict[str, list[str]] = {}
    for each in judge.plain(facts).findings:
        if each.severity in ("error", "warning"):
            needs.setdefault(each.capability, []).append(each.name)
    natives = _natives(extraction)
    if not needs and not (natives and target.family != "container"):
        return None
    rule = catalog.rules[RULE]
    parts = []
    if needs:
        names = sorted({_type_of(name) for rows in needs.values() for name in rows})
        parts.append(f"refers to {some(names, _SHOWN)} ({', '.join(sorted(needs))})")
    if natives and target.family != "container":
        parts.append(f"imports native functions from {', '.join(natives[:_SHOWN])}")
    message = (
        f"{posixpath.basename(path)} {' and '.join(parts)}, which {target.id} lacks: whether it is called is not known"
    )
    made = finding(
        rule, "ships", posixpath.basename(path), Location(path), "unknown", message,
        "see what of it the game calls, or ask its makers", rule.source,
    )  # fmt: skip
    return msgspec.structs.replace(made, confidence="low")


def _natives(extraction: Extraction) -> list[str]:
    """The libraries of its P/Invokes, without the web player's own."""
    names = {fact.name for fact in extraction.facts if _is_import(fact)}
    return sorted(names)


def _is_import(fact: Fact) -> bool:
    return fact.kind == "may-load" and fact.language == "dotnet" and fact.name.lower() != "__internal"


def _type_of(name: str) -> str:
    """`System.Net.Sockets.Socket.Send` as `System.Net.Sockets.Socket`, what is named like a type as it is."""
    head, _, last = name.rpartition(".")
    parent = head.rpartition(".")[2]
    return head if last[:1].isupper() and parent[:1].isupper() and head.count(".") >= 3 else name
