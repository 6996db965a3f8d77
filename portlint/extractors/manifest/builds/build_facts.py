"""Facts, components and edges of one build file, put together as its reader finds them."""

from __future__ import annotations

from urllib.parse import quote

from portlint.model.component import Component, Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard

# Ecosystems that package URLs have a type for: github.com/package-url/purl-spec, types.
_PURL_TYPES = frozenset({"alpm", "apk", "conan", "deb", "github", "rpm", "vcpkg"})
_FACTS = 100_000  # a build file with more was written by a machine, or to do harm
PROJECT = ""  # stands for the project that the file belongs to: its reader cannot know which one that is
BY_NAME = "links:"  # in front of what a target links: another target, a package or a library of the system
_UNRESOLVED_SHOWN = 3


class BuildFacts:
    """Collects what one file says; `extraction` hands it out, in the order of the file."""

    def __init__(self, path: str, language: str) -> None:
        self._path = path
        self._language = language
        self._facts: dict[Fact, None] = {}
        self._components: dict[str, Component] = {}
        self._edges: dict[Dependency, None] = {}
        self._unresolved: dict[str, None] = {}

    def fact(self, kind: FactKind, name: str, line: int, value: str = "", guard: Guard = ALWAYS) -> None:
        """Raises ValueError where the file says more than any build file does."""
        if guard.op == "false":
            return
        if len(self._facts) >= _FACTS:
            raise ValueError(f"more than {_FACTS} facts in one build file")
        self._facts[Fact(kind, name, Location(self._path, line, 1), self._language, guard, value)] = None

    def package(
        self,
        ecosystem: str,
        name: str,
        line: int,
        version: str = "",
        guard: Guard = ALWAYS,
        scope: Scope = "run",
        source: str = PROJECT,
        folder: str = "",
    ) -> str:
        """A dependency on a package; the answer is its component's id. `version` may be a requirement, `folder` is
        where it would lie in the tree.
        """
        full = f"{ecosystem}/{name}"
        self.fact("package", full, line, version, guard)
        numbered = version if version[:1].isdigit() else ""
        identity = f"package:{full}@{numbered}" if numbered else f"package:{full}"
        purl = ""
        if ecosystem in _PURL_TYPES:
            purl = f"pkg:{ecosystem}/{quote(name)}" + (f"@{quote(numbered)}" if numbered else "")
        self._components.setdefault(identity, Component(identity, "package", name, folder or self._path, version, purl))
        self.edge(source, identity, line, guard, scope)
        return identity

    def target(self, name: str, line: int, guard: Guard = ALWAYS, scope: Scope = "run") -> str:
        """Something that the file builds: a program, a library; the answer is its component's id."""
        identity = f"module:{self._path}#{name}"
        self._components.setdefault(identity, Component(identity, "module", name, self._path))
        self.edge(PROJECT, identity, line, guard, scope)
        return identity

    def links(self, name: str, line: int, guard: Guard = ALWAYS, source: str = PROJECT) -> None:
        """A library is linked, called as the build file calls it (`ws2_32`, `OpenSSL::SSL`)."""
        self.fact("links", name, line, "", guard)
        self.edge(source, BY_NAME + name, line, guard)

    def edge(self, source: str, target: str, line: int, guard: Guard = ALWAYS, scope: Scope = "run") -> None:
        if guard.op != "false":
            self._edges[Dependency(source, target, scope, self._path, line, guard)] = None

    def unresolved(self, text: str) -> None:
        """Something that only running the build would tell."""
        self._unresolved[text[:80]] = None

    def extraction(self) -> Extraction:
        return Extraction(
            tuple(self._facts), tuple(self._components.values()), tuple(self._edges), partly=self._partly()
        )

    def _partly(self) -> str:
        texts = list(self._unresolved)
        if not texts:
            return ""
        shown = ", ".join(texts[:_UNRESOLVED_SHOWN])
        more = f" and {len(texts) - _UNRESOLVED_SHOWN} more" if len(texts) > _UNRESOLVED_SHOWN else ""
        return f"only the build itself would tell: {shown}{more}"
