"""The line of source below a finding, and links to it."""

from __future__ import annotations

import io
import re

import msgspec
import pytest

from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.output import wants_links
from portlint.reporters.excerpt import Excerpts
from portlint.reporters.text_layout import Layout

_FINDING = Finding(
    "udp-socket", "net.udp", "silent", "error", False, "high", "call", "recvfrom", Location("net.c", 1, 1), "",
    "project:.", (), "uses a UDP socket", "", "",
)  # fmt: skip


def _lines(source: bytes | None, name: str, line: int, column: int, width: int = 60) -> list[str]:
    finding = msgspec.structs.replace(_FINDING, name=name, location=Location("net.c", line, column))
    return Excerpts(lambda _path: source).lines(finding, Layout(False, width))


@pytest.mark.parametrize(
    ("source", "name", "line", "column", "shown", "marked"),
    [
        (b"a\n\trecvfrom(fd, 0);\n", "recvfrom", 2, 2, "recvfrom(fd, 0);", "recvfrom"),
        (b"x = peer.bind(1)\n", "PacketPeerUDP.bind", 1, 5, "x = peer.bind(1)", "peer.bind"),  # as the file has it
        (b"  x\r\ny\r\n", "", 1, 0, "x", "x"),  # no column: the first word
        (b"int a; recvfrom(1);", "recvfrom", 1, 8, "int a; recvfrom(1);", "recvfrom"),
        (b"a \x1b[31m recvfrom(1)", "recvfrom", 1, 9, "a \\x1b[31m recvfrom(1)", "recvfrom"),
        (b"a" * 500 + b" recvfrom() " + b"b" * 500, "recvfrom", 1, 502, None, "recvfrom"),
    ],
)
def test_the_caret_stands_below_the_name(
    source: bytes, name: str, line: int, column: int, shown: str | None, marked: str
) -> None:
    code, caret = _lines(source, name, line, column)
    below = re.search(r"\^+", caret)
    assert below is not None
    assert code[below.start() : below.end()] == marked
    assert len(code) <= 60
    if shown is not None:
        assert code == f"{line:>7} | {shown}"


@pytest.mark.parametrize(
    ("source", "line"), [(None, 1), (b"\x7fELF\x00\x00", 1), (b"one line\n", 9), (b"\n \nx", 2), (b"a binary", 0)]
)
def test_what_has_no_line_has_no_excerpt(source: bytes | None, line: int) -> None:
    assert _lines(source, "recvfrom", line, 1) == []


def test_a_file_is_read_once() -> None:
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return b"recvfrom(1);\n"

    excerpts = Excerpts(read)
    assert excerpts.lines(_FINDING, Layout(False, 80)) == excerpts.lines(_FINDING, Layout(False, 80))
    assert asked == ["net.c"]


def test_links_hold_the_bytes_of_the_name_and_take_no_room() -> None:
    layout = Layout(True, 40, "file:///home/of%20it")
    linked = layout.linked("a b:1", 'a \x1b"b\udcff')
    assert linked == "\x1b]8;;file:///home/of%20it/a%20%1B%22b%FF\x1b\\a b:1\x1b]8;;\x1b\\"
    assert layout.height([linked * 8]) == 1
    assert Layout(True, 40).linked("a b:1", "a b") == "a b:1"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "links"),
    [
        (_Terminal(), {"TERM_PROGRAM": "WezTerm"}, True),
        (_Terminal(), {"VTE_VERSION": "6003"}, True),
        (_Terminal(), {"VTE_VERSION": "4999"}, False),
        (_Terminal(), {"KITTY_WINDOW_ID": "1"}, True),
        (_Terminal(), {"KITTY_WINDOW_ID": "1", "CI": "true"}, False),
        (_Terminal(), {"KITTY_WINDOW_ID": "1", "TERM": "dumb"}, False),
        (_Terminal(), {}, False),
        (io.StringIO(), {"TERM_PROGRAM": "WezTerm"}, False),
        (io.StringIO(), {"FORCE_HYPERLINK": "1"}, True),
        (_Terminal(), {"KITTY_WINDOW_ID": "1", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_links_only_where_the_terminal_has_them(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, environment: dict[str, str], links: bool
) -> None:
    for name in ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM", "TERM_PROGRAM", "VTE_VERSION", "CI",
                 "FORCE_HYPERLINK"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_links(stream) is links
