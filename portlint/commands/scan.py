"""`portlint scan`: the verdict for each target, in any format, to the terminal and to files."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.commands.asked import asked_about
from portlint.commands.gates import add_gate_arguments, gates
from portlint.commands.lived import add_living_arguments, check_living_arguments, lived, of_commit
from portlint.commands.scanned import add_scan_arguments, root_of, scanned
from portlint.commands.what_if import add_what_if_arguments, apply
from portlint.errors import PortlintError
from portlint.output import wants_colour, wants_links, width, write_file, write_stdout

if TYPE_CHECKING:
    from portlint.commands.rendered import Rendering
    from portlint.model.report import Report

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
FAIL_ON = ("error", "warning", "note", "never")
_CLEAN, _FOUND = 0, 1


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("scan", help="scan a project and print the verdict per target")
    add_scan_arguments(parser, "paths")
    parser.add_argument(
        "--output-format",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"what to print: {', '.join(FORMATS)} (default: text; concise with --hook)",
    )
    parser.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="also write a report to a file"
    )
    add_living_arguments(parser)
    parser.add_argument(
        "--hook", action="store_true", help="for a commit hook: judge what is staged, show what HEAD does not have"
    )
    parser.add_argument("--fail-on", choices=FAIL_ON, help="exit 1 from this severity on (default: error)")
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 although there are findings")
    parser.add_argument("--verbose", "-v", action="store_true", help="print everything instead of a screen")
    add_gate_arguments(parser)
    add_what_if_arguments(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print and write the reports; 1 where findings reach --fail-on, or the tax a limit."""
    from portlint.commands.rendered import Rendering, reader

    outputs = [_output(text) for text in options.output]
    limits = gates(options)
    check_living_arguments(options)
    asked = asked_about(options.paths, options.hook)
    options.path = asked.path
    root = root_of(asked.path)
    with ExitStack() as stack:
        tree = None
        if options.hook:
            from portlint.revision import STAGED, revision_tree

            tree = stack.enter_context(revision_tree(root, STAGED))
        read = reader(tree.folder if tree else root, tree.fetch if tree else None)
        done, settings = scanned(options, tree)
        judged = options.report_file, done.report
        done = apply(done, settings, options)
        crossed = limits.crossed(done.report, settings)

        def say(nothing_new: bool = False) -> tuple[int, list[tuple[str, str]]]:
            report, changed = lived(options, settings, done, asked, tree, read, nothing_new)
            written = _put_out(Rendering(report, done.catalog, root, read, crossed), outputs, options, changed)
            fails = crossed or _fails(report, options.fail_on or settings.fail_on or "error")
            return _FOUND if fails and not options.exit_zero else _CLEAN, written

        code, written = say()
        if tree is not None and done.report is judged[1]:
            from portlint.commands.hooked import keep_hook

            keep_hook(options, asked, done, tree, read, lambda: say(nothing_new=True)[0])
    apart = tree or asked.files or options.no_cache or options.write_baseline
    if options.watch is not None and done.seen is not None and not apart:
        from portlint.answers.remember import remember
        from portlint.answers.report import packed

        remember(options.watch, asked.path, done.seen, written, code, (judged[0], packed(judged[1])))
    return code


def _put_out(
    rendering: Rendering,
    outputs: list[tuple[str, Path]],
    options: argparse.Namespace,
    changed: frozenset[str] | None,
) -> list[tuple[str, str]]:
    """Print the report, after it is written to files; these, with their text.

    `changed`: what a commit touches, None where no commit is asked about.
    """
    import msgspec

    from portlint.reporters.sanitise import visible

    files = [(str(file), rendering.text(name, verbose=True)) for name, file in outputs]
    for file, text in files:
        write_file(Path(file), text)
    name = options.output_format or ("concise" if options.hook else "text")
    if name == "concise" and changed is not None:
        rendering = msgspec.structs.replace(rendering, report=of_commit(rendering.report, changed))
    links = rendering.root.resolve().as_uri() if wants_links(sys.stdout) else ""
    write_stdout(rendering.text(name, options.verbose, width(), wants_colour(sys.stdout), links))
    for line in rendering.crossed:
        print(f"portlint: {visible(line)}", file=sys.stderr)
    return files


def _fails(report: Report, from_severity: str) -> bool:
    if from_severity == "never":
        return False
    counted = FAIL_ON[: FAIL_ON.index(from_severity) + 1]
    return any(
        finding.severity in counted and finding.standing == "open"
        for target in report.targets
        for finding in target.findings
    )


def _output(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not equals or not file or name not in FORMATS:
        raise PortlintError(f"--output {text!r}: write FORMAT=FILE with one of the formats {', '.join(FORMATS)}")
    return name, Path(file)
