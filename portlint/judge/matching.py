"""Which rules speak about a fact."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from portlint.catalog.vocabulary import C_FAMILY
from portlint.model.catalog import Match, Rule
from portlint.model.fact import Fact

_BINARIES = frozenset({"elf", "pe", "macho", "dotnet"})
_VERSION = re.compile(r"\s*(>=|<=|<|>|=)?\s*(\d+(?:\.\d+)*)\s*\Z")


class Matcher:
    """Looks rules up by kind and name. More specific entries (`with`, `values`) come before plain ones."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._exact: dict[tuple[str, str], list[tuple[Rule, Match]]] = {}
        self._prefix: dict[str, list[tuple[str, Rule, Match]]] = {}
        # Many libraries import the same names, and each prefix is compared with each of them.
        self._found: dict[tuple[str, str], list[tuple[Rule, Match]]] = {}
        for rule in rules:
            for match in rule.match:
                for name in match.names:
                    if name.endswith("*"):
                        self._prefix.setdefault(match.kind, []).append((name[:-1], rule, match))
                    else:
                        self._exact.setdefault((match.kind, name), []).append((rule, match))
        for rows in self._exact.values():
            rows.sort(key=lambda row: (not row[1].with_, not row[1].values, row[0].id))

    def first(self, fact: Fact, beside: Collection[str] = (), engine: str = "") -> tuple[Rule, Match] | None:
        """The most specific rule. `beside`: names alive in the same file, for `with`. `engine`: its version or ""."""
        for rule, match in self.all(fact, beside, engine):
            return rule, match
        return None

    def all(self, fact: Fact, beside: Collection[str] = (), engine: str = "") -> list[tuple[Rule, Match]]:
        rows = self._rows(fact.kind, fact.name)
        for kind, name in () if rows else _other_names(fact):
            rows = rows or self._rows(kind, name)
        return [
            (rule, match)
            for rule, match in rows
            if _speaks(match.language, fact.language)
            and (not match.values or _one_of(fact.value, match.values))
            and (not match.with_ or any(name in beside for name in match.with_))
            and (not match.engine or not engine or in_range(engine, match.engine))
        ]

    def _rows(self, kind: str, name: str) -> list[tuple[Rule, Match]]:
        known = self._found.get((kind, name))
        if known is None:
            known = list(self._exact.get((kind, name), ()))
            known += [(rule, match) for prefix, rule, match in self._prefix.get(kind, ()) if name.startswith(prefix)]
            self._found[kind, name] = known
        return known


def _other_names(fact: Fact) -> Iterator[tuple[str, str]]:
    """Under which kind and names rules know what a binary asks for at run time.

    A library speaks as one that is linked. P/Invokes leave out `.dll`, `lib` and `.so`, whichever the system adds, and
    the letter of the two forms of a Windows function (learn.microsoft.com/dotnet/standard/native-interop, "Native
    library loading" and "Charsets and marshalling").
    """
    if fact.language not in _BINARIES:
        return
    if fact.kind == "may-load":
        base = fact.name.rpartition("/")[2]
        small = base.lower()
        yield "links", base
        yield "links", small
        if fact.language == "dotnet":
            yield from (("links", name) for name in (f"{small}.dll", f"{base}.so", f"lib{base}.so"))
    elif fact.kind == "symbol" and fact.language == "dotnet" and not fact.value.startswith(("lib", "_")):
        yield from (("symbol", f"{fact.name}{form}") for form in "WA")


def _speaks(language: str, of: str) -> bool:
    return not language or language == of or (language in C_FAMILY and of in C_FAMILY)


def _one_of(value: str, wanted: Iterable[str]) -> bool:
    return any(value.startswith(word[:-1]) if word.endswith("*") else value == word for word in wanted)


def in_range(version: str, condition: str) -> bool:
    """`4.6` satisfies `>=4`; conditions are joined by commas. A version that is no number satisfies all."""
    own = _parts(version)
    if own is None:
        return True
    for part in condition.split(","):
        found = _VERSION.match(part)
        bound = _parts(found[2]) if found else None
        if found is None or bound is None:
            continue
        size = max(len(own), len(bound))
        left, right = own + [0] * (size - len(own)), bound + [0] * (size - len(bound))
        op = found[1] or "="
        if op == "=":
            left = left[: len(bound)]
            right = bound
        if not {"=": left == right, ">=": left >= right, "<=": left <= right, "<": left < right, ">": left > right}[op]:
            return False
    return True


def _parts(version: str) -> list[int] | None:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in found[0].split(".")] if found else None
