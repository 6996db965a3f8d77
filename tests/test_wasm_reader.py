"""Features, producers and side-module marks of wasm, each from the smallest module that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.extractors.binary.record import Library
from portlint.extractors.binary.wasm import component
from portlint.extractors.binary.wasm import reader as wasm

MODULES = Path(__file__).parent / "fixtures" / "wasm_recipes"
HEAD = b"\0asm\1\0\0\0"
TYPES = b"\x01\x60\x00\x00"  # one function type: nothing to nothing
BULK = "setting wasm/feature=bulk-memory"


def number(value: int) -> bytes:
    """LEB128, without a sign."""
    out = b""
    while value >= 0x80:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def name(text: str) -> bytes:
    return number(len(text.encode())) + text.encode()


def section(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + number(len(body)) + body


def custom(title: str, body: bytes = b"") -> bytes:
    return section(0, name(title) + body)


def function(code: bytes, local: bytes = b"\x00") -> bytes:
    body = local + code + b"\x0b"
    return section(1, TYPES) + section(3, b"\x01\x00") + section(10, b"\x01" + number(len(body)) + body)


def imported(*rows: tuple[str, str, bytes]) -> bytes:
    return section(2, number(len(rows)) + b"".join(name(space) + name(what) + kind for space, what, kind in rows))


def values(library: Library, key: str) -> list[str]:
    return [value for name, value in library.settings if name == f"wasm/{key}"]


def features(body: bytes) -> list[str]:
    return values(wasm.read(HEAD + body), "feature")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"", []),
        (b"\x41\x01\x1a\x42\x7f\x1a\x43\x00\x00\x00\x00\x1a\x44" + bytes(8) + b"\x1a", []),
        (b"\x02\x40\x0c\x00\x0b\x03\x7f\x41\x00\x0b\x1a", []),
        (b"\x41\x00\x28\x02\x00\x1a", []),
        (b"\x41\x00\xc0\x1a", []),  # sign extension: everywhere
        (b"\x43\x00\x00\x80\x3f\xfc\x00\x1a", []),  # conversions that do not trap: everywhere
        (b"\x41\x00\x41\x00\x0e\x02\x00\x00\x00\x1a", []),
        (b"\x41\x00\x41\x00\x41\x00\xfc\x0a\x00\x00", ["bulk-memory"]),
        (b"\xfd\x0c" + bytes(16) + b"\x1a", ["simd128"]),
        (b"\x41\x00\xfd\x00\x04\x00\x1a", ["simd128"]),
        (b"\x41\x00\xfd\x0c" + bytes(16) + b"\xfd\x54\x00\x00\x03\x1a", ["simd128"]),  # a lane
        (b"\xfd\x80\x02\x1a", ["relaxed-simd"]),
        (b"\xfe\x03\x00", ["atomics"]),
        (b"\x41\x00\xfe\x10\x02\x00\x1a", ["atomics"]),
        (b"\x12\x00", ["tail-call"]),
        (b"\x13\x00\x00", ["tail-call"]),
        (b"\xd0\x70\xd1\x1a", ["reference-types"]),
        (b"\xfb\x00\x00\x1a", ["gc"]),
        (b"\x06\x40\x19\x0b", ["legacy-exceptions"]),
        (b"\x06\x40\x07\x00\x09\x00\x0b", ["legacy-exceptions"]),
        (b"\x1f\x40\x01\x00\x00\x00\x0b", ["exnref"]),
        (b"\x08\x00", ["exception-handling"]),
        (b"\x41\x00\x28\x42\x01\x00\x1a", ["multimemory"]),
        (b"\xfc\x13\x1a", ["wide-arithmetic"]),
    ],
)
def test_instructions(code: bytes, expected: list[str]) -> None:
    assert features(function(code)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (function(b"", local=b"\x01\x01\x7b"), ["simd128"]),
        (section(1, b"\x01\x60\x01\x7b\x00"), ["simd128"]),
        (section(1, b"\x01\x60\x01\x6f\x00"), ["reference-types"]),
        (section(1, b"\x01\x5f\x01\x7f\x00"), ["gc"]),
        (section(1, b"\x01\x4e\x02\x50\x00\x5f\x01\x78\x01\x60\x00\x00"), ["gc"]),
        (section(5, b"\x02\x00\x01\x00\x01"), ["multimemory"]),
        (section(5, b"\x01\x04\x01"), ["memory64"]),
        (section(5, b"\x01\x03\x01\x01"), ["atomics"]),  # shared
        (section(12, b"\x00"), ["bulk-memory"]),
    ],
)
def test_types_and_memories(body: bytes, expected: list[str]) -> None:
    assert features(body) == expected


def test_allowed_is_not_used() -> None:
    library = wasm.read(HEAD + custom("target_features", b"\x02+" + name("simd128") + b"-" + name("atomics")))
    assert values(library, "target-feature") == ["+simd128", "-atomics"]
    assert values(library, "feature") == []


def test_the_two_exception_models() -> None:
    old = wasm.read(HEAD + function(b"\x06\x40\x19\x0b"))
    new = wasm.read(HEAD + function(b"\x1f\x40\x01\x02\x00\x0b"))
    assert (values(old, "exceptions"), values(old, "exception-model")) == (["wasm"], ["legacy-exceptions"])
    assert (values(new, "exceptions"), values(new, "exception-model")) == (["wasm"], ["exnref"])


def test_dylink_tells_sizes_needs_and_weak_imports() -> None:
    sizes = b"\x01" + number(6) + number(300) + b"\x04" + number(200) + b"\x00"
    needs = name("libb.so")
    weak = b"\x01" + name("env") + name("maybe_there") + b"\x11"
    parts = sizes + b"\x02" + number(len(needs) + 1) + b"\x01" + needs + b"\x04" + number(len(weak)) + weak
    library = wasm.read(HEAD + custom("dylink.0", parts))
    assert library.needed == ("libb.so",)
    assert values(library, "memory-size") + values(library, "table-size") == ["300", "200"]
    assert values(library, "weak-import") == ["env.maybe_there"]
    assert values(library, "dylink") == ["dylink.0"]


def test_the_old_dylink_section() -> None:
    library = wasm.read(HEAD + custom("dylink", b"\x10\x02\x03\x00\x01" + name("liba.wasm")))
    assert (library.needed, values(library, "dylink")) == (("liba.wasm",), ["dylink"])


FUNCTION = b"\x00\x00"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            custom("producers", b"\x01" + name("processed-by") + b"\x01" + name("rustc") + name("1.90")),
            ["processed-by rustc 1.90"],
        ),
        (custom("producers", b"\x01" + name("language") + b"\x01" + name("C11") + b"\x00"), ["language C11"]),
        (custom("__wasm_bindgen_unstable"), ["toolkit wasm-bindgen"]),
        (imported(("wbg", "f", FUNCTION)), ["toolkit wasm-bindgen"]),
        (imported(("gojs", "runtime.wasmExit", FUNCTION)), ["toolkit Go"]),
        (imported(("wasix_32v1", "fd_pipe", FUNCTION)), ["toolkit WASIX"]),
        (imported(("env", "emscripten_resize_heap", FUNCTION)), ["toolkit Emscripten"]),
        (section(7, b"\x01" + name("mono_wasm_load") + b"\x00\x00"), ["toolkit .NET"]),
        (imported(("env", "host_log", FUNCTION)), []),
    ],
)
def test_who_made_it(body: bytes, expected: list[str]) -> None:
    assert values(wasm.read(HEAD + body), "producer") == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (section(3, b"\x01\x00") + section(1, TYPES), "a section 1 where none belongs"),
        (section(1, TYPES) + section(1, TYPES), "a section 1 where none belongs"),
        (section(14, b""), "a section 14 where none belongs"),
        (section(1, TYPES) + section(3, b"\x01\x00"), "1 functions announced and 0 there"),
        (section(1, TYPES + b"\x00"), "1 bytes too many"),
        (section(2, b"\x01\x01\xff\x01x\x00\x00"), "not UTF-8"),
        (section(5, b"\x01\x10\x01"), "limits of an unknown kind 0x10"),
        (section(1, b"\x80\x80\x80\x80\x10"), "more than 32 bits"),
        (section(1, TYPES) + section(3, b"\x01\x00") + section(10, b"\x01\x02\x00\x01"), "without `end`"),
    ],
)
def test_malformed(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        wasm.read(HEAD + body)


@pytest.mark.parametrize("code", [b"\x27", b"\xfb\x7f", b"\xfc\x7f", b"\xfe\x7f", b"\xe0\x00"])
def test_an_unknown_instruction_costs_only_what_is_behind_it(code: bytes) -> None:
    library = wasm.read(HEAD + imported(("env", "f", FUNCTION)).join([section(1, TYPES), function(code)[6:]]))
    assert "unknown instruction" in library.partly
    assert library.imports == (("env.f", ""),)
    assert values(library, "simd") == []  # nobody knows


EXPECTED = {
    "jobs.nothreads": ("false", "false", []),
    "jobs.threads": ("true", "false", ["atomics"]),
    "jobs.simd": ("false", "false", ["simd128"]),
    "jobs.js-exceptions": ("false", "js", []),
    "jobs.wasm-exceptions": ("false", "wasm", ["legacy-exceptions"]),
    "jobs.no-bigint": ("false", "false", []),
}


@pytest.mark.parametrize("module", sorted(EXPECTED))
def test_side_modules_of_emscripten(module: str) -> None:
    data = (MODULES / f"{module}.wasm").read_bytes()
    library = wasm.read(data)
    shared, exceptions, used = EXPECTED[module]
    assert (values(library, "shared-memory"), values(library, "exceptions")) == ([shared], [exceptions])
    assert [each for each in values(library, "feature") if each != "bulk-memory"] == used
    assert (library.flavour, library.partly) == ("side-module", "")
    assert {"jobs_add", "jobs_library_init"} <= set(library.exports)
    assert ("env.pthread_create", "") in library.imports  # with threads and without


def test_every_side_module_is_expected_and_small() -> None:
    files = sorted(MODULES.glob("*.wasm"))
    assert [path.stem for path in files] == sorted(EXPECTED)
    assert sum(path.stat().st_size for path in files) < 20_000


def of_component(*parts: bytes) -> Library:
    return component.read(b"\0asm\x0d\0\x01\0" + b"".join(parts))


def test_a_component_tells_imports_exports_and_modules() -> None:
    library = of_component(
        section(10, b"\x01\x00" + name("wasi:sockets/udp@0.2.3") + b"\x05\x00"),
        section(1, HEAD + function(b"\xfd\x80\x02\x1a")),
        section(1, HEAD),
        section(11, b"\x01\x00" + name("wasi:cli/run@0.2.3") + b"\x05\x00\x00"),
    )
    assert library.imports == (("wasi:sockets/udp", "0.2.3"),)
    assert library.exports == ("wasi:cli/run@0.2.3",)
    assert values(library, "modules") == ["2"]
    assert values(library, "feature") == ["relaxed-simd"]
    assert library.platform == "wasi"


def test_a_component_inside_of_a_component() -> None:
    inner = b"\0asm\x0d\0\x01\0" + section(1, HEAD + function(b"\x12\x00"))
    assert values(of_component(section(4, inner)), "feature") == ["tail-call"]
