"""One scan: walk, extract, put together, judge for each target, estimate, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from portlint.asked import Options, Scan, Seen
from portlint.cache import Cache, default_folder
from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.catalog.platforms import platform_headers
from portlint.catalog.toolchain import Toolchain, toolchain_for
from portlint.catalog.vocabularies import all_toolchains, vocabularies
from portlint.collect import Collected, Collector
from portlint.errors import PortlintError
from portlint.extractors.source.c import family as c_family
from portlint.judge.defaults import default_targets
from portlint.judge.matching import Matcher
from portlint.judge.target import NativeCode, judge_target
from portlint.judge.tree import Tree
from portlint.model.catalog import Catalog, Target, profile_id
from portlint.model.extraction import Extraction
from portlint.model.report import Report
from portlint.model.vocabulary import Vocabulary
from portlint.projects import layout
from portlint.projects.settle import settle
from portlint.reported import Found, reported
from portlint.units.codebase import Codebase, macros_with_uses
from portlint.units.commands import FILE_NAME, Commands, load_commands
from portlint.units.view import View
from portlint.walk import Entry, Walk, excluding, walk

__all__ = ["Options", "Scan", "Seen", "check_targets", "scan"]
_RECURSION = 6000  # the walk nests a few frames an include and two a condition


class _Sources(msgspec.Struct, frozen=True):
    """What the files say. `macro_uses`: where `macros`, which stand for something, are used."""

    collected: Collected
    macros: frozenset[str]
    macro_uses: Mapping[str, Extraction]


class _Asked(msgspec.Struct, frozen=True):
    """The targets under the names that were asked for, their toolchains, and a line for each assumption.

    `projects`: by target, the paths of those that it was chosen for; a target that is absent is for all.
    """

    targets: Mapping[str, Target]
    toolchains: Mapping[str, Toolchain]
    assumptions: tuple[str, ...]
    projects: Mapping[str, frozenset[str]] = {}


def scan(path: Path, options: Options, progress: Callable[[int, int], None]) -> Scan:
    """Scan a folder, or one file of it.

    Raises PortlintError for what the user can mend: a path that is not there, an unknown target, broken rules.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    catalog = load_catalog()
    check_targets(options.targets, catalog)
    root, walked = _walked(path, options)
    origin = options.revision.root if options.revision else root
    words = vocabularies()
    with Cache(default_folder(origin) if options.use_cache else None) as cache:
        fetch = {"fetch": options.revision.fetch} if options.revision else {}
        collector = Collector(root, cache, words, options.jobs, **fetch)
        read = _read(collector, walked, progress)
        native = _native(read, options, origin, catalog, words["c"], cache, collector.contents)
        tree = _tree(root, walked, read.collected, collector.content)
        asked = _asked(options, tree, catalog)
        matcher = Matcher(catalog.rules.values())
        judged = {
            name: judge_target(tree, native, target, asked.toolchains[name], catalog, matcher, asked.projects.get(name))
            for name, target in asked.targets.items()
        }
        found = Found(root, walked, read.collected, tree.layout, asked.targets, judged)
        report = reported(found, catalog, asked.assumptions, collector.content)
        if options.work:
            report = _with_work(report, read.collected, collector, tree, asked, cache)
    warning = (cache.warning,) if cache.warning else ()
    seen = Seen(
        root,
        path.is_dir(),
        options.exclude,
        walked,
        read.collected,
        read.macros,
        read.macro_uses,
        collector.contents,
        collector.reads,
        frozenset(collector.reopened),
        collector.repeatable,
    )
    return Scan(report, catalog, (*walked.notes, *warning), seen)


def check_targets(names: Sequence[str], catalog: Catalog) -> None:
    for name in names:
        if profile_id(name) not in catalog.targets:
            raise PortlintError(f"unknown target {name!r}; known targets: {', '.join(sorted(catalog.targets))}")


def _walked(path: Path, options: Options) -> tuple[Path, Walk]:
    if options.revision:
        return options.revision.folder, excluding(options.revision.walk, options.exclude)
    if path.is_file() and not path.is_symlink():
        root = path.resolve().parent
        size = path.stat().st_size
        return root, Walk((Entry(path.name, size),), ())
    return path.resolve(), walk(path.resolve(), options.exclude)


def _read(collector: Collector, walked: Walk, progress: Callable[[int, int], None]) -> _Sources:
    """Every file once, and those of C's family again where the tree has macros that stand for calls."""
    collected = collector.collect(walked.entries, progress)
    macros = macros_with_uses(collected.extractions)
    native = [entry for entry in walked.entries if c_family.wants(entry.path)]
    return _Sources(collected, macros, collector.macro_uses(native, macros) if macros else {})


