"""Node's manifests and lock files: packages, versions, scopes, conditions, and what is refused in one line."""

from __future__ import annotations

import json
from types import ModuleType

import pytest

from portlint.extractors.manifest.packages import npm, npm_lock, npm_pnpm, npm_yarn
from portlint.extractors.manifest.packages.npm_yaml import rows
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.projects import node
from portlint.projects.locate import Locator

MANIFEST = """{
  "name": "server", "version": "1.2.3", "workspaces": ["packages/*"],
  "scripts": {"start": "node .", "install": "node-gyp rebuild"},
  "dependencies": {"ws": "^8.0.0", "real": "npm:other@^2"},
  "optionalDependencies": {"bufferutil": "^4"},
  "peerDependencies": {"express": "5", "koa": "2"},
  "peerDependenciesMeta": {"koa": {"optional": true}},
  "devDependencies": {"typescript": "5"},
  "os": ["linux"], "engines": {"node": ">=18"}
}"""
PNPM = """lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      ws:
        specifier: ^8.0.0
        version: 8.18.0(bufferutil@4.0.8)
      local:
        specifier: workspace:*
        version: link:packages/local
    devDependencies:
      '@types/ws':
        specifier: ^8
        version: 8.5.12
packages:

  '@types/ws@8.5.12':
    resolution: {integrity: sha512-x}

  bufferutil@4.0.8:
    resolution: {integrity: sha512-x}
    os: [linux]
    requiresBuild: true

  ws@8.18.0:
    resolution: {integrity: sha512-x}

snapshots:

  ws@8.18.0(bufferutil@4.0.8):
    optionalDependencies:
      bufferutil: 4.0.8
"""
PNPM5 = """lockfileVersion: 5.4
dependencies:
  ws: 8.18.0_bufferutil@4.0.8
packages:
  /ws/8.18.0_bufferutil@4.0.8:
    optionalDependencies:
      bufferutil: 4.0.8
    dev: false
  /bufferutil/4.0.8:
    requiresBuild: true
"""
YARN = """# yarn lockfile v1

"@scope/a@^1.0.0", "@scope/a@^1.1.0":
  version "1.2.0"
  dependencies:
    b "^2"

b@^2:
  version "2.0.1"
"""
BERRY = """__metadata:
  version: 8
  cacheKey: 10c0

"@scope/a@npm:^1.0.0, @scope/a@npm:^1.1.0":
  version: 1.2.0
  resolution: "@scope/a@npm:1.2.0"
  dependencies:
    b: "npm:^2"
  conditions: os=linux & cpu=x64

"b@npm:^2":
  version: 2.0.1
  resolution: "b@npm:2.0.1"

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
"""
V1 = {
    "lockfileVersion": 1,
    "dependencies": {
        "a": {"version": "1.0.0", "requires": {"b": "^2"}, "dependencies": {"b": {"version": "2.0.1"}}},
        "b": {"version": "1.0.0"},
    },
}
V3 = {
    "lockfileVersion": 3,
    "packages": {
        "": {"dependencies": {"a": "^1"}, "devDependencies": {"d": "1"}},
        "packages/x": {"dependencies": {"b": "^1"}},
        "node_modules/x": {"resolved": "packages/x", "link": True},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^2"}, "optionalDependencies": {"n": "1"}},
        "node_modules/a/node_modules/b": {"version": "2.0.1"},
        "node_modules/b": {"version": "1.0.0"},
        "node_modules/d": {"version": "1.0.0"},
        "node_modules/n": {"version": "1.0.0", "os": ["linux", "darwin"], "hasInstallScript": True},
    },
}


def edges(extraction: Extraction) -> list[tuple[str, str, str, str]]:
    return [(each.source, each.target, each.scope, str(each.condition)) for each in extraction.dependencies]


def extract(module: ModuleType, path: str, text: str) -> Extraction:
    assert module.wants(path)
    found: Extraction = module.extract(path, text.encode())
    return found


