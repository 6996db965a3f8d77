"""A C-family code base put together from the extractions of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cached_property

from portlint.cache import Cache
from portlint.catalog.toolchain import Toolchain
from portlint.extractors.source.c import family as c_family
from portlint.extractors.source.c.family import is_cpp, is_unit
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.units.commands import Commands
from portlint.units.platform import PLATFORM_MACROS
from portlint.units.remembered import Remembered
from portlint.units.resolve import Resolver
from portlint.units.state import Project
from portlint.units.tree import SourceFile, interesting_names, tree
from portlint.units.views import Sources, Views
from portlint.units.walk import Walker


def macros_with_uses(extractions: Mapping[str, Extraction]) -> frozenset[str]:
    """Macros in whose body a vocabulary name stands: whether they are used decides whether that name is."""
    return frozenset(
        fact.value[6:]
        for extraction in extractions.values()
        if extraction.outline is not None
        for fact in extraction.facts
        if fact.value.startswith("macro ")
    )


class Codebase:
    """Facts numbered, units named, and the rest of what a walk needs, made when it is needed.

    `extractions` and `macro_uses` are those of C-family files, by path. `toolchains` and `foreign_headers` say which
    macros and headers belong to platforms. Include facts are kept where `named_includes` has the name. `commands` is
    a compilation database, if there is one.
    """

    def __init__(
        self,
        extractions: Mapping[str, Extraction],
        macro_uses: Mapping[str, Extraction],
        toolchains: Sequence[Toolchain],
        foreign_headers: Collection[str],
        named_includes: Container[str],
        defines: Mapping[str, str],
        commands: Commands | None,
    ) -> None:
        self._toolchains = toolchains
        self._foreign_headers = foreign_headers
        self._defines = defines
        self._commands = commands
        self._files: list[SourceFile] = []
        self._macro_uses: dict[int, str] = {}
        self.spans: dict[str, range] = {}
        facts: list[Fact] = []
        for path, extraction in sorted(extractions.items()):
            if extraction.outline is not None:
                kept = [
                    fact
                    for fact in extraction.facts
                    if fact.kind not in ("include", "ignore")
                    or (fact.kind == "include" and fact.name in named_includes)
                ]
                self._add(path, extraction, kept, macro_uses.get(path), facts)
        self.facts = tuple(facts)
        self._resolver = Resolver((file.path for file in self._files), commands.folders if commands else ())
        parts = self._parts()
        self.units = tuple(file.path for file in self._files if is_unit(file.path) and file.path not in parts)

    def _add(
        self, path: str, extraction: Extraction, kept: list[Fact], uses: Extraction | None, facts: list[Fact]
    ) -> None:
        first = len(facts)
        facts.extend(kept)
        for fact in uses.facts if uses else ():
            self._macro_uses[len(facts)] = fact.name
            facts.append(fact)
        self.spans[path] = range(first, len(facts))
        rows = sorted((facts[number].location.line, number) for number in self.spans[path])
        outline = extraction.outline
        if outline is not None:
            self._files.append(SourceFile(path, outline.directives, outline.own, rows))

    def views(self) -> Views:
        sources = Sources(
            self.facts,
            tuple((path, is_cpp(path)) for path in (*self.units, *self._orphans())),
            self._macro_uses,
            self._commands.defines if self._commands else {},
            self._commands.built if self._commands else None,
            self._defined_elsewhere,
        )
        host = next(toolchain for toolchain in self._toolchains if toolchain.id == "host")
        return Views(sources, self._walker, host, self._foreign_headers, self._defines)

    def remembered(
        self, cache: Cache, contents: Mapping[str, str], toolchain: Toolchain, vocabulary: str
    ) -> Remembered:
        """The cache's side of one toolchain. `contents`: ids of the files' contents; `vocabulary`: its digest."""
        settings = [
            toolchain.digest,
            *(each.digest for each in self._toolchains if each.id == "host"),
            vocabulary,
            f"{c_family.NAME} {c_family.VERSION}",  # other facts are other numbers
            repr(sorted(self._defines.items())),
            repr(sorted((path, sorted(own.items(), key=str)) for path, own in self._command_defines())),
            repr(self._commands.folders if self._commands else None),  # without a database every unit is built
            _digest(file.path for file in self._files),
            _digest(sorted(self._defined_elsewhere)),
            _digest(sorted(self._defined_macros)),
        ]
        return Remembered(cache, contents, self.spans, settings)

    @property
    def settled(self) -> frozenset[str]:
        """Macros that the user or a compile command defines."""
        commands = (name for _, own in self._command_defines() for name in own)
        return frozenset(self._defines) | frozenset(commands)

    def _command_defines(self) -> Iterable[tuple[str, dict[str, str | None]]]:
        return self._commands.defines.items() if self._commands else ()

    def _walker(self) -> Walker:
        names = frozenset(fact.name for fact in self.facts if fact.kind == "call") | frozenset(
            self._macro_uses.values()
        )
        interesting = interesting_names(self._files, names)
        trees = {file.path: tree(file, interesting) for file in self._files}
        known = set(PLATFORM_MACROS) | {f"<{header}>" for header in self._foreign_headers}
        system = frozenset[str]().union(*(toolchain.macros for toolchain in self._toolchains))
        known |= system
        for toolchain in self._toolchains:
            known |= toolchain.undefines
            known |= {f"<{header}>" for header in toolchain.header_names}
        return Walker(Project(trees, self._resolver, frozenset(known), system, self._defined_macros))

    def _parts(self) -> frozenset[str]:
        """Sources that another unit of their folder includes, as event loops include one of `loop_epoll.c`,
        `loop_select.c`: they are compiled there, if at all. What a compilation database names is a unit."""
        built = self._commands.built if self._commands else frozenset()
        parts: set[str] = set()
        for file in self._files:
            folder = file.path.rpartition("/")[0]
            for directive in file.directives:
                if directive.kind == "include" and directive.text[:1] == '"' and is_unit(file.path):
                    name = directive.text[1:].partition('"')[0]
                    path = self._resolver.find(file.path, name, True) if is_unit(name) else ""
                    if path and path != file.path and path.rpartition("/")[0] == folder and file.path not in parts:
                        parts.add(path)
        return frozenset(parts - built)

    def _orphans(self) -> list[str]:
        """Headers with something to judge that no file includes, whatever the conditions: units of their own."""
        included: set[str] = set()
        for file in self._files:
            for directive in file.directives:
                if directive.kind == "include" and directive.text[:1] in ("<", '"'):
                    closing = ">" if directive.text[0] == "<" else '"'
                    name = directive.text[1:].partition(closing)[0]
                    included.add(self._resolver.find(file.path, name, closing == '"'))
        return [
            file.path
            for file in self._files
            if file.path not in included
            and not is_unit(file.path)
            and any(self.facts[number].kind != "include" for _, number in file.facts)
        ]

    @cached_property
    def _defined_elsewhere(self) -> frozenset[str]:
        return frozenset(own.name for file in self._files for own in file.own if own.kind == "defines")

    @cached_property
    def _defined_macros(self) -> frozenset[str]:
        return frozenset(
            words[0]
            for file in self._files
            for directive in file.directives
            if directive.kind == "define" and (words := directive.text.split("(", 1)[0].split())
        )


def _digest(texts: Iterable[str]) -> str:
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
