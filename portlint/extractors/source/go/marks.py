"""What stands in comments and beside the language: directives, Go's assembly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_DIRECTIVE = re.compile(rb"^//go:(linkname|embed|wasmimport|wasmexport)[ \t]+([^\r\n]*)", re.M)
_FUNCTION = re.compile(rb"^func (\w+)[(\[]", re.M)
_NOTHING = re.compile(rb"//[^\n]*|/\*.*?\*/|\s+", re.S)  # a file that only allows functions without a body
_MAX_FUNCTIONS = 40  # a file with more is a package for one system, and no branch of a choice between several
_TEXT = re.compile(rb"^TEXT[ \t]+\S*\xc2\xb7", re.M)
_BUILD = re.compile(rb"^//go:build[ \t]+([^\r\n]*)", re.M)


class Mark(NamedTuple):
    name: str
    start: int
    value: str


def directives(data: bytes, start: int) -> Iterator[Mark]:
    """`go:linkname`, `go:embed`, `go:wasmimport` and `go:wasmexport` with what stands behind them."""
    if b"\n//go:" in data:
        for match in _DIRECTIVE.finditer(data, start):
            yield Mark(f"go:{match[1].decode()}", match.start(), match[2].decode("utf-8", "replace").strip())


def functions(data: bytes, start: int) -> Mark | None:
    """The functions that a file declares, separated by blanks; None where there are none, or very many."""
    found = [match[1].decode() for match in _FUNCTION.finditer(data, start)]
    names = sorted({name for name in found if name not in ("init", "main", "_")})
    return Mark("go:functions", 0, " ".join(names)) if 0 < len(names) <= _MAX_FUNCTIONS else None


def assembly(data: bytes) -> Mark | None:
    """The first function, with the build constraint before it as value; None where the file has none.

    Raises ValueError for assembly of another kind than Go's, which marks its functions with a middle dot
    (go.dev/doc/asm).
    """
    found = _TEXT.search(data)
    if found is None:
        if b"textflag.h" not in data and _NOTHING.sub(b"", data):
            raise ValueError("no reader for assembly yet")
        return None
    built = _BUILD.search(data, 0, found.start())
    return Mark("go:assembly", found.start(), built[1].decode("utf-8", "replace") if built else "")
