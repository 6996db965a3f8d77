"""Everything about one target: findings with their paths, verdicts per project, the facts that decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from portlint.catalog.toolchain import Toolchain
from portlint.extractors.languages import COMPILED, language_of
from portlint.extractors.source import c_family
from portlint.extractors.source.csharp_shadows import without_shadowed
from portlint.judge.companions import folded
from portlint.judge.components import Tree, judge_components
from portlint.judge.facts import Judge
from portlint.judge.godot_export import effective_settings
from portlint.judge.matching import Matcher
from portlint.judge.unity_assemblies import effective_facts
from portlint.judge.unity_project import KINDS as UNITY_KINDS
from portlint.judge.verdict import Basis, deciding, verdict, worst
from portlint.judge.wasm import is_side_module
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.fact import Fact
from portlint.model.finding import Finding, Verdict
from portlint.model.member import real_path
from portlint.projects import ships
from portlint.units.view import View

_CONFIGURED = re.compile(r"\bHAVE_\w+")
_TELLING_HEADERS = frozenset(
    {"sys/socket.h", "netdb.h", "netinet/in.h", "arpa/inet.h", "pthread.h", "sys/wait.h", "spawn.h", "sys/epoll.h"}
)
_SHIPS = ("first-party", "vendored", "binary")


class TargetJudgement(msgspec.Struct, frozen=True):
    """`verdicts` and `deciding` by project path; projects that the target does not concern are absent.

    `aside`: vendored components that only tests, examples and tools read.
    """

    verdict: Verdict
    deciding: tuple[str, ...]
    findings: tuple[Finding, ...]
    credit: int
    verdicts: dict[str, Verdict]
    deciding_of: dict[str, tuple[str, ...]]
    aside: frozenset[str] = frozenset()


class NativeCode(msgspec.Struct, frozen=True):
    """The C-family side: facts by number, and how to view them for a toolchain."""

    facts: tuple[Fact, ...]
    view: Callable[[Toolchain, bool], View]
    units: tuple[str, ...]
    system_headers: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()  # macros that the user or a compile command defines


def judge_target(
    tree: Tree, native: NativeCode, target: Target, toolchain: Toolchain, catalog: Catalog, matcher: Matcher
) -> TargetJudgement:
    """Join everything known about a tree with one target."""
    judge = Judge(catalog, target, toolchain, matcher, native.system_headers)
    found = list(judge_components(tree, target, catalog, judge))
    credit = 0
    unsettled: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    settled = native.settled
    if native.facts or native.units:
        view = native.view(toolchain, target.family == "wasi")
        judged = judge.native(native.facts, view, _header_paths(tree.paths))
        found += judged.findings
        unsettled, credit = view.unsettled, judged.credit
        aside = only_for_tests(tree, view)
        settled |= _defined_in(frozenset[str]().union(*view.closures.values()), tree)
    for project in tree.layout.projects:
        if project.kind in ("godot", *UNITY_KINDS) and target.engine != project.kind.removesuffix("-addon"):
            continue  # the engine does not export there: its scripts are no question of this target
        judged = judge.plain(_plain_facts(tree, project, target), project.engine_version)
        found += judged.findings
        credit += judged.credit
    placed = sorted({_key(each): each for each in (_place(each, tree, aside) for each in found)}.values(), key=_key)
    placed = folded(_once(placed, catalog), catalog.companions, target.family)
    verdicts: dict[str, Verdict] = {}
    why: dict[str, tuple[str, ...]] = {}
    for project in concerned(tree.layout.projects, target):
        own = [each for each in placed if tree.layout.project_of(each.location.path) is project]
        basis = _basis(tree, project, target, native.units, unsettled, aside, _unset(tree, project, settled, aside))
        verdicts[project.path] = verdict(own, basis)
        why[project.path] = deciding(own, basis, verdicts[project.path])
    answer = worst(list(verdicts.values()))
    sentences = _most_telling(verdicts, why, answer, placed, tree) or (_nothing(target),)
    return TargetJudgement(answer, sentences, tuple(placed), credit, verdicts, why, aside)


def _most_telling(
    verdicts: Mapping[str, Verdict],
    why: Mapping[str, tuple[str, ...]],
    answer: Verdict,
    findings: Sequence[Finding],
    tree: Tree,
) -> tuple[str, ...]:
    """What decides for the project that stands for the target's verdict: of the worst ones, that with most errors."""
    errors: dict[str, int] = {}
    for finding in findings:
        if finding.severity == "error" and (project := tree.layout.project_of(finding.location.path)):
            errors[project.path] = errors.get(project.path, 0) + 1
    worst_ones = [path for path, verdict_there in verdicts.items() if verdict_there == answer]
    return why[max(worst_ones, key=lambda path: errors.get(path, 0))] if worst_ones else ()


