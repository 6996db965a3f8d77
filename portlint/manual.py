"""The manual page, made from the command line's own words, in the man(7) macros."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable

from portlint import __version__

EXIT_CODES = (
    ("0", "Clean, or --exit-zero."),
    ("1", "Findings at or above --fail-on."),
    ("2", "A mistake in the call or in the settings, said in one line."),
    ("3", "A bug in portlint."),
    ("130", "Interrupted."),
)
FILES = (
    ("portlint.toml, pyproject.toml", "Settings of the scanned folder; in pyproject.toml the table [tool.portlint]."),
    ("compile_commands.json", "At the top of the scanned folder: which files are built, and how."),
)
ENVIRONMENT = (
    ("NO_COLOR, FORCE_COLOR", "Never colour, always colour. Otherwise there is colour on a terminal."),
    ("XDG_CACHE_HOME", "Where the cache of what was read lies, in the folder portlint."),
)


def manual(parser: argparse.ArgumentParser) -> str:
    """The page in section 1. It holds no date: the same program gives the same page."""
    (commands,) = (act for act in parser._actions if isinstance(act, argparse._SubParsersAction))
    summaries = {act.dest: act.help or "" for act in commands._get_subactions()}
    lines = [
        f'.TH PORTLINT 1 "" "portlint {__version__}" "User Commands"',
        *_section("NAME", ["portlint \\- say what keeps a game from running as WebAssembly"]),
        *_section("SYNOPSIS", [".B portlint", ".I COMMAND", "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]..."]),
        *_section("DESCRIPTION", [_text(parser.description or "")]),
        ".SH COMMANDS",
    ]
    for name, command in commands.choices.items():
        lines += _command(name, summaries.get(name, ""), command)
    for title, rows in (("EXIT STATUS", EXIT_CODES), ("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)):
        lines += _section(title, [line for term, text in rows for line in _entry(_bold(term), text)])
    return "\n".join(lines) + "\n"


def _command(name: str, summary: str, command: argparse.ArgumentParser) -> list[str]:
    actions = [act for act in command._actions if act.help != argparse.SUPPRESS and act.dest != "help"]
    places = [_place(act) for act in actions if not act.option_strings]
    some = "[\\fIOPTION\\fR]..." if any(act.option_strings for act in actions) else ""
    head = " ".join(part for part in (_bold(f"portlint {name}"), some, *places) if part)
    lines = [f".SS {name}", head, ".PP", _text(f"{summary[:1].upper()}{summary[1:]}.")]
    for act in actions:
        if isinstance(act, argparse._SubParsersAction):
            lines += [line for row in act._get_subactions() for line in _entry(_bold(row.dest), row.help or "")]
        elif act.help or act.option_strings:
            lines += _entry(_term(act), (act.help or "") % {**vars(act), "prog": command.prog})
    if command.epilog:
        lines += [".PP", ".nf", *map(_text, command.epilog.splitlines()), ".fi"]
    return lines


def _place(action: argparse.Action) -> str:
    name = _italic(_metavar(action))
    return f"[{name}]" if action.nargs in ("?", "*") else name


def _term(action: argparse.Action) -> str:
    if not action.option_strings:
        return _italic(_metavar(action))
    value = "" if action.nargs == 0 else f" {_italic(_metavar(action))}"
    return ", ".join(_bold(option) + value for option in action.option_strings)


def _metavar(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def _section(title: str, body: Iterable[str]) -> list[str]:
    return [f'.SH "{title}"', *body]


def _entry(term: str, text: str) -> list[str]:
    return [".TP", term, _text(text)]


def _bold(text: str) -> str:
    return f"\\fB{_escaped(text)}\\fR"


def _italic(text: str) -> str:
    return f"\\fI{_escaped(text)}\\fR"


def _text(text: str) -> str:
    """A line of text: one that begins like a request is none."""
    escaped = _escaped(text)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _escaped(text: str) -> str:
    """A hyphen of an option must stay one that can be copied."""
    return re.sub("[\\\\-]", lambda match: "\\-" if match[0] == "-" else "\\e", text)
