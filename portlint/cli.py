"""The command line: arguments to a command, errors to a line, an exit code. The commands stand in `commands/`.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 the user's mistake, 3 our bug.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from portlint import __version__
from portlint.commands.examples import epilog
from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.answers.watch import Watch

CLEAN, FOUND, MISTAKE, BUG = 0, 1, 2, 3
COMMANDS = (
    "scan",
    "plan",
    "diff",
    "graph",
    "why",
    "calibrate",
    "config",
    "targets",
    "rules",
    "explain",
    "cache",
    "completion",
    "man",
)  # in the order of the help
_ABOUT_ALL = ("completion", "man")
_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise PortlintError(f"{message}; see '{self.prog} --help'")


def run(arguments: Sequence[str], watch: Watch | None = None) -> int:
    """Run one command and return its exit code. `watch`: has seen everything so far; the answer is to be remembered."""
    return guarded(lambda: _run(arguments, watch))


def _run(arguments: Sequence[str], watch: Watch | None) -> int:
    if list(arguments) == ["--version"]:
        print(f"portlint {__version__}")
        return CLEAN
    options = parser(arguments[0] if arguments else "").parse_args(arguments)
    options.watch = watch
    code: int = options.command(options)
    sys.stdout.flush()
    return code


def guarded(command: Callable[[], int]) -> int:
    """The exit code of a command, or of what it raised, after a line about it."""
    try:
        return command()
    except PortlintError as error:
        print(f"portlint: {_visible(str(error))}", file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:  # the reader of our output has seen enough
        from portlint.output import drop_stdout

        drop_stdout()
        return CLEAN
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        # Python 3.11 wraps what is raised while a class is made: a signal in the middle of an import
        if isinstance(error.__cause__, KeyboardInterrupt):
            return _INTERRUPTED
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None
        import traceback

        traceback.print_exc()
        print("portlint: this is a bug in portlint; please report it with the lines above", file=sys.stderr)
        return BUG


def parser(only: str = "") -> argparse.ArgumentParser:
    """The whole command line, also for completions and the manual; or what one command needs of it."""
    top = _Parser(
        prog="portlint",
        description="Can this game, or this game server, run as WebAssembly? Asked before the port begins.",
        epilog="exit codes: 0 clean, 1 findings at or above --fail-on, 2 a mistake in call or settings, 3 a bug",
    )
    top.set_defaults(whole=top)  # for the commands that speak of all commands
    top.add_argument("--version", action="version", version=f"portlint {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for name in (only,) if only in COMMANDS and only not in _ABOUT_ALL else COMMANDS:
        import_module(f"portlint.commands.{name}").add(commands)
        command = commands.choices[name]
        command.epilog = epilog(name, command.epilog or "")
        command.formatter_class = argparse.RawDescriptionHelpFormatter
    return top


def _visible(text: str) -> str:
    from portlint.reporters.sanitise import visible

    return visible(text)
