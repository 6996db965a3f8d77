"""`primaryLocationLineHash`: the vectors of github/codeql-action, src/fingerprints.test.ts."""

from __future__ import annotations

import pytest

from portlint.reporters.line_hash import is_text, line_hashes

_GREETING = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"
_GREETING_HASHES = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            _GREETING,
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (_GREETING + "\n", _GREETING_HASHES),
        ((_GREETING + "\n").replace("\n", "\r"), _GREETING_HASHES),
        ((_GREETING + "\n").replace("\n", "\r\n"), _GREETING_HASHES),
        (" hello; \t\nworld!!!\r\n\r\r\n  \t\tGreetings\r End\r\n", _GREETING_HASHES),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
    ids=["empty", "short", "no-end", "lf", "cr", "crlf", "mixed", "repeated"],
)
def test_vectors(text: str, hashes: list[str]) -> None:
    found = line_hashes(text.encode(), range(1, len(hashes) + 5))
    assert [found[number] for number in sorted(found)] == hashes


def test_only_the_lines_asked_for() -> None:
    text = ("Lorem ipsum dolor sit amet.\n" * 10).encode()
    assert line_hashes(text, [3]) == {3: "a7f2ff13bc495cf2:3"}
    assert line_hashes(text, [12]) == {}
    assert line_hashes(text, []) == {}


def test_agrees_with_a_rolling_hash_beyond_the_basic_plane() -> None:
    text = "😀 = '中文'\n\n" * 40 + "x" * 250 + "\n\ufeffend"
    found = line_hashes(text.encode(), range(1, 100))
    assert [found[number].split(":")[0] for number in sorted(found)] == _rolling(text)


@pytest.mark.parametrize(("data", "answer"), [(b"", True), (b"text\xff", True), (b"\x7fELF\0", False)])
def test_is_text(data: bytes, answer: bool) -> None:
    assert is_text(data) is answer


def _rolling(text: str) -> list[str]:
    """The hash as GitHub describes it: unit by unit, over a window of 100."""
    units = [unit for char in text for unit in _utf16(char) if char not in " \t"]
    window, starts, found = [0] * 100, [-1] * 100, dict[int, int]()
    h, line, line_begins = 0, 0, True
    for at, unit in enumerate([*units, 0xFFFF, *[0] * 100]):
        slot = at % 100
        if starts[slot] >= 0:  # the window is full of what begins with that line
            found[starts[slot]] = h
            starts[slot] = -1
        if line_begins and at <= len(units):
            starts[slot], line_begins, line = line, False, line + 1
        line_begins = line_begins or unit == 0x0A
        h = (37 * h + unit - window[slot] * pow(37, 100, 2**64)) % 2**64
        window[slot] = unit
    return [f"{found[number]:x}" for number in sorted(found)]


def _utf16(char: str) -> list[int]:
    data = char.encode("utf-16-le")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
