"""One scan: walk, extract, put together, judge for each target, estimate, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from portlint import __version__
from portlint.asked import Options, Scan, Seen
from portlint.cache import Cache, default_folder
from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.catalog.platforms import platform_headers
from portlint.catalog.toolchain import Toolchain, toolchain_for
from portlint.catalog.vocabularies import all_toolchains, vocabularies
from portlint.collect import Collected, Collector
from portlint.errors import PortlintError
from portlint.estimate import load_rates, priced
from portlint.estimate.begun import begun_for
from portlint.extractors.source.c import family as c_family
from portlint.judge.defaults import default_targets
from portlint.judge.matching import Matcher
from portlint.judge.target import NativeCode, TargetJudgement, judge_target
from portlint.judge.tree import Tree
from portlint.model.catalog import Catalog, Target, profile_id
from portlint.model.extraction import FileRecord
from portlint.model.fact import Fact
from portlint.model.report import ProjectReport, Report, TargetReport
from portlint.projects import Layout, layout
from portlint.projects.settle import settle
from portlint.units.codebase import Codebase, macros_with_uses
from portlint.units.commands import FILE_NAME, Commands, load_commands
from portlint.units.view import View
from portlint.walk import Entry, Walk, excluding, walk

__all__ = ["Options", "Scan", "Seen", "check_targets", "scan"]
_RECURSION = 6000  # the walk nests a few frames an include and two a condition


def scan(path: Path, options: Options, progress: Callable[[int, int], None]) -> Scan:
    """Scan a folder, or one file of it.

    Raises PortlintError for what the user can mend: a path that is not there, an unknown target, broken rules.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
    catalog = load_catalog()
    check_targets(options.targets, catalog)
    root, walked = _walked(path, options)
    origin = options.revision.root if options.revision else root
    toolchains = all_toolchains(catalog)
    words = vocabularies()
    with Cache(default_folder(origin) if options.use_cache else None) as cache:
        fetch = {"fetch": options.revision.fetch} if options.revision else {}
        collector = Collector(root, cache, words, options.jobs, **fetch)
        collected = collector.collect(walked.entries, progress)
        native_entries = [entry for entry in walked.entries if c_family.wants(entry.path)]
        macros = macros_with_uses(collected.extractions)
        macro_uses = collector.macro_uses(native_entries, macros) if macros else {}
        code = Codebase(
            collected.extractions,
            macro_uses,
            list(toolchains.values()),
            platform_headers(),
            _NamedIncludes(words["c"].includes),
            options.defines,
            _commands(origin, options.compile_commands),
        )
        native = _native(code, cache, collector.contents, toolchains.values(), words["c"].digest)
        arranged = layout(root.name, collected.extractions, collected.records)
        tree = Tree(
            settle(collected.extractions, collector.content),
            frozenset(record.path for record in (*collected.records, *walked.records)),
            arranged,
            load_packages(),
        )
        matcher = Matcher(catalog.rules.values())
        chosen = options.targets or default_targets(tree, catalog)
        assumptions: tuple[str, ...] = ()
        if options.assume:
            from portlint.planning.assume import assumed

            chosen, assumptions = assumed(chosen, options.assume, catalog)
        asked = {name: _versioned(name, catalog) for name in chosen}
        judged = {
            name: judge_target(tree, native, target, toolchain, catalog, matcher)
            for name, (target, toolchain) in asked.items()
        }
    targets = {name: target for name, (target, _) in asked.items()}
    report = _report(root, walked, collected, arranged, judged, catalog, targets, assumptions, collector.content)
    if options.work:
        with Cache(default_folder(origin) if options.use_cache else None) as cache:
            report = _with_work(report, collected, collector, arranged, targets, cache)
    warning = (cache.warning,) if cache.warning else ()
    seen = Seen(
        root,
        path.is_dir(),
        options.exclude,
        walked,
        collected,
        macros,
        macro_uses,
        collector.contents,
        collector.reads,
        collector.repeatable,
    )
    return Scan(report, catalog, (*walked.notes, *warning), seen)


def check_targets(names: Sequence[str], catalog: Catalog) -> None:
    for name in names:
        if profile_id(name) not in catalog.targets:
            raise PortlintError(f"unknown target {name!r}; known targets: {', '.join(sorted(catalog.targets))}")


def _versioned(name: str, catalog: Catalog) -> tuple[Target, Toolchain]:
    """`wasip1@2022`: the target, under that name, and its toolchain in that release."""
    identity, at, version = name.partition("@")
    target = catalog.targets[identity]
    toolchain = toolchain_for(target, version)
    return (msgspec.structs.replace(target, id=name, version=toolchain.release) if at else target), toolchain


