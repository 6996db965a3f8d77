"""Store what a hook would say of the tree that it judged, were nothing of it new. See `staged.py`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from portlint.answers.grounds import opened, settled_outside
from portlint.answers.kept import Answer, Printed, forget, save
from portlint.answers.ranks import ranked
from portlint.answers.repository import Unknown, any_filtered, deciding_files, sizes_of, tree_of_head
from portlint.answers.staged import Judged
from portlint.answers.watch import Watch
from portlint.asked import Seen
from portlint.cache import default_folder
from portlint.files import native_path
from portlint.git import GITLINK, git_program, merge_heads
from portlint.git_call import differences, staged_rows
from portlint.living.fingerprints import Read, prints
from portlint.model.report import Report
from portlint.revision import Revision
from portlint.walk import Entry

_READS = ("ls-files", "ls-tree", "rev-parse", "cat-file")
# What could be read tomorrow although no file of the tree is another.
_MAY_COME = ("cannot be read", "its content is not in the repository", "LFS pointer")


def keep_judged(
    watch: Watch, asked: Path, seen: Seen, tree: Revision, report: Report, read: Read, printed: Printed
) -> None:
    """`printed`: for a commit that adds nothing to what was judged."""
    quiet = watch.end() == printed[:2]
    whole = seen.repeatable and not seen.walked.notes and default_folder(tree.root) is not None
    records = (*seen.collected.records, *seen.walked.records)
    if not whole or merge_heads(tree.root) or any(word in each.reason for each in records for word in _MAY_COME):
        return
    program = git_program(tree.root)
    with suppress(Unknown, OSError, ValueError):
        if program is None or any(not set(_READS) & set(words) for words in watch.started):
            raise Unknown
        judged = _judged(program, seen, tree, report, read, quiet)
        beside = settled_outside(tree.root, _beside(program, watch, tree), watch.began_ns)
        root = os.fsencode(tree.root)
        nothing: tuple[list[bytes], list[tuple[int, int, int]]] = ([], [])
        places = list(beside), list(beside.values())
        answer = Answer(
            root, os.fsencode(asked), program, places, [], nothing, [], nothing, printed, b"", staged=judged.packed()
        )
        save(watch.file, answer)
        forget(os.path.dirname(watch.file))


def _judged(program: str, seen: Seen, tree: Revision, report: Report, read: Read, quiet: bool) -> Judged:
    """Raises Unknown where the index is not as it was listed, and where files are not what the repository has."""
    lines = tree.index(tree.root).lines
    listed = {f"{mode} {blob} 0\t{path}".encode("utf-8", "surrogateescape") for mode, blob, path in lines}
    head = tree_of_head(program, tree.root)
    told = differences(program, os.fsencode(tree.root), head)
    if told is None or any(mode == GITLINK for mode, _, _ in lines) or set(_rows(program, tree.root)) != listed:
        raise Unknown
    looked_at = seen.contents.keys() | seen.reads.keys() | seen.reopened
    read_ones = [entry for entry in tree.walk.entries if entry.path in looked_at]
    _check_unfiltered(program, tree, read_ones)
    states = {record.path: record.state for record in (*seen.collected.records, *seen.walked.records)}
    findings, odd = _findings(seen, report, read)
    contents = {
        path: identity
        for path, identity in seen.contents.items()
        if states.get(path) == "analysed" and path not in seen.reopened and path not in odd
    }
    idle = {path for path, state in states.items() if state == "excluded" and path not in looked_at}
    decide = {path for path in idle if path.rpartition("/")[2] == ".gitattributes"}
    return Judged(head, told[0], quiet, contents, frozenset(idle - decide), sorted(seen.macros), findings)


def _check_unfiltered(program: str, tree: Revision, read_ones: list[Entry]) -> None:
    """Raises Unknown where a blob may be another file on disk: which of the two is read is not for ever."""
    here = tree.index(tree.root).here
    elsewhere = [entry.path for entry in read_ones if (entry.path, entry.blob) not in here]
    sizes = sizes_of(program, tree.root, [entry.blob for entry in read_ones])
    if sizes != [entry.size for entry in read_ones] or any_filtered(program, tree.root, elsewhere):
        raise Unknown


def _rows(program: str, root: Path) -> Iterable[bytes]:
    return staged_rows(program, os.fsencode(root)) or ()


def _findings(seen: Seen, report: Report, read: Read) -> tuple[dict[str, list[tuple[int, str]]], set[str]]:
    """As in `Judged`, and the files with a finding in a line of which nothing was said."""
    texts: dict[str, dict[int, str]] = {}
    for target, row in zip(report.targets, prints(report, read), strict=True):
        for finding, each in zip(target.findings, row, strict=True):
            if finding.location.line:
                texts.setdefault(finding.location.path, {})[finding.location.line] = each.text
    found, odd = {}, set()
    for path, by_line in texts.items():
        rank = _ranks(seen, path)
        if by_line.keys() <= rank.keys():
            found[path] = [(rank[line], text) for line, text in sorted(by_line.items())]
        else:
            odd.add(path)
    return found, odd


def _ranks(seen: Seen, path: str) -> Mapping[int, int]:
    extraction = seen.collected.extractions.get(path)
    said = ranked(extraction, seen.macro_uses.get(path)) if extraction else None
    return {line: number for number, line in enumerate(said.lines)} if said else {}


def _beside(program: str, watch: Watch, tree: Revision) -> set[bytes]:
    """What was opened beside the files of the tree, and what of git's own decides how those look on disk."""
    inside, beyond = opened(watch, tree.root)
    attributes = {".gitattributes", *(each for each in tree.blobs() if each.endswith("/.gitattributes"))}
    copies = os.fsencode(os.path.realpath(tree.folder.parent.parent)) + b"/portlint-"
    root = os.fsencode(tree.root) + b"/"
    own = {
        root + path
        for path, count in inside.items()
        if count > tree.reads.get(path.decode("utf-8", "surrogateescape"), 0)
        and not os.path.isdir(root + path)  # named below a temporary folder that was removed
    }
    return (
        {path for path in beyond if not path.startswith(copies)}
        | {native_path(tree.root, path) for path in attributes}
        | own
        | deciding_files(program, tree.root)
    )