def test_a_manifest() -> None:
    found = extract(npm, "srv/package.json", MANIFEST)
    packages = [(f.name, f.value, f.location.line, str(f.guard)) for f in found.facts if f.kind == "package"]
    optional = "an optional dependency of npm"
    assert packages == [
        ("npm/ws", "^8.0.0", 4, "true"),
        ("npm/other", "^2", 4, "true"),
        ("npm/bufferutil", "^4", 5, optional),
        ("npm/express", "5", 6, "true"),
        ("npm/koa", "2", 6, optional),
    ]
    assert ("npm:srv", "npm/typescript", "build", "true") in edges(found)
    settings = {f.name: f.value for f in found.facts if f.kind == "setting"}
    assert settings["npm/workspace"] == "packages/*"
    assert settings["npm/start"] == "node ."
    assert settings["npm/engine"] == "node >=18"
    assert [(f.name, f.location.line) for f in found.facts if f.kind == "construct"] == [("node:addon", 3)]


def test_a_game_on_an_engine_keeps_its_mark() -> None:
    found = extract(npm, "package.json", '{"name": "g", "dependencies": {"phaser": "3.80.0", "ws": "8"}}')
    assert [fact.name for fact in found.facts] == ["engine/web-game", "npm/name", "npm/phaser", "npm/ws"]
    assert [component.id for component in found.components] == ["project:."]


@pytest.mark.parametrize("path", ["node_modules/a/package.json", "Packages/com.unity.x/package.json"])
def test_manifests_that_are_none_of_the_tree(path: str) -> None:
    assert not npm.wants(path)


def test_a_native_library_and_a_workspace() -> None:
    gyp = extract(npm, "binding.gyp", "{ 'targets': [\n { 'target_name': 'physics' } ] } # gyp")
    assert [(f.name, f.value, f.location.line) for f in gyp.facts] == [("node:addon", "physics", 2)]
    space = extract(
        npm, "pnpm-workspace.yaml", "packages:\n  # all\n  - 'packages/*'\n  - '!packages/old'\nallow:\n  - x\n"
    )
    assert [(f.name, f.value, f.location.line) for f in space.facts] == [("npm/workspace", "packages/*", 3)]


def test_lock_files_of_npm() -> None:
    old = extract(npm_lock, "package-lock.json", json.dumps(V1))
    assert edges(old) == [("package:npm/a@1.0.0", "package:npm/b@2.0.1", "run", "true")]
    new = extract(npm_lock, "srv/package-lock.json", json.dumps(V3, indent=1))
    only = "an optional dependency of npm && (defined(js(platform=linux)) || defined(js(platform=darwin)))"
    assert edges(new) == [
        ("locked:npm:srv", "package:npm/a@1.0.0", "run", "true"),
        ("locked:npm:srv", "package:npm/d@1.0.0", "build", "true"),
        ("locked:npm:srv/packages/x", "package:npm/b@1.0.0", "run", "true"),
        ("package:npm/a@1.0.0", "package:npm/b@2.0.1", "run", "true"),
        ("package:npm/a@1.0.0", "package:npm/n@1.0.0", "run", only),
    ]
    assert [(f.name, f.value) for f in new.facts] == [
        ("npm/platform", "n@1.0.0: linux darwin"),
        ("npm/install-script", "n@1.0.0"),
    ]
    assert [component.purl for component in new.components][:2] == ["pkg:npm/a@1.0.0", "pkg:npm/b@2.0.1"]


def test_lock_files_of_pnpm() -> None:
    found = extract(npm_pnpm, "pnpm-lock.yaml", PNPM)
    only = "an optional dependency of npm && defined(js(platform=linux))"
    assert edges(found) == [
        ("locked:npm:.", "package:npm/ws@8.18.0", "run", "true"),
        ("locked:npm:.", "package:npm/@types/ws@8.5.12", "build", "true"),
        ("package:npm/ws@8.18.0", "package:npm/bufferutil@4.0.8", "run", only),
    ]
    assert found.components[0].purl == "pkg:npm/%40types/ws@8.5.12"
    old = extract(npm_pnpm, "pnpm-lock.yaml", PNPM5)
    assert [each[:2] for each in edges(old)] == [
        ("locked:npm:.", "package:npm/ws@8.18.0"),
        ("package:npm/ws@8.18.0", "package:npm/bufferutil@4.0.8"),
    ]


