"""`portlint config`: whether the settings of a folder hold, what they come to, and their JSON Schema."""

from __future__ import annotations

import argparse
from pathlib import Path

from portlint.commands.scanned import root_of
from portlint.output import write_stdout


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("config", help="check the settings of a project, or print their JSON Schema")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    check = actions.add_parser("check", help="say whether the settings hold, and what they come to")
    check.add_argument("path", nargs="?", default=".", type=Path, metavar="PATH", help="the project (default: .)")
    check.set_defaults(command=run_check)
    schema = actions.add_parser("schema", help="print the JSON Schema of portlint.toml, for editors")
    schema.set_defaults(command=run_schema)


def run_check(options: argparse.Namespace) -> int:
    """Print the effective settings as TOML. Raises PortlintError for a mistake in them."""
    from portlint.config import load_settings, settings_file
    from portlint.living.settings import check_settings, effective_lines
    from portlint.reporters.sanitise import visible

    root = root_of(options.path)
    settings = load_settings(root)
    check_settings(settings, root)
    name = settings_file(root)
    heading = f"# {name}: no mistakes" if name else "# no settings in portlint.toml or pyproject.toml: all defaults"
    write_stdout("\n".join([heading, *(visible(line) for line in effective_lines(settings))]) + "\n")
    return 0


def run_schema(_options: argparse.Namespace) -> int:
    from portlint.living.settings_schema import settings_schema

    write_stdout(settings_schema())
    return 0
