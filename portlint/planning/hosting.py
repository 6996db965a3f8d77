"""What the host of a page or of a module has to give, and when: `rules/hosting.toml`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from portlint.catalog.read import rules_folder
from portlint.errors import PortlintError
from portlint.estimate.rates import belongs
from portlint.model.catalog import Target


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`text`: one sentence without its full stop. It holds on the targets `on` (ids or families) where all this fits:

    `threads`: the target has them; `kinds` of the project, empty for any; `needs`: something is found of one of these
    capabilities (ids, areas, patterns), empty for always.
    """

    id: str
    on: tuple[str, ...]
    text: str
    source: str
    checked: date
    threads: bool = False
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def concerns(self, target: Target, kind: str, capabilities: Collection[str]) -> bool:
        if target.profile not in self.on and target.family not in self.on:
            return False
        if (self.threads and not target.threads) or (self.kinds and kind not in self.kinds):
            return False
        return not self.needs or any(belongs(each, self.needs) for each in capabilities)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    condition: tuple[Condition, ...]


@cache
def load_hosting(folder: Path | None = None) -> tuple[Condition, ...]:
    """Raises PortlintError for a missing file, invalid TOML, unknown keys and wrong types."""
    path = (folder or rules_folder()) / "hosting.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_File).condition
    except OSError as error:
        raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PortlintError(f"{path}: {error}") from error
