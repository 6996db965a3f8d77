"""Go's module files, and the graph of the modules that a project really imports."""

from __future__ import annotations

import pytest

from portlint.catalog import load_catalog
from portlint.extractors.manifest.packages import go_mod
from portlint.extractors.source.go import extractor as go_lang
from portlint.graph import Graph
from portlint.judge.packages import unknown_packages
from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.model.vocabulary import Vocabulary
from portlint.projects import go
from portlint.projects.go_gaps import NAME as GAP
from portlint.projects.go_gaps import with_gaps
from portlint.projects.locate import Locator

MOD = """module example.org/game // the game

go 1.24.0
toolchain go1.27.3

require github.com/a/used v1.2.3

require (
\tgithub.com/a/unused v1.0.0
\tgithub.com/b/deep/v2 v2.1.0 // indirect
\t"github.com/c/forked" v1.0.0
\tgithub.com/d/local v0.0.0
)

replace (
\tgithub.com/c/forked => github.com/me/forked v1.0.1
\tgithub.com/d/local => ./local
)
exclude github.com/a/used v1.2.2
retract [v1.0.0, v1.1.0]
tool github.com/a/unused/cmd/gen
"""
TREE = {
    "go.mod": MOD,
    "main.go": 'package main\nimport (\n\t"example.org/game/room"\n\t"net"\n)\n',
    "room/room.go": 'package room\nimport "github.com/a/used/pkg"\n',
    "room/room_linux.go": 'package room\nimport "github.com/c/forked"\n',
    "room/room_test.go": 'package room\nimport "github.com/t/assert"\n',
    "vendor/modules.txt": "# github.com/a/used v1.2.3\n## explicit; go 1.20\ngithub.com/a/used/pkg\n"
    "# github.com/b/deep/v2 v2.1.0\ngithub.com/b/deep/v2\n# github.com/c/forked v1.0.0 => github.com/me/forked v1.0.1\n"
    "github.com/c/forked\n# github.com/t/assert v1.0.0\ngithub.com/t/assert\n"
    "# github.com/z/gen v1.0.0\ngithub.com/z/gen\n",
    "vendor/github.com/a/used/pkg/a.go": 'package pkg\nimport "github.com/b/deep/v2"\n',
    "vendor/github.com/b/deep/v2/b.go": "package deep\n",
    "vendor/github.com/c/forked/c.go": "package forked\n",
    "vendor/github.com/t/assert/t.go": "package assert\n",
    "vendor/github.com/z/gen/z.go": "package gen\n",
}


def extracted(tree: dict[str, str]) -> dict[str, Extraction]:
    return {
        path: go_lang.extract(path, text.encode(), Vocabulary("go"))
        if path.endswith(".go")
        else go_mod.extract(path, text.encode())
        for path, text in tree.items()
        if path.endswith(".go") or go_mod.wants(path)
    }


def arranged(tree: dict[str, str]) -> tuple[list[Project], dict[str, Component], list[Dependency]]:
    extractions = extracted(tree)
    projects = go.find(extractions)
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    go.add(extractions, Locator(projects), components, edges)
    return projects, components, edges


def test_a_module_file() -> None:
    found = go_mod.extract("srv/go.mod", MOD.encode())
    rows = [(fact.kind, fact.name, fact.value, fact.location.line) for fact in found.facts]
    assert rows == [
        ("setting", "go/module", "example.org/game", 1),
        ("setting", "go/version", "1.24.0", 3),
        ("setting", "go/toolchain", "go1.27.3", 4),
        ("package", "golang/github.com/a/used", "v1.2.3", 6),
        ("package", "golang/github.com/a/unused", "v1.0.0", 9),
        ("package", "golang/github.com/b/deep/v2", "v2.1.0", 10),
        ("setting", "go/indirect", "github.com/b/deep/v2", 10),
        ("package", "golang/github.com/c/forked", "v1.0.1", 11),
        ("package", "golang/github.com/d/local", "", 12),
        ("setting", "go/replace", "github.com/c/forked => github.com/me/forked v1.0.1", 16),
        ("setting", "go/replace", "github.com/d/local => ./local", 17),
        ("setting", "go/exclude", "github.com/a/used@v1.2.2", 19),
        ("setting", "go/tool", "github.com/a/unused/cmd/gen", 21),
    ]
    components = {each.name: each for each in found.components}
    assert components["github.com/a/used"].id == "package:golang/github.com/a/used@v1.2.3"
    assert components["github.com/a/used"].purl == "pkg:golang/github.com/a/used@v1.2.3"
    assert components["github.com/d/local"].path == "srv/local"


