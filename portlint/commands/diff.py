"""`portlint diff A B`: what changed between two reports, folders, revisions or targets."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from portlint.commands.scanned import add_scan_arguments, scanned
from portlint.commands.what_if import add_price_arguments, apply
from portlint.errors import PortlintError
from portlint.output import write_stdout

if TYPE_CHECKING:
    from portlint.model.report import Report
    from portlint.planning.compare import Comparison
    from portlint.planning.moved import Content
    from portlint.revision import Revision

_FORMATS = ("text", "markdown", "json")
_TARGET = "target:"
_NO_CHANGE_FOR_THE_WORSE, _WORSE = 0, 1


class _Side(NamedTuple):
    """`content`: what the files of the tree hold; None for a stored report."""

    report: Report
    content: Content | None = None


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "diff",
        help="say what changed between two reports, folders, revisions or targets",
        epilog="exit codes: 0 no change for the worse, 1 a new blocker or a worse verdict, 2 a mistake in the call",
    )
    what = "a JSON report, a folder, a git revision of --path, or target:ID"
    parser.add_argument("before", metavar="A", help=what)
    parser.add_argument("after", metavar="B", help="the same")
    add_scan_arguments(parser, "--path")
    add_price_arguments(parser)
    parser.add_argument("--output-format", choices=_FORMATS, default="text", help="what to print (default: text)")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the comparison; 1 where something is worse."""
    from portlint.reporters.diff_json import diff_json
    from portlint.reporters.diff_text import diff_markdown, diff_text

    comparison = _compared(options)
    render = {"text": diff_text, "markdown": diff_markdown, "json": diff_json}[options.output_format]
    write_stdout(render(comparison))
    return _WORSE if comparison.is_worse else _NO_CHANGE_FOR_THE_WORSE


def _compared(options: argparse.Namespace) -> Comparison:
    from portlint.planning.compare import compared

    names = (options.before, options.after)
    targets = [each.removeprefix(_TARGET) for each in names if each.startswith(_TARGET)]
    if len(targets) == 1:
        raise PortlintError(f"{_TARGET}{targets[0]} is compared with another target: write {_TARGET}A {_TARGET}B")
    if targets:
        if options.target:
            raise PortlintError(f"--target does not go with {names[0]} {names[1]}, which name the targets")
        report = _scanned(_with(options, target=targets))
        return compared(report, report, names, [(targets[0], targets[1])])
    before, after = (_side(each, options) for each in names)
    comparison = compared(before.report, after.report, names, renamed=_renamed(before, after))
    if not comparison.targets:
        raise PortlintError(f"{names[0]} and {names[1]} have no target in common")
    return comparison


def _side(name: str, options: argparse.Namespace) -> _Side:
    from portlint.planning.moved import content_in
    from portlint.planning.stored import stored_report, stored_table

    path = Path(name)
    if path.is_file():
        found = stored_report(stored_table(path), name)
        return _Side(_chosen(found, name, options.target))
    if path.is_dir():
        return _Side(_scanned(_with(options, path=path)), content_in(path))
    return _revision(name, options)


def _revision(name: str, options: argparse.Namespace) -> _Side:
    """Judged by the settings of the working tree, as the other side is."""
    from portlint.commands.scanned import root_of
    from portlint.revision import revision_tree

    with revision_tree(root_of(options.path), name) as tree:
        report = _scanned(options, tree)
        blobs = dict(tree.blobs())
    return _Side(report, lambda path: blobs.get(path, ""))


def _scanned(options: argparse.Namespace, tree: Revision | None = None) -> Report:
    """As `portlint scan` has it: under the settings' suppositions, at the same prices."""
    done, settings = scanned(options, tree)
    return apply(done, settings, options).report


def _chosen(report: Report, name: str, wanted: list[str]) -> Report:
    import msgspec

    known = [each.id for each in report.targets]
    for id in wanted:
        if id not in known:
            raise PortlintError(f"{name} has no target {id!r}; it has {', '.join(known) or 'none'}")
    kept = tuple(each for each in report.targets if not wanted or each.id in wanted)
    return msgspec.structs.replace(report, targets=kept)


def _renamed(before: _Side, after: _Side) -> Mapping[str, str]:
    from portlint.planning.moved import moved

    if before.content is None or after.content is None:
        return {}
    return moved(before.report, before.content, after.report, after.content)


def _with(options: argparse.Namespace, **changed: object) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(options), **changed})
