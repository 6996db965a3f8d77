"""Read one file of a tree that nobody vouches for: regular files only, no links, never beyond a cap."""

from __future__ import annotations

import os
import stat
from pathlib import Path

LFS_PREFIX = b"version https://git-lfs.github.com/spec/"
MEGABYTE = 1_000_000

# O_NONBLOCK: opening a FIFO must not wait for a writer. Windows has neither flag, and its O_BINARY matters.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def native_path(root: Path, path: str) -> bytes:
    """The bytes that the system knows a root-relative path by.

    Paths are UTF-8 with lone surrogates for other bytes, whatever the locale says: a report must not depend on it.
    """
    return os.fsencode(root) + b"/" + path.encode("utf-8", "surrogateescape")


def read_file(root: Path, path: str, cap: int) -> bytes:
    """The content of a regular file of at most `cap` bytes.

    Raises ValueError with one line that says why not: a link, a device, too large, unreadable, gone.
    """
    try:
        descriptor = os.open(native_path(root, path), _FLAGS)
    except (OSError, ValueError) as error:
        raise ValueError(_why_not(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{kind_of(status.st_mode)}, not opened")
        if status.st_size > cap:
            raise ValueError(over_cap(cap))
        return _read_up_to(descriptor, cap)
    except OSError as error:
        raise ValueError(_why_not(error)) from error
    finally:
        os.close(descriptor)


def read_head(root: Path, path: str, count: int) -> bytes:
    """The first `count` bytes of a regular file, or all there are. Raises ValueError as `read_file` does."""
    try:
        descriptor = os.open(native_path(root, path), _FLAGS)
    except (OSError, ValueError) as error:
        raise ValueError(_why_not(error)) from error
    try:
        if not stat.S_ISREG(mode := os.fstat(descriptor).st_mode):
            raise ValueError(f"{kind_of(mode)}, not opened")
        return os.read(descriptor, count)
    except OSError as error:
        raise ValueError(_why_not(error)) from error
    finally:
        os.close(descriptor)


def kind_of(mode: int) -> str:
    """What a file that is not regular is, from its `st_mode`."""
    kinds = (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
    )
    return next((name for holds, name in kinds if holds(mode)), "not a regular file")


def over_cap(cap: int) -> str:
    return f"larger than the {cap / MEGABYTE:g} MB limit"


def is_lfs_pointer(data: bytes) -> bool:
    """True for the small text that stands for a file kept in Git LFS (git-lfs docs/spec.md: under 1,024 bytes)."""
    return len(data) < 1024 and data.startswith(LFS_PREFIX)


def _read_up_to(descriptor: int, cap: int) -> bytes:
    parts: list[bytes] = []
    left = cap + 1  # one more than allowed: a file may grow while it is read, and /proc files say size 0
    while left > 0 and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    if left == 0:
        raise ValueError(over_cap(cap))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _why_not(error: Exception) -> str:
    import errno

    if not isinstance(error, OSError):
        return "cannot be opened: the name is not valid here"
    if error.errno in (errno.ELOOP, errno.EMLINK):  # O_NOFOLLOW says ELOOP on Linux and macOS, EMLINK on FreeBSD
        return "a symbolic link, not followed"
    if error.errno in (errno.ENXIO, errno.ENODEV):  # a socket, or a device without a driver
        return "a socket or device, not opened"
    return f"cannot be read: {error.strerror}"
