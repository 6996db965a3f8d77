"""What the three kinds of Node lock files are turned into: packages with versions, and the edges between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import msgspec

from portlint.extractors.manifest.packages.npm import LANGUAGE, OPTIONAL
from portlint.model.component import Component, Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.guard import ALWAYS, Guard, both, either, negated

MAX_PACKAGES = 60_000


class Locked(msgspec.Struct, frozen=True):
    """One package of a lock file. `needs` are ids; `only`: the systems and processors that it is installed on."""

    name: str
    version: str
    line: int = 0
    needs: tuple[str, ...] = ()
    may_need: tuple[str, ...] = ()  # optional ones
    systems: tuple[str, ...] = ()
    processors: tuple[str, ...] = ()
    builds: bool = False  # it runs a script when it is installed

    @property
    def id(self) -> str:
        return identity(self.name, self.version)


def identity(name: str, version: str) -> str:
    return f"package:npm/{name}" + (f"@{version}" if version else "")


def component(name: str, version: str) -> Component:
    purl = f"pkg:npm/{quote(name, safe='/')}" + (f"@{quote(version, safe='+')}" if version else "")
    return Component(identity(name, version), "package", name, "", version, purl, "vendored")


def graph(path: str, packages: Iterable[Locked], edges: Iterable[Dependency] = ()) -> Extraction:
    """Components, edges, and `setting` facts: `npm/platform` (`name@version: linux x64`), `npm/install-script`.

    An edge to a package that npm installs on some systems only holds there. Raises ValueError for too many packages.
    """
    known: dict[str, Locked] = {}
    for each in packages:
        known.setdefault(each.id, each)
        if len(known) > MAX_PACKAGES:
            raise ValueError(f"more than {MAX_PACKAGES} packages")
    found: dict[tuple[str, str], Dependency] = {}
    facts = []
    for each in known.values():
        for names, guard in ((each.needs, ALWAYS), (each.may_need, OPTIONAL)):
            for target in names:
                edge = Dependency(each.id, target, "run", path, each.line, both(guard, _where(known.get(target))))
                found.setdefault((each.id, target), edge)
        place = Location(path, each.line, 1)
        if each.systems or each.processors:
            value = f"{each.name}@{each.version}: {' '.join((*each.systems, *each.processors))}"
            facts.append(Fact("setting", "npm/platform", place, LANGUAGE, value=value))
        if each.builds:
            facts.append(Fact("setting", "npm/install-script", place, LANGUAGE, value=f"{each.name}@{each.version}"))
    components = tuple(component(each.name, each.version) for each in known.values())
    return Extraction(tuple(facts), components, (*edges, *found.values()))


def own(folder: str, target: str, scope: Scope, path: str, line: int, guard: Guard = ALWAYS) -> Dependency:
    """An edge of a package of the tree, to be joined with its manifest: it starts at `locked:npm:<folder>`."""
    return Dependency(f"locked:npm:{folder}", target, scope, path, line, guard)


def resolved(needs: Mapping[str, str], known: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """The ids of (name, descriptor) pairs that the lock file resolves."""
    return tuple(known[pair] for pair in needs.items() if pair in known)


def _where(package: Locked | None) -> Guard:
    """npm's `os` and `cpu`: a package that is for none of ours is not installed. `!win32` excludes one."""
    if package is None:
        return ALWAYS
    guard = ALWAYS
    for words, kind in ((package.systems, "platform"), (package.processors, "arch")):
        yes = [Guard("defined", f"js({kind}={word})") for word in words if not word.startswith("!")]
        for word in words:
            if word.startswith("!"):
                guard = both(guard, negated(Guard("defined", f"js({kind}={word[1:]})")))
        if yes:
            guard = both(guard, either(*yes))
    return guard
