"""What a scan is asked, and what it answers; without what it takes to answer, which is long to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from portlint.collect import Collected
    from portlint.model.catalog import Catalog
    from portlint.model.extraction import Extraction
    from portlint.model.report import Report
    from portlint.revision import Revision
    from portlint.walk import Walk


class Options(msgspec.Struct, frozen=True):
    """What to scan for. Empty `targets`: those that follow from what the project is. `assume`: `planning.assume`."""

    targets: tuple[str, ...] = ()
    defines: Mapping[str, str] = {}
    exclude: tuple[str, ...] = ()
    use_cache: bool = True
    jobs: int = 0  # 0: one a processor
    work: bool = False  # rank the files by where a port will change them: reads the sources once more
    compile_commands: Path | None = None  # None: compile_commands.json at the root, if there is one
    revision: Revision | None = None  # the tree to scan instead of the folder's own
    assume: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True):
    """What the report rests on, for who asks later whether it would come out the same.

    `macro_uses` are of the macros in `macros`. `contents`: ids of what was read, by path. `reads`: how often files were
    opened to be extracted: whoever else opened them looked for something that is not in the extractions. `reopened`:
    those that a later stage asked for.
    `repeatable`: no reader failed in a way that it may not fail again.
    """

    root: Path
    is_folder: bool
    exclude: tuple[str, ...]
    walked: Walk
    collected: Collected
    macros: frozenset[str]
    macro_uses: Mapping[str, Extraction]
    contents: Mapping[str, str]
    reads: Mapping[str, int]
    reopened: frozenset[str]
    repeatable: bool


class Scan(msgspec.Struct, frozen=True):
    """The report, the catalog that it was judged by, and lines that a person should read beside it.

    `seen` is None for a report that was kept from an earlier scan.
    """

    report: Report
    catalog: Catalog
    notes: tuple[str, ...]
    seen: Seen | None
