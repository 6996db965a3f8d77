"""What a hook would say if nothing staged were new, kept for the commits that add nothing: most of them."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portlint.answers.kept import Printed
    from portlint.commands.asked import Asked
    from portlint.living.fingerprints import Read
    from portlint.revision import Revision
    from portlint.scan import Scan


def keep_hook(
    options: argparse.Namespace, asked: Asked, done: Scan, tree: Revision, read: Read, say: Callable[[], int]
) -> None:
    """`say` prints it, and gives the exit code. Nothing is kept of calls that write files, or ask for more than HEAD.

    Notes of the scan itself are of today, and not kept either.
    """
    more = options.output or options.write_baseline or options.since or options.compile_commands or options.no_cache
    plain = options.output_format in (None, "concise") and not more and asked.files is None
    if options.watch is None or done.seen is None or done.notes or not plain:
        return
    from portlint.answers.judged import keep_judged

    with redirect_stdout(io.StringIO()) as output, redirect_stderr(io.StringIO()) as notes:
        code = say()
    printed: Printed = (output.getvalue(), notes.getvalue(), [], code)
    keep_judged(options.watch, asked.path, done.seen, tree, done.report, read, printed)