def test_edges_stand_for_imports_only() -> None:
    projects, components, edges = arranged(TREE)
    assert projects == [Project(".", "go", "1.24.0")]
    assert {(edge.source, edge.target, edge.scope, edge.path, edge.line) for edge in edges} == {
        ("project:.", "package:golang/github.com/a/used@v1.2.3", "run", "go.mod", 6),
        ("project:.", "package:golang/github.com/c/forked@v1.0.1", "run", "go.mod", 11),
        ("project:.", "package:golang/github.com/t/assert@v1.0.0", "test", "room/room_test.go", 2),
        (
            "package:golang/github.com/a/used@v1.2.3",
            "package:golang/github.com/b/deep/v2@v2.1.0",
            "run",
            "vendor/github.com/a/used/pkg/a.go",
            2,
        ),
    }
    conditions = {edge.target.rpartition("/")[2]: str(edge.condition) for edge in edges}
    assert conditions["forked@v1.0.1"] == "defined(go(linux))"
    assert conditions["used@v1.2.3"] == "true"
    labels = {each.name.rpartition("/")[2]: each.provenance for each in components.values() if each.kind == "package"}
    assert labels["used"] == "vendored" and labels["v2"] == "vendored"
    assert labels["assert"] == "test" and labels["gen"] == "tool"
    assert labels["unused"] == "first-party"  # required, not vendored, imported by nothing: no edge


def test_a_vendored_file_belongs_to_its_module() -> None:
    _, components, edges = arranged(TREE)
    graph = Graph(components.values(), edges)
    owner = graph.owner("vendor/github.com/b/deep/v2/b.go")
    assert owner is not None and owner.id == "package:golang/github.com/b/deep/v2@v2.1.0"
    assert graph.path_to("project:.", owner.id)[1] == "package:golang/github.com/a/used@v1.2.3"


def test_modules_that_nobody_has_read() -> None:
    """Imported by what ships there and not vendored; a local replacement is in the tree, or missing on purpose."""
    target = load_catalog().targets["wasip1"]
    _, components, edges = arranged(TREE)
    assert unknown_packages(".", Graph(components.values(), edges), target, ()) == ()
    bare = {path: text for path, text in TREE.items() if not path.startswith("vendor/")}
    _, components, edges = arranged(bare)
    assert unknown_packages(".", Graph(components.values(), edges), target, ()) == ("github.com/a/used",)


def test_an_import_under_two_conditions() -> None:
    tree = {
        "go.mod": "module m\ngo 1.24\nrequire github.com/x/y v1.0.0\n",
        "a_linux.go": 'package m\nimport "github.com/x/y"\n',
        "a_windows.go": 'package m\nimport "github.com/x/y"\n',
    }
    _, _, edges = arranged(tree)
    assert [str(edge.condition) for edge in edges] == ["defined(go(linux)) || defined(go(windows))"]
    _, _, edges = arranged({**tree, "b.go": 'package m\nimport "github.com/x/y"\n'})
    assert [str(edge.condition) for edge in edges] == ["true"]


