"""The samples' own code needs the same of a target whether its source is asked or its binary.

The binaries are what `sample_projects/build_binaries.py` makes of the sources, for three systems.
"""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

import pytest

from tests.crosscheck.capabilities import TARGETS, of_binary, of_source

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_projects"
ADDONS = SAMPLES / "godot_arena" / "addons"
BUILT = ROOT / "tests" / "fixtures" / "built"
SYSTEMS = {
    "elf": ("linux/lib{}.so", "relay.so"),
    "pe": ("windows/{}.dll", "relay.exe"),
    "macho": ("macos/lib{}.dylib", "relay.dylib"),
}
SOURCES = {
    "steamlike": SAMPLES / "native_sources" / "steamlike.c",
    "noise_field": SAMPLES / "native_sources" / "noise_field.c",
    "relay": SAMPLES / "udp_server_cpp",
}

# (sample, system, capability): why one of the two does not speak of it. A row that no case needs fails the last test.
ONLY_SOURCE = {
    (
        "relay",
        "pe",
        "process.signal",
    ): "POSIX signals stand behind #ifndef _WIN32: Windows' build has a console handler",
}
ONLY_BINARY = {
    ("relay", "pe", "net.event-queue"): "the toolchains' tables have poll(), and no WSAPoll()",
    (
        "steamlike",
        "pe",
        "thread.create",
    ): "on Emscripten with threads CreateThread() has a note, and pthread_create() is in the toolchain's table",
}

EACH = pytest.mark.parametrize("system", SYSTEMS)


def binary(sample: str, system: str) -> bytes:
    addon, packed = SYSTEMS[system]
    if sample == "relay":
        return lzma.decompress((BUILT / f"{packed}.xz").read_bytes())
    return (ADDONS / sample / "bin" / addon.format(sample)).read_bytes()


@cache
def differences(sample: str, system: str) -> tuple[frozenset[tuple[str, str, str]], frozenset[tuple[str, str, str]]]:
    """(sample, system, capability) that only the source needs, and only the binary, on some target."""
    only_source, only_binary = set(), set()
    for target in TARGETS:
        source = needs_of_source(sample, target)
        found = frozenset(of_binary(f"lib/{sample}", binary(sample, system), target))
        only_source |= source - found
        only_binary |= found - source
    return (
        frozenset((sample, system, need) for need in only_source),
        frozenset((sample, system, need) for need in only_binary),
    )


@cache
def needs_of_source(sample: str, target: str) -> frozenset[str]:
    return frozenset(of_source(SOURCES[sample], target))


@EACH
@pytest.mark.parametrize("sample", SOURCES)
def test_capabilities_are_the_same(sample: str, system: str) -> None:
    only_source, only_binary = differences(sample, system)
    assert only_source <= set(ONLY_SOURCE), "the binary says less than its source"
    assert only_binary <= set(ONLY_BINARY), "the binary says more than its source"


@EACH
def test_the_needs_that_matter_are_in_the_binary(system: str) -> None:
    """Not only the same: these, and nothing for the library that needs nothing."""
    assert {"thread.create", "net.tcp-client"} <= set(of_binary("a", binary("steamlike", system), "wasip1"))
    assert "net.udp" in of_binary("a", binary("relay", system), "web-emscripten")
    assert all(of_binary("a", binary("noise_field", system), target) == {} for target in TARGETS)


def test_no_difference_is_excused_that_is_gone() -> None:
    found = [differences(sample, system) for sample in SOURCES for system in SYSTEMS]
    assert set(ONLY_SOURCE) == frozenset[tuple[str, str, str]]().union(*(each[0] for each in found))
    assert set(ONLY_BINARY) == frozenset[tuple[str, str, str]]().union(*(each[1] for each in found))


def test_the_committed_programs_are_small() -> None:
    assert sum(path.stat().st_size for path in BUILT.iterdir()) < 100_000
