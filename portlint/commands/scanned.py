"""What the commands that ask questions share: their arguments, and the scan that they ask."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.scan import Scan


def add_scan_arguments(parser: argparse.ArgumentParser, path: str = "path") -> None:
    """`path` is the argument's name: an option where the place is taken."""
    if path == "path":
        parser.add_argument("path", nargs="?", default=".", type=Path, metavar="PATH", help="a folder (default: .)")
    else:
        parser.add_argument(path, dest="path", default=Path(), type=Path, metavar="PATH", help="a folder (default: .)")
    parser.add_argument("--target", action="append", default=[], metavar="ID", help="ask for this target (repeatable)")
    parser.add_argument("--no-cache", action="store_true", help="read every file anew")


def scanned(options: argparse.Namespace) -> Scan:
    """Scan with the folder's own settings. Raises PortlintError for what the user can mend."""
    from portlint.config import load_settings
    from portlint.progress import progress_on
    from portlint.reporters.sanitise import visible
    from portlint.scan import Options, scan

    path: Path = options.path
    if not path.exists():
        raise PortlintError(f"{path}: no such file or folder")
    settings = load_settings(path if path.is_dir() else path.parent)
    with progress_on(sys.stderr) as progress:
        done = scan(
            path,
            Options(
                targets=tuple(dict.fromkeys(options.target or settings.targets)),
                defines=settings.defines,
                exclude=settings.exclude,
                use_cache=not options.no_cache,
            ),
            progress,
        )
    for note in done.notes:
        print(f"portlint: note: {visible(note)}", file=sys.stderr)
    return done
