"""What one extractor says about one file, and what is said of files that were not read."""

from __future__ import annotations

from typing import Literal

import msgspec

from portlint.model.component import Component, Dependency
from portlint.model.fact import Fact
from portlint.model.outline import Outline

State = Literal["analysed", "partly", "not-analysed", "excluded"]


class Extraction(msgspec.Struct, frozen=True):
    """Facts and components of one file. `partly` says what of the file was not understood, or "".

    `refused`: why a reader refused the file as a whole: nothing else is set then. `members`: what an archive (`.aar`,
    `.nupkg` ...) holds, by path: the archive's own, `!/`, the path inside.
    """

    facts: tuple[Fact, ...] = ()
    components: tuple[Component, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    outline: Outline | None = None
    partly: str = ""
    refused: str = ""
    members: dict[str, Extraction] = {}

    def says(self, name: str) -> Fact | None:
        """The first fact of this name."""
        return next((fact for fact in self.facts if fact.name == name), None)


class FileRecord(msgspec.Struct, frozen=True):
    """The outcome of one file: every file seen has exactly one."""

    path: str
    state: State
    reason: str = ""
