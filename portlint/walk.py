"""Every file of a tree, listed once: to be read, or recorded with the reason why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from portlint.errors import PortlintError
from portlint.files import is_lfs_pointer, kind_of, native_path, over_cap, read_file
from portlint.git import GITLINK, Tracked, git_listing
from portlint.model.extraction import FileRecord

DEPTH_CAP = 128  # folders inside folders; no project goes there, generated traps do
REPOSITORY_CAP = 8  # repositories inside repositories
CONTROL_FOLDERS = frozenset({".git", ".hg", ".svn", ".jj"})


class Entry(msgspec.Struct, frozen=True):
    """A regular file. `path` is relative to the root, with `/`; bytes that are not UTF-8 are lone surrogates.

    `blob` is git's object id of exactly this content (up to filters such as line ends: `size` tells these
    apart), or "" where nobody has hashed it yet.
    """

    path: str
    size: int
    executable: bool = False
    blob: str = ""


class Walk(msgspec.Struct, frozen=True):
    """`entries` and `records` are sorted by path and share no path: together they are every file seen.

    `notes` name what degraded: git missing, a foreign owner. `listed_by_git`: ignored files are not in here.
    """

    entries: tuple[Entry, ...]
    records: tuple[FileRecord, ...]
    notes: tuple[str, ...] = ()
    listed_by_git: bool = False


def walk(root: Path, exclude: Sequence[str] = ()) -> Walk:
    """List the files under `root`: what git tracks or would offer to track, elsewhere every file.

    `exclude` holds patterns as in .gitignore; what they match is recorded as excluded. Symbolic links are recorded
    and never followed: what one inside the root points at is listed by its own name. Nothing is opened.
    Raises PortlintError when the root is no folder.
    """
    if not root.is_dir():
        raise PortlintError(f"{root}: {'not a folder' if root.exists() else 'no such folder'}")
    seen = _Seen(root)
    _tree(seen, "", depth=0)
    entries = [entry for path, entry in seen.entries.items() if path not in seen.records]
    found = Walk(
        tuple(sorted(entries, key=lambda entry: entry.path)),
        tuple(seen.records[path] for path in sorted(seen.records)),
        tuple(dict.fromkeys(seen.notes)),
        seen.listed_by_git,
    )
    return excluding(found, exclude)


def excluding(walked: Walk, exclude: Sequence[str]) -> Walk:
    """The same walk with what the patterns match, as in .gitignore, recorded as excluded."""
    paths = [*(entry.path for entry in walked.entries), *(record.path for record in walked.records)]
    excluded = _matches(exclude, paths)
    if not excluded:
        return walked
    records = {record.path: record for record in walked.records}
    for path, glob in excluded.items():
        records[path] = FileRecord(path, "excluded", f"matches the exclude {glob!r}")
    entries = tuple(entry for entry in walked.entries if entry.path not in excluded)
    return msgspec.structs.replace(walked, entries=entries, records=tuple(records[path] for path in sorted(records)))


def read(root: Path, entry: Entry, cap: int) -> bytes:
    """The content of a listed file; see `read_file`.

    Raises ValueError with the reason, also for the pointer that stands for a file in Git LFS.
    """
    if entry.size > cap:
        raise ValueError(over_cap(cap))
    data = read_file(root, entry.path, cap)
    if is_lfs_pointer(data):
        raise ValueError("a Git LFS pointer: fetch LFS to inspect the file")
    return data


class _Seen:
    """What one walk has come across so far."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.entries: dict[str, Entry] = {}
        self.records: dict[str, FileRecord] = {}
        self.notes: list[str] = []
        self.listed_by_git = False
        self.real_folders: dict[str, bool] = {"": True}

    def skip(self, path: str, reason: str) -> None:
        self.records[path] = FileRecord(path, "not-analysed", reason)

    def leave_out(self, path: str, reason: str) -> None:
        self.records[path] = FileRecord(path, "excluded", reason)

    def add(self, path: str, status: os.stat_result, blob: str = "") -> None:
        if stat.S_ISREG(status.st_mode):
            self.entries[path] = Entry(path, status.st_size, bool(status.st_mode & stat.S_IXUSR), blob)
        elif stat.S_ISLNK(status.st_mode):
            self.leave_out(path, "a symbolic link, not followed")
        else:
            self.skip(path, f"{kind_of(status.st_mode)}, not opened")

    def is_real_folder(self, path: str) -> bool:
        """False when the folder is a symbolic link, or lies below one: a listing is older than the disk."""
        known = self.real_folders.get(path)
        if known is None:
            parent = path.rpartition("/")[0]
            known = self.is_real_folder(parent) and stat.S_ISDIR(os.lstat(native_path(self.root, path)).st_mode)
            self.real_folders[path] = known
        return known


