"""A page is no server: nothing is asked of WASI about it. What serves is, whatever draws beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.scan import Options, scan


@pytest.mark.parametrize(
    ("run", "build", "kind"),
    [
        (["vue"], ["vite"], "page"),
        (["react-dom"], ["webpack"], "page"),
        (["vue"], [], "node"),  # nothing puts a page together
        (["lodash"], ["vite"], "node"),
        (["vue", "express"], ["vite"], "node"),  # it serves, too
        (["react-dom", "next"], ["webpack"], "node"),
    ],
)
def test_what_a_package_json_makes(make_tree: Callable[..., Path], run: list[str], build: list[str], kind: str) -> None:
    manifest = {
        "name": "x",
        "dependencies": dict.fromkeys(run, "1"),
        "devDependencies": dict.fromkeys(build, "1"),
        "scripts": {"start": "x"},
    }
    tree = make_tree({"package.json": json.dumps(manifest), "main.js": "export const a = 1;\n"})
    report = scan(tree, Options(use_cache=False), lambda *_: None).report
    assert [each.kind for each in report.projects] == [kind]
    if kind == "page":
        assert [(each.id, each.verdict) for each in report.targets] == [("web-emscripten", "unknown")]
        assert report.targets[0].deciding[0].startswith("a page of JavaScript")


def test_a_page_does_not_turn_its_server(make_tree: Callable[..., Path]) -> None:
    page = {"name": "page", "dependencies": {"vue": "3"}, "devDependencies": {"vite": "7"}}
    server = {"name": "server", "dependencies": {"lodash": "4"}, "scripts": {"start": "node main.js"}}
    tree = make_tree(
        {
            "page/package.json": json.dumps(page),
            "page/main.js": "export const a = 1;\n",
            "server/package.json": json.dumps(server),
            "server/main.js": "import fs from 'node:fs';\nfs.watch('a');\n",
        }
    )
    report = scan(tree, Options(targets=("wasip2",), use_cache=False), lambda *_: None).report
    assert {each.path: list(each.verdicts) for each in report.projects} == {"page": [], "server": ["wasip2"]}
