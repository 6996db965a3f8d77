"""`portlint completion SHELL`: a script that completes commands, options, targets, rules and packages."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from portlint.output import write_stdout

SHELLS = ("bash", "zsh", "fish")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("completion", help="print a completion script for a shell")
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    import shtab

    parser: argparse.ArgumentParser = options.whole
    known = _known()
    for action in _actions(parser):
        _complete(action, known, shtab.FILE)
    write_stdout(shtab.complete(parser, options.shell))
    return 0


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands by name, in the order of the help."""
    return next(dict(act.choices) for act in parser._actions if isinstance(act, argparse._SubParsersAction))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Of the parser, and of all commands below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _known() -> dict[str, list[str]]:
    """What may stand for a placeholder of the help, by the placeholder."""
    from portlint.catalog import load_catalog
    from portlint.catalog.packages import load_packages

    catalog = load_catalog()
    rules = list(catalog.rules)
    subjects = {*rules, *catalog.capabilities, *(package.id for package in load_packages())}
    return {
        "ID": list(catalog.targets),
        "RULE": rules,
        "FINDING|COMPONENT": rules,
        "RULE|CAPABILITY|PACKAGE": sorted(subjects),
    }


def _complete(action: argparse.Action, known: dict[str, list[str]], files: object) -> None:
    """The script is static, so that a press of the tab key starts no Python. The parser is thrown away afterwards."""
    if action.choices is None and action.metavar in known:
        action.choices = known[str(action.metavar)]
    elif action.metavar in ("FILE", "PATH", "HISTORY"):
        action.complete = files  # type: ignore[attr-defined]  # where shtab looks
