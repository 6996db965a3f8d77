"""A report as the text of one format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from portlint.model.catalog import Catalog
    from portlint.model.finding import Standing
    from portlint.model.report import Report

Read = Callable[[str], bytes | None]

_IN_CHECKOUT = ("sarif", "github", "gitlab")  # read by a forge, which looks for files from the checkout's top
_EVERYTHING = ("json", "jsonl")  # with what is set aside
# what a baseline knows is still there: GitHub would close the alerts that it is not told of
_TO_GITHUB: tuple[Standing, ...] = ("open", "known")
_WIDEST = 120  # columns
_EXCERPT_CAP = 16_000_000  # bytes of a file that an excerpt is taken from


class Rendering(msgspec.Struct, frozen=True):
    """What is rendered, in whichever format. `root` is the scanned folder; `read` gives a file of it, or None.

    `crossed`: what a gate has against the report.
    """

    report: Report
    catalog: Catalog
    root: Path
    read: Read
    crossed: Sequence[str] = ()

    def text(self, name: str, verbose: bool, width: int = 80, colour: bool = False, links: str = "") -> str:
        """In the format of this name, without what that format does not show."""
        from portlint.git import prefix_in_checkout
        from portlint.living.standing import shown
        from portlint.reporters import RenderOptions, reporter

        report = self.report
        if name not in _EVERYTHING:
            report = shown(report, _TO_GITHUB) if name == "sarif" else shown(report)
        prefix = prefix_in_checkout(self.root) if name in _IN_CHECKOUT else ""
        options = RenderOptions(
            colour=colour, width=min(width, _WIDEST), verbose=verbose, read=self.read, links=links, prefix=prefix
        )
        text = reporter(name).render(report, self.catalog, options)
        return text + _limits(self.crossed) if name == "text" else text


def reader(folder: Path, fetch: Callable[[str], None] | None) -> Read:
    """The files of a folder, where `fetch` first puts one there."""
    from portlint.files import read_file

    def read(path: str) -> bytes | None:
        if fetch:
            fetch(path)
        try:
            return read_file(folder, path, _EXCERPT_CAP)
        except ValueError:
            return None

    return read


def _limits(crossed: Sequence[str]) -> str:
    """What a gate has against the report, at the end, where a person who reads it looks first."""
    from portlint.reporters.sanitise import visible

    lines = [f"  {visible(line)}" for line in crossed]
    return "\n".join(["", "Beyond the limits", *lines, ""]) if lines else ""
