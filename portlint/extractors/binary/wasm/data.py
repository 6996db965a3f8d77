"""Globals, element and data segments of a wasm module: read for the features in them, and to refuse what is damaged."""

from __future__ import annotations

from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.wasm.code import Code, other_instruction, value_type

_END = 0x0B
_ARITHMETIC = (0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E)  # of the extended constant expressions
_PASSIVE, _EXPLICIT, _EXPRESSIONS = 1, 2, 4  # flags of an element segment


def read_globals(body: Stream, features: set[str], limit: int) -> None:
    for _ in range(body.count(limit)):
        value_type(body, features)
        if body.byte() > 1:
            raise ValueError(f"a global that is neither fixed nor mutable at byte {body.at}")
        expression(body, features)


def read_elements(body: Stream, features: set[str], limit: int) -> None:
    for _ in range(body.count(limit)):
        flags = body.index()
        if flags > 7:
            raise ValueError(f"an element segment of the unknown kind {flags} at byte {body.at}")
        if flags & _EXPLICIT and not flags & _PASSIVE:
            body.index()  # the table
        if not flags & _PASSIVE:
            expression(body, features)
        if flags & (_PASSIVE | _EXPLICIT):
            _kind(body, flags, features)
        for _ in range(body.count(limit)):
            if flags & _EXPRESSIONS:
                expression(body, features)
            else:
                body.index()


def read_data(body: Stream, features: set[str], limit: int) -> int:
    """The number of data segments."""
    count = body.count(limit)
    for _ in range(count):
        flags = body.index()
        if flags > 2:
            raise ValueError(f"a data segment of the unknown kind {flags} at byte {body.at}")
        if flags == 2:
            body.index()  # the memory
        if flags != 1:
            expression(body, features)
        body.take(body.index())
    return count


def expression(body: Stream, features: set[str]) -> None:
    """A constant expression, up to its `end`."""
    code = Code(features)
    while (opcode := body.byte()) != _END:
        if opcode == 0x41:
            body.signed(32)
        elif opcode == 0x42:
            body.signed(64)
        elif opcode in (0x43, 0x44):
            body.take(4 if opcode == 0x43 else 8)
        elif opcode == 0x23:  # another global
            body.index()
        elif opcode in _ARITHMETIC:
            features.add("extended-const")
        else:
            body.at -= 1
            other_instruction(body, code)


def _kind(body: Stream, flags: int, features: set[str]) -> None:
    if flags & _EXPRESSIONS:
        value_type(body, features)
    elif body.byte():
        raise ValueError(f"an element segment of an unknown sort at byte {body.at}")
