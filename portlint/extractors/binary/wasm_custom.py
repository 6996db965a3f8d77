"""The custom sections of wasm that linkers write: `dylink.0`, `target_features`, `linking`."""

from __future__ import annotations

from portlint.extractors.binary.leb import Stream

_DYLINK_NEEDED = 2
_LINKING_VERSION, _SYMBOL_TABLE = 2, 8
_UNDEFINED, _LOCAL, _NAMED = 0x10, 0x02, 0x40
_DATA, _SECTION = 1, 3
_LIMIT = 1_000_000


def dylink(body: Stream) -> tuple[str, ...]:
    """The libraries that an Emscripten side module needs."""
    needed: list[str] = []
    while not body.done():
        kind = body.byte()
        part = body.part(body.number())
        if kind == _DYLINK_NEEDED:
            needed += [part.name() for _ in range(part.count(_LIMIT))]
    return tuple(needed)


def old_dylink(body: Stream) -> tuple[str, ...]:
    """The same from the layout before Emscripten 2.0.25."""
    for _ in range(4):  # size and alignment of memory and table
        body.number()
    return tuple(body.name() for _ in range(body.count(_LIMIT)))


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
