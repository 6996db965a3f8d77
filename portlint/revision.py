"""A git revision, or what is staged, as a tree to scan: listed from git, written out file by file when it is read.

What is the same in the working tree is taken from there, so that line ends and files of Git LFS are what the scan of
the working tree has seen, and its cached facts serve. Nothing is checked out: no filter, hook or driver runs.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from portlint.errors import PortlintError
from portlint.files import MEGABYTE, native_path, over_cap, read_file
from portlint.git import GITLINK, git_listing
from portlint.git_objects import Blobs, blobs_of, tree_lines
from portlint.model.extraction import FileRecord
from portlint.walk import DEPTH_CAP, REPOSITORY_CAP, Entry, Walk

STAGED = ""  # the revision that stands for the index
BLOB_CAP = 256 * MEGABYTE
_UNSAFE = re.compile(r"(?:^|/)(?:\.{0,2}|\.git)(?:/|$)", re.IGNORECASE)
_SYMLINK, _EXECUTABLE = "120000", "100755"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class _Source(msgspec.Struct, frozen=True):
    """Where the content of a file is: in the working tree, or as a blob of the repository in `folder`."""

    folder: Path
    blob: str


class _Index(msgspec.Struct, frozen=True):
    """What is staged (mode, blob, name), and the size on disk of what the working tree has alike, by name and blob."""

    lines: tuple[tuple[str, str, str], ...]
    here: dict[tuple[str, str], int]


class Revision:
    """The tree below `root` in one revision. `folder` is a temporary one of the root's name, filled by `fetch`."""

    def __init__(self, root: Path, folder: Path, stack: ExitStack, beside: Revision | None) -> None:
        self.root = root
        self.folder = folder
        self.walk = Walk((), ())
        self._stack = stack
        self.reads: Counter[str] = beside.reads if beside else Counter()  # how often files were taken from the disk
        self._indexes: dict[Path, _Index] = beside._indexes if beside else {}
        self._sources: dict[str, _Source] = {}
        self._readers: dict[Path, Blobs] = {}

    def fetch(self, path: str) -> None:
        """Put one file into the folder, if the revision has it. What cannot be written is missing there."""
        source = self._sources.pop(path, None)
        if source is None:
            return
        with suppress(OSError, ValueError):
            data = self._blobs(source.folder).read(source.blob) if source.blob else self._on_disk(path)
            target = native_path(self.folder, path)
            Path(os.fsdecode(target)).parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(target, _FLAGS, 0o600), "wb") as file:
                file.write(data)

    def blobs(self) -> Mapping[str, str]:
        """The object id of each file's content, by path."""
        return {entry.path: entry.blob for entry in self.walk.entries if entry.blob}

    def list(self, revision: str) -> None:
        """Find out what there is. Raises PortlintError for a revision that git does not know."""
        entries: dict[str, Entry] = {}
        records: dict[str, FileRecord] = {}
        notes = _list(self, "", revision, entries, records, 0)
        kept = tuple(entries[path] for path in sorted(entries))
        self.walk = Walk(kept, tuple(records[path] for path in sorted(records)), tuple(notes), True)

    def index(self, folder: Path) -> _Index:
        """The index of a repository, listed once. Raises PortlintError where there is none."""
        if folder not in self._indexes:
            self._indexes[folder] = _index(folder)
        return self._indexes[folder]

    def comes_from(self, path: str, source: _Source) -> None:
        self._sources[path] = source

    def size(self, folder: Path, blob: str) -> int | None:
        return self._blobs(folder).size(blob)

    def _on_disk(self, path: str) -> bytes:
        self.reads[path] += 1
        return read_file(self.root, path, BLOB_CAP)

    def _blobs(self, folder: Path) -> Blobs:
        if folder not in self._readers:
            self._readers[folder] = self._stack.enter_context(blobs_of(folder))
        return self._readers[folder]


@contextmanager
def revision_tree(root: Path, revision: str, beside: Revision | None = None) -> Iterator[Revision]:
    """The tree of a revision, or of the index (`STAGED`), below `root`, which may be any folder of a checkout.

    `beside`: another tree of the same root, whose listing of the index serves here too.

    The listing is complete on entry; files are written to the folder when they are fetched. Links and folders of
    version control are left out, as the walk does; `HEAD` before the first commit is an empty tree. Raises
    PortlintError for an unknown revision and where there is no repository.
    """
    root = root.resolve()
    with ExitStack() as stack:
        above = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portlint-", ignore_cleanup_errors=True)))
        folder = above / (root.name or "root")
        folder.mkdir(mode=0o700)
        tree = Revision(root, folder, stack, beside)
        tree.list(revision)
        yield tree


def _list(
    tree: Revision,
    prefix: str,
    revision: str,
    entries: dict[str, Entry],
    records: dict[str, FileRecord],
    depth: int,
) -> list[str]:
    """One repository: the root's, or a submodule's below `prefix`."""
    folder = tree.root / prefix if prefix else tree.root
    index = tree.index(folder)
    lines = index.lines if revision == STAGED else tree_lines(folder, revision)
    notes: list[str] = []
    for mode, blob, name in lines:
        path = prefix + name
        if reason := _unwanted(path, mode):
            records[path] = FileRecord(path, "excluded" if mode == _SYMLINK else "not-analysed", reason)
        elif mode == GITLINK:
            try:
                if depth >= REPOSITORY_CAP or not (folder / name / ".git").exists():
                    raise PortlintError("submodule not checked out")
                notes += _list(tree, path + "/", blob, entries, records, depth + 1)
            except PortlintError as error:
                records[path] = FileRecord(path, "not-analysed", str(error))
        elif (size := index.here.get((name, blob))) is not None:
            entries[path] = Entry(path, size, mode == _EXECUTABLE, blob)
            tree.comes_from(path, _Source(folder, ""))
        elif (size := tree.size(folder, blob)) is None or size > BLOB_CAP:
            reason = "its content is not in the repository" if size is None else over_cap(BLOB_CAP)
            records[path] = FileRecord(path, "not-analysed", reason)
        else:
            entries[path] = Entry(path, size, mode == _EXECUTABLE, blob)
            tree.comes_from(path, _Source(folder, blob))
    return notes


def _index(folder: Path) -> _Index:
    staged = git_listing(folder, staged=True)
    if staged.entries is None:
        raise PortlintError(f"{folder}: {staged.note or 'not in a git repository: nothing to compare with'}")
    here: dict[tuple[str, str], int] = {}
    for each in staged.entries:
        if each.blob and each.mode not in (GITLINK, _SYMLINK):
            with suppress(OSError, ValueError):
                status = os.lstat(native_path(folder, each.path))
                if each.fresh(status, staged.index_ns):
                    here[each.path, each.blob] = status.st_size
    return _Index(tuple((each.mode, each.staged, each.path) for each in staged.entries if each.staged), here)


def _unwanted(path: str, mode: str) -> str:
    """Why a path is not for us, or "". A tree object may hold any name: none may lead out of the folder."""
    if mode == _SYMLINK:
        return "a symbolic link, not followed"
    if _UNSAFE.search(path):
        return "a name that no file may have"
    if os.name == "nt" and any(char in path for char in '\\:*?"<>|'):
        return "a name that no file may have here"
    return f"deeper than {DEPTH_CAP} folders" if path.count("/") > DEPTH_CAP else ""