def concerned(projects: Iterable[Project], target: Target) -> list[Project]:
    """The projects that the target is asked about: an engine's exporter exports that engine's projects."""
    return [
        each
        for each in projects
        if not target.engine or each.kind in (target.engine, f"{target.engine}-addon", "gdextension")
    ]


def _nothing(target: Target) -> str:
    return (
        f"there is no {target.engine.capitalize()} project in this tree"
        if target.engine
        else "there is no project in this tree"
    )


def _plain_facts(tree: Tree, project: Project, target: Target) -> list[Fact]:
    """Facts whose own guard decides; settings as the target's export would see them."""
    files = without_shadowed(tree.by_project()[project.path])
    if project.kind in UNITY_KINDS:
        return effective_facts(project, files)
    facts = [
        fact
        for extraction in files.values()
        if extraction.outline is None
        for fact in extraction.facts
        if fact.kind not in ("symbol", "links", "may-load", "ships")
        and not (fact.kind == "import" and fact.name.startswith("env.pthread_") and is_side_module(extraction))
    ]
    return effective_settings(facts, target.features)


def _basis(
    tree: Tree,
    project: Project,
    target: Target,
    units: Sequence[str],
    unsettled: frozenset[str],
    aside: frozenset[str],
    unset: tuple[str, ...],
) -> Basis:
    graph = tree.layout.graph
    mine = [
        path
        for path in units
        if tree.layout.project_of(path) is project
        and ships(path, project)
        and not ((owner := graph.owner(path)) and owner.id in aside)
    ]
    scripts = [
        path
        for path, extraction in tree.extractions.items()
        if extraction.outline is None
        and tree.layout.project_of(path) is project
        and (project.kind not in UNITY_KINDS or path.endswith(".cs"))
    ]
    if not mine:  # nothing first-party: a tree of tests or examples is judged as what it is
        mine = [path for path in units if tree.layout.project_of(path) is project]
    unread: set[str] = set()
    if project.kind not in ("godot", "godot-addon", *UNITY_KINDS):
        code = [path for path in tree.paths if tree.layout.project_of(path) is project and ships(path, project)]
        counted = [language for path in code if (language := language_of(path)) in COMPILED]
        # a helper in assembly beside ten C files is listed as not analysed; it does not turn the verdict
        unread = {language for language in counted if counted.count(language) * 10 > len(mine)}
    return Basis(
        len(mine) + len(scripts),
        sum(path in unsettled for path in mine),
        tuple(sorted(unread)),
        unset,
        _why_not(project, target),
    )


def _defined_in(paths: Iterable[str], tree: Tree) -> frozenset[str]:
    """Macros that these files define: a config.h for another platform, which no unit reads, settles nothing."""
    outlines = (tree.extractions[path].outline for path in paths if path in tree.extractions)
    return frozenset(
        directive.text.split("(", 1)[0].partition(" ")[0]
        for outline in outlines
        if outline
        for directive in outline.directives
        if directive.kind == "define"
    )


def _unset(tree: Tree, project: Project, settled: frozenset[str], aside: frozenset[str]) -> tuple[str, ...]:
    """Settings like HAVE_SYS_SOCKET_H that guard a header of sockets, threads or processes and that nobody defines.

    A closed world takes them for false, which is how no configure step leaves them.
    """
    found: set[str] = set()
    for path, extraction in tree.extractions.items():
        if extraction.outline is None or path in aside or tree.layout.project_of(path) is not project:
            continue
        owner = tree.layout.graph.owner(path)
        if not ships(path, project) or (owner and owner.id in aside):
            continue
        for fact in extraction.facts:
            if fact.kind == "include" and fact.name in _TELLING_HEADERS and fact.guard.op != "true":
                found.update(name for name in _CONFIGURED.findall(str(fact.guard)) if name not in settled)
    return tuple(sorted(found))


