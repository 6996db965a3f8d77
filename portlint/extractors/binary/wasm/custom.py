"""The custom sections of wasm that linkers write: `dylink.0`, `target_features`, `producers`, `linking`.

Layouts: github.com/WebAssembly/tool-conventions, DynamicLinking.md, Linking.md, ProducersSection.md.
"""

from __future__ import annotations

import msgspec

from portlint.extractors.binary.leb import Stream

_DYLINK_SIZES, _DYLINK_NEEDED, _DYLINK_EXPORTS, _DYLINK_IMPORTS = 1, 2, 3, 4
_BINDING, _WEAK = 3, 1  # of a symbol's flags
_LINKING_VERSION, _SYMBOL_TABLE = 2, 8
_UNDEFINED, _LOCAL, _NAMED = 0x10, 0x02, 0x40
_DATA, _SECTION = 1, 3
_LIMIT = 1_000_000


class Dylink(msgspec.Struct, frozen=True):
    """What a side module asks of its loader. `layout`: the name of the section. Sizes in bytes and table entries.

    `weak`: imports (`env.x`) that may be missing. `offers`: exports with flags of their own (thread-local, weak).
    """

    layout: str
    memory: int = 0
    table: int = 0
    needed: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    offers: tuple[tuple[str, int], ...] = ()


def dylink(body: Stream) -> Dylink:
    """The `dylink.0` section."""
    sizes = (0, 0)
    needed: list[str] = []
    weak: list[str] = []
    offers: list[tuple[str, int]] = []
    while not body.done():
        kind = body.byte()
        part = body.part(body.index())
        if kind == _DYLINK_SIZES:
            sizes = _sizes(part)
        elif kind == _DYLINK_NEEDED:
            needed += [part.name() for _ in range(part.count(_LIMIT))]
        elif kind == _DYLINK_EXPORTS:
            offers += [(part.name(), part.index()) for _ in range(part.count(_LIMIT))]
        elif kind == _DYLINK_IMPORTS:
            rows = [(part.name(), part.name(), part.index()) for _ in range(part.count(_LIMIT))]
            weak += [f"{space}.{name}" for space, name, flags in rows if flags & _BINDING == _WEAK]
    return Dylink("dylink.0", *sizes, tuple(needed), tuple(weak), tuple(offers))


def old_dylink(body: Stream) -> Dylink:
    """The section `dylink`, which linkers wrote before LLVM 14."""
    sizes = _sizes(body)
    return Dylink("dylink", *sizes, tuple(body.name() for _ in range(body.count(_LIMIT))))


def _sizes(body: Stream) -> tuple[int, int]:
    """Bytes of memory, entries of the table; each is followed by its alignment."""
    memory, _, table, _ = body.number(), body.number(), body.number(), body.number()
    return memory, table


def producers(body: Stream) -> tuple[tuple[str, str, str], ...]:
    """(field, name, version) of the `producers` section: languages, tools, SDKs."""
    rows: list[tuple[str, str, str]] = []
    for _ in range(body.count(16)):
        field = body.name()
        rows += [(field, body.name(), body.name()) for _ in range(body.count(1000))]
    return tuple(rows)


def features(body: Stream) -> dict[str, bool]:
    """Feature name -> is it used (`+`, `=`), or forbidden (`-`)."""
    found: dict[str, bool] = {}
    for _ in range(body.count(1000)):
        used = body.byte() != ord("-")
        found[body.name()] = used
    return found


def linking_symbols(body: Stream) -> tuple[frozenset[str], frozenset[str]]:
    """(defined global names, undefined data names) of an object file.

    An undefined function carries no name here: it has that of its import.
    """
    defined: set[str] = set()
    wanted: set[str] = set()
    if body.number() != _LINKING_VERSION:
        raise ValueError("an object file of an unknown linking version")
    while not body.done():
        kind = body.byte()
        part = body.part(body.number())
        if kind != _SYMBOL_TABLE:
            continue
        for _ in range(part.count(_LIMIT)):
            _symbol(part, defined, wanted)
    return frozenset(defined), frozenset(wanted)


def _symbol(part: Stream, defined: set[str], wanted: set[str]) -> None:
    kind = part.byte()
    flags = part.number()
    missing = bool(flags & _UNDEFINED)
    if kind == _SECTION:
        part.number()
        return
    if kind == _DATA:
        name = part.name()
        if not missing:
            for _ in range(3):  # segment, offset, size
                part.number()
        (wanted if missing else defined).add(name)
        return
    part.number()  # index of the function, global, tag or table
    if missing and not flags & _NAMED:
        return
    name = part.name()
    if not missing and not flags & _LOCAL:
        defined.add(name)
