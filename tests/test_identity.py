"""Which SDK a binary is: from its name, from what it offers, from what it says of itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portlint.catalog.identity import Identity, contains, identify, purl
from portlint.catalog.identity_names import plain_names
from portlint.catalog.packages import load_packages
from portlint.extractors.binary.marks import extra_settings
from portlint.model.fact import Fact, FactKind, Location

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
PACKAGES = {package.id: package for package in load_packages()}


def _facts(exports: list[str] | None = None, **settings: str) -> list[Fact]:
    place = Location("lib")

    def fact(kind: FactKind, name: str, value: str = "") -> Fact:
        return Fact(kind, name, place, "elf", value=value)

    return [
        *(fact("export", name) for name in exports or ()),
        *(fact("setting", f"binary/{name}", value) for name, value in settings.items()),
    ]


def _said(found: Identity | None) -> tuple[str, str, str] | None:
    return (found.package.id, found.by, found.confidence) if found else None


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("addons/godotsteam/win64/steam_api64.dll", "steamworks"),
        ("Plugins/steam_api.dll", "steamworks"),
        ("linux64/libsteam_api.so", "steamworks"),
        ("Plugins/steam_api.bundle/Contents/MacOS/libsteam_api.dylib", "steamworks"),
        ("sdkencryptedappticket64.dll", "steamworks"),
        ("Assets/Plugins/Facepunch.Steamworks.Win64.dll", "facepunch-steamworks"),
        ("Assets/Plugins/Facepunch.Steamworks.Posix.dll", "facepunch-steamworks"),
        ("EOSSDK-Win64-Shipping.dll", "eos-sdk"),
        ("libEOSSDK-Linux-Shipping.so", "eos-sdk"),
        ("libEOSSDK-Mac-Shipping.dylib", "eos-sdk"),
        ("Galaxy64.dll", "gog-galaxy"),
        ("discord_game_sdk.dll", "discord-game-sdk"),
        ("windows/discord_game_sdk_x86.dll", "discord-game-sdk"),
        ("discord_game_sdk_binding_debug.dll", "discord-rpc-godot"),
        ("discord-rpc.dll", "discord-rpc"),
        ("discord_partner_sdk.dll", "discord-social-sdk"),
        ("fmodL.dll", "fmod"),
        ("libfmodstudio.so.13", "fmod"),
        ("lib/libfmodstudioL.so.13.6", "fmod"),
        ("libfmod.dylib", "fmod"),
        ("x86_64/AkSoundEngine.dll", "wwise"),
        ("libAkSoundEngine.so", "wwise"),
        ("PhysX_64.dll", "physx"),
        ("PhysXCommon_64.dll", "physx"),
        ("nvngx_dlss.dll", "dlss"),
        ("soft_oal.dll", "openal-soft"),
        ("OpenAL32.dll", "openal-soft"),
        ("libopenal.so.1.19.1", "openal-soft"),
        ("SDL2.dll", "sdl2"),
        ("libSDL2-2.0.so.0", "sdl2"),
        ("macos/libSDL2-2.0.0.dylib", "sdl2"),
        ("SDL2.framework/Versions/A/SDL2", "sdl2"),
        ("libSDL3.so.0", "sdl3"),
        ("SDL2_net.dll", "sdl2-net"),
        ("glfw3.dll", "glfw"),
        ("libssl-3-x64.dll", "openssl"),
        ("libcrypto-1_1-x64.dll", "openssl"),
        ("avcodec-59.dll", "ffmpeg"),
        ("vulkan-1.dll", "vulkan"),
        ("openvr_api.dll", "openvr"),
        ("xinput1_4.dll", "xinput"),
        ("d3dcompiler_47.dll", "directx"),
        ("mono-2.0-bdwgc.dll", "mono"),
        ("FirebaseCppApp-11_0_0.so", "firebase-unity"),
        ("libgodotsteam.windows.template_release.x86_64.dll", "godotsteam"),
        ("~libgodotsteam.windows.template_debug.x86_64.dll", "godotsteam"),
        ("boost_fiber-vc142-mt-x64-1_74.dll", "boost-fiber"),
        ("libxlua.so", "xlua"),
        ("Newtonsoft.Json.dll", "newtonsoft-json"),
        ("lua54.dll", "lua"),
        ("lua51.dll", "luajit"),
    ],
)
def test_file_names(path: str, package: str) -> None:
    assert _said(identify((), path)) == (package, "file-name", "medium")


@pytest.mark.parametrize(
    "path",
    [
        "steam.dll",
        "libsteam.so",
        "steam_api_wrapper.dll",
        "libgame.so",
        "mysdl2.dll",
        "SDL2game.dll",
        "physics.dll",
        "GalaxyMap.dll",
        "discord.dll",
        "libavocado.so",
        "native.dll",
        "64.dll",
        ".so",
        "",
    ],
)
def test_names_that_only_look_like_one(path: str) -> None:
    assert identify((), path) is None


# Names that the library in question exports, as `nm -D` and the PE export table of published builds show them.
STEAM = ["SteamAPI_Init", "SteamAPI_Shutdown", "SteamAPI_RunCallbacks", "SteamInternal_CreateInterface"]
SDL2 = ["SDL_RWFromFile", "SDL_CreateRGBSurface", "SDL_Init", "SDL_Quit"]
OWN = ["game_init", "game_step", "game_draw", "game_load", "game_save", "game_quit"]


@pytest.mark.parametrize(
    ("exports", "package"),
    [
        (STEAM, "steamworks"),
        (SDL2, "sdl2"),
        (["SDL_IOFromFile", "SDL_CreateSurfaceFrom", "SDL_Init"], "sdl3"),
        (["SDL_SetVideoMode", "SDL_WM_SetCaption", "SDL_Init"], "sdl1"),
        (["EOS_Initialize", "EOS_Platform_Create", "EOS_Platform_Tick", "EOS_Shutdown"], "eos-sdk"),
        (["FMOD_System_Create", "FMOD_System_Init", "FMOD_Memory_Initialize"], "fmod"),
        (["DiscordCreate", "DiscordVersion", "rust_eh_personality"], "discord-game-sdk"),
        (["alcOpenDevice", "alcCreateContext", "alGenSources", "alSourcePlay", "alBufferData"], "openal-soft"),
        (["VR_InitInternal2", "VR_ShutdownInternal", "VR_GetGenericInterface", "VRPaths"], "openvr"),
        (["luaJIT_setmode", "luaopen_jit", "luaopen_ffi", "lua_newstate", "luaL_newstate"], "luajit"),
        (["lua_newstate", "luaL_newstate", "lua_pcallk"], "lua"),
        (["sqlite3_open", "sqlite3_open_v2", "sqlite3_exec", "sqlite3_prepare_v2"], "sqlite"),
        (["godotsteam_init"], "godotsteam"),
        (["InitWindow", "BeginDrawing", "EndDrawing", "WindowShouldClose", "LoadTexture"], "raylib"),
    ],
)
def test_a_renamed_file_is_found_by_what_it_offers(exports: list[str], package: str) -> None:
    assert _said(identify(_facts(exports), "bin/thirdparty.dll")) == (package, "exports", "high")


@pytest.mark.parametrize(
    ("exports", "path"),
    [
        (["InitWindow", *OWN], "game.dll"),  # a homonym of raylib's
        (["SteamAPI_Init", *OWN], "game.dll"),  # one name of a prefix
        ([*(f"engine_{n}" for n in range(400)), *SDL2], "game"),  # SDL is linked into it, it is not SDL
        (OWN, "game.dll"),
    ],
)
def test_exports_that_do_not_make_it_one(exports: list[str], path: str) -> None:
    assert identify(_facts(exports), path) is None


def test_a_name_and_exports_that_agree_are_sure() -> None:
    exports = [*(f"engine_{n}" for n in range(400)), *SDL2]
    assert _said(identify(_facts(exports), "SDL2.dll")) == ("sdl2", "exports", "high")


def test_what_is_linked_into_a_file_is_contained() -> None:
    exports = [*(f"engine_{n}" for n in range(400)), *SDL2]
    facts = _facts(exports, mark="SQLite format 3")
    assert [package.id for package in contains(facts)] == ["sdl2", "sqlite"]
    assert identify(facts, "game") is None


def test_exports_beat_a_name_that_lies() -> None:
    assert _said(identify(_facts(SDL2), "steam_api64.dll")) == ("sdl2", "exports", "high")


def test_a_projects_own_library_under_a_known_name_is_doubted() -> None:
    assert _said(identify(_facts(OWN), "steam_api.dll")) == ("steamworks", "file-name", "low")
    assert _said(identify(_facts(OWN, soname="steam_api.dll"), "steam_api.dll")) == ("steamworks", "soname", "low")


@pytest.mark.parametrize("path", ["bin/newton.exe", "build/mirror", "crashpad_handler"])
def test_a_programs_name_says_little(path: str) -> None:
    found = identify((), path)
    assert found and found.confidence == "low"


def test_x11_ice_is_not_zeroc_ice() -> None:
    assert identify(_facts(["IceOpenConnection"], soname="libICE.so.6"), "libICE.so.6.3.0") is None
    assert _said(identify(_facts(["ICEregisterIceWS", "ICEregisterIceUDP"]), "libIce.so.3.7")) == (
        "ice",
        "exports",
        "high",
    )


def test_a_mark_supports_a_name() -> None:
    facts = _facts(OWN, mark="[S_API] SteamAPI_Init()")
    assert _said(identify(facts, "steam_api.dll")) == ("steamworks", "mark", "high")
    assert _said(identify(facts, "shim.dll")) == ("steamworks", "mark", "medium")


def test_a_renamed_file_is_found_by_its_soname() -> None:
    assert _said(identify(_facts(soname="libIrrlicht.so.1.8"), "engine.so")) == ("irrlicht", "soname", "high")


def test_an_assembly_is_found_by_its_name_and_has_its_version() -> None:
    found = identify(_facts(product="Facepunch.Steamworks.Win64", version="2.3.3.0"), "Plugins/fp.dll")
    assert _said(found) == ("facepunch-steamworks", "product", "high")
    assert found and (found.version, found.purl) == ("2.3.3.0", "pkg:nuget/Facepunch.Steamworks@2.3.3.0")


@pytest.mark.parametrize(
    ("package", "version", "expected"),
    [
        ("steamworks", "", "pkg:generic/steamworks"),
        ("sdl2", "2.26.5", "pkg:generic/sdl2@2.26.5"),
        ("steamworks-net", "", "pkg:upm/com.rlabrecque.steamworks.net"),
        ("better-sqlite3", "11.0.0 beta", "pkg:npm/better-sqlite3@11.0.0%20beta"),
        ("godotsteam", "", "pkg:generic/godotsteam"),
    ],
)
def test_package_urls(package: str, version: str, expected: str) -> None:
    assert purl(PACKAGES[package], version) == expected


def test_the_names_a_file_may_mean() -> None:
    assert list(plain_names("a/libSDL2-2.0.so.0")) == ["libsdl2-2.0", "sdl2-2.0", "sdl2"]
    assert list(plain_names("EOSSDK-Win64-Shipping.dll")) == ["eossdk-win64-shipping", "eossdk"]
    assert list(plain_names("b\\steam_api64.dll")) == ["steam_api64", "steam_api"]


@pytest.mark.parametrize(
    "path",
    [
        "straif/addons/godotsteam/linux64/libsteam_api.so",
        "straif/addons/godotsteam/win64/steam_api64.dll",
        "straif/addons/godotsteam/osx/libsteam_api.dylib",
        "material-maker/addons/godotsteam/win32/steam_api.dll",
    ],
)
def test_marks_of_real_libraries(path: str) -> None:
    file = CORPUS / path
    if not file.is_file():
        pytest.skip("not in PORTLINT_CORPUS")
    facts = _facts(mark=dict(extra_settings(file.read_bytes()))["binary/mark"])
    assert _said(identify(facts, "renamed.bin")) == ("steamworks", "mark", "medium")