def _why_not(project: Project, target: Target) -> str:
    if project.kind == "godot" and not target.engine and target.family == "browser":
        return "a Godot project is exported by the engine: judge it on godot-web or godot-web-threads"
    if project.kind in UNITY_KINDS and not target.engine and target.family == "browser":
        return "a Unity project is built by the engine: judge it on unity-web or unity-web-threads"
    return ""


def _header_paths(paths: Iterable[str]) -> Mapping[str, str]:
    """Every tail of every header's path: what an include may call it."""
    found: dict[str, str] = {}
    for path in sorted(paths):
        if c_family.wants(path) and not c_family.is_unit(path):
            tail = path
            while tail:
                found.setdefault(tail, path)
                tail = tail.partition("/")[2]
    return found


def only_for_tests(tree: Tree, view: View) -> frozenset[str]:
    """Vendored components (ids) and headers (paths) that only tests, examples and tools read.

    box2d's testbed brings GLFW, box2d does not; hiredis' examples include the adapter for libuv, hiredis does not.
    """
    graph = tree.layout.graph
    owners: dict[str, str] = {}

    def owner(path: str) -> str:
        if path not in owners:
            found = graph.owner(path)
            owners[path] = found.id if found else ""
        return owners[path]

    readers: dict[str, set[str]] = {}
    shipped_files: set[str] = set()
    other_files: set[str] = set()
    for unit, files in view.closures.items():
        mine = owner(unit)
        (shipped_files if ships(unit, tree.layout.project_of(unit)) else other_files).update(files)
        for path in files:
            theirs = owner(path)
            if theirs != mine:
                readers.setdefault(theirs, set()).add(mine)
    vendored = {each.id for each in graph.components.values() if each.kind == "vendored"}
    shipped = {each.id for each in graph.components.values() if each.id not in vendored and each.provenance in _SHIPS}
    grown = True
    while grown:
        more = {each for each in vendored - shipped if not readers.get(each) or readers[each] & shipped}
        shipped |= more
        grown = bool(more)
    return frozenset(vendored - shipped | (other_files - shipped_files))


def _place(finding: Finding, tree: Tree, aside: frozenset[str]) -> Finding:
    """Give a finding its component and path; what does not ship is a note and blocks nothing."""
    graph = tree.layout.graph
    path = finding.location.path
    project = tree.layout.project_of(path)
    root = f"project:{project.path}" if project else ""
    owner = graph.owner(path)
    identity = owner.id if owner else root
    way = graph.path_to(root, identity) or tuple(dict.fromkeys(each for each in (root, identity) if each))
    names = [graph.components[each].name for each in way if each in graph.components]
    culprit = finding.name or path
    if not names or names[-1] != culprit:
        names.append(culprit)
    shipped = (
        ships(path, project)
        and (owner is None or owner.provenance in _SHIPS)
        and identity not in aside
        and path not in aside
    )
    return msgspec.structs.replace(
        finding,
        location=msgspec.structs.replace(finding.location, path=real_path(path)),
        component=identity,
        via=tuple(names),
        severity=finding.severity if shipped else "note",
        blocker=finding.blocker and shipped,
    )


def _once(findings: Sequence[Finding], catalog: Catalog) -> list[Finding]:
    """Keep the first finding a component, level and rule where one decision answers for all places.

    It stands for a feature of the code and no longer for one name.
    """
    out: list[Finding] = []
    places: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if not catalog.rules[finding.rule].once:
            out.append(finding)
            continue
        places.setdefault((finding.rule, finding.component, finding.level), []).append(finding)
    for group in places.values():
        files = len({each.location.path for each in group})
        more = f" ({len(group)} places in {files} file{'s' if files > 1 else ''})" if len(group) > 1 else ""
        out.append(msgspec.structs.replace(group[0], name="", message=group[0].message + more))
    return sorted(out, key=_key)


def _key(finding: Finding) -> tuple[str, int, str, str]:
    return finding.location.path, finding.location.line, finding.rule, finding.name
