"""vcpkg, Conan, SCons, Meson, makefiles, configure.ac and .gitmodules: what they ask for, and bad input."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
from build_cases import said

from portlint.extractors.manifest.builds import conan, gitmodules, makefile, makefile_configure, meson, scons, vcpkg
from portlint.extractors.manifest.builds.vcpkg_platforms import platforms
from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.projects import builds
from portlint.projects.locate import Locator

WEB = ({"vcpkg(emscripten)", "vcpkg(wasm32)", "vcpkg(static)"}, {"vcpkg(windows)", "vcpkg(linux)", "vcpkg(osx)"})


@pytest.mark.parametrize(
    ("expression", "shown", "on_the_web"),
    [
        ("windows", "defined(vcpkg(windows))", False),
        ("!windows", "!defined(vcpkg(windows))", True),
        ("linux | emscripten", "defined(vcpkg(linux)) || defined(vcpkg(emscripten))", True),
        ("windows, linux", "defined(vcpkg(windows)) || defined(vcpkg(linux))", False),
        ("!(windows & !static) ", "!(defined(vcpkg(windows)) && !defined(vcpkg(static)))", True),
        ("!uwp & !emscripten", "!defined(vcpkg(uwp)) && !defined(vcpkg(emscripten))", False),
        ("not windows and static", "!defined(vcpkg(windows)) && defined(vcpkg(static))", True),
        ("arm & windows | wasm32", "(defined(vcpkg(arm)) && defined(vcpkg(windows))) || defined(vcpkg(wasm32))", True),
        ("xbox", "defined(vcpkg(xbox))", None),
    ],
)
def test_platform_expressions(expression: str, shown: str, on_the_web: bool | None) -> None:
    guard = platforms(expression)
    assert str(guard) == shown
    assert guard.holds(*WEB) is on_the_web


@pytest.mark.parametrize(
    "expression", ["", "&", "a b", "(a", "a)", "!", "a & ", "ä", "(" * 10_000 + "a", "!" * 10_000 + "a"]
)
def test_expressions_that_vcpkg_refuses(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]{1,200}\Z"):
        platforms(expression)


MANIFEST = {
    "name": "relay",
    "version-string": "1.2",
    "supports": "!emscripten",
    "dependencies": [
        "enet",
        {"name": "openssl", "version>=": "3.0", "platform": "!windows"},
        {"name": "vcpkg-cmake", "host": True},
    ],
    "default-features": ["tls"],
    "features": {"tls": {"dependencies": ["curl"]}, "db": {"supports": "linux", "dependencies": [{"name": "libpq"}]}},
}


def test_vcpkg() -> None:
    found = vcpkg.extract("vcpkg.json", json.dumps(MANIFEST, indent=1).encode())
    assert said(vcpkg, "vcpkg.json", json.dumps(MANIFEST, indent=1)) == [
        "setting vcpkg/name=relay 1.2 @2",
        "setting vcpkg/unsupported=relay !emscripten @4 [defined(vcpkg(emscripten))]",
        "package vcpkg/enet @6",
        "package vcpkg/openssl=3.0 @8 [!defined(vcpkg(windows))]",
        "package vcpkg/vcpkg-cmake @13",
        "package vcpkg/curl @23",
        "setting vcpkg/unsupported=relay[db] linux @27 [defined(vcpkg(feature=db)) && !defined(vcpkg(linux))]",
        "package vcpkg/libpq @30 [defined(vcpkg(feature=db))]",
    ]
    assert [edge.scope for edge in found.dependencies] == ["run", "run", "build", "run", "run"]


def test_silence_about_platforms_is_no_answer() -> None:
    assert said(vcpkg, "vcpkg.json", '{"name": "x"}') == ["setting vcpkg/name=x @1"]


RECIPE = """
class Relay(ConanFile):
    requires = "zlib/1.3.1", "enet/[>=1.3 <2]"
    tool_requires = ["cmake/3.30"]
    def requirements(self):
        self.requires("asio/1.32.0@user/stable#abc")
        if self.settings.os == "Windows":
            self.requires("b2/5.2")
        elif self.options.with_ssl and self.settings.os in ("Linux", "Macos"):
            self.requires("openssl/3.3")
        self.requires(f"x/{self.version}")
"""


def test_conan_recipe() -> None:
    assert said(conan, "conanfile.py", RECIPE) == [
        "package conan/zlib=1.3.1 @3",
        "package conan/enet=[>=1.3 <2] @3",
        "package conan/cmake=3.30 @4",
        "package conan/asio=1.32.0 @6",
        "package conan/b2=5.2 @8 [defined(conan(os=Windows))]",
        "package conan/openssl=3.3 @10 [!defined(conan(os=Windows)) && defined(conan(option=with_ssl)) && "
        "(defined(conan(os=Linux)) || defined(conan(os=Macos)))]",
    ]
    assert "self.requires(f'x/{self.version}')" in conan.extract("conanfile.py", RECIPE.encode()).partly


def test_conan_text() -> None:
    text = (
        "[requires]\nasio/1.32.0\n# no/1.0\nsfml/2.6.2\n[options]\nsfml/*:shared=False\n[tool_requires]\ncmake/3.30\n"
    )
    found = conan.extract("conanfile.txt", text.encode())
    assert said(conan, "conanfile.txt", text) == [
        "package conan/asio=1.32.0 @2",
        "package conan/sfml=2.6.2 @4",
        "package conan/cmake=3.30 @8",
    ]
    assert [edge.scope for edge in found.dependencies] == ["run", "run", "build"]
    assert found.components[0].purl == "pkg:conan/asio@1.32.0"


SCONSTRUCT = """
env = SConscript("godot-cpp/SConstruct")
if env["platform"] == "windows":
    env.Append(LIBS=["ws2_32", "winmm"])
