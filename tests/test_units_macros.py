"""Values of macros: bodies in parentheses, and system macros that differ from toolchain to toolchain."""

from __future__ import annotations

import pytest
from c_walks import CHAINS, PROBES, marks, toolchains

from portlint.catalog.platforms import platform_headers
from portlint.extractors.source.c.family import extract
from portlint.units.codebase import Codebase


@pytest.mark.parametrize(
    ("before", "condition", "expected"),
    [
        ("#define LEVEL (VERSION >= 5)\n#define VERSION (7)", "LEVEL", "LLL"),
        ("#define LEVEL (VERSION >= 5)\n#define VERSION (3)", "LEVEL", "---"),
        ("#define ON (1)", "ON", "LLL"),
        ("#define OFF (0)", "OFF", "---"),
        ("#define TWICE(a) ((a) * 2)", "TWICE(4) == 8", "LLL"),
        ("#define SUM (2) + (3)", "SUM == 5", "LLL"),
        ("#include <limits.h>", "UINT_MAX == 0xffffffff", "LLL"),  # (__INT_MAX__ *2U +1U) on all three
        ("#include <limits.h>", "ULONG_MAX == 0xffffffff", "LL-"),
        ("#include <limits.h>", "(-6 & 5) || CHAR_BIT != 8 || ULONG_MAX % 0xFFFF", "---"),
    ],
)
def test_body_in_parentheses_is_no_parameter_list(before: str, condition: str, expected: str) -> None:
    text = f"{before}\n#if {condition}\nvoid f(void) {{ probe(); }}\n#endif\n"
    assert marks({"a.c": text}) == expected


def test_given_body_in_parentheses() -> None:
    text = "#if SIZE == 4\nvoid f(void) { probe(); }\n#endif\n"
    assert marks({"a.c": text}, {"SIZE": "(4)"}) == "LLL"


@pytest.mark.parametrize("order", [CHAINS, CHAINS[::-1]], ids=["wasip1-first", "host-first"])
@pytest.mark.parametrize(
    "files",
    [
        {"a.c": "#include <sys/socket.h>\n#ifdef SO_REUSEADDR\nvoid f(void) { probe(); }\n#endif\n"},
        {  # asked in a header, defined by what the unit included before it
            "a.c": '#include <sys/socket.h>\n#include "a.h"\n',
            "a.h": "#ifdef SO_REUSEADDR\nstatic void f(void) { probe(); }\n#endif\n",
        },
    ],
    ids=["same-file", "header"],
)
def test_walk_shared_by_toolchains_asks_each_for_its_macros(files: dict[str, str], order: tuple[str, ...]) -> None:
    extractions = {path: extract(path, text.encode(), PROBES) for path, text in files.items()}
    views = Codebase(extractions, {}, toolchains(), platform_headers(), (), {}, None).views()
    chains = {each.id: each for each in toolchains()}
    alive = {name for name in order if views.view(chains[name], lambda _name: "", False).lives}
    assert alive == {"emscripten", "host"}
