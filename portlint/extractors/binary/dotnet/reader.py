"""What a .NET assembly says of itself: who it is, which native functions and which parts of the framework it calls."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.dotnet import tables
from portlint.extractors.binary.dotnet.tables import Tables, compressed
from portlint.extractors.binary.pe.file import CLR, Pe
from portlint.extractors.binary.record import Assembly, Symbol

NAME = "dotnet"
VERSION = 1

_IL_ONLY = 1
_READY_TO_RUN = b"RTR\0"
_FRAMEWORK = ("System", "Microsoft.Win32", "UnityEngine")
_FRAMEWORK_ATTRIBUTE = "System.Runtime.Versioning.TargetFrameworkAttribute"
_ACCESSORS = ("get_", "set_", "add_", "remove_")
_FIELD = 0x06  # first byte of a field's signature; a method's is a calling convention
_GENERIC, _CLASS, _VALUE_TYPE = 0x15, 0x12, 0x11
_PREFIX = b"\x01\x00"  # of every attribute's value
_NESTING = 16
_REFERENCE_LIMIT = 20_000  # distinct members or types of the framework; real assemblies name some thousands


def read(pe: Pe) -> Assembly | None:
    """None for what has no header of the common language runtime; what is wrong with it stands in `partly`."""
    start, _ = pe.directory(CLR)
    if not start:
        return None
    kind = "unknown"
    try:
        at = pe.offset(start)
        address, size, flags = pe.view.unpack("III", at + 8)
        kind = _kind(pe, flags, pe.view.number("I", at + 64))
        if not address:
            raise ValueError("there is none")
        return _read(Tables(pe.view.slice(pe.offset(address), size)), kind)
    except ValueError as error:
        known = (("dotnet/kind", kind),)
        return Assembly(kind, settings=known, partly=f"the .NET metadata cannot be read: {error}")


def _kind(pe: Pe, flags: int, native: int) -> str:
    if native and pe.view.slice(pe.offset(native), 4) == _READY_TO_RUN:
        return "ready-to-run"
    if native:
        return "native-image"  # of ngen, which the .NET Framework made on the player's machine
    return "il" if flags & _IL_ONLY else "mixed"


def _read(metadata: Tables, kind: str) -> Assembly:
    natives = sorted(set(_natives(metadata)))
    files = [metadata.name(name) for flags, name, _ in metadata.rows(tables.FILE) if not flags & 1]
    types = _type_names(metadata)
    found = Assembly(
        kind,
        natives=tuple(natives),
        libraries=tuple(dict.fromkeys(symbol.library for symbol in natives if symbol.library)),
        modules=tuple(name for name in files if name),
        references=tuple(_references(metadata)),
        calls=tuple(sorted(set(_calls(metadata, types)))),
        types=tuple(sorted({name for name in types if _of_framework(name)})),
        settings=tuple(_settings(metadata, kind, types)),
    )
    return _limited(found, metadata.damaged)


def _limited(found: Assembly, damaged: int) -> Assembly:
    notes = [f"{damaged} names of the .NET metadata lead nowhere"] if damaged else []
    if max(len(found.calls), len(found.types)) > _REFERENCE_LIMIT:
        notes.append(f"only the first {_REFERENCE_LIMIT} members and types of the framework are judged")
    return msgspec.structs.replace(
        found, calls=found.calls[:_REFERENCE_LIMIT], types=found.types[:_REFERENCE_LIMIT], partly="; ".join(notes)
    )


def _natives(metadata: Tables) -> Iterator[Symbol]:
    """Imported functions (II.22.22); one without a module is looked for in the program itself."""
    modules = [library_name(metadata.name(row[0])) for row in metadata.rows(tables.MODULE_REF)]
    for _, _, name, module in metadata.rows(tables.IMPL_MAP):
        entry = metadata.name(name)
        if entry:
            yield Symbol(entry, modules[module - 1] if 0 < module <= len(modules) else "")


def library_name(written: str) -> str:
    """Windows does not tell capitals from small letters; the names of other systems' libraries are kept as written."""
    elsewhere = written.startswith(("lib", "_")) or "/" in written or ".so" in written or written.endswith(".dylib")
    return written if elsewhere and not written.lower().endswith(".dll") else written.lower()