elif env["platform"] in ["linux", "macos"]:
    env.Append(LIBS=["pthread"], LINKFLAGS=["-framework", "Cocoa"])
    env.ParseConfig("pkg-config enet --cflags --libs")
elif env["platform"] == "web":
    env.Append(LINKFLAGS=["-sUSE_PTHREADS=1"])
env["LIBS"] += [opus]
library = env.SharedLibrary("bin/libvoice", source=Glob("src/*.cpp"))
"""


def test_scons() -> None:
    rest = "!defined(scons(platform=windows)) && "
    unix = f"{rest}(defined(scons(platform=linux)) || defined(scons(platform=macos)))"
    web = f"{rest}!(defined(scons(platform=linux)) || defined(scons(platform=macos))) && defined(scons(platform=web))"
    assert said(scons, "SConstruct", SCONSTRUCT) == [
        "links ws2_32 @4 [defined(scons(platform=windows))]",
        "links winmm @4 [defined(scons(platform=windows))]",
        f"links pthread @6 [{unix}]",
        f"links Cocoa @6 [{unix}]",
        f"package pkgconfig/enet @7 [{unix}]",
        f"setting emscripten/USE_PTHREADS=1 @9 [{web}]",
        "setting scons/target=bin/libvoice SharedLibrary @11",
    ]
    assert "LIBS=[opus]" in scons.extract("SConstruct", SCONSTRUCT.encode()).partly


MESON = """
project('relay', 'c')
system = host_machine.system()
if system == 'windows'
  deps += cc.find_library('ws2_32')
elif host_machine.system() in ['linux', 'freebsd'] and get_option('voice')
  deps += dependency('libopus', version: '>=1.3')
else
  deps += dependency('threads')
endif
extra = dependency('sdl2', required: false)
# dependency('no')
executable('relay', 'main.c',
  dependencies: deps)
"""


def test_meson() -> None:
    windows = "defined(meson(windows))"
    other = "(defined(meson(linux)) || defined(meson(freebsd))) && defined(meson(option=voice))"
    assert said(meson, "meson.build", MESON) == [
        f"links ws2_32 @5 [{windows}]",
        f"package meson/libopus=>=1.3 @7 [!{windows} && {other}]",
        f"package meson/threads @9 [!{windows} && !({other})]",
        "package meson/sdl2 @11 [meson: sdl2 is found]",
        "setting meson/target=relay executable @13",
    ]


def test_wrap() -> None:
    text = "[wrap-file]\ndirectory = enet-1.3.18\nwrapdb_version = 1.3.18-1\n[provide]\nlibenet = enet_dep\n"
    assert said(meson, "subprojects/enet.wrap", text) == ["package wrapdb/enet=1.3.18 @1"]


MAKEFILE = """
CC ?= emcc
ifeq ($(OS),Windows_NT)
LDLIBS += -lws2_32 -lwinmm
else ifneq ($(UNAME_S), Darwin)
LDLIBS += -lpthread \\
  -lrt
