"""The command line: arguments in, text out, an exit code. Nothing else writes to a terminal.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 the user's mistake, 3 our bug.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from portlint import __version__
from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.model.catalog import Catalog
    from portlint.model.report import Report
    from portlint.scan import Scan

CLEAN, FOUND, MISTAKE, BUG = 0, 1, 2, 3
FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown")
FAIL_ON = ("error", "warning", "note", "never")
_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise PortlintError(f"{message}; see '{self.prog} --help'")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except PortlintError as error:
        print(f"portlint: {_visible(str(error))}", file=sys.stderr)
        return MISTAKE
    except BrokenPipeError:  # the reader of our output has seen enough
        _drop_output()
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


def _parser() -> argparse.ArgumentParser:
    from portlint.commands import calibrate, graph, why

    parser = _Parser(
        prog="portlint",
        description="Can this game, or this game server, run as WebAssembly? Asked before the port begins.",
        epilog="exit codes: 0 clean, 1 findings at or above --fail-on, 2 a mistake in call or settings, 3 a bug",
    )
    parser.add_argument("--version", action="version", version=f"portlint {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _add_scan(commands.add_parser("scan", help="scan a project and print the verdict per target"))
    targets = commands.add_parser("targets", help="list the targets, or what one of them supports")
    targets.add_argument("target", nargs="?", metavar="ID")
    targets.add_argument("--matrix", action="store_true", help="every capability against every target")
    targets.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="of --matrix (default: text)"
    )
    targets.set_defaults(command=_targets)
    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(command=_rules)
    explain = commands.add_parser("explain", help="say what a rule, a capability or a package rests on, with sources")
    explain.add_argument("subject", metavar="RULE|CAPABILITY|PACKAGE")
    explain.add_argument("--target", metavar="ID", help="only for this target")
    explain.set_defaults(command=_explain)
    for command in (graph, why, calibrate):
        command.add(commands)
    return parser


def _add_scan(scan: argparse.ArgumentParser) -> None:
    scan.add_argument(
        "path", nargs="?", default=".", type=Path, metavar="PATH", help="a folder, or one file (default: .)"
    )
    scan.add_argument("--target", action="append", default=[], metavar="ID", help="judge for this target (repeatable)")
    scan.add_argument("--output-format", choices=FORMATS, default="text", help="what to print (default: text)")
    scan.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="also write a report to a file"
    )
    scan.add_argument(
        "--define", "-D", action="append", default=[], metavar="NAME[=VALUE]", help="a macro that the build defines"
    )
    scan.add_argument(
        "--compile-commands",
        type=Path,
        metavar="FILE",
        help="a compilation database: which files are built, and how (default: compile_commands.json at the top)",
    )
    scan.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="leave these out, as .gitignore does"
    )
    scan.add_argument("--fail-on", choices=FAIL_ON, help="exit 1 from this severity on (default: error)")
    scan.add_argument("--exit-zero", action="store_true", help="exit 0 although there are findings")
    scan.add_argument("--no-cache", action="store_true", help="read every file anew")
    scan.add_argument("--jobs", type=_count, default=0, metavar="N", help="worker processes (default: one a processor)")
    scan.add_argument("--verbose", "-v", action="store_true", help="print everything instead of a screen")
    scan.set_defaults(command=_scan)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 256: {text!r}")
    return int(text)


def _scan(options: argparse.Namespace) -> int:
    from portlint.config import load_settings
    from portlint.progress import progress_on
    from portlint.scan import Options, scan

    path: Path = options.path
    outputs = [_output(text) for text in options.output]
    if not path.exists():
        raise PortlintError(f"{path}: no such file or folder")
    settings = load_settings(path if path.is_dir() else path.parent)
    with progress_on(sys.stderr) as progress:
        done = scan(
            path,
            Options(
                targets=tuple(dict.fromkeys(options.target or settings.targets)),
                defines={**settings.defines, **dict(_define(text) for text in options.define)},
                exclude=(*settings.exclude, *options.exclude),
                use_cache=not options.no_cache,
                jobs=options.jobs,
                compile_commands=options.compile_commands,
            ),
            progress,
        )
    for note in done.notes:
        print(f"portlint: note: {_visible(note)}", file=sys.stderr)
    root = path if path.is_dir() else path.parent
    for name, file in outputs:
        _write(file, _render(done, name, root, colour=False, verbose=True))
    _print(_render(done, options.output_format, root, _colour(sys.stdout), options.verbose))
    if options.exit_zero:
        return CLEAN
    return FOUND if _fails(done.report, options.fail_on or settings.fail_on or "error") else CLEAN


def _render(done: Scan, name: str, root: Path, colour: bool, verbose: bool) -> str:
    import shutil

    from portlint.files import read_file
    from portlint.reporters import RenderOptions, reporter

    def read(path: str) -> bytes | None:
        try:
            return read_file(root, path, 16_000_000)
        except ValueError:
            return None

    width = shutil.get_terminal_size((80, 40)).columns if sys.stdout.isatty() else 80
    options = RenderOptions(colour=colour, width=min(width, 120), verbose=verbose, read=read)
    return reporter(name).render(done.report, done.catalog, options)


def _fails(report: Report, from_severity: str) -> bool:
    if from_severity == "never":
        return False
    counted = FAIL_ON[: FAIL_ON.index(from_severity) + 1]
    return any(finding.severity in counted for target in report.targets for finding in target.findings)


def _output(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not equals or not file or name not in FORMATS:
        raise PortlintError(f"--output {text!r}: write FORMAT=FILE with one of the formats {', '.join(FORMATS)}")
    return name, Path(file)


def _define(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.isidentifier():
        raise PortlintError(f"--define {text!r}: write NAME or NAME=VALUE")
    return name, value if equals else "1"


def _write(file: Path, text: str) -> None:
    """The whole new file or the whole old one: written beside, then moved. A device or a pipe is written to as it is.

    A link stays a link, and what it points to is replaced.
    """
    data = text.encode("utf-8", "surrogateescape")
    beside = None
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # /dev/stdout may be a plain file under another name: a move would cut it off from who reads it.
        if file.parts[:2] in (("/", "dev"), ("/", "proc")) or (file.exists() and not file.is_file()):
            file.write_bytes(data)
            return
        real = Path(os.path.realpath(file))
        beside = real.with_name(f".portlint-{os.getpid()}.part")  # short: a name may have 255 bytes already
        beside.write_bytes(data)
        if real.exists():
            beside.chmod(real.stat().st_mode & 0o7777)
        beside.replace(real)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PortlintError(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _print(text: str) -> None:
    """On standard output. What could not be written is the user's to mend: a full disk behind a redirection."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_output()
        raise PortlintError(f"standard output: cannot be written: {error.strerror}") from error