def _walked(path: Path, options: Options) -> tuple[Path, Walk]:
    if options.revision:
        return options.revision.folder, excluding(options.revision.walk, options.exclude)
    if path.is_file() and not path.is_symlink():
        root = path.resolve().parent
        size = path.stat().st_size
        return root, Walk((Entry(path.name, size),), ())
    return path.resolve(), walk(path.resolve(), options.exclude)


class _NamedIncludes:
    """The include names that rules speak of; a name that ends in `*` stands for all that begin so."""

    def __init__(self, names: frozenset[str]) -> None:
        self._exact = names
        self._starts = tuple(name[:-1] for name in names if name.endswith("*"))

    def __contains__(self, name: object) -> bool:
        return name in self._exact or (isinstance(name, str) and name.startswith(self._starts))


def _native(
    code: Codebase, cache: Cache, contents: Mapping[str, str], toolchains: Iterable[Toolchain], vocabulary: str
) -> NativeCode:
    views = code.views()

    def view(toolchain: Toolchain, behind_gates: bool) -> View:
        memory = code.remembered(cache, contents, toolchain, f"{vocabulary} {behind_gates}") if cache.works else None
        return views.view(toolchain, lambda name: _mark(toolchain, name), behind_gates, memory)

    headers = frozenset[str]().union(*(toolchain.header_names for toolchain in toolchains))
    return NativeCode(code.facts, view, code.units, headers, code.settled)


def _commands(root: Path, given: Path | None) -> Commands | None:
    path = given or root / FILE_NAME
    return load_commands(path, root) if given or path.is_file() else None


def _mark(toolchain: Toolchain, name: str) -> str:
    mark = toolchain.symbols.get(name)
    return mark.mark if mark else ""


def _with_work(
    report: Report,
    collected: Collected,
    collector: Collector,
    arranged: Layout,
    asked: Mapping[str, Target],
    cache: Cache,
) -> Report:
    """The report with each target's list of files that a port is likely to change."""
    from portlint.planning.kept import kept_survey
    from portlint.planning.knowledge import load_knowledge
    from portlint.planning.places import labels_in, survey, work

    knowledge = load_knowledge()
    labels = labels_in(arranged, collected.extractions)
    surveyed = kept_survey(
        cache,
        collector.contents,
        labels,
        knowledge,
        lambda: survey(collected.extractions, collector.content, labels, knowledge),
    )
    targets = tuple(
        msgspec.structs.replace(each, work=work(surveyed, each.findings, asked[each.id].family, knowledge))
        for each in report.targets
    )
    return msgspec.structs.replace(report, targets=targets)


def _report(
    root: Path,
    walked: Walk,
    collected: Collected,
    arranged: Layout,
    judged: Mapping[str, TargetJudgement],
    catalog: Catalog,
    asked: Mapping[str, Target],
    assumptions: tuple[str, ...],
    content: Callable[[str], bytes],
) -> Report:
    """Everything put together, and priced."""
    rates = load_rates()
    families = {target.family for target in asked.values()}
    begun = begun_for(families, collected.extractions, content, arranged, rates.fallback)
    files: tuple[FileRecord, ...] = tuple(sorted((*collected.records, *walked.records), key=lambda each: each.path))
    targets = tuple(
        TargetReport(
            name,
            asked[name].title,
            one.verdict,
            one.deciding,
            None,
            one.findings,
            one.credit,
            tuple(sorted(one.aside)),
            begun[asked[name].family],
        )
        for name, one in judged.items()
    )
    projects = tuple(
        ProjectReport(
            project.path,
            project.kind,
            project.engine_version,
            {name: one.verdicts[project.path] for name, one in judged.items() if project.path in one.verdicts},
            {name: one.deciding_of[project.path] for name, one in judged.items() if project.path in one.deciding_of},
            bases={name: one.bases[project.path] for name, one in judged.items() if project.path in one.bases},
        )
        for project in arranged.projects
    )
    components = tuple(arranged.graph.components.values())
    unpriced = Report(
        __version__,
        root.name,
        files,
        components,
        arranged.graph.dependencies,
        projects,
        targets,
        assumptions,
        _ignores(collected),
    )
    return priced(unpriced, catalog, rates)


def _ignores(collected: Collected) -> tuple[Fact, ...]:
    facts = (fact for extraction in collected.extractions.values() for fact in extraction.facts)
    return tuple(fact for fact in facts if fact.kind == "ignore")
