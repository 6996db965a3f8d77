"""What makes a unit fail, so that it is looked at as the host sees it."""

from __future__ import annotations

import pytest
from c_walks import toolchains

from portlint.catalog.platforms import platform_headers
from portlint.extractors.source.c.family import extract
from portlint.model.vocabulary import Vocabulary
from portlint.units.codebase import Codebase

WORDS = Vocabulary(
    "c", calls=frozenset({"probe", "socket"}), constants=frozenset({"SO_BROADCAST", "O_APPEND"}), digest="behind"
)
BEHIND = "#ifdef __linux__\nvoid f(void) { probe(); }\n#endif\n"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("#include <sys/socket.h>\nint option = SO_BROADCAST;\n", True),  # wasip1 has the header without the constant
        ("#include <sys/socket.h>\n#ifdef SO_BROADCAST\nint option = SO_BROADCAST;\n#endif\n", False),
        ("#include <sys/socket.h>\n#define SO_BROADCAST 6\nint option = SO_BROADCAST;\n", False),
        ("#include <fcntl.h>\nint option = O_APPEND;\n", False),  # both have it
        ("#include <sys/socket.h>\nint g(void) { return socket(2, 1, 0); }\n", False),  # C makes a warning of it
        ("#include <netdb.h>\nint g(void) { return socket(2, 1, 0); }\n", True),
    ],
)
def test_unit_that_fails_is_seen_as_on_the_host(before: str, behind: bool) -> None:
    code = Codebase(
        {"a.c": extract("a.c", (before + BEHIND).encode(), WORDS)}, {}, toolchains(), platform_headers(), (), {}, None
    )
    wasip1 = next(each for each in toolchains() if each.id == "wasip1")
    lives = code.views().view(wasip1, lambda name: "absent" if name in WORDS.calls else "", True).lives
    probed = {life for number, life in lives.items() if code.facts[number].name == "probe"}
    assert probed == ({"behind-gate"} if behind else set())
