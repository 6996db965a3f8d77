"""What CMake leaves out on a target is no error there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.scan import Options, scan

Make = Callable[[dict[str, str | bytes]], Path]
FORK = "#include <unistd.h>\nint main(void) { return fork(); }\n"
WEB = "web-emscripten"
MAIN = "int main(void) { return 0; }\n"


def severities(folder: Path, target: str) -> dict[str, str]:
    """Severity of the findings by file."""
    (report,) = scan(folder, Options(targets=(target,), use_cache=False), lambda done, of: None).report.targets
    return {each.location.path: each.severity for each in report.findings}


@pytest.mark.parametrize(
    ("build", "target", "severity"),
    [
        ("add_executable(a main.c sys/aros.c)", WEB, "error"),
        ("set(S main.c)\nif(AROS)\nlist(APPEND S sys/aros.c)\nendif()\nadd_executable(a ${S})", WEB, "note"),
        ("set(S main.c)\nif(NOPE)\nlist(APPEND S sys/aros.c)\nendif()\nadd_executable(a ${S})", WEB, "error"),
        ("add_executable(a main.c)\nif(UNIX)\ntarget_sources(a PRIVATE sys/aros.c)\nendif()", WEB, "error"),
        # WASI is no UNIX for CMake, and there is nothing else for it: the file is missed, not left out
        ("add_executable(a main.c)\nif(UNIX)\ntarget_sources(a PRIVATE sys/aros.c)\nendif()", "wasip1", "error"),
        ("if(EMSCRIPTEN)\nadd_executable(a main.c)\nelse()\nadd_executable(a sys/aros.c)\nendif()", WEB, "note"),
        ("add_executable(a ${CMAKE_CURRENT_SOURCE_DIR}/sys/aros.c)", WEB, "error"),
        ("add_executable(a main.c sys/posix.c)", WEB, "note"),  # its folder's other file is named
        ("add_executable(a main.c)", WEB, "error"),  # nobody names that folder
        ("file(GLOB S sys/*.c)\nadd_executable(a main.c sys/posix.c ${S})", WEB, "error"),
        ("file(GLOB S RELATIVE ${X} include/*.h)\nadd_executable(a main.c sys/posix.c)", WEB, "note"),
        ("add_executable(a main.c sys/posix.c ${REST}/aros.c)", WEB, "error"),
        ("add_part(sys/aros.c)\nadd_executable(a main.c sys/posix.c)", WEB, "error"),
    ],
)
def test_sources_by_condition_and_by_name(make_tree: Make, build: str, target: str, severity: str) -> None:
    files = {"CMakeLists.txt": build, "main.c": MAIN, "sys/aros.c": FORK, "sys/posix.c": "int x;\n"}
    assert severities(make_tree(files), target) == {"sys/aros.c": severity}


def test_another_build_may_take_what_cmake_leaves_out(make_tree: Make) -> None:
    files = {"CMakeLists.txt": "add_executable(a main.c sys/posix.c)", "main.c": MAIN, "sys/aros.c": FORK}
    files |= {"sys/posix.c": "int x;\n", "Makefile": "a: main.c sys/aros.c\n"}
    assert severities(make_tree(files), "web-emscripten") == {"sys/aros.c": "error"}


def test_examples_of_a_library_name_nothing(make_tree: Make) -> None:
    files = {"CMakeLists.txt": "add_executable(a main.c sys/posix.c)", "main.c": MAIN, "sys/aros.c": FORK}
    files |= {"sys/posix.c": "int x;\n", "examples/CMakeLists.txt": "add_executable(b ../sys/aros.c)"}
    assert severities(make_tree(files), "web-emscripten") == {"sys/aros.c": "note"}
