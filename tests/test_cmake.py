"""CMake files: what they link and look for, under which conditions; bad input costs one line."""

from __future__ import annotations

import pytest
from build_cases import said

from portlint.extractors.manifest.builds import cmake
from portlint.extractors.manifest.builds.cmake_conditions import condition
from portlint.extractors.manifest.builds.cmake_lexer import Argument, commands
from portlint.model.guard import Guard

FILE = "CMakeLists.txt"
WEB = ({"cmake(EMSCRIPTEN)", "cmake(UNIX)", "cmake(CMAKE_SYSTEM_NAME=Emscripten)"}, {"cmake(WIN32)", "cmake(APPLE)"})


def links(text: str) -> list[str]:
    return [line.removeprefix("links ") for line in said(cmake, FILE, text) if line.startswith("links ")]


def guard_of(text: str, **known: str) -> Guard:
    return condition(commands(f"if({text})")[0].arguments, known.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WIN32", "defined(cmake(WIN32))"),
        ("NOT WIN32", "!defined(cmake(WIN32))"),
        ("UNIX AND NOT APPLE", "defined(cmake(UNIX)) && !defined(cmake(APPLE))"),
        ("WIN32 OR APPLE AND MSVC", "(defined(cmake(WIN32)) || defined(cmake(APPLE))) && defined(cmake(MSVC))"),
        ("WIN32 OR (APPLE AND MSVC)", "defined(cmake(WIN32)) || (defined(cmake(APPLE)) && defined(cmake(MSVC)))"),
        ('CMAKE_SYSTEM_NAME STREQUAL "Windows"', "defined(cmake(CMAKE_SYSTEM_NAME=Windows))"),
        ('"${CMAKE_SYSTEM_NAME}" STREQUAL "Linux"', "defined(cmake(CMAKE_SYSTEM_NAME=Linux))"),
        ('"x86" STREQUAL "${CMAKE_SYSTEM_PROCESSOR}"', "defined(cmake(CMAKE_SYSTEM_PROCESSOR=x86))"),
        (
            'CMAKE_SYSTEM_NAME MATCHES "^(Linux|FreeBSD)$"',
            "defined(cmake(CMAKE_SYSTEM_NAME=Linux)) || defined(cmake(CMAKE_SYSTEM_NAME=FreeBSD))",
        ),
        ("DEFINED EMSCRIPTEN", "defined(cmake(EMSCRIPTEN))"),
        ("USE_ENET", "defined(cmake(USE_ENET))"),
        ("ON", "true"),
        ("FALSE", "false"),
        ("0 AND WIN32", "false"),
        ('"${FOO}"', "defined(cmake(FOO))"),
        ("FOO-NOTFOUND", "false"),
        ("TARGET enet", "cmake: TARGET enet"),
        ("CMAKE_VERSION VERSION_LESS 3.20", "cmake: CMAKE_VERSION VERSION_LESS 3.20"),
        ("SIZEOF_INT LESS 4", "cmake: SIZEOF_INT LESS 4"),
        ('CMAKE_SYSTEM_NAME MATCHES "(?:Linux)+"', "cmake: CMAKE_SYSTEM_NAME MATCHES (?:Linux)+"),
        ("NOT", "cmake: NOT"),
    ],
)  # fmt: skip
def test_condition(text: str, expected: str) -> None:
    assert str(guard_of(text)) == expected


def test_a_bracket_without_its_pair_stays_in_words() -> None:
    assert str(condition((Argument("(", 1), Argument("WIN32", 1)), {}.get)) == "cmake: ( WIN32"


