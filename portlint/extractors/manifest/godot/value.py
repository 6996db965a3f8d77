"""The values of Godot's text format, as records that keep what the source says."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Number(msgspec.Struct, frozen=True):
    """A number as written: as a float, a version `4.10` would turn into 4.1."""

    text: str


class Constructor(msgspec.Struct, frozen=True):
    """`Name(args)`. `&"x"`, `^"x"` and `#ff00ff` are StringName, NodePath and Color; typed containers keep their
    type in the name (`Array[int]`); an `Object(Type, "key": value)` has the arguments (type, dict).
    """

    name: str
    args: tuple[Value, ...]


# Keys of a dict are strings; a key that is something else stands in its text form.
Value: TypeAlias = "str | bool | Number | Constructor | list[Value] | dict[str, Value] | None"


def text_of(value: Value) -> str:
    """The text form of a value: strings unquoted, the items of arrays and dictionaries joined by `,`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    if isinstance(value, dict):
        return ",".join(f"{key}:{text_of(item)}" for key, item in value.items())
    inner = ",".join(map(text_of, value.args))
    plain = value.name in ("StringName", "NodePath") or value.name.partition("[")[0].endswith(("Array", "Dictionary"))
    return inner if plain else f"{value.name}({inner})"


def strings_of(value: Value) -> tuple[str, ...]:
    """The strings in an array or a `PackedStringArray`, in order; () for anything else."""
    if isinstance(value, Constructor) and value.name.partition("[")[0].endswith("Array"):
        return tuple(text for arg in value.args for text in ([arg] if isinstance(arg, str) else strings_of(arg)))
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return ()