def _native(
    read: _Sources,
    options: Options,
    origin: Path,
    catalog: Catalog,
    vocabulary: Vocabulary,
    cache: Cache,
    contents: Mapping[str, str],
) -> NativeCode:
    """The translation units of C's family, and how each toolchain sees them."""
    toolchains = list(all_toolchains(catalog).values())
    code = Codebase(
        read.collected.extractions,
        read.macro_uses,
        toolchains,
        platform_headers(),
        _NamedIncludes(vocabulary.includes),
        options.defines,
        _commands(origin, options.compile_commands),
    )
    views = code.views()

    def view(toolchain: Toolchain, behind_gates: bool) -> View:
        key = f"{vocabulary.digest} {behind_gates}"
        memory = code.remembered(cache, contents, toolchain, key) if cache.works else None
        return views.view(toolchain, lambda name: _mark(toolchain, name), behind_gates, memory)

    headers = frozenset[str]().union(*(toolchain.header_names for toolchain in toolchains))
    return NativeCode(code.facts, view, code.units, headers, code.settled)


class _NamedIncludes:
    """The include names that rules speak of; a name that ends in `*` stands for all that begin so."""

    def __init__(self, names: frozenset[str]) -> None:
        self._exact = names
        self._starts = tuple(name[:-1] for name in names if name.endswith("*"))

    def __contains__(self, name: object) -> bool:
        return name in self._exact or (isinstance(name, str) and name.startswith(self._starts))


def _commands(root: Path, given: Path | None) -> Commands | None:
    path = given or root / FILE_NAME
    return load_commands(path, root) if given or path.is_file() else None


def _mark(toolchain: Toolchain, name: str) -> str:
    mark = toolchain.symbols.get(name)
    return mark.mark if mark else ""


def _tree(root: Path, walked: Walk, collected: Collected, content: Callable[[str], bytes]) -> Tree:
    """What is judged: with the layout of the projects, and with settings that only hold together settled."""
    arranged = layout(root.name, collected.extractions, collected.records)
    paths = frozenset(record.path for record in (*collected.records, *walked.records))
    return Tree(settle(collected.extractions, content), paths, arranged, load_packages())


def _asked(options: Options, tree: Tree, catalog: Catalog) -> _Asked:
    """The targets of the call, or else those that follow from what the projects are."""
    own = {} if options.targets else default_targets(tree, catalog)
    chosen: tuple[str, ...] = options.targets or tuple(own)
    assumptions: tuple[str, ...] = ()
    if options.assume:
        from portlint.planning.assume import assumed

        chosen, assumptions = assumed(chosen, options.assume, catalog)
    found = {name: _versioned(name, catalog) for name in chosen}
    targets = {name: target for name, (target, _) in found.items()}
    toolchains = {name: toolchain for name, (_, toolchain) in found.items()}
    return _Asked(
        targets,
        toolchains,
        assumptions,
        {name: _chosen_for(name, own, targets[name], catalog) for name in own and targets},
    )


def _chosen_for(name: str, own: Mapping[str, frozenset[str]], target: Target, catalog: Catalog) -> frozenset[str]:
    """The projects of a target; of one that an assumption put in another's place, those of its like."""
    if name in own:
        return own[name]
    like = (
        each
        for each in own
        if (catalog.targets[each].family, catalog.targets[each].engine) == (target.family, target.engine)
    )
    return frozenset[str]().union(*(own[each] for each in like))


def _versioned(name: str, catalog: Catalog) -> tuple[Target, Toolchain]:
    """`wasip1@2022`: the target, under that name, and its toolchain in that release."""
    identity, at, version = name.partition("@")
    target = catalog.targets[identity]
    toolchain = toolchain_for(target, version)
    return (msgspec.structs.replace(target, id=name, version=toolchain.release) if at else target), toolchain


def _with_work(
    report: Report, collected: Collected, collector: Collector, tree: Tree, asked: _Asked, cache: Cache
) -> Report:
    """The report with each target's list of files that a port is likely to change."""
    from portlint.planning.kept import kept_survey
    from portlint.planning.knowledge import load_knowledge
    from portlint.planning.places import labels_in, survey, work

    knowledge = load_knowledge()
    labels = labels_in(tree.layout, collected.extractions)
    surveyed = kept_survey(
        cache,
        collector.contents,
        labels,
        knowledge,
        lambda: survey(collected.extractions, collector.content, labels, knowledge),
    )
    targets = tuple(
        msgspec.structs.replace(each, work=work(surveyed, each.findings, asked.targets[each.id].family, knowledge))
        for each in report.targets
    )
    return msgspec.structs.replace(report, targets=targets)
