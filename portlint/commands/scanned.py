"""What the commands that scan share: their arguments, and the scan itself."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from portlint.errors import PortlintError

if TYPE_CHECKING:
    from portlint.asked import Options
    from portlint.config import Settings
    from portlint.revision import Revision
    from portlint.scan import Scan


def add_scan_arguments(parser: argparse.ArgumentParser, path: str = "path") -> None:
    """`path` is the argument's name: an option where the place is taken, `paths` for any number."""
    if path == "paths":
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH",
            help="a folder, or one file (default: .); several: show what is found in them or through them",
        )  # fmt: skip
    elif path == "path":
        parser.add_argument(
            "path", nargs="?", default=".", type=Path, metavar="PATH", help="a folder, or one file (default: .)"
        )
    else:
        parser.add_argument(
            path, dest="path", default=Path(), type=Path, metavar="PATH", help="a folder, or one file (default: .)"
        )
    parser.add_argument(
        "--target", action="append", default=[], metavar="ID", help="judge for this target (repeatable)"
    )
    parser.add_argument(
        "--define", "-D", action="append", default=[], metavar="NAME[=VALUE]", help="a macro that the build defines"
    )
    parser.add_argument(
        "--compile-commands",
        type=Path,
        metavar="FILE",
        help="a compilation database: which files are built, and how (default: compile_commands.json at the top)",
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="leave these out, as .gitignore does"
    )
    parser.add_argument("--no-cache", action="store_true", help="read every file anew")
    parser.add_argument(
        "--jobs", type=_count, default=0, metavar="N", help="worker processes (default: one a processor)"
    )


def root_of(path: Path) -> Path:
    """The folder that is scanned: its settings count, and the report's paths begin there.

    Raises PortlintError where nothing is.
    """
    if not path.exists():
        raise PortlintError(f"{path}: no such file or folder")
    return path if path.is_dir() else path.parent


def scanned(options: argparse.Namespace, revision: Revision | None = None) -> tuple[Scan, Settings]:
    """Scan with the folder's own settings, and what the call adds to them; with `revision`, that tree of the folder.

    Notes go to standard error. Raises PortlintError for what the user can mend.
    """
    from portlint.config import load_settings
    from portlint.living.settings import check_settings

    root = root_of(options.path)
    settings = load_settings(root)
    check_settings(settings, root)
    targets = tuple(dict.fromkeys(options.target or settings.targets))
    return scanned_with(options, settings, targets, revision), settings


def scanned_with(
    options: argparse.Namespace, settings: Settings, targets: tuple[str, ...], revision: Revision | None
) -> Scan:
    """The same for these targets; a report that was kept and still holds is taken as it is."""
    from portlint.answers.report import kept_report, place
    from portlint.asked import Scan
    from portlint.catalog import load_catalog

    asked = scan_options(options, settings, targets, revision)
    options.report_file = place(options.path, asked)
    if _starts_from_a_report(options) and (kept := kept_report(options.report_file)) is not None:
        return Scan(kept, load_catalog(), (), None)
    from portlint.progress import progress_on
    from portlint.scan import scan

    with progress_on(sys.stderr) as progress:
        done = scan(revision.folder if revision else options.path, asked, progress)
    print_notes(done.notes)
    return done


def scan_options(
    options: argparse.Namespace, settings: Settings, targets: tuple[str, ...], revision: Revision | None
) -> Options:
    """What the call and the settings ask of a scan. Raises PortlintError for a --define that is none."""
    from portlint.asked import Options

    return Options(
        targets=targets,
        defines={**settings.defines, **dict(_define(text) for text in options.define)},
        exclude=(*settings.exclude, *options.exclude),
        use_cache=not options.no_cache,
        jobs=options.jobs,
        compile_commands=options.compile_commands,
        assume=tuple(getattr(options, "assume", ())),
        work=getattr(options, "work", False),
        revision=revision,
    )


def _starts_from_a_report(options: argparse.Namespace) -> bool:
    """A plain scan is made and then remembered as it was printed, which is faster still the next time."""
    asked = ("drop", "replace", "provide", "team", "rates")
    return getattr(options, "watch", None) is None or any(getattr(options, name, None) for name in asked)


def print_notes(notes: Iterable[str]) -> None:
    """On standard error, a line each."""
    from portlint.reporters.sanitise import visible

    for note in notes:
        print(f"portlint: note: {visible(note)}", file=sys.stderr)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 256: {text!r}")
    return int(text)


def _define(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.isidentifier():
        raise PortlintError(f"--define {text!r}: write NAME or NAME=VALUE")
    return name, value if equals else "1"
