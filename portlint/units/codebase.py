"""A C-family code base put together from the extractions of its files."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from portlint.catalog.toolchain import Toolchain
from portlint.extractors.source.c_family import is_cpp, is_unit
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.units.commands import Commands
from portlint.units.resolve import Resolver
from portlint.units.state import Project
from portlint.units.tree import SourceFile, interesting_names, tree
from portlint.units.views import Sources, Views
from portlint.units.walk import Walker

# Macros that compilers of other platforms define: undefined means false here, whatever the tables list.
PLATFORM_MACROS = frozenset(
    (
        "AMIGA ANDROID BSD CYGWIN DEBUG EMSCRIPTEN MACOSX MACOS_X MINGW32 MSDOS NDEBUG OS2 RISCOS "
        "TARGET_OS_IOS TARGET_OS_IPHONE TARGET_OS_MAC TARGET_OS_OSX TARGET_OS_SIMULATOR TARGET_OS_TV "
        "UNDER_CE VMS WIN32 WIN64 WINAPI_FAMILY WINCE _DEBUG _MSC_VER _WIN32 _WIN64 __APPLE__ __BEOS__ "
        "__BORLANDC__ __CYGWIN__ __HAIKU__ __MACH__ __MACOSX__ __MINGW32__ __MINGW64__ __MSDOS__ __OBJC__ "
        "__STDC__ __WATCOMC__ __amigaos__ __cplusplus __linux __sun __unix linux macintosh sun unix "
    ).split()
)


def macros_with_uses(extractions: Mapping[str, Extraction]) -> frozenset[str]:
    """Macros in whose body a vocabulary name stands: whether they are used decides whether that name is."""
    return frozenset(
        fact.value[6:]
        for extraction in extractions.values()
        if extraction.outline is not None
        for fact in extraction.facts
        if fact.value.startswith("macro ")
    )


def codebase(
    extractions: Mapping[str, Extraction],
    macro_uses: Mapping[str, Extraction],
    units: Iterable[tuple[str, bool]],
    toolchains: Sequence[Toolchain],
    foreign_headers: Collection[str],
    host: Toolchain,
    defines: Mapping[str, str],
    commands: Commands | None = None,
    named_includes: Container[str] | None = None,
) -> tuple[tuple[Fact, ...], Views]:
    """The facts in the order of their numbers, and the views on them.

    `extractions` and `macro_uses` are those of C-family files, by path; `units` the files that a compiler is given,
    with whether they are C++. `commands` is a compilation database, if there is one. `toolchains` and `foreign_headers`
    say which macros and headers belong to platforms. Include facts are kept where `named_includes` has the name.
    """
    facts: list[Fact] = []
    files: list[SourceFile] = []
    used: dict[int, str] = {}
    for path, extraction in sorted(extractions.items()):
        if extraction.outline is None:
            continue
        rows: list[tuple[int, int]] = []
        for fact in extraction.facts:
            if fact.kind == "include" and named_includes is not None and fact.name not in named_includes:
                continue  # most includes are the project's own, and no rule speaks of them
            rows.append((fact.location.line, len(facts)))
            facts.append(fact)
        more = macro_uses.get(path)
        for fact in more.facts if more else ():
            used[len(facts)] = fact.name
            rows.append((fact.location.line, len(facts)))
            facts.append(fact)
        rows.sort()
        files.append(SourceFile(path, extraction.outline.directives, extraction.outline.own, rows))
    names = frozenset(fact.name for fact in facts if fact.kind == "call") | macros_with_uses(extractions)
    interesting = interesting_names(files, names)
    trees = {file.path: tree(file, interesting) for file in files}
    known = set(PLATFORM_MACROS) | {f"<{header}>" for header in foreign_headers}
    for toolchain in toolchains:
        known |= toolchain.macros.keys() | toolchain.undefines
        known |= {f"<{header}>" for header in toolchain.header_names}
    resolver = Resolver(trees, commands.folders if commands else ())
    everything = (*units, *_orphans(files, facts, resolver))
    project = Project(trees, resolver, frozenset(known), _defined(files))
    elsewhere = frozenset(own.name for file in files for own in file.own if own.kind == "defines")
    sources = Sources(
        facts,
        everything,
        used,
        commands.defines if commands else {},
        commands.built if commands else None,
        elsewhere,
    )
    return tuple(facts), Views(sources, Walker(project), host, foreign_headers, defines)


def _orphans(files: Sequence[SourceFile], facts: Sequence[Fact], resolver: Resolver) -> list[tuple[str, bool]]:
    """Headers with something to judge that no file includes, whatever the conditions: walked as units of their own."""
    included: set[str] = set()
    for file in files:
        for directive in file.directives:
            if directive.kind == "include" and directive.text[:1] in '<"':
                closing = ">" if directive.text[0] == "<" else '"'
                name = directive.text[1:].partition(closing)[0]
                included.add(resolver.find(file.path, name, closing == '"'))
    return [
        (file.path, is_cpp(file.path))
        for file in files
        if file.path not in included
        and not is_unit(file.path)
        and any(facts[number].kind != "include" for _, number in file.facts)
    ]


def _defined(files: Iterable[SourceFile]) -> frozenset[str]:
    return frozenset(
        directive.text.split("(", 1)[0].split()[0]
        for file in files
        for directive in file.directives
        if directive.kind == "define" and directive.text.split("(", 1)[0].split()
    )