def _drop_output() -> None:
    """What is left in the buffer must not be tried again when Python leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _colour(stream: object) -> bool:
    """On a terminal, unless NO_COLOR; FORCE_COLOR everywhere (no-color.org, force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(getattr(stream, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"


def _visible(text: str) -> str:
    from portlint.reporters.sanitise import visible

    return visible(text)


def _targets(options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import target_lines, target_list
    from portlint.scan import check_targets

    catalog = load_catalog()
    if options.matrix:
        return _matrix(options, catalog)
    if options.output_format != "text":
        raise PortlintError(
            "--output-format goes with --matrix: write 'portlint targets --matrix --output-format json'"
        )
    if options.target:
        check_targets([options.target], catalog)
    lines = target_lines(catalog, options.target) if options.target else target_list(catalog)
    print("\n".join(lines))
    return CLEAN


def _matrix(options: argparse.Namespace, catalog: Catalog) -> int:
    from portlint.matrix import matrix_json, matrix_lines

    if options.target:
        raise PortlintError(f"--matrix shows every target; 'portlint targets {options.target}' shows one")
    print(matrix_json(catalog) if options.output_format == "json" else "\n".join(matrix_lines(catalog)))
    return CLEAN


def _rules(options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import rule_list

    print("\n".join(rule_list(load_catalog())))
    return CLEAN


def _explain(options: argparse.Namespace) -> int:
    from portlint.catalog import load_catalog
    from portlint.explain import explain
    from portlint.scan import check_targets

    catalog = load_catalog()
    if options.target:
        check_targets([options.target], catalog)
    print("\n".join(explain(catalog, options.subject, options.target)))
    return CLEAN
