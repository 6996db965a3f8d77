"""What a simple name means in one C# file: its `using` directives, its namespaces, the types that it declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portlint.extractors.source.csharp.names import Hit, Names
from portlint.extractors.source.csharp.regions import Regions
from portlint.extractors.source.csharp.tree import places
from portlint.model.guard import ALWAYS, Guard

_USING = re.compile(
    rb"using[ \t]+(?P<static>static[ \t]+)?(?:(?P<alias>\w+)[ \t]*=[ \t]*)?"
    rb"(?:global::)?(?P<name>[\w.]+)[ \t]*(?:<[^;\n]*>)?[ \t]*;"
)
_NAMESPACE = re.compile(rb"namespace[ \t]+([\w.]+)[ \t]*(;?)")
_STARTS = re.compile(rb"(?:^|[;{}\n])(?:\xef\xbb\xbf)?[ \t]*(?:global[ \t]+)?\Z")
_DECLARES = re.compile(rb"\b(?:class|struct|interface|enum|record)\s+\Z")
_DELEGATE = re.compile(rb"\bdelegate\s+[\w<>\[\],.? ]+\s\Z")
# What the .NET SDK adds to every file where ImplicitUsings is on. A file cannot tell; one with a file-scoped
# namespace (C# 10) and without any `using System...` of its own is taken for such.
IMPLICIT = (
    "System",
    "System.Collections.Generic",
    "System.IO",
    "System.Linq",
    "System.Net.Http",
    "System.Threading",
    "System.Threading.Tasks",
)
# Namespaces that only exist in the editor or where tests are compiled: a file that names one outside of every #if is
# part of no player.
_NEVER_SHIPS = {b"UnityEditor": "UNITY_EDITOR", b"NUnit.Framework": "UNITY_INCLUDE_TESTS"}


class Scope:
    """Names of one file. `aliases` maps `Timer` to `System.Timers.Timer`; `statics` are the types of `using static`."""

    def __init__(self, data: bytes, regions: Regions) -> None:
        self._data = data
        self.namespaces: list[str] = []
        file_scoped = False
        for match in _directives(data, b"namespace", _NAMESPACE):
            self.namespaces.append(match[1].decode("utf-8", "replace"))
            file_scoped = file_scoped or bool(match[2])
        self.usings: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.statics: list[str] = []
        self.guard = ALWAYS
        for match in _directives(data, b"using", _USING):
            name = match["name"].decode("utf-8", "replace")
            if match["alias"]:
                self.aliases[match["alias"].decode("utf-8", "replace")] = name
            elif match["static"]:
                self.statics.append(name)
            else:
                self.usings.add(name)
            root = next(
                (root for root in _NEVER_SHIPS if match["name"] == root or match["name"].startswith(root + b".")), b""
            )
            if root and not match["alias"] and regions.at(match.start()) == ALWAYS:
                self.guard = Guard("defined", _NEVER_SHIPS[root])
        if file_scoped and not any(name.partition(".")[0] == "System" for name in self.usings):
            self.usings.update(IMPLICIT)
        self._declared: dict[str, bool] = {}

    def type_of(self, hit: Hit, names: Names) -> str:
        """The full name of the type that the hit means, or "" for another thing of that name."""
        return self.resolve(hit.word, hit.qualifier, names)

    def resolve(self, word: str, qualifier: str, names: Names) -> str:
        if qualifier:
            space = self.aliases.get(qualifier.removesuffix("::"), qualifier)
            return f"{space}.{word}" if names.is_known(f"{space}.{word}") else ""
        if word in self.aliases:
            return self.aliases[word] if names.is_known(self.aliases[word]) else ""
        if self.declares(word):
            return ""
        seen = [full for full in names.types_called(word) if self.sees(full.rpartition(".")[0])]
        return seen[0] if len(seen) == 1 else ""

    def sees(self, namespace: str) -> bool:
        """Whether a name of this namespace needs no qualifier here."""
        return namespace in self.usings or any(
            own == namespace or own.startswith(f"{namespace}.") for own in self.namespaces
        )

    def declares(self, word: str) -> bool:
        """Whether the file declares a type of this name itself."""
        if word not in self._declared:
            self._declared[word] = bool(self._declarations(word))
        return self._declared[word]

    def _declarations(self, word: str) -> list[int]:
        return [
            start
            for start in places(self._data, word.encode())
            if _DECLARES.search(self._data, max(0, start - 20), start)
            or _DELEGATE.search(self._data, max(0, start - 120), start)
        ]

    def declared_types(self, names: Names) -> Iterable[tuple[str, int]]:
        """Types of this file that are called like a known one, by their full names, and where.

        A type inside another one counts as of the namespace: nobody else sees it by its simple name, but the file does.
        """
        for word in sorted(word for word, own in self._declared.items() if own):
            for start in self._declarations(word):
                yield f"{self._namespace_at(start)}.{word}".lstrip("."), start

    def _namespace_at(self, start: int) -> str:
        """The namespace of the last declaration before: nested and closed ones are not told apart."""
        before = [match for match in _directives(self._data, b"namespace", _NAMESPACE) if match.start() < start]
        return before[-1][1].decode("utf-8", "replace") if before else ""

    def spaces(self) -> list[str]:
        """The namespaces around the code of this file, innermost first, the global one ("") last."""
        found: dict[str, None] = {}
        for name in self.namespaces:
            parts = name.split(".")
            found.update(dict.fromkeys(".".join(parts[:size]) for size in range(1, len(parts) + 1)))
        return [*sorted(found, key=len, reverse=True), ""]

    def aliases_of(self, names: Names) -> Iterable[tuple[str, str]]:
        """Aliases that are not the type's own simple name, with the known type that they stand for."""
        for alias, full in self.aliases.items():
            if names.is_known(full) and full.rpartition(".")[2] != alias:
                yield alias, full


def _directives(data: bytes, word: bytes, shape: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """The matches of `shape` where the word begins a statement. Searching for the word alone is what is fast."""
    for start in places(data, word):
        match = shape.match(data, start)
        if match and _STARTS.search(data, max(0, start - 60), start):
            yield match
