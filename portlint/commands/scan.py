"""`portlint scan`: the verdict for each target, in any format, to the terminal and to files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.commands.gates import add_gate_arguments, gates
from portlint.commands.scanned import add_scan_arguments, root_of, scanned
from portlint.commands.what_if import add_what_if_arguments, apply
from portlint.errors import PortlintError
from portlint.output import wants_colour, wants_links, write_file, write_stdout
from portlint.reporters.sanitise import visible

if TYPE_CHECKING:
    from portlint.model.report import Report
    from portlint.scan import Scan

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
FAIL_ON = ("error", "warning", "note", "never")
_IN_CHECKOUT = ("sarif", "github", "gitlab")  # read by a forge, which looks for files from the checkout's top
_CLEAN, _FOUND = 0, 1


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("scan", help="scan a project and print the verdict per target")
    add_scan_arguments(parser)
    parser.add_argument(
        "--output-format",
        choices=FORMATS,
        default="text",
        metavar="FORMAT",
        help=f"what to print: {', '.join(FORMATS)} (default: text)",
    )
    parser.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="also write a report to a file"
    )
    parser.add_argument("--fail-on", choices=FAIL_ON, help="exit 1 from this severity on (default: error)")
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 although there are findings")
    parser.add_argument("--verbose", "-v", action="store_true", help="print everything instead of a screen")
    add_gate_arguments(parser)
    add_what_if_arguments(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print and write the reports; 1 where findings reach --fail-on, or the tax a limit."""
    outputs = [_output(text) for text in options.output]
    root = root_of(options.path)
    limits = gates(options)
    done, settings = scanned(options)
    done = apply(done, settings, options)
    crossed = limits.crossed(done.report, settings)
    for name, file in outputs:
        write_file(file, _render(done, name, root, crossed, verbose=True))
    links = root.resolve().as_uri() if wants_links(sys.stdout) else ""
    write_stdout(_render(done, options.output_format, root, crossed, options.verbose, wants_colour(sys.stdout), links))
    for line in crossed:
        print(f"portlint: {visible(line)}", file=sys.stderr)
    if options.exit_zero:
        return _CLEAN
    return _FOUND if crossed or _fails(done.report, options.fail_on or settings.fail_on or "error") else _CLEAN


def _render(
    done: Scan,
    name: str,
    root: Path,
    crossed: Sequence[str],
    verbose: bool,
    colour: bool = False,
    links: str = "",
) -> str:
    import shutil

    from portlint.files import read_file
    from portlint.git import prefix_in_checkout
    from portlint.reporters import RenderOptions, reporter

    def read(path: str) -> bytes | None:
        try:
            return read_file(root, path, 16_000_000)
        except ValueError:
            return None

    width = shutil.get_terminal_size((80, 40)).columns if sys.stdout.isatty() else 80
    prefix = prefix_in_checkout(root) if name in _IN_CHECKOUT else ""
    options = RenderOptions(
        colour=colour, width=min(width, 120), verbose=verbose, read=read, links=links, prefix=prefix
    )
    text = reporter(name).render(done.report, done.catalog, options)
    return text + _limits(crossed) if name == "text" else text


def _limits(crossed: Sequence[str]) -> str:
    """What a gate has against the report, at the end, where a person who reads it looks first."""
    lines = [f"  {visible(line)}" for line in crossed]
    return "\n".join(["", "Beyond the limits", *lines, ""]) if lines else ""


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
