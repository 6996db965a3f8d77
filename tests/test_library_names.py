"""Names of system libraries and of P/Invokes speak: which rule, and which names say nothing."""

from __future__ import annotations

import pytest

from portlint.catalog import load_catalog
from portlint.judge.matching import Matcher
from portlint.model.fact import Fact, FactKind, Location

MATCHER = Matcher(load_catalog().rules.values())


@pytest.mark.parametrize(
    ("language", "kind", "name", "library", "rule"),
    [
        ("dotnet", "symbol", "CreateProcessW", "kernel32.dll", "process-spawn"),
        ("dotnet", "symbol", "MessageBox", "user32", "native-dialog"),  # the run time looks for MessageBoxW, too
        ("dotnet", "symbol", "MessageBox", "libgui.so", ""),  # elsewhere it does not
        ("pe", "symbol", "MessageBox", "user32.dll", ""),  # and a linker never did
        ("dotnet", "may-load", "user32", "", "windows-window"),
        ("dotnet", "may-load", "user32.dll", "", "windows-window"),
        ("dotnet", "may-load", "kernel32", "", ""),
        ("dotnet", "may-load", "ws2_32", "", "winsock"),
        ("dotnet", "may-load", "steam_api64", "", "steamworks"),
        ("dotnet", "may-load", "xinput1_4.dll", "", "gamepad-driver"),
        ("dotnet", "may-load", "__Internal", "", ""),
        ("dotnet", "may-load", "libX11", "", "x11-window"),
        ("dotnet", "may-load", "asound", "", "linux-audio"),
        ("dotnet", "may-load", "/System/Library/Frameworks/AppKit.framework/AppKit", "", "apple-window"),
        ("pe", "may-load", "d3d11.dll", "", "direct3d"),
        ("pe", "may-load", "d3d11", "", ""),
        ("macho", "may-load", "Metal", "", "metal"),
        ("c", "may-load", "libX11.so.6", "", ""),  # what source code opens is another matter
    ],
)
def test_rules_that_speak(language: str, kind: FactKind, name: str, library: str, rule: str) -> None:
    chosen = MATCHER.first(Fact(kind, name, Location("a"), language, value=library))
    assert (chosen[0].id if chosen else "") == rule


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("winsock", "ws2_32.dll wsock32.dll"),
        ("direct3d", "d3d8.dll d3d9.dll d3d10.dll d3d11.dll d3d12.dll dxgi.dll d3dx9_43.dll d3dcompiler_47.dll"),
        ("gamepad-driver", "xinput1_3.dll xinput1_4.dll xinput9_1_0.dll dinput8.dll libudev.so.1"),
        ("windows-audio", "dsound.dll xaudio2_7.dll xaudio2_9.dll winmm.dll"),
        ("desktop-opengl", "opengl32.dll libGL.so.1 OpenGL"),
        ("opengl-es", "libEGL.so.1 libGLESv2.so.2"),
        ("vulkan", "vulkan-1.dll libvulkan.so.1"),
        ("windows-window", "user32.dll gdi32.dll"),
        ("native-input", "setupapi.dll hid.dll IOKit GameController"),
        ("system-random", "bcrypt.dll"),
        ("core-audio", "CoreAudio AudioToolbox"),
        ("metal", "Metal"),
        ("apple-window", "AppKit Cocoa"),
        ("x11-window", "libX11.so.6 libXrandr.so.2 libXfixes.so.3 libxcb.so.1"),
        ("wayland-window", "libwayland-client.so.0"),
        ("linux-audio", "libasound.so.2 libpulse.so.0"),
        ("message-queue", "libdbus-1.so.3"),
        ("", "kernel32.dll msvcrt.dll vcruntime140.dll libc.so.6 libm.so.6 libSystem.B.dylib xinput.txt"),
    ],
)
def test_libraries_that_speak(rule: str, names: str) -> None:
    for name in names.split():
        chosen = MATCHER.first(Fact("links", name, Location("a"), "pe"))
        assert (chosen[0].id if chosen else "") == rule, name
