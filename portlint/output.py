"""Where output goes: standard output, files written whole, and whether colour is wanted."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from portlint.errors import PortlintError

_LINKING_VARIABLES = ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM")
_LINKING_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby")


def write_file(file: Path, text: str) -> None:
    """The whole new file or the whole old one: written beside, then moved. A device or a pipe is written to as it is.

    A link stays a link, and what it points to is replaced. Raises PortlintError where nothing can be written.
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
        _write_whole(beside, data)
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


def _write_whole(file: Path, data: bytes) -> None:
    """Where the system can, the file has no name before it is whole: whoever kills us then leaves nothing behind."""
    if unnamed := getattr(os, "O_TMPFILE", 0):
        with suppress(OSError):  # not every file system can, and /proc may be missing
            descriptor = os.open(file.parent, os.O_WRONLY | unnamed, 0o666)
            with open(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                _give_name(descriptor, file)
                return
    file.write_bytes(data)


def _give_name(descriptor: int, file: Path) -> None:
    """By the link in /proc, as open(2) shows; without a folder's descriptor Python links the link itself."""
    folder = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(str(descriptor), file, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def write_stdout(text: str) -> None:
    """On standard output. What could not be written is the user's to mend: a full disk behind a redirection."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise PortlintError(f"standard output: cannot be written: {error.strerror}") from error


def drop_stdout() -> None:
    """What is left in the buffer must not be tried again when Python leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def width() -> int:
    """Columns of the terminal on standard output; 80 where that is none."""
    import shutil

    return shutil.get_terminal_size((80, 40)).columns if sys.stdout.isatty() else 80


def wants_colour(stream: object) -> bool:
    """On a terminal, unless NO_COLOR; FORCE_COLOR everywhere (no-color.org, force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(getattr(stream, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"


def wants_links(stream: object) -> bool:
    """Whether the terminal is known to follow OSC 8 links; FORCE_HYPERLINK=1 or 0 settles it.

    Sources: the terminals' documentation, as listed in github.com/Alhadis/OSC8-Adoption.
    """
    if forced := os.environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if not getattr(stream, "isatty", lambda: False)() or os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        return False
    if any(os.environ.get(name) for name in _LINKING_VARIABLES):
        return True
    vte = os.environ.get("VTE_VERSION", "")
    return os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS or (vte.isdecimal() and int(vte) >= 5000)
