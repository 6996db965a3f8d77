"""Sources that other sources include."""

from __future__ import annotations

import pytest
from c_walks import marks

EPOLL = "void f(void) { probe(); }\n"
PICK = '#ifdef __linux__\n#include "loop_epoll.c"\n#endif\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"loop_epoll.c": EPOLL, "loop.c": PICK}, "--L"),  # compiled where loop.c asks for it
        ({"loop_epoll.c": EPOLL}, "LLL"),
        ({"loop_epoll.c": EPOLL, "tests/loop.c": PICK.replace('"loop', '"../loop')}, "LLL"),  # a test looks inside
        ({"loop_epoll.c": EPOLL, "loop.h": PICK}, "LLL"),
        ({"loop_epoll.c": EPOLL + '#include "loop.c"\n', "loop.c": PICK}, "--L"),  # each the other: one is a unit
    ],
    ids=["part", "alone", "test", "header", "cycle"],
)
def test_source_included_by_a_neighbour_is_no_unit(files: dict[str, str], expected: str) -> None:
    assert marks(files) == expected
