"""Which features the instructions of a wasm module use, read opcode by opcode.

Opcodes: webassembly.github.io/spec/core/appendix/index-instructions.html, and the overviews of the proposals for
threads, legacy exceptions, relaxed SIMD and wide arithmetic. Features are called as LLVM's `target_features` calls
them; `legacy-exceptions` and `exnref` are the two incompatible ways of `exception-handling`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from portlint.extractors.binary.leb import Stream

SEGMENTS = "data segments"  # named by an instruction; no feature of its own
BYTE_LIMIT = 8_000_000  # code read of one module: about a second; features show long before
_SLOW_LIMIT = 400_000  # instructions outside of the pattern below

_INDEX = rb"(?:[\x80-\xff]{0,3}+[\x00-\x7f]|[\x80-\xff]{4}[\x00-\x0f])"  # LEB128 of 32 bits
_SIGNED = rb"(?:[\x80-\xff]{0,3}+[\x00-\x7f]|[\x80-\xff]{4}[\x00-\x07\x78-\x7f])"
_LONG = rb"(?:[\x80-\xff]{0,8}+[\x00-\x7f]|[\x80-\xff]{9}[\x00\x01\x7f])"
# What WebAssembly 1 has, and what is older than any engine asked here (sign extension). A run of these is skipped at
# the speed of the regex engine; every other opcode is looked at.
_PLAIN = re.compile(
    rb"(?:[\x20-\x24\x0c\x0d\x10\x3f\x40]"
    + _INDEX
    + rb"|\x41"
    + _SIGNED
    + rb"|\x42"
    + _LONG
    + rb"|[\x00\x01\x05\x0b\x0f\x1a\x1b\x45-\xc4]"
    rb"|[\x28-\x3e][\x00-\x3f]" + _LONG + rb"|[\x02-\x04](?:[\x40\x7c-\x7f]|[\x80-\xff]{0,4}+[\x00-\x3f])"
    rb"|\x43[\x00-\xff]{4}|\x44[\x00-\xff]{8})*+"
)
_ONE_NUMBER = {0x08, 0x12, 0x14, 0x15, 0x25, 0x26, 0xD0, 0xD2, 0xD5, 0xD6, 0x07, 0x09, 0x18}
_TWO_NUMBERS = {0x11, 0x13}
_NOTHING = {0x0A, 0x19, 0xD1, 0xD3, 0xD4}
_OF_OPCODE = {
    **dict.fromkeys((0x06, 0x07, 0x09, 0x18, 0x19), "legacy-exceptions"),
    **dict.fromkeys((0x0A, 0x1F), "exnref"),
    0x08: "exception-handling",
    **dict.fromkeys((0x12, 0x13, 0x15), "tail-call"),
    **dict.fromkeys((0x1C, 0x25, 0x26, 0xD0, 0xD1, 0xD2), "reference-types"),
    **dict.fromkeys((0x14, 0xD4, 0xD5, 0xD6), "function-references"),
    0xD3: "gc",
}
# 0xFC: numbers that follow the second opcode; 0xFB: the same.
_BULK = {**dict.fromkeys(range(8), 0), 8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}
_WIDE = {19: 0, 20: 0, 21: 0, 22: 0}
_OBJECTS = {
    **dict.fromkeys((0, 1, 6, 7, 11, 12, 13, 14, 16, 20, 21, 22, 23), 1),
    **dict.fromkeys((2, 3, 4, 5, 8, 9, 10, 17, 18, 19), 2),
    **dict.fromkeys((15, 26, 27, 28, 29, 30), 0),
}
_RELAXED = 0x100


class Unfollowed(ValueError):
    """An opcode that no proposal known here has; what comes behind it cannot be told."""


class Code(msgspec.Struct):
    """What was found so far; `left` of the budget."""

    features: set[str]
    left: int = BYTE_LIMIT
    slow: int = _SLOW_LIMIT
    bodies: int = 0
    whole: bool = True


def read_code(body: Stream, limit: int, features: set[str]) -> Code:
    """Add the features that a code section uses to `features`; `whole` is False where the budget ended first.

    Raises Unfollowed for an unknown opcode, ValueError for a body that does not end where it says.
    """
    code = Code(features)
    count = body.count(limit)
    for number in range(count):
        function = body.part(body.number())
        if code.left <= 0 or code.slow <= 0:
            code.whole, code.bodies = False, count
            return code
        code.left -= function.end - function.at
        locals_ = 0
        for _ in range(function.count(limit)):
            locals_ += function.index()
            value_type(function, code.features)
        if locals_ >> 32:
            raise ValueError(f"{locals_} local variables at byte {function.at}")
        _instructions(function, code)
        code.bodies = number + 1
    return code


def value_type(stream: Stream, features: set[str]) -> int:
    """Read one value type, and note the feature that it belongs to."""
    kind = stream.byte()
    if kind in (0x63, 0x64):  # a reference to a heap type, which is one more signed number
        heap = stream.byte()
        if heap == 0x62:  # exact, of custom descriptors
            heap = stream.byte()
        while heap >= 0x80:
            heap = stream.byte()
        features.add(_HEAP.get(heap, "function-references"))
    elif kind in _HEAP:
        features.add(_HEAP[kind])
    elif kind == 0x7B:
        features.add("simd128")
    elif kind not in (0x7F, 0x7E, 0x7D, 0x7C, 0x70):
        raise Unfollowed(f"a value type 0x{kind:02x}, which is none")
    return kind


_HEAP = {
    0x6F: "reference-types",
    **dict.fromkeys((0x69, 0x74), "exnref"),
    **dict.fromkeys((0x6E, 0x6D, 0x6C, 0x6B, 0x6A, 0x71, 0x72, 0x73), "gc"),
}


def _instructions(body: Stream, code: Code) -> None:
    data, end = body.data, body.end
    if end <= body.at or data[end - 1] != 0x0B:
        raise ValueError(f"a function that ends at byte {end} without `end`")
    while True:
        found = _PLAIN.match(data, body.at, end)
        body.at = found.end() if found else body.at
        if body.at >= end or code.slow <= 0:
            return
        code.slow -= 1
        other_instruction(body, code)


def other_instruction(body: Stream, code: Code) -> None:
    """One instruction that the pattern does not know."""
    opcode = body.byte()
    feature = _OF_OPCODE.get(opcode)
    if feature:
        code.features.add(feature)
    if opcode in _ONE_NUMBER:
        body.number()
    elif opcode in _TWO_NUMBERS:
        body.number()
        body.number()
    elif opcode in (0x02, 0x03, 0x04, 0x06):
        _block_type(body, code)
    elif opcode == 0x0E:  # a table of branches
        for _ in range(body.count(body.end) + 1):
            body.number()
    elif opcode == 0x1C:
        for _ in range(body.count(body.end)):
            value_type(body, code.features)
    elif opcode == 0x1F:
        _try_table(body, code)
    elif 0x28 <= opcode <= 0x3E:
        _address(body, code)
    elif opcode in _PREFIXES:
        _PREFIXES[opcode](body, code)
    elif opcode not in _NOTHING:
        raise Unfollowed(f"an unknown instruction 0x{opcode:02x} at byte {body.at - 1}")


def _block_type(body: Stream, code: Code) -> None:
    if body.data[body.at : body.at + 1] == b"\x40":
        body.byte()
    elif 0x40 < body.data[body.at] < 0x80:
        value_type(body, code.features)
    else:
        body.number()


def _try_table(body: Stream, code: Code) -> None:
    _block_type(body, code)
    for _ in range(body.count(body.end)):
        if body.byte() < 2:  # with a tag
            body.number()
        body.number()


def _address(body: Stream, code: Code) -> None:
    if body.number() & 0x40 and body.number():  # a memory other than the first
        code.features.add("multimemory")
    body.number()


def _numbers(body: Stream, count: int) -> None:
    for _ in range(count):
        body.number()


def _bulk(body: Stream, code: Code) -> None:
    second = body.number()
    if second in _WIDE:
        code.features.add("wide-arithmetic")
        return
    if second not in _BULK:
        raise Unfollowed(f"an unknown instruction 0xfc {second} at byte {body.at}")
    if second in (8, 9):
        code.features.add(SEGMENTS)  # whose number must stand before the code
    if 8 <= second <= 14:
        code.features.add("bulk-memory")
    elif second > 14:
        code.features.add("reference-types")
    _numbers(body, _BULK[second])


def _vector(body: Stream, code: Code) -> None:
    second = body.number()
    code.features.add("relaxed-simd" if second >= _RELAXED else "simd128")
    if second <= 11 or 84 <= second <= 93:
        _address(body, code)
        if 84 <= second <= 91:
            body.byte()  # the lane
    elif second in (12, 13):
        body.take(16)
    elif 21 <= second <= 34:
        body.byte()
    elif second >= _RELAXED + 0x30:
        raise Unfollowed(f"an unknown instruction 0xfd {second} at byte {body.at}")


def _atomic(body: Stream, code: Code) -> None:
    second = body.number()
    if second > 0x4E:
        raise Unfollowed(f"an unknown instruction 0xfe {second} at byte {body.at}")
    if second == 3:  # a fence
        body.byte()
    else:
        _address(body, code)
    code.features.add("atomics")


def _object(body: Stream, code: Code) -> None:
    second = body.number()
    code.features.add("gc")
    if second in (24, 25):  # branch on a cast: flags, label, two heap types
        body.byte()
        _numbers(body, 3)
    elif second in _OBJECTS:
        _numbers(body, _OBJECTS[second])
    else:
        raise Unfollowed(f"an unknown instruction 0xfb {second} at byte {body.at}")


_PREFIXES: dict[int, Callable[[Stream, Code], None]] = {0xFB: _object, 0xFC: _bulk, 0xFD: _vector, 0xFE: _atomic}


def of_types(body: Stream, limit: int) -> Iterator[str]:
    """The features that a type section uses, in any order. Raises Unfollowed for a form that is unknown."""
    features: set[str] = set()
    for _ in range(body.count(limit)):
        form = body.byte()
        if form == 0x4E:  # types that may name each other
            features.add("gc")
            for _ in range(body.count(limit)):
                _sub_type(body, body.byte(), features, limit)
        else:
            _sub_type(body, form, features, limit)
    yield from features


def _sub_type(body: Stream, form: int, features: set[str], limit: int) -> None:
    if form in (0x4F, 0x50):
        features.add("gc")
        _numbers(body, body.count(limit))
        form = body.byte()
    if form == 0x60:
        for _ in range(2):
            for _ in range(body.count(limit)):
                value_type(body, features)
    elif form in (0x5E, 0x5F):
        features.add("gc")
        for _ in range(body.count(limit) if form == 0x5F else 1):
            if body.data[body.at : body.at + 1] in (b"\x77", b"\x78"):  # packed
                body.byte()
            else:
                value_type(body, features)
            if body.byte() > 1:
                raise ValueError(f"a field that is neither fixed nor mutable at byte {body.at}")
    else:
        raise Unfollowed(f"a type of the unknown form 0x{form:02x}")
