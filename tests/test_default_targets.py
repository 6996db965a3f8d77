"""Which project of a tree is judged for which target when nobody names one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.scan import Options, scan

Make = Callable[[dict[str, str]], Path]
_GODOT = {"client/project.godot": "config_version=5\n", "client/a.gd": "extends Node\n"}
_GO = {
    "server/go.mod": "module example.org/a\ngo 1.22\n",
    "server/a.go": 'package main\nimport "net"\nfunc main() { net.Listen("tcp", ":80") }\n',
}
_PAGE = {
    "site/package.json": '{"name": "s", "dependencies": {"vue": "3"}, "devDependencies": {"vite": "6"}}',
    "site/a.js": "let a = 1;\n",
}
PRESET = '[preset.0]\nplatform="Web"\n[preset.0.options]\nvariant/thread_support={}\n'
UNITY = "%YAML 1.1\nPlayerSettings:\n  productName: Arena\n  webGLThreadsSupport: {}\n"
VERSION = {"ProjectSettings/ProjectVersion.txt": "m_EditorVersion: 6000.0.36f1\n"}
SERVER = {"wasip1", "wasip1-threads", "wasip2", "wasix", "container"}


@pytest.mark.parametrize(
    ("files", "options", "expected"),
    [
        (_GODOT | _GO, {}, {"client": {"godot-web"}, "server": SERVER}),
        (_GODOT | _GO, {"assume": ("threads",)}, {"client": {"godot-web-threads"}, "server": SERVER - {"wasip1"}}),
        (_GODOT | _GO, {"targets": ("wasip2",)}, {"client": {"wasip2"}, "server": {"wasip2"}}),  # who asks is told
        (_GODOT | _PAGE, {}, {"client": {"godot-web"}, "site": set()}),
        (_PAGE, {}, {"site": {"web-emscripten"}}),
        (_GODOT | {"client/export_presets.cfg": PRESET.format("true")}, {}, {"client": {"godot-web-threads"}}),
        (_GODOT | {"client/export_presets.cfg": PRESET.format("false")}, {}, {"client": {"godot-web"}}),
        (_GODOT | {"client/ci/export_presets.cfg": PRESET.format("true")}, {}, {"client": {"godot-web"}}),
        (VERSION | {"ProjectSettings/ProjectSettings.asset": UNITY.format(1)}, {}, {".": {"unity-web-threads"}}),
        (VERSION | {"ProjectSettings/ProjectSettings.asset": UNITY.format(0)}, {}, {".": {"unity-web"}}),
    ],
)
def test_each_project_is_asked_for_its_own(
    make_tree: Make, files: dict[str, str], options: dict[str, tuple[str, ...]], expected: dict[str, set[str]]
) -> None:
    report = scan(make_tree(files), Options(use_cache=False, **options), lambda *_: None).report
    assert {each.path: set(each.verdicts) for each in report.projects} == expected
    of_client = {each.id for each in report.targets for finding in each.findings if "client" in finding.location.path}
    assert of_client <= expected.get("client", set())
