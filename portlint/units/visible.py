"""Which names the system headers that a unit includes make visible."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portlint.catalog.toolchain import Toolchain
from portlint.units.state import Result


class Visible:
    """Asks a toolchain's tables and the host's together.

    A set of headers is an int with one bit a header, the same bits for every toolchain: there is a set a unit, and a
    C++ header brings hundreds of others.
    """

    def __init__(self, host: Toolchain) -> None:
        self._host = host
        self._bits: dict[str, int] = {}
        self._nested: dict[tuple[str, str], int] = {}
        self._declaring: dict[tuple[str, str], int] = {}

    def headers(self, result: Result, toolchain: Toolchain) -> int:
        """Every system header that the unit includes, as its toolchain and the host nest them."""
        found = 0
        for name in result.system:
            found |= self._with_nested(name, toolchain)
        for row in result.lacking:
            found |= self._with_nested(row.header, toolchain)
        return found

    def is_macro(self, name: str, result: Result, headers: int, toolchain: Toolchain) -> bool:
        """The project defines it as a macro, or the toolchain's headers do (isnan, errno): no function is called."""
        body = result.writes.get(name)
        if body is not None:
            return not re.search(rf"\b{re.escape(name)}\b", body)
        # `#define setjmp setjmp` only says that the name is there
        rows = toolchain.macros.get(name, ())
        return any(text != name and self._bit(header) & headers for header, text in rows)

    def is_evident(self, name: str, headers: int, toolchain: Toolchain) -> bool:
        """A visible header declares the name, or it is no name of the C library (Win32, SDL ...)."""
        if name not in self._host.symbols and name not in toolchain.symbols:
            return True
        known = False
        for table in (self._host, toolchain):
            declaring = self._declared_in(name, table)
            if declaring & headers:
                return True
            known = known or declaring != 0
        return not known

    def _with_nested(self, name: str, toolchain: Toolchain) -> int:
        key = (toolchain.id, name)
        if key not in self._nested:
            self._nested[key] = self._union((name, *toolchain.closure(name), *self._host.closure(name)))
        return self._nested[key]

    def _declared_in(self, name: str, table: Toolchain) -> int:
        """The table's headers that declare a function of this name, or define it as a macro."""
        key = (table.id, name)
        if key not in self._declaring:
            macro = (header for header, _ in table.macros.get(name, ()))
            self._declaring[key] = self._union((*table.declared.get(name, ()), *macro))
        return self._declaring[key]

    def _union(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self._bit(name)
        return found

    def _bit(self, name: str) -> int:
        return self._bits.setdefault(name, 1 << len(self._bits))
