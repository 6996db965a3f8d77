"""What the folders of a path say, and the near misses: names that a game uses for its own sources."""

from __future__ import annotations

import pytest

from portlint.model.component import Provenance
from portlint.provenance import ADDONS, ANYWHERE, AT_TOP, provenance


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("main.c", "first-party"),
        ("src/net/udp.c", "first-party"),
        ("addons/godotsteam/godotsteam.gdextension", "first-party"),  # the graph says that it is a plugin
        # vendored
        ("code/thirdparty/zlib/inflate.c", "vendored"),
        ("extern/glfw/src/init.c", "vendored"),
        ("libs/enet/host.c", "vendored"),
        ("libs/host.c", "first-party"),
        ("lib/host.c", "first-party"),
        ("src/libs/enet/host.c", "first-party"),
        ("web/node_modules/ws/index.js", "vendored"),
        ("Third_Party/Lua/lapi.c", "vendored"),
        # tests and examples
        ("tests/host_test.c", "test"),
        ("modules/net/test/a.cpp", "test"),
        ("thirdparty/zlib/test/example.c", "test"),
        ("testbed/main.cpp", "test"),
        ("src/contest/a.c", "first-party"),
        ("examples/chat/main.c", "example"),
        ("demo/main.gd", "example"),
        ("src/demo/recorder.c", "first-party"),  # a game that records demos
        ("audio/samples/play.gd", "first-party"),
        # editor and tools
        ("Assets/Editor/Builder.cs", "editor"),
        ("scenes/editor/level_editor.gd", "first-party"),
        ("addons/godotsteam/editor/updates/updates.gd", "editor"),
        ("addons/editor/editor.gd", "first-party"),
        ("addons/godotsteam/godotsteam.gd", "first-party"),
        ("tools/pack.py", "tool"),
        ("material_maker/tools/eraser.gd", "first-party"),
        ("docs/example.c", "tool"),
        ("SConstruct", "tool"),
        ("src/modules/SCsub", "tool"),
        ("src/find.cmake", "tool"),
        # build output
        ("build/CMakeCache.txt", "build-output"),
        ("scripts/build/wall.gd", "first-party"),  # a game in which one builds
        ("cmake-build-debug/a.o", "build-output"),
        ("cmake-builder/a.c", "first-party"),
        ("server/bin/Release/net8.0/server.dll", "build-output"),
        ("addons/steam/bin/libsteam.so", "first-party"),
        ("src/target/debugger.gd", "first-party"),
        ("rust/target/release/libgame.so", "build-output"),
        (".godot/imported/a.ctex", "build-output"),
        ("thirdparty/x/CMakeFiles/a.c", "build-output"),
        # Godot's test addons
        ("addons/gut/gut.gd", "test"),
        ("gut/feeling.gd", "first-party"),
    ],
)
def test_provenance(path: str, expected: Provenance) -> None:
    assert provenance(path) == expected


@pytest.mark.parametrize("table", [ANYWHERE, AT_TOP, ADDONS])
def test_names_are_lower_case_since_they_are_compared_so(table: dict[str, Provenance]) -> None:
    assert [name for name in table if name != name.lower()] == []


def test_no_name_stands_in_two_tables() -> None:
    assert ANYWHERE.keys() & AT_TOP.keys() == set()
