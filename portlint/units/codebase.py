"""A C-family code base put together from the extractions of its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from portlint.catalog.toolchain import Toolchain
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.units.resolve import Resolver
from portlint.units.tree import SourceFile, interesting_names, tree
from portlint.units.views import Sources, Views
from portlint.units.walk import Project, Walker

# Macros that compilers of other platforms define: undefined means false here, whatever the tables list.
PLATFORM_MACROS = frozenset(
    "WIN32 WIN64 _WIN32 _WIN64 _MSC_VER __CYGWIN__ __MINGW32__ __MINGW64__ __APPLE__ __MACH__ linux __linux unix __unix "
    "MACOS_X MACOSX macintosh __MACOSX__ BSD __BEOS__ __HAIKU__ sun __sun AMIGA __amigaos__ ANDROID EMSCRIPTEN TARGET_OS_IPHONE "
    "TARGET_OS_MAC TARGET_OS_IOS TARGET_OS_OSX TARGET_OS_TV TARGET_OS_SIMULATOR WINAPI_FAMILY NDEBUG DEBUG _DEBUG __cplusplus __STDC__ __OBJC__ "
    "MSDOS __MSDOS__ OS2 RISCOS VMS MINGW32 __BORLANDC__ __WATCOMC__ CYGWIN UNDER_CE WINCE".split()
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
) -> tuple[tuple[Fact, ...], Views]:
    """The facts in the order of their numbers, and the views on them.

    `extractions` and `macro_uses` are those of C-family files, by path; `units` the files that a compiler is given,
    with whether they are C++. `toolchains` and `foreign_headers` say which macros and headers belong to platforms.
    """
    facts: list[Fact] = []
    files: list[SourceFile] = []
    used: dict[int, str] = {}
    for path, extraction in sorted(extractions.items()):
        if extraction.outline is None:
            continue
        rows: list[tuple[int, int]] = []
        for fact in extraction.facts:
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
    project = Project(trees, Resolver(trees), frozenset(known), _defined(files))
    elsewhere = frozenset(own.name for file in files for own in file.own if own.kind == "defines")
    sources = Sources(facts, tuple(units), used, elsewhere)
    return tuple(facts), Views(sources, Walker(project), host, foreign_headers, defines)


def _defined(files: Iterable[SourceFile]) -> frozenset[str]:
    return frozenset(
        directive.text.split("(", 1)[0].split()[0]
        for file in files
        for directive in file.directives
        if directive.kind == "define" and directive.text.split("(", 1)[0].split()
    )