def test_a_variable_with_one_literal_value_is_settled() -> None:
    assert guard_of("USE_ENET", USE_ENET="OFF").op == "false"
    assert guard_of('BACKEND STREQUAL "enet"', BACKEND="enet").op == "true"
    assert guard_of('BACKEND STREQUAL "enet"', BACKEND="raknet").op == "false"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('set(SUFFIX "")\ntarget_link_libraries(a enet${SUFFIX})', ["enet @2"]),
        ("target_link_libraries(a PRIVATE ws2_32 winmm)", ["ws2_32 @1", "winmm @1"]),
        ("target_link_libraries(a -lm -pthread)", ["m @1", "pthread @1"]),
        ('target_link_libraries(a "-framework Cocoa")', ["Cocoa @1"]),
        ("target_link_libraries(a /usr/lib/libenet.so.7 lib/libfmod.a)", ["enet @1", "fmod @1"]),
        ("target_link_libraries(a ${CMAKE_DL_LIBS} Threads::Threads)", ["dl @1", "Threads::Threads @1"]),
        ("target_link_libraries(a -Wl,--as-needed debug x optimized y)", ["x @1", "y @1"]),
        ("if(WIN32)\ntarget_link_libraries(a ws2_32)\nendif()", ["ws2_32 @2 [defined(cmake(WIN32))]"]),
        ("if(EMSCRIPTEN)\nelse()\ntarget_link_libraries(a ssl)\nendif()", ["ssl @3 [!defined(cmake(EMSCRIPTEN))]"]),
        (
            "if(WIN32)\nelseif(APPLE)\ntarget_link_libraries(a x)\nelse()\ntarget_link_libraries(a rt)\nendif()",
            [
                "x @3 [!defined(cmake(WIN32)) && defined(cmake(APPLE))]",
                "rt @5 [!defined(cmake(WIN32)) && !defined(cmake(APPLE))]",
            ],
        ),
        (
            "target_link_libraries(a $<$<PLATFORM_ID:Windows>:ws2_32>)",
            ["ws2_32 @1 [defined(cmake(CMAKE_SYSTEM_NAME=Windows))]"],
        ),
        ("target_link_libraries(a $<BUILD_INTERFACE:enet>)", ["enet @1"]),
        ("set(L ws2_32)\ntarget_link_libraries(a ${L})", ["ws2_32 @2"]),
        (
            "set(L)\nif(WIN32)\nlist(APPEND L ws2_32)\nendif()\ntarget_link_libraries(a ${L})",
            ["ws2_32 @5 [defined(cmake(WIN32))]"],
        ),
        (
            "set(L pthread)\nif(WIN32)\nset(L ws2_32)\nendif()\ntarget_link_libraries(a ${L})",
            ["pthread @5 [!defined(cmake(WIN32))]", "ws2_32 @5 [defined(cmake(WIN32))]"],
        ),
        ("foreach(l m rt)\ntarget_link_libraries(a ${l})\nendforeach()", ["m @2", "rt @2"]),
        ("if(EMSCRIPTEN)\nreturn()\nendif()\nlink_libraries(ssl)", ["ssl @4 [!defined(cmake(EMSCRIPTEN))]"]),
        ("if(OFF)\nlink_libraries(ssl)\nendif()", []),
        ("find_library(M NAMES m libm)\ntarget_link_libraries(a ${M})", ["m @2"]),
        ("# target_link_libraries(a x)\n#[[ target_link_libraries(a y)\n]]", []),
        ('message("target_link_libraries(a x)")', []),
        ("add_library(enet host.c)\ntarget_link_libraries(a enet)", []),
    ],
)  # fmt: skip
def test_links(text: str, expected: list[str]) -> None:
    assert links(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("find_package(OpenSSL 3.0 REQUIRED)", ["package cmake/OpenSSL=3.0 @1"]),
        ("find_package(Git)", []),
        ("if(USE_ENET)\nfind_package(enet)\nendif()", ["package cmake/enet @2 [defined(cmake(USE_ENET))]"]),
        (
            "pkg_check_modules(X REQUIRED IMPORTED_TARGET libenet>=1.3 zlib)",
            ["package pkgconfig/libenet=>=1.3 @1", "package pkgconfig/zlib @1"],
        ),
        ("FetchContent_Declare(asio GIT_REPOSITORY u GIT_TAG v1.2.3)", ["package cmake/asio=1.2.3 @1"]),
        ('CPMAddPackage("gh:fmtlib/fmt#7.1.3")', ["package cmake/fmt=7.1.3 @1"]),
        ("CPMAddPackage(NAME fmt VERSION 7.1 GITHUB_REPOSITORY fmtlib/fmt)", ["package cmake/fmt=7.1 @1"]),
        ("find_package(${WHAT})", []),
    ],
)
def test_packages(text: str, expected: list[str]) -> None:
    assert said(cmake, FILE, text) == expected


