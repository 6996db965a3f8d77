"""Symbols that the project would provide itself: what calls them works, at the price of the shim."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.model.finding import Finding
from portlint.model.report import Report

_SHIMMED = ("call", "symbol", "import", "type", "constant", "include", "construct")
_NEAR = 3


def check_symbols(report: Report, symbols: Iterable[str]) -> tuple[str, ...]:
    """The symbols, each once. Raises PortlintError for one that no finding names, or names as something else."""
    asked = tuple(dict.fromkeys(symbols))
    known = known_symbols(report)
    others = {each.name for one in report.targets for each in one.findings} - known
    for symbol in asked:
        if symbol in known:
            continue
        if symbol in others:
            raise PortlintError(f"{symbol!r} is no symbol that code calls, so no shim stands in for it: see --replace")
        near = difflib.get_close_matches(symbol, sorted(known), _NEAR, 0.6)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise PortlintError(f"unknown symbol {symbol!r}: no finding names it{hint}")
    return asked


def known_symbols(report: Report) -> set[str]:
    """Names that a shim could stand in for."""
    return {each.name for one in report.targets for each in one.findings if _is_symbol(each)}


def is_provided(finding: Finding, symbols: Collection[str]) -> bool:
    return finding.name in symbols and _is_symbol(finding)


def provided(finding: Finding) -> Finding:
    """The finding as a note: every place is still to be looked at once, with the shim in place."""
    message = f"{finding.name} answered by a shim, as is assumed; without one: {finding.message}"
    return msgspec.structs.replace(finding, level="flag", severity="note", blocker=False, message=message)


def capabilities(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What the shims have to offer, each once; findings about what does not ship ask for nothing."""
    return tuple(sorted({each.capability for each in findings if each.severity != "note"}))


def _is_symbol(finding: Finding) -> bool:
    return bool(finding.name) and finding.kind in _SHIMMED
