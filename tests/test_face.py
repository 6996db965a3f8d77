"""A server without UDP is nothing; a game boots and plays without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.scan import Options, scan

_NET = """
#include <sys/socket.h>
#include <netinet/in.h>
long tick(int fd, char *room) { return recvfrom(fd, room, 512, 0, 0, 0); }
"""
_WINDOW = """
#include <SDL2/SDL.h>
int main(void) { return SDL_CreateWindow("arena", 0, 0, 640, 480, 0) == 0; }
"""
_SOUND = """
#include <mmsystem.h>
int main(void) { return 0; }
"""
_X11 = """
#include <X11/Xlib.h>
int main(void) { return XOpenDisplay(0) == 0; }
"""
_PUMP = """
#include <windows.h>
int main(void) { MSG m; return GetMessage(&m, 0, 0, 0); }
"""


@pytest.mark.parametrize(
    ("target", "beside", "verdict", "blocks"),
    [
        ("web-emscripten", {}, "blocked", True),
        ("web-emscripten", {"window.c": _WINDOW}, "needs-work", False),
        ("web-emscripten", {"clock.c": _SOUND}, "blocked", True),  # servers take their clock from mmsystem.h
        ("web-emscripten", {"window.c": _X11}, "needs-work", False),
        ("web-emscripten", {"service.c": _PUMP}, "blocked", True),  # a service waits for messages, too
        ("web-emscripten", {"tests/window.c": _WINDOW}, "blocked", True),  # that does not ship
        ("wasip1", {"window.c": _WINDOW}, "blocked", True),  # nobody plays there: the network is the point
    ],
)
def test_what_blocks_a_server_is_work_for_a_game(
    tmp_path: Path, target: str, beside: dict[str, str], verdict: str, blocks: bool
) -> None:
    for name, text in {"net.c": _NET, **beside}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    report = scan(tmp_path, Options(targets=(target,), use_cache=False), lambda *_: None).report.targets[0]
    udp = [each for each in report.findings if each.name == "recvfrom"]
    assert (report.verdict, [each.blocker for each in udp], udp[0].severity) == (verdict, [blocks], "error")


def test_only_blockers_are_said_to_be_dispensable() -> None:
    for target in load_catalog().targets.values():
        odd = [name for name, support in target.support.items() if support.dispensable and not support.blocker]
        assert not odd, target.id