@pytest.mark.parametrize("text", [YARN, BERRY], ids=["yarn 1", "yarn 4"])
def test_lock_files_of_yarn(text: str) -> None:
    found = extract(npm_yarn, "yarn.lock", text)
    assert [component.id for component in found.components] == ["package:npm/@scope/a@1.2.0", "package:npm/b@2.0.1"]
    assert edges(found) == [("package:npm/@scope/a@1.2.0", "package:npm/b@2.0.1", "run", "true")]


@pytest.mark.parametrize(
    ("module", "path", "text", "says"),
    [
        (npm, "package.json", "[]", "JSON without an object"),
        (npm, "package.json", '{"a": ', "not valid JSON"),
        (npm, "package.json", '{"a":' * 100_000, "nested more than"),
        (npm, "binding.gyp", "{}", "no targets"),
        (npm, "pnpm-workspace.yaml", "packages: &a\n  - x\n", "anchors or aliases"),
        (npm_lock, "package-lock.json", "{}", "not a lock file of npm"),
        (npm_lock, "package-lock.json", "[" * 100_000, "nested more than"),
        (npm_pnpm, "pnpm-lock.yaml", "packages:\n", "no lockfileVersion"),
        (npm_pnpm, "pnpm-lock.yaml", "lockfileVersion: 9\na: &x [1]\nb: *x\n", "anchors or aliases"),
        (npm_pnpm, "pnpm-lock.yaml", "\n".join(" " * n + "a:" for n in range(100)), "nested more than"),
        (npm_pnpm, "pnpm-lock.yaml", "<<<<<<< HEAD\n", "merge conflict"),
        (npm_yarn, "yarn.lock", "a@1:\n", "not a lock file of Yarn"),
        (npm_yarn, "yarn.lock", "# yarn lockfile v1\n{]\n", "line 2: not a block"),
    ],
)
def test_what_is_refused_in_one_line(module: ModuleType, path: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        module.extract(path, text.encode())
    assert "\n" not in str(caught.value)


def test_yaml_keeps_colons_in_keys_and_passes_over_blocks() -> None:
    text = "a:\n  /b@1.0.0(c@2):\n    d: 'x: y' # no\n    e: |\n      f: 1\n    g: {h: 1}\n"
    assert [(row.keys, row.value) for row in rows(text) if row.value] == [
        (("a", "/b@1.0.0(c@2)", "d"), "x: y"),
        (("a", "/b@1.0.0(c@2)", "e"), "|"),
        (("a", "/b@1.0.0(c@2)", "g"), "{h: 1}"),
    ]


def test_a_workspace_becomes_one_graph() -> None:
    member = '{"name": "@s/core", "version": "2.0.0", "dependencies": {"ws": "8"}}'
    root = '{"name": "root", "workspaces": ["packages/*"], "dependencies": {"@s/core": "2"}}'
    lock = {
        "packages": {"": {}, "packages/core": {"dependencies": {"ws": "8"}}, "node_modules/ws": {"version": "8.1.0"}}
    }
    tree = {
        "package.json": extract(npm, "package.json", root),
        "packages/core/package.json": extract(npm, "packages/core/package.json", member),
        "packages/core/src/a.ts": Extraction(),
        "examples/e/package.json": extract(npm, "examples/e/package.json", member.replace("core", "e")),
        "examples/e/a.ts": Extraction(),
        "package-lock.json": extract(npm_lock, "package-lock.json", json.dumps(lock)),
    }
    projects = node.find(tree)
    assert [(project.path, project.kind) for project in projects] == [(".", "node")]
    components: dict[str, Component] = {}
    found: list[Dependency] = []
    node.add(tree, Locator(projects), components, found)
    arrows = {(edge.source, edge.target) for edge in found}
    assert ("project:.", "module:packages/core") in arrows
    assert ("module:packages/core", "package:npm/ws@8.1.0") in arrows
    assert components["project:."].name == "root"
    assert components["module:packages/core"].purl == "pkg:npm/@s/core@2.0.0"
    assert components["module:examples/e"].provenance == "example"


def test_a_manifest_of_a_tool_is_no_project() -> None:
    tool = extract(npm, "package.json", '{"devDependencies": {"prettier": "3"}}')
    assert node.find({"package.json": tool, "a.js": Extraction()}) == []
    game = extract(npm, "package.json", '{"dependencies": {"ws": "8"}}')
    assert node.find({"package.json": game}) == []