def _tree(seen: _Seen, prefix: str, depth: int) -> None:
    """List one repository or plain folder; `prefix` is "" or ends in "/"."""
    folder = seen.root / prefix
    listing = git_listing(folder)
    if listing.note:
        seen.notes.append(f"{prefix}: {listing.note}" if prefix else listing.note)
    if not listing.entries:
        if listing.entries is not None and any(folder.iterdir()):
            seen.notes.append(f"{prefix or '.'}: git lists nothing here, so every file was looked at")
        _folders(seen, prefix)
        return
    seen.listed_by_git = True
    for tracked in listing.entries:
        _tracked(seen, prefix, tracked, listing.index_ns, depth)


def _tracked(seen: _Seen, prefix: str, tracked: Tracked, index_ns: int, depth: int) -> None:
    path = prefix + tracked.path
    if path.count("/") > DEPTH_CAP:
        seen.skip(path, f"deeper than {DEPTH_CAP} folders")
        return
    if tracked.path.endswith("/") or tracked.mode == GITLINK:
        _repository(seen, path.rstrip("/"), depth + 1)
        return
    try:
        if not seen.is_real_folder(path.rpartition("/")[0]):
            seen.leave_out(path, "below a symbolic link, not followed")
            return
        status = os.lstat(native_path(seen.root, path))
    except FileNotFoundError:
        gone = "left out by the sparse checkout" if tracked.skipped else "tracked by git, but not in the working tree"
        seen.skip(path, gone)
    except OSError as error:
        seen.skip(path, f"cannot be read: {error.strerror}")
    else:
        seen.add(path, status, tracked.blob if tracked.fresh(status, index_ns) else "")


def _repository(seen: _Seen, path: str, depth: int) -> None:
    """A submodule, or a repository that lies in another one without being part of it."""
    try:
        if not seen.is_real_folder(path):
            seen.leave_out(path, "a symbolic link, not followed")
        elif depth > REPOSITORY_CAP:
            seen.skip(path, f"deeper than {REPOSITORY_CAP} repositories inside each other")
        elif not any((seen.root / path).iterdir()):
            seen.skip(path, "submodule not checked out")
        else:
            _tree(seen, path + "/", depth)
    except OSError as error:
        reason = "submodule not checked out" if isinstance(error, FileNotFoundError) else str(error.strerror)
        seen.skip(path, reason)


def _folders(seen: _Seen, prefix: str) -> None:
    # os.walk swallows errors and ends without a word at the system's limit for the length of a path.
    waiting = [prefix]
    while waiting:
        folder = waiting.pop()
        if folder.count("/") > DEPTH_CAP:
            seen.skip(folder.rstrip("/"), f"a folder deeper than {DEPTH_CAP} folders, not entered")
            continue
        try:
            waiting.extend(_one_folder(seen, folder))
        except OSError as error:
            seen.skip(folder.rstrip("/") or ".", f"a folder that cannot be listed: {error.strerror}")


def _one_folder(seen: _Seen, folder: str) -> Iterator[str]:
    """Record the files of a folder and give its sub-folders."""
    with os.scandir(native_path(seen.root, folder)) as scan:
        for item in scan:
            path = folder + item.name.decode("utf-8", "surrogateescape")
            if item.is_dir(follow_symlinks=False):
                if item.name.decode("utf-8", "replace") in CONTROL_FOLDERS:
                    seen.leave_out(path, "the folder of a version control system")
                else:
                    yield path + "/"
                continue
            try:
                seen.add(path, item.stat(follow_symlinks=False))
            except OSError as error:
                seen.skip(path, f"cannot be read: {error.strerror}")


def _matches(globs: Sequence[str], paths: Sequence[str]) -> dict[str, str]:
    """The pattern that excludes a path, for the paths that one excludes. Order counts: `!x` takes `x` back."""
    if not globs:
        return {}
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(globs)
    except ValueError as error:
        raise PortlintError(f"exclude: {error}: write patterns as in .gitignore") from error
    found: dict[str, str] = {}
    for path in paths:
        result = spec.check_file(path)
        if result.include and result.index is not None:
            found[path] = globs[result.index]
    return found