else
LDLIBS += -framework CoreAudio
endif
ifdef SSL
LDLIBS += $(shell pkg-config --libs openssl zlib) # -lno
endif
web:
\tif true; then echo -n; else x; fi
\tgcc -I/usr/x-lib -o x -L. -s USE_SDL=2 -pthread
"""


def test_makefile() -> None:
    windows = "defined(make(OS=Windows_NT))"
    assert said(makefile, "Makefile", MAKEFILE) == [
        "setting build/emscripten @2",
        f"links ws2_32 @4 [{windows}]",
        f"links winmm @4 [{windows}]",
        f"links pthread @6 [!{windows} && !defined(make(UNAME_S=Darwin))]",
        f"links rt @6 [!{windows} && !defined(make(UNAME_S=Darwin))]",
        f"links CoreAudio @9 [!{windows} && defined(make(UNAME_S=Darwin))]",
        "package pkgconfig/openssl @12 [defined(make(SSL))]",
        "package pkgconfig/zlib @12 [defined(make(SSL))]",
        "setting emscripten/USE_SDL=2 @16",
        "setting build/pthread @16",
    ]


def test_configure() -> None:
    text = (
        "AC_CHECK_LIB([ws2_32], [main])\ndnl AC_CHECK_LIB([no], [x])\nAC_SEARCH_LIBS([dlopen], [dl dld])\n"
        "PKG_CHECK_MODULES([X], [sdl2 >= 2.0 zlib])\nPKG_CHECK_MODULES(O, opus, [HAVE=1], [HAVE=0])\n"
    )
    assert said(makefile_configure, "configure.ac", text) == [
        "links ws2_32 @1 [configure finds ws2_32]",
        "links dl @3 [configure finds dl]",
        "links dld @3 [configure finds dld]",
        "package pkgconfig/sdl2=>=2.0 @4",
        "package pkgconfig/zlib @4",
        "package pkgconfig/opus @5 [configure finds opus]",
    ]


def test_gitmodules() -> None:
    text = (
        '[submodule "enet"]\n\tpath = lib/enet\n\turl = git@github.com:lsalzman/enet.git\n'
        '[submodule "x"]\n\tpath = x\n\turl = https://gitlab.com/a/x\n[submodule "y"]\n\tpath = y\n\turl = ../y.git\n'
    )
    assert said(gitmodules, ".gitmodules", text) == [
        "setting git/submodule=lib/enet @2",
        "package github/lsalzman/enet @3",
        "setting git/submodule=x @5",
        "package git/gitlab.com/a/x @6",
        "setting git/submodule=y @8",
    ]


DEEP = 100_000


@pytest.mark.parametrize(
    ("reader", "path", "text"),
    [
        (vcpkg, "vcpkg.json", "[]"),
        (vcpkg, "vcpkg.json", "{" * DEEP),
        (vcpkg, "vcpkg.json", '{"name": "x", "supports": "a &"}'),
        (conan, "conanfile.txt", "zlib/1.3"),
        (conan, "conanfile.py", "print 'x'"),
        (conan, "conanfile.py", "x = " + "(" * DEEP),
        (conan, "conanfile.py", "x = " + "-" * DEEP + "1"),
        (conan, "conanfile.py", "x = a" + ".b" * DEEP),
        (conan, "conanfile.py", "x = " + "1+" * DEEP + "1"),
        (conan, "conanfile.py", "x = " + "not " * DEEP + "1"),
        (scons, "SConstruct", "if a:\n pass\n" + "elif b:\n pass\n" * 20_000),
        (scons, "SConstruct", "\0"),
        (meson, "meson.build", "if true"[:2] + " (\n"),
        (meson, "meson.build", "x = 'never closed\n"),
        (meson, "meson.build", "endif"),
        (meson, "meson.build", "(" * DEEP),
        (meson, "meson.build", "if a\n" * 200),
        (meson, "subprojects/x.wrap", "no section"),
        (meson, "subprojects/x.wrap", "[provide]\n"),
        (makefile, "Makefile", "endif\n"),
        (makefile, "Makefile", "else\n"),
        (makefile, "Makefile", "ifdef A\n" * 200),
        (gitmodules, ".gitmodules", "what"),
        (gitmodules, ".gitmodules", "<<<<<<< ours\n"),
    ],
)
def test_bad_input_costs_one_line(reader: ModuleType, path: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        reader.extract(path, text.encode())


def test_the_graph_has_each_package_once() -> None:
    files = {
        "CMakeLists.txt": (
            "find_package(ZLIB)\nadd_executable(server main.c)\ntarget_link_libraries(server ZLIB::ZLIB net ws2_32)\n"
        ),
        "net/CMakeLists.txt": "add_library(net net.c)\nif(WIN32)\ntarget_link_libraries(net OpenSSL::SSL)\nendif()",
        "tests/CMakeLists.txt": (
            "find_package(Catch2)\nadd_executable(unit t.c)\ntarget_link_libraries(unit Catch2::Catch2)\n"
        ),
    }
    read = {path: builds.cmake.extract(path, text.encode()) for path, text in files.items()}
    read["vcpkg.json"] = vcpkg.extract("vcpkg.json", b'{"dependencies": ["zlib", "openssl"]}')
    gitlinks = '[submodule "e"]\n\tpath = enet\n\turl = https://github.com/lsalzman/enet\n'
    read[".gitmodules"] = gitmodules.extract(".gitmodules", gitlinks.encode())
    read["enet/host.c"] = Extraction()
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    project = Project(".", "native")
    components["project:."] = Component("project:.", "project", "relay", ".")
    builds.add(read, Locator([project]), components, edges)
    assert sorted(components) == [
        "module:CMakeLists.txt#server",
        "module:net/CMakeLists.txt#net",
        "module:tests/CMakeLists.txt#unit",
        "package:cmake/Catch2",
        "package:vcpkg/openssl",
        "package:vcpkg/zlib",
        "project:.",
    ]
    assert components["package:cmake/Catch2"].provenance == "test"
    arrows = {(edge.source, edge.target, edge.scope, str(edge.condition)) for edge in edges}
    server, net = "module:CMakeLists.txt#server", "module:net/CMakeLists.txt#net"
    assert {
        (server, net, "run", "true"),
        (server, "package:vcpkg/zlib", "run", "true"),
        ("project:.", "package:vcpkg/zlib", "run", "true"),
        (net, "package:vcpkg/openssl", "run", "defined(cmake(WIN32))"),
        ("module:tests/CMakeLists.txt#unit", "package:cmake/Catch2", "test", "true"),
    } <= arrows
