"""Java class files: told from fat Mach-O, native methods, libraries that are loaded by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.extractors.binary import java_class
from portlint.extractors.binary.magic import sniff

CLASS = (Path(__file__).parent / "fixtures" / "java" / "Native.class").read_bytes()


def test_told_from_a_fat_file() -> None:
    assert sniff(CLASS) == "java-class"
    assert sniff(b"\xca\xfe\xba\xbe" + (65535 << 16 | 65).to_bytes(4, "big")) == "java-class"  # with preview features
    assert sniff(b"\xca\xfe\xba\xbe" + (3).to_bytes(4, "big")) == "fat"


def test_facts() -> None:
    found = java_class.extract("a/Native.class", CLASS)
    assert [(fact.kind, fact.name, fact.value, fact.language) for fact in found.facts] == [
        ("import", "com.example.Native.call", "native", "java"),
        ("import", "com.example.Native.other", "native", "java"),
        ("may-load", "/opt/libother.so", "", "java"),
        ("may-load", "probe", "", "java"),  # and not what is put together at run time
    ]
    assert {fact.location.path for fact in found.facts} == {"a/Native.class"}


@pytest.mark.parametrize("cut", [8, 12, 40, 200, 400, 500, 700])
def test_cut_off(cut: int) -> None:
    with pytest.raises(ValueError, match=r"^truncated: "):
        java_class.read(CLASS[:cut])


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (10, 0x63, "a Java class file with a constant of kind 99"),
        (9, 4, "a Java class file whose constant|truncated: "),
    ],
)
def test_refused(at: int, value: int, reason: str) -> None:
    broken = bytearray(CLASS)
    broken[at] = value
    with pytest.raises(ValueError, match=reason):
        java_class.read(bytes(broken))


def test_damage_is_a_value_error_or_nothing() -> None:
    for at in range(8, len(CLASS)):
        broken = bytearray(CLASS)
        broken[at] ^= 0x41
        try:
            java_class.read(bytes(broken))
        except ValueError as error:
            assert str(error)
