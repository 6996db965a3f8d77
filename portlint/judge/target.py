"""Everything about one target: findings with their paths, verdicts per project, the facts that decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from portlint.catalog.toolchain import Toolchain
from portlint.extractors.source.c import family as c_family
from portlint.judge.aside import SHIPPED, only_for_tests
from portlint.judge.basis import basis_of, defined_in, open_packages, unchecked
from portlint.judge.companions import folded
from portlint.judge.components import judge_components
from portlint.judge.context import sizes
from portlint.judge.face import go_without
from portlint.judge.facts import Judge
from portlint.judge.kinds import is_concerned, plain_facts
from portlint.judge.matching import Matcher
from portlint.judge.scripts import scripts_beside
from portlint.judge.tree import Tree
from portlint.judge.unbuilt import unbuilt
from portlint.judge.verdict import deciding, most_telling, verdict, worst
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.fact import Fact
from portlint.model.finding import Finding, Verdict
from portlint.model.member import real_path
from portlint.model.report import Basis
from portlint.projects import ships
from portlint.units.view import View


class TargetJudgement(msgspec.Struct, frozen=True):
    """`verdicts`, `deciding_of` and `bases` by project path; projects that the target does not concern are absent.

    `aside`: vendored components that only tests, examples and tools read, and scripts that are tools themselves.
    """

    verdict: Verdict
    deciding: tuple[str, ...]
    findings: tuple[Finding, ...]
    credit: int
    verdicts: dict[str, Verdict]
    deciding_of: dict[str, tuple[str, ...]]
    bases: dict[str, Basis]
    aside: frozenset[str] = frozenset()


class NativeCode(msgspec.Struct, frozen=True):
    """The C-family side: facts by number, and how to view them for a toolchain."""

    facts: tuple[Fact, ...]
    view: Callable[[Toolchain, bool], View]
    units: tuple[str, ...]
    system_headers: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()  # macros that the user or a compile command defines


def judge_target(
    tree: Tree,
    native: NativeCode,
    target: Target,
    toolchain: Toolchain,
    catalog: Catalog,
    matcher: Matcher,
    asked: frozenset[str] | None = None,
) -> TargetJudgement:
    """Join everything known about a tree with one target. `asked`: the projects that it is chosen for; None: all."""
    judge = Judge(catalog, target, toolchain, matcher, native.system_headers)
    mine = concerned(tree.layout.projects, target, asked)
    # where the target is for none of them, what it would say of the code is told all the same
    others = {each.path for each in tree.layout.projects} - {each.path for each in mine} if mine else set()
    found = list(judge_components(tree, target, catalog, judge))
    credit = 0
    foreign: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    settled = native.settled
    if native.facts or native.units:
        view = native.view(toolchain, target.family == "wasi")
        judged = judge.native(native.facts, view, _header_paths(tree.paths))
        found += judged.findings
        foreign, credit = view.unsettled, judged.credit
        left_out = unbuilt(tree, target, catalog.targets["container"], native.units)
        aside = only_for_tests(tree, view, left_out) | left_out
        settled |= defined_in(frozenset[str]().union(*view.closures.values()), tree)
    for project in (each for each in tree.layout.projects if each.path not in others):
        judged = judge.plain(plain_facts(project, tree, target), project.engine_version)
        found += judged.findings
        credit += judged.credit
    found = [each for each in found if tree.layout.project_of.folder(each.location.path) not in others]
    aside |= scripts_beside(tree)
    placed = sorted({_key(each): each for each in (_place(each, tree, aside) for each in found)}.values(), key=_key)
    placed = folded(_once(placed, catalog), catalog.companions, target.family)
    placed = go_without(placed, tree, target, matcher)
    verdicts: dict[str, Verdict] = {}
    why: dict[str, tuple[str, ...]] = {}
    bases: dict[str, Basis] = {}
    for project in mine:
        own = [each for each in placed if tree.layout.project_of(each.location.path) is project]
        basis = basis_of(tree, project, target, native.units, foreign, aside, settled)
        if not basis.open:
            question = open_packages(tree, project, target, own, catalog) or unchecked(tree, project, target, own)
            basis = msgspec.structs.replace(basis, open=question)
        bases[project.path] = basis
        verdicts[project.path] = verdict(own, basis)
        told = deciding(own, basis, verdicts[project.path])
        why[project.path] = told + sizes(project, tree.by_project[project.path], target)
    answer = worst(list(verdicts.values()))
    sentences = most_telling(verdicts, why, answer, placed, tree.layout.project_of.folder) or (_nothing(target),)
    return TargetJudgement(answer, sentences, tuple(placed), credit, verdicts, why, bases, aside)


def concerned(projects: Iterable[Project], target: Target, asked: frozenset[str] | None = None) -> list[Project]:
    """The projects that the target is asked about. `asked`: the paths of those that it is chosen for; None: all."""
    return [each for each in projects if is_concerned(each, target) and (asked is None or each.path in asked)]


def _nothing(target: Target) -> str:
    return (
        f"there is no {target.engine.capitalize()} project in this tree"
        if target.engine
        else "there is no project in this tree"
    )


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
        and (owner is None or owner.provenance in SHIPPED)
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
