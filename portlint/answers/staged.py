"""What a hook said of a tree without anything new: does it also hold for what is staged now, and for HEAD as it is?

It does where each file that is different says what it said, in the same order (`ranks.py`): then every finding of today
was there before. Files that nobody reads may hold anything. Where files come or go, where one can be run that could
not, where the text of a line with a finding is another, everything is judged.

A file that has changed further since it was staged is not looked into: everything is judged then, too.
"""

from __future__ import annotations

import marshal
import os

from portlint.answers.kept import Answer
from portlint.git_call import Differences, differences

_PLAIN = (b"100644", b"100755")
Change = tuple[str, str, bool]  # git's ids of what was judged and of what is there now, and whether it can be run


class Judged:
    """`tree`: what HEAD had. `ahead`: what was judged otherwise than this tree, as `Differences`. `quiet`: nothing of
    that was new.

    `contents`: ids of what was read, by path, of files that may say the same in other words. `idle`: files that nobody
    reads. `findings`: the ranks of lines with a finding, and digests of their text, by path.
    """

    def __init__(
        self,
        tree: bytes,
        ahead: Differences,
        quiet: bool,
        contents: dict[str, str],
        idle: frozenset[str],
        macros: list[str],
        findings: dict[str, list[tuple[int, str]]],
    ) -> None:
        self.tree = tree
        self.ahead = ahead
        self.quiet = quiet
        self.contents = contents
        self.idle = idle
        self.macros = macros
        self.findings = findings

    def packed(self) -> bytes:
        return marshal.dumps(tuple(vars(self).values()))


def nothing_new(answer: Answer) -> bool:
    """Whether the answer holds. It then knows what was found to say the same."""
    judged = Judged(*marshal.loads(answer.staged))
    told = differences(answer.program, answer.root, judged.tree)
    if told is None:
        return False
    staged, head = (_changes(judged, each) for each in told)
    if judged.quiet and not told[1]:
        head = {}  # as it was
    if staged is None or head is None:
        return False
    fresh = {path: each for path, each in staged.items() if (path, each[1]) not in answer.proved}
    # what HEAD has is looked at in the working tree, too
    if any(staged.get(path) != each for path, each in head.items() if (path, each[1]) not in answer.proved):
        return False
    if fresh:
        from portlint.answers.alike import alike

        if not alike(os.fsdecode(answer.root), judged, fresh):
            return False
    answer.proved = {(path, each[1]) for side in (staged, head) for path, each in side.items()}
    return True


def _changes(judged: Judged, found: Differences) -> dict[str, Change] | None:
    """What differs from what was judged, of files that somebody reads; None where it is more than contents of files."""
    changes: dict[str, Change] = {}
    for native in found.keys() | judged.ahead.keys():
        was = judged.ahead[native][1] if native in judged.ahead else found[native][0]
        now = found[native][1] if native in found else judged.ahead[native][0]
        if was == now:
            continue
        (mode, blob), (new_mode, new_blob) = was.split(), now.split()
        path = native.decode("utf-8", "surrogateescape")
        if mode != new_mode or mode not in _PLAIN or not (path in judged.idle or path in judged.contents):
            return None
        if path in judged.contents:
            changes[path] = (blob.decode("ascii"), new_blob.decode("ascii"), mode == _PLAIN[1])
    return changes