def test_modules_of_a_workspace_need_each_other() -> None:
    tree = {
        "go.work": "go 1.24\nuse (\n\t./server\n\t./shared\n)\n",
        "server/go.mod": "module example.org/server\ngo 1.24\nrequire example.org/shared v0.0.0\n",
        "server/main.go": 'package main\nimport "example.org/shared/rules"\n',
        "shared/go.mod": "module example.org/shared\ngo 1.24\n",
        "shared/rules/r.go": "package rules\n",
    }
    projects, components, _ = arranged(tree)
    assert [project.path for project in projects] == ["server", "shared"]
    assert components["project:server"].name == "example.org/server"
    uses = [fact.value for fact in extracted(tree)["go.work"].facts if fact.name == "go/use"]
    assert uses == ["./server", "./shared"]


def test_go_sum_completes_old_module_files_only() -> None:
    sums = "github.com/x/y v1.0.0 h1:abc=\ngithub.com/x/y v1.0.0/go.mod h1:abc=\ngithub.com/x/z v0.9.0/go.mod h1:abc=\n"
    for version, known in (("1.16", True), ("1.17", False)):
        _, components, _ = arranged({"go.mod": f"module m\ngo {version}\n", "go.sum": sums})
        assert ("package:golang/github.com/x/y@v1.0.0" in components) is known
        assert "package:golang/github.com/x/z@v0.9.0" not in components


def test_vendored_and_test_modules_are_no_projects() -> None:
    tree = {"go.mod": "module m\n", "vendor/x/go.mod": "module x\n", "internal/testdata/go.mod": "module t\n"}
    assert [project.path for project in go.find(extracted(tree))] == ["."]


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("go.mod", b"", "no module directive"),
        ("go.mod", b"module a\nrequires b v1\n", "line 2: unknown directive"),
        ("go.mod", b"module a\nrequire (\nb v1.0.0\n", "line 2: a block that never ends"),
        ("go.mod", b"module a\nrequire b\n", "line 2: a requirement without a version"),
        ("go.mod", b"module\n", "says nothing"),
        ("go.mod", b"\xff\xfe\0", "not UTF-8"),
        ("go.mod", b"module a\n" + b"\n" * 300_000, "more than 200000 lines"),
        ("go.mod", b"x" * 8_000_001, "limit"),
        ("go.sum", b"a b\n", "line 1: not a module"),
        ("vendor/modules.txt", b"# \n", "line 1: no module named"),
    ],
)
def test_bad_input_costs_one_line(path: str, data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        go_mod.extract(path, data)
    assert "\n" not in str(caught.value)


LOCK = {
    "lock/lock.go": "package lock\n\nfunc Take() { open() }\n",
    "lock/lock_linux.go": "package lock\n\nfunc open() {}\n",
    "lock/lock_windows.go": "package lock\n\nfunc open() {}\n",
}
OTHER = {"lock/lock_other.go": "//go:build !linux && !windows\n\npackage lock\n\nfunc open() {}\n"}


def gaps(tree: dict[str, str], features: set[str]) -> list[tuple[str, int, str]]:
    """Where a choice has no file on a target with these features, which lacks linux and windows."""
    found = with_gaps(extracted(tree), lambda path: tree[path].encode())
    return [
        (path, fact.location.line, fact.value)
        for path, extraction in found.items()
        for fact in extraction.facts
        if fact.name == GAP and fact.guard.holds(features, {"go(linux)", "go(windows)"}) is not False
    ]


def test_a_choice_without_a_file_for_the_target() -> None:
    assert gaps(LOCK, {"go(wasip1)"}) == [("lock/lock.go", 3, "open")]


@pytest.mark.parametrize(
    "more",
    [
        OTHER,
        {"lock/lock.go": "package lock\n\n// open() is called elsewhere\nfunc Take() { file.open() }\n"},
        {"lock/lock.go": "//go:build linux || windows\n\npackage lock\n\nfunc Take() { open() }\n"},
        {"lock/lock_wasip1.go": "package lock\n\nfunc open() {}\n"},
    ],
    ids=["a file for the rest", "not called", "called there only", "a file for the target"],
)
def test_no_gap(more: dict[str, str]) -> None:
    assert gaps({**LOCK, **more}, {"go(wasip1)"}) == []