def test_settings() -> None:
    text = (
        'option(WITH_VOICE "voice chat" ON)\nadd_executable(server WIN32 main.cpp net/udp.c)\n'
        'if(EMSCRIPTEN)\ntarget_link_options(server PRIVATE -sPROXY_TO_PTHREAD=1 "SHELL:-s USE_PTHREADS=1" -pthread)\n'
        "endif()\n"
        "if(NOT WIN32 AND NOT APPLE)\nmessage(FATAL_ERROR unknown system)\nendif()\n"
        "if(NOT FOO_FOUND)\nmessage(FATAL_ERROR no foo)\nendif()\n"
    )
    web = " [defined(cmake(EMSCRIPTEN))]"
    assert said(cmake, FILE, text) == [
        "setting cmake/option=WITH_VOICE=ON @1",
        "setting cmake/program=server @2",
        "setting cmake/source=main.cpp @2",
        "setting cmake/source=net/udp.c @2",
        "setting build/emscripten @3",
        f"setting emscripten/PROXY_TO_PTHREAD=1 @4{web}",
        f"setting emscripten/USE_PTHREADS=1 @4{web}",
        f"setting build/pthread @4{web}",
        "setting cmake/refuses=unknown system @7 [!defined(cmake(WIN32)) && !defined(cmake(APPLE))]",
    ]


def test_a_refusal_holds_where_no_branch_does() -> None:
    fact = cmake.extract(FILE, b"if(WIN32)\nelseif(APPLE)\nelse()\nmessage(FATAL_ERROR x)\nendif()").facts[0]
    assert fact.guard.holds(*WEB) is True
    assert fact.guard.holds({"cmake(WIN32)"}, set()) is False


def test_edges_name_the_target_and_the_package_of_its_variables() -> None:
    text = (
        "find_package(CURL)\nadd_library(net STATIC net.c)\nadd_executable(server main.c)\n"
        "target_link_libraries(server net ${CURL_LIBRARIES} OpenSSL::SSL ${OTHER_THINGS})"
    )
    found = cmake.extract(FILE, text.encode())
    server = f"module:{FILE}#server"
    assert [edge.target for edge in found.dependencies if edge.source == server] == [
        f"module:{FILE}#net",
        "package:cmake/CURL",
        "links:OpenSSL::SSL",
    ]
    assert found.partly == "only the build itself would tell: ${OTHER_THINGS}"


@pytest.mark.parametrize(
    "text",
    [
        "add_library(a",
        'add_library(a "b)',
        "set(A [=[x)",
        "#[[ never closed",
        "else()",
        "endif()",
        "<<<<<<< ours\nset(A 1)",
        "?()",
        "set(A \x00)",
        "set(" * 300,
        "if(A)\n" * 1000,
        "set(" + "(" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_bad_input_costs_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        cmake.extract(FILE, text.encode())


def test_doubling_variables_stay_small() -> None:
    text = "set(A xxxxxxxxxx)\n" + 'set(A "${A}${A}")\n' * 200 + "list(APPEND L a b)\n" + "list(APPEND L ${L})\n" * 200
    found = cmake.extract(FILE, f"{text}target_link_libraries(t ${{L}} ${{A}})".encode())
    assert len(found.facts) < 10


def test_many_returns_stay_small() -> None:
    """The guard is what no return() took, not that twice for each of them."""
    text = "".join(f"if(O{n})\nreturn()\nendif()\n" for n in range(40))
    (found,) = cmake.extract(FILE, f"{text}target_link_libraries(t z)".encode()).facts
    assert str(found.guard).count("O") == 40


def test_many_conditions_around_one_variable_are_given_up() -> None:
    text = "".join(f"if(O{n})\nset(L lib{n})\nendif()\n" for n in range(500))
    found = cmake.extract(FILE, f"{text}target_link_libraries(t ${{L}})".encode())
    assert found.partly or len(found.facts) <= 24


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("CMakeLists.txt", True),
        ("cmake/Options.cmake", True),
        ("cmake/FindENet.cmake", False),
        ("config.h.cmake", False),
        ("CMakeCache.txt", False),
    ],
)
def test_wants(path: str, expected: bool) -> None:
    assert cmake.wants(path) is expected
