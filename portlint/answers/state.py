"""What files and folders look like from outside, taken when an answer is stored and compared when it is asked for."""

from __future__ import annotations

import os

from portlint.answers.question import digest

TICK_NS = 50_000_000  # the kernel stamps files from a clock that moves every 1 to 10 ms
_COARSE_NS = 2_100_000_000  # file systems that keep whole seconds, or every other one
NEVER = (0, 0, 0)  # equal to no file's signature: to be compared in another way each time

Signature = tuple[int, int, int]  # change time in ns, size, inode; (-1, errno, 0) for what cannot be looked at


def signature(path: bytes, at: int | None = None) -> Signature:
    """Of a path, relative to the folder that `at` is open on."""
    try:
        status = os.lstat(path, dir_fd=at)
    except OSError as error:
        return (-1, error.errno or 0, 0)
    return (status.st_ctime_ns, status.st_size, status.st_ino)


def is_young(found: Signature, since_ns: int) -> bool:
    """Whether the thing may have been changed at or after that time, as far as its file system can tell."""
    changed = found[0]
    margin = _COARSE_NS if changed % 1_000_000_000 == 0 else TICK_NS
    return changed >= 0 and changed >= since_ns - margin


def settled(found: Signature, now_ns: int) -> Signature:
    """The signature to store: NEVER for what may change again in this tick without a trace."""
    return NEVER if is_young(found, now_ns) else found


def differing(paths: list[bytes], signatures: list[Signature], at: int) -> list[int]:
    """The numbers of the paths that do not look as they did."""
    lstat, found = os.lstat, []
    for number, (path, (changed, size, inode)) in enumerate(zip(paths, signatures, strict=True)):
        try:
            status = lstat(path, dir_fd=at)
        except OSError as error:
            if (changed, size) != (-1, error.errno):
                found.append(number)
            continue
        if status.st_ctime_ns != changed or status.st_size != size or status.st_ino != inode:
            found.append(number)
    return found


def names_in(path: bytes, at: int) -> bytes:
    """A digest of what a folder holds, names and whether they are folders; b"" for one that cannot be listed."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
    except OSError:
        return b""
    try:
        with os.scandir(folder) as items:
            rows = sorted((item.name, kind(item)) for item in items)
    except OSError:
        return b""
    finally:
        os.close(folder)
    return digest(repr(rows).encode("utf-8", "backslashreplace"))


def kind(item: os.DirEntry[str]) -> str:
    return "link" if item.is_symlink() else "folder" if item.is_dir() else "file"