def _references(metadata: Tables) -> Iterator[tuple[str, str]]:
    for major, minor, build, revision, _, _, name, _, _ in metadata.rows(tables.ASSEMBLY_REF):
        if metadata.name(name):
            yield metadata.name(name), f"{major}.{minor}.{build}.{revision}"


def _settings(metadata: Tables, kind: str, types: list[str]) -> Iterator[tuple[str, str]]:
    yield "dotnet/kind", kind
    yield "dotnet/runtime", metadata.runtime
    for _, major, minor, build, revision, _, _, name, _ in metadata.rows(tables.ASSEMBLY)[:1]:
        yield "binary/product", metadata.name(name)
        yield "binary/version", f"{major}.{minor}.{build}.{revision}"
    framework = _framework(metadata, types)
    if framework:
        yield "dotnet/framework", framework


def _framework(metadata: Tables, types: list[str]) -> str:
    """`.NETCoreApp,Version=v8.0`: the value of the assembly's TargetFrameworkAttribute."""
    members = metadata.rows(tables.MEMBER_REF)
    for parent, kind, value in metadata.rows(tables.ATTRIBUTE):
        if metadata.target("HasCustomAttribute", parent)[0] != tables.ASSEMBLY:
            continue
        table, row = metadata.target("CustomAttributeType", kind)
        if table != tables.MEMBER_REF or not 0 < row <= len(members):
            continue
        table, row = metadata.target("MemberRefParent", members[row - 1][0])
        if table == tables.TYPE_REF and 0 < row <= len(types) and types[row - 1] == _FRAMEWORK_ATTRIBUTE:
            return _attribute_text(metadata.blob(value))
    return ""


def _attribute_text(blob: bytes) -> str:
    size, at = compressed(blob, 2)
    if not blob.startswith(_PREFIX) or at < 0:
        return ""
    return blob[at : at + size].decode("utf-8", "backslashreplace")


def _type_names(metadata: Tables) -> list[str]:
    """Full names of other assemblies' types; a nested one: `System.Environment.SpecialFolder`."""
    rows = metadata.rows(tables.TYPE_REF)
    return [_type_name(metadata, rows, row) for row in range(1, len(rows) + 1)]


def _type_name(metadata: Tables, rows: list[tuple[int, int, int]], row: int) -> str:
    parts: list[str] = []
    for _ in range(_NESTING):  # a type may claim to lie in itself
        scope, name, namespace = rows[row - 1]
        parts.append(metadata.name(name).partition("`")[0])  # without the number of type parameters
        table, outer = metadata.target("ResolutionScope", scope)
        if table != tables.TYPE_REF or not 0 < outer <= len(rows):
            parts.append(metadata.name(namespace))
            break
        row = outer
    return ".".join(part for part in reversed(parts) if part)


def _calls(metadata: Tables, types: list[str]) -> Iterator[str]:
    """Methods of the framework that are called, properties and events without `get_` and the like."""
    specs = [_generic(metadata, metadata.blob(row[0])) for row in metadata.rows(tables.TYPE_SPEC)]
    for parent, name, signature in metadata.rows(tables.MEMBER_REF):
        table, row = metadata.target("MemberRefParent", parent)
        if table == tables.TYPE_SPEC and 0 < row <= len(specs):
            table, row = specs[row - 1]
        if table != tables.TYPE_REF or not 0 < row <= len(types) or not _of_framework(types[row - 1]):
            continue
        if metadata.blob(signature)[:1] == bytes([_FIELD]):
            continue
        member = metadata.name(name)
        if member in (".ctor", ".cctor"):
            yield types[row - 1]
        elif member:
            yield f"{types[row - 1]}.{_without_accessor(member)}"


def _generic(metadata: Tables, blob: bytes) -> tuple[int, int]:
    """The type that a generic one is made of, as table and row (II.23.2.14)."""
    if len(blob) < 3 or blob[0] != _GENERIC or blob[1] not in (_CLASS, _VALUE_TYPE):
        return -1, 0
    value, at = compressed(blob, 2)
    return metadata.target("TypeDefOrRef", value) if at > 0 else (-1, 0)


def _without_accessor(member: str) -> str:
    for prefix in _ACCESSORS:
        if member.startswith(prefix):
            return member[len(prefix) :]
    return member


def _of_framework(name: str) -> bool:
    return name.startswith(tuple(f"{space}." for space in _FRAMEWORK))
