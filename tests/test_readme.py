"""The README's word: its output is real, its commands are commands, its settings are settings."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from portlint.catalog import load_catalog
from portlint.cli import parser
from portlint.config import Settings
from portlint.reporters import RenderOptions, reporter
from portlint.scan import Options, scan

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.S)
COMMANDS = [
    line.partition("#")[0].removeprefix("- run:").split()[1:]
    for language, block in BLOCKS
    if language in ("sh", "yaml")
    for line in block.splitlines()
    if line.partition("#")[0].removeprefix("- run:").split()[:1] == ["portlint"]
]


def test_the_run_at_the_top_is_real() -> None:
    block = next(block for language, block in BLOCKS if language == "console")
    command, _, shown = block.removesuffix("...\n").partition("\n")
    done = scan(ROOT / command.split()[-1], Options(use_cache=False), lambda done, total: None)
    assert reporter("text").render(done.report, done.catalog, RenderOptions()).startswith(shown)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_are_understood(command: list[str]) -> None:
    assert parser().parse_args(command)


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 6


def test_every_target_is_in_the_table() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", README, re.M)[: len(load_catalog().targets)]
    for target in load_catalog().targets:
        assert f"| `{target}` |" in README


@pytest.mark.parametrize("name", [field.encode_name for field in msgspec.structs.fields(Settings)])
def test_settings_are_named(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!https?:)[^)]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
