"""Examples of what a rule finds and of what it leaves alone: the very lines that the tests judge.

In a checkout they are read from `tests/fixtures/rules`; a wheel carries the same texts in `rules/examples.json`
(`tools/ship_rules.py`). A mark at the end of a line, `finding: RULE`, says what must be found there; a line without
one must give nothing (`tests/test_rules.py`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import msgspec

from portlint.catalog import rules_folder

TARGETS = re.compile(r"(?://|#|;)\s*targets:\s*([\w, -]+)")
MARK = re.compile(r"(?://|#|;)\s*finding(?:\[([\w, -]+)\])?:\s*([\w-]+(?:, [\w-]+)*)(?:\s*\((low|medium)\))?\s*$", re.M)
_WHOLE = 40  # lines: a longer fixture speaks of many rules, and is cut to the blocks that speak of this one
_SYNTAX = {
    ".c": "c", ".cpp": "cpp", ".cs": "csharp", ".gd": "gdscript", ".go": "go", ".js": "javascript", ".lua": "lua",
    ".m": "objectivec", ".mm": "objectivec", ".py": "python", ".rs": "rust", ".s": "asm", ".toml": "toml",
    ".ts": "typescript", ".zig": "zig",
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
    """By rule id, the rule's own fixture first. A rule that no source file can show has none."""
    found: dict[str, list[Example]] = {}
    for path, text in sorted(_fixtures().items()):
        head = TARGETS.match(text)
        if head is None:  # a neighbour of a fixture that is a whole project
            continue
        targets = tuple(name.strip() for name in head[1].split(","))
        body = text[head.end() :].strip("\n")
        for rule in sorted({rule for mark in MARK.finditer(body) for rule in mark[2].split(", ")}):
            example = Example(path, _SYNTAX.get(Path(path).suffix, ""), targets, _about(rule, body))
            found.setdefault(rule, []).append(example)
    return {rule: tuple(sorted(group, key=lambda each: not _own(each, rule))) for rule, group in found.items()}


def _own(example: Example, rule: str) -> bool:
    return Path(example.path).name.partition(".")[0] == rule


def _about(rule: str, body: str) -> str:
    """All of a short fixture; of a long one the blocks, between empty lines, where the rule finds something."""
    if body.count("\n") < _WHOLE:
        return body
    blocks = re.split(r"\n{2,}", body)
    return "\n\n".join(block for block in blocks if any(rule in mark[2].split(", ") for mark in MARK.finditer(block)))


def _fixtures() -> dict[str, str]:
    """Texts by path. Empty where neither is there: an installation by hand."""
    shipped = rules_folder() / "examples.json"
    if shipped.is_file():
        return {str(path): str(text) for path, text in json.loads(shipped.read_text(encoding="utf-8")).items()}
    folder = rules_folder().parent / "tests" / "fixtures" / "rules"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}
