"""Java class files: what they ask of native code. They share their first four bytes with fat Mach-O.

Layout: docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html.
"""

from __future__ import annotations

import msgspec

from portlint.extractors.binary.view import View, printable
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location

NAME = "java-class"
VERSION = 1

_UTF8, _CLASS, _STRING, _METHOD, _NAME_AND_TYPE = 1, 7, 8, 10, 12
# Bytes behind the tag of each entry of the constant pool; long and double count as two entries.
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
_WIDE = (5, 6)
_NATIVE = 0x0100
_INVOKE_STATIC, _LOAD, _LOAD_WIDE = 0xB8, 0x12, 0x13
_LOADERS = {("java/lang/System", "loadLibrary"), ("java/lang/System", "load")}


class JavaClass(msgspec.Struct, frozen=True):
    """`name` is dotted; `natives` are the methods without a body, `loads` the libraries named to System.loadLibrary."""

    name: str
    natives: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()


class _Pool:
    """The constant pool: its entries by number, and where it ends."""

    def __init__(self, view: View) -> None:
        self.entries: dict[int, tuple[int, int]] = {}  # number -> tag, offset behind the tag
        self.view = view
        at, count = 10, view.number("H", 8)
        number = 1
        while number < count:
            tag = view.number("B", at)
            self.entries[number] = tag, at + 1
            if tag == _UTF8:
                at += 3 + view.number("H", at + 1)
            elif tag in _SIZES:
                at += 1 + _SIZES[tag]
            else:
                raise ValueError(f"a Java class file with a constant of kind {tag}")
            number += 2 if tag in _WIDE else 1
        self.end = at

    def text(self, number: int) -> str:
        tag, at = self.entries.get(number, (0, 0))
        if tag != _UTF8:
            raise ValueError(f"a Java class file whose constant {number} is no name")
        return printable(self.view.slice(at + 2, self.view.number("H", at)))

    def pair(self, number: int, kind: int) -> tuple[int, int]:
        tag, at = self.entries.get(number, (0, 0))
        if tag != kind:
            raise ValueError(f"a Java class file whose constant {number} is of kind {tag}, not {kind}")
        first, second = (
            self.view.unpack("HH", at) if kind in (_METHOD, _NAME_AND_TYPE) else (*self.view.unpack("H", at), 0)
        )
        return int(first), int(second)


def read(data: bytes) -> JavaClass:
    """Raises ValueError when the class file contradicts itself, Truncated when it ends too early."""
    view = View(data, ">")
    pool = _Pool(view)
    _, this, _, interfaces = view.unpack("HHHH", pool.end)
    name = pool.text(pool.pair(this, _CLASS)[0]).replace("/", ".")
    at = _members(pool, pool.end + 8 + interfaces * 2)[1]  # the fields
    methods, _ = _members(pool, at)
    natives = tuple(sorted({method for flags, method in methods if flags & _NATIVE}))
    return JavaClass(name, natives, _loads(pool, data))


def extract(path: str, data: bytes) -> Extraction:
    """`may-load` a library by the name that System.loadLibrary is given; `import` a native method.

    A native method is named `package.Class.method`, value `native`. Most classes have neither.
    """
    found = read(data)
    place = Location(path)
    rows: list[tuple[FactKind, str, str]] = [("import", f"{found.name}.{method}", "native") for method in found.natives]
    rows += [("may-load", name, "") for name in found.loads]
    return Extraction(tuple(Fact(kind, name, place, "java", value=value) for kind, name, value in sorted(rows)))


def _members(pool: _Pool, at: int) -> tuple[list[tuple[int, str]], int]:
    """(flags, name) of each field or method, and where their table ends."""
    view = pool.view
    found = []
    count = view.number("H", at)
    at += 2
    for _ in range(count):
        flags, name, _, attributes = view.unpack("HHHH", at)
        found.append((int(flags), pool.text(name)))
        at += 8
        for _ in range(attributes):
            at += 6 + view.number("I", at + 2)
    return found, at


def _loads(pool: _Pool, data: bytes) -> tuple[str, ...]:
    """The strings pushed right before a call of a loader: javac puts the two instructions side by side."""
    found = set()
    for number, (tag, _) in pool.entries.items():
        if tag != _METHOD or _called(pool, number) not in _LOADERS:
            continue
        call = bytes([_INVOKE_STATIC]) + number.to_bytes(2, "big")
        at = data.find(call, pool.end)
        while at >= 0:
            found.add(_pushed(pool, data, at))
            at = data.find(call, at + 1)
    return tuple(sorted(found - {""}))


def _called(pool: _Pool, number: int) -> tuple[str, str]:
    owner, method = pool.pair(number, _METHOD)
    return pool.text(pool.pair(owner, _CLASS)[0]), pool.text(pool.pair(method, _NAME_AND_TYPE)[0])


def _pushed(pool: _Pool, data: bytes, call: int) -> str:
    for number, opcode in (
        (data[call - 1], data[call - 2]),
        (int.from_bytes(data[call - 2 : call], "big"), data[call - 3]),
    ):
        wanted = _LOAD if number < 256 and data[call - 2] == _LOAD else _LOAD_WIDE
        if opcode == wanted and pool.entries.get(number, (0, 0))[0] == _STRING:
            return pool.text(pool.pair(number, _STRING)[0])
    return ""
