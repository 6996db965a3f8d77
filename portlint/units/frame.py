"""What is recorded while one file is interpreted."""

from __future__ import annotations

from portlint.model.outline import Own
from portlint.units.state import Gate, Lacking, Result


class Frame:
    """What is recorded while one file is interpreted."""

    __slots__ = ("files", "foreign", "gates", "lacking", "open_uses", "own", "reads", "system", "uses", "writes")

    def __init__(self, path: str) -> None:
        self.reads: dict[str, str | None] = {}
        self.writes: dict[str, str | None] = {}
        self.system: list[str] = []
        self.uses: set[int] = set()
        self.open_uses: set[int] = set()
        self.own: set[Own] = set()
        self.gates: list[Gate] = []
        self.lacking: list[Lacking] = []
        self.foreign: list[str] = []
        self.files: set[str] = {path}

    def absorb(self, result: Result) -> None:
        """Take over what an included file did."""
        reads, writes = self.reads, self.writes
        if writes:
            for name, value in result.reads.items():
                if name not in writes and name not in reads:
                    reads[name] = value
        else:
            for name, value in result.reads.items():
                reads.setdefault(name, value)
        writes.update(result.writes)
        self.system.extend(result.system)
        self.uses |= result.uses
        self.open_uses |= result.open_uses
        self.own |= result.own
        self.gates.extend(gate for gate in result.gates if gate not in self.gates)
        self.lacking.extend(row for row in result.lacking if row not in self.lacking)
        self.foreign.extend(result.foreign)
        self.files |= result.files

    def result(self) -> Result:
        return Result(
            self.reads,
            self.writes,
            tuple(dict.fromkeys(self.system)),
            frozenset(self.uses),
            frozenset(self.open_uses),
            frozenset(self.own),
            tuple(self.gates),
            tuple(self.lacking),
            tuple(dict.fromkeys(self.foreign)),
            frozenset(self.files),
        )
