"""Fields with the name of a function: what the unit's headers say about a bare name."""

from __future__ import annotations

import pytest
from c_walks import marks

FIELD = "struct stats { long count, probe; };\n"


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        (FIELD, "update(probe);", "---"),  # a macro makes `total.probe` of it
        (FIELD, "handler = probe;", "---"),
        (FIELD, "probe(1);", "LLL"),
        ("class Files { int probe(); };\n", "expose(METHOD(Files, probe));", "---"),
        ("", "update(probe);", "LLL"),
        ("", "handler = probe;", "LLL"),
    ],
)
def test_field_of_an_included_header(header: str, body: str, expected: str) -> None:
    assert marks({"a.h": header, "a.c": f'#include "a.h"\nvoid f(void) {{ {body} }}\n'}) == expected
