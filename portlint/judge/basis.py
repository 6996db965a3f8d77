"""What was looked at of a project, as far as it limits what may be said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from portlint.extractors.languages import COMPILED, SCRIPTED, language_of, shader_endings
from portlint.judge.dotnet.project import unsettled as dotnet_unsettled
from portlint.judge.kinds import is_scripted, looked_at, unsettled, why_not
from portlint.judge.packages import unknown_packages
from portlint.judge.rust.features import open_question
from portlint.judge.tree import Tree
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.finding import Finding
from portlint.model.report import Basis
from portlint.projects import ships

_OF_PACKAGES = ("rust", "bevy", "go", "node", "python", "dotnet")
_CONFIGURED = re.compile(r"\bHAVE_\w+")
_TELLING_HEADERS = frozenset(
    {"sys/socket.h", "netdb.h", "netinet/in.h", "arpa/inet.h", "pthread.h", "sys/wait.h", "spawn.h", "sys/epoll.h"}
)


def basis_of(
    tree: Tree,
    project: Project,
    target: Target,
    units: Sequence[str],
    foreign: frozenset[str],
    aside: frozenset[str],
    settled: frozenset[str],
) -> Basis:
    """`units`: of the C family, in the whole tree. `foreign`: those that no environment here builds. `aside`: what only
    tests and examples read. `settled`: macros that somebody defines.
    """
    graph = tree.layout.graph
    mine = [
        path
        for path in units
        if tree.layout.project_of(path) is project
        and ships(path, project)
        and path not in aside
        and not ((owner := graph.owner(path)) and owner.id in aside)
    ]
    if not mine:  # nothing first-party: a tree of tests or examples is judged as what it is
        mine = [path for path in units if tree.layout.project_of(path) is project]
    scripts = looked_at(project, tree.by_project[project.path])
    unread: set[str] = set()
    if not is_scripted(project):
        shaders = shader_endings(tree.paths)
        code = [path for path in tree.paths if tree.layout.project_of(path) is project and ships(path, project)]
        counted = Counter(language for path in code if (language := language_of(path, shaders)))
        read = len(mine) + scripts
        # a helper in assembly beside ten C files is listed as not analysed; it does not turn the verdict
        unread = {each for each in counted if each in COMPILED and counted[each] * 10 > read}
        unread |= {each for each in counted if each in SCRIPTED and counted[each] > read}
    return Basis(
        len(mine) + scripts,
        sum(path in foreign for path in mine),
        tuple(sorted(unread)),
        _unset(tree, project, settled, aside),
        why_not(project, target),
        unsettled(project, target) or _absent(tree, project, target) or target.unproven,
    )


def open_packages(tree: Tree, project: Project, target: Target, findings: Sequence[Finding], catalog: Catalog) -> str:
    """Why packages or features that nobody looked at forbid `ready`, a sentence, or ""."""
    if project.kind not in _OF_PACKAGES or target.family == "container":
        return ""
    if project.kind == "dotnet":
        return dotnet_unsettled(project, tree.builds, tree.packages, target, catalog)
    if project.kind in ("rust", "bevy"):
        files = tree.by_project[project.path]
        if told := open_question(findings, files, lambda path: ships(path, project)):
            return told
    names = unknown_packages(project.path, tree.layout.graph, target, tree.packages)
    if not names:
        return ""
    number = "a package" if len(names) == 1 else f"{len(names)} packages"
    return f"it runs with {number} whose source is not in the tree and of which nothing is known there: {some(names)}"


def unchecked(tree: Tree, project: Project, target: Target, findings: Iterable[Finding]) -> str:
    """Why something that ships, and of which nobody knows whether it works there, forbids `ready`; or ""."""
    asked = (each for each in findings if each.level == "unknown" and ships(each.location.path, project))
    open_ones = [each for each in asked if each.confidence != "low" and not each.guard]
    if not open_ones:
        return ""
    more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
    return f"nobody has checked what it needs there: {open_ones[0].message} - {open_ones[0].location.path}{more}"


def _absent(tree: Tree, project: Project, target: Target) -> str:
    """Why submodules that are not checked out forbid `ready`, a sentence, or ""."""
    if target.family == "container":
        return ""
    inside = [(each, f"{each}/x") for each in tree.absent]
    names = [each for each, path in inside if tree.layout.project_of(path) is project and ships(path, project)]
    if not names:
        return ""
    which = "a submodule is" if len(names) == 1 else f"{len(names)} submodules are"
    return f"{which} not checked out, so nobody looked at {some(names)} (git submodule update --init)"


def defined_in(paths: Iterable[str], tree: Tree) -> frozenset[str]:
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
