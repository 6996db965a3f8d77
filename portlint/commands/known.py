"""Which findings were there before: in a baseline, in a revision, in what a merge brings in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.commands.asked import Asked
from portlint.commands.scanned import print_notes, scan_options, scanned_with

if TYPE_CHECKING:
    from portlint.config import Settings
    from portlint.living.before import Before
    from portlint.living.fingerprints import Print, Read
    from portlint.model.report import Report
    from portlint.revision import Revision


_UNREADABLE = "cannot be read"


def known_before(
    options: argparse.Namespace, settings: Settings, report: Report, asked: Asked, tree: Revision | None, read: Read
) -> tuple[set[int], frozenset[str] | None]:
    """The numbers of the findings that were there before, and the files that changed since (None: not known)."""
    root = asked.path if asked.path.is_dir() else asked.path.parent
    file = options.baseline or (root / settings.baseline if settings.baseline and not options.write_baseline else None)
    if options.since or options.hook:
        return _since_all(options, settings, report, root, tree, read)
    if file is None:
        return set(), None
    from portlint.living.baseline import read_baseline
    from portlint.living.fingerprints import matched, prints

    before = read_baseline(file)
    missing = sorted({target.id for target in report.targets} - {each.target for each in before})
    known, gone = matched(flat(prints(report, read)), (each for each in before if each.target not in missing))
    notes = [f"the baseline has nothing for {', '.join(missing)}"] if missing and before else []
    print_notes([*notes, *_gone(gone, "the baseline")])
    return known, None


def everything(report: Report) -> tuple[set[int], frozenset[str]]:
    """All findings and no file: what is asked about is what was there before."""
    return set(range(sum(len(target.findings) for target in report.targets))), frozenset()


def _since_all(
    options: argparse.Namespace,
    settings: Settings,
    report: Report,
    root: Path,
    tree: Revision | None,
    read: Read,
) -> tuple[set[int], frozenset[str] | None]:
    """Against --since, or HEAD and what a merge brings in: that is nobody's addition."""
    from portlint.git import merge_heads

    first = options.since or "HEAD"
    known, changed, gone = _since(options, settings, report, root, first, tree, read)
    # what is supposed to be dropped is still there
    print_notes(_gone(0 if report.assumptions else gone, first))
    for merged in () if options.since else merge_heads(root):
        more, others, _ = _since(options, settings, report, root, merged, tree, read)
        known |= more
        changed = changed & others if changed is not None and others is not None else None
    return known, changed


def _since(
    options: argparse.Namespace,
    settings: Settings,
    report: Report,
    root: Path,
    since: str,
    tree: Revision | None,
    read: Read,
) -> tuple[set[int], frozenset[str] | None, int]:
    """The same against one revision, and how many of its findings are gone."""
    from portlint.living.fingerprints import matched, prints
    from portlint.revision import revision_tree

    with revision_tree(root, since, tree) as before:
        changed = None
        if tree is not None:
            changed = frozenset(path for path, _ in tree.blobs().items() ^ before.blobs().items())
            if not changed:
                return *everything(report), 0
        targets = tuple(target.id for target in report.targets)
        judged = argparse.Namespace(**{**vars(options), "assume": []})  # the targets are those that answer instead
        then = _found(judged, settings, targets, before)
    known, gone = matched(flat(prints(report, read)), then.prints)
    print_notes(_unread_then(report, then.unread, since))
    return known, changed, gone


def _found(options: argparse.Namespace, settings: Settings, targets: tuple[str, ...], tree: Revision) -> Before:
    """What a revision's tree has, as the cache knows it or judged anew."""
    from portlint.cache import Cache, default_folder
    from portlint.commands.rendered import reader
    from portlint.living.before import Before, before_key, keep_before, kept_before
    from portlint.living.fingerprints import prints
    from portlint.living.standing import with_severities

    asked = scan_options(options, settings, targets, None)
    key = before_key(tree.walk, asked, settings, _database(options, tree.root))
    with Cache(default_folder(tree.root) if asked.use_cache else None) as cache:
        if (known := kept_before(cache, key)) is not None:
            return known
    done = scanned_with(options, settings, targets, tree)
    report = with_severities(done.report, settings.severity)
    unread = frozenset(file.path for file in report.files if file.state == "not-analysed")
    found = Before(tuple(flat(prints(report, reader(tree.folder, tree.fetch)))), unread)
    # An object that is missing today may be fetched tomorrow, and a reader that failed may not fail again.
    missing = any(file.reason.startswith(_UNREADABLE) for file in report.files)
    if done.seen is not None and done.seen.repeatable and not missing and not done.notes:
        with Cache(default_folder(tree.root) if asked.use_cache else None) as cache:
            keep_before(cache, key, found)
    return found


def _database(options: argparse.Namespace, root: Path) -> bytes:
    """The compilation database, which lies outside of what git has; b"" for none."""
    from portlint.units.commands import FILE_NAME

    try:
        return (options.compile_commands or root / FILE_NAME).read_bytes()
    except OSError:
        return b""


def _unread_then(report: Report, unread: frozenset[str], since: str) -> list[str]:
    """A pointer of Git LFS, an object that a partial clone does not have: what is in them seems new, and is not."""
    from portlint.words import counted

    now = {file.path for file in report.files if file.state in ("analysed", "partly")}
    number = len(unread & now)
    return [f"{counted(number, 'file')} not readable in {since}: what is in them counts as new"] if number else []


def _gone(number: int, where: str) -> list[str]:
    from portlint.words import counted

    return [f"{counted(number, 'finding')} of {where} no longer there"] if number else []


def flat(prints: Iterable[Iterable[Print]]) -> list[Print]:
    return [each for row in prints for each in row]
