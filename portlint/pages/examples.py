"""Examples of what a rule finds and of what it leaves alone: the very lines that the tests judge.

In a checkout they are read from `tests/fixtures/rules`; a wheel carries the same texts in `rules/examples.json`
(`tools/ship_rules.py`). Below an area a file is a fixture, and so is a folder, which is a whole project. A mark at the
end of a line, `finding: RULE`, says what must be found there; a line without one must give nothing. The first line of
a fixture, or of one file of a project, names the targets (`tests/test_rules.py`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import msgspec

from portlint.catalog import rules_folder

_COMMENT = r"(?://|#|;+|--|<!--)\s*"
TARGETS = re.compile(_COMMENT + r"targets:\s*([\w-]+(?:, [\w-]+)*)")
MARK = re.compile(
    _COMMENT + r"finding(?:\[([\w, -]+)\])?:\s*([\w-]+(?:, [\w-]+)*)(?:\s*\((low|medium)\))?(?:\s*-->)?[ \t]*$", re.M
)
_WHOLE = 40  # lines: a longer fixture speaks of many rules, and is cut to the blocks that speak of this one
_SYNTAX = {
    ".asset": "yaml", ".c": "c", ".cfg": "ini", ".cpp": "cpp", ".cs": "csharp", ".csproj": "xml", ".gd": "gdscript",
    ".gdextension": "ini", ".go": "go", ".godot": "ini", ".ini": "ini", ".js": "javascript", ".json": "json",
    ".lua": "lua", ".m": "objectivec", ".meta": "yaml", ".mm": "objectivec", ".py": "python", ".rs": "rust",
    ".s": "asm", ".toml": "toml", ".ts": "typescript", ".uplugin": "json", ".uproject": "json", ".wat": "wat",
    ".yaml": "yaml", ".zig": "zig",
}  # fmt: skip


class Example(msgspec.Struct, frozen=True):
    """An excerpt of a fixture, marks included. `path` is relative to the folder of the fixtures.

    `targets`: what the marks hold for, unless a mark names its own. `syntax` is a highlighter's name for it, or "".
    """

    path: str
    syntax: str
    targets: tuple[str, ...]
    text: str


@cache
def examples() -> dict[str, tuple[Example, ...]]:
    """By rule id, the rule's own fixture first. Of a project that is named after the rule every file is shown."""
    projects: dict[str, dict[str, str]] = {}
    for path, text in sorted(_fixtures().items()):
        projects.setdefault(_fixture_of(path), {})[path] = text
    found: dict[str, list[Example]] = {}
    for name, files in projects.items():
        heads = {path: TARGETS.match(text) for path, text in files.items()}
        targets = next((tuple(each.strip() for each in head[1].split(",")) for head in heads.values() if head), ())
        bodies = {path: text[head.end() :] if (head := heads[path]) else text for path, text in files.items()}
        bodies = {path: re.sub(r"\A *-->", "", text).strip("\n") for path, text in bodies.items()}
        for rule in sorted({rule for text in bodies.values() for rule in _marked(text)}):
            shown = {path: text for path, text in bodies.items() if rule in _marked(text)}
            if _named_after(name) == rule:
                shown |= bodies
            found.setdefault(rule, []).extend(
                Example(path, _SYNTAX.get(Path(path).suffix, ""), targets, _about(rule, text))
                for path, text in shown.items()
            )
    return {rule: tuple(sorted(group, key=lambda each: not _own(each, rule))) for rule, group in found.items()}


def _fixture_of(path: str) -> str:
    """`area/name`: the file that stands alone, or the folder of the project."""
    return "/".join(path.split("/")[:2])


def _named_after(fixture: str) -> str:
    return fixture.rpartition("/")[2].partition(".")[0]


def _own(example: Example, rule: str) -> bool:
    return _named_after(_fixture_of(example.path)) == rule


def _marked(text: str) -> set[str]:
    """The rules that marks in a text name."""
    return {rule for mark in MARK.finditer(text) for rule in mark[2].split(", ")}


def _about(rule: str, body: str) -> str:
    """All of a short fixture; of a long one the blocks, between empty lines, where the rule finds something."""
    if body.count("\n") < _WHOLE:
        return body
    blocks = re.split(r"\n{2,}", body)
    return "\n\n".join(block for block in blocks if rule in _marked(block))


def _fixtures() -> dict[str, str]:
    """Texts by path. Empty where neither is there: an installation by hand."""
    shipped = rules_folder() / "examples.json"
    if shipped.is_file():
        return {str(path): str(text) for path, text in json.loads(shipped.read_text(encoding="utf-8")).items()}
    folder = rules_folder().parent / "tests" / "fixtures" / "rules"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}
