"""JavaScript inside C and C++: the bodies of Emscripten's EM_ASM and EM_JS."""

from __future__ import annotations

import re

# Source: emscripten.h, em_asm.h and em_js.h of Emscripten 3 to 6.
SCRIPTS = frozenset(
    "EM_ASM EM_ASM_ EM_ASM_ARGS EM_ASM_INT EM_ASM_INT_V EM_ASM_DOUBLE EM_ASM_DOUBLE_V EM_ASM_PTR EM_JS EM_ASYNC_JS "
    "MAIN_THREAD_EM_ASM MAIN_THREAD_EM_ASM_INT MAIN_THREAD_EM_ASM_DOUBLE MAIN_THREAD_EM_ASM_PTR "
    "MAIN_THREAD_ASYNC_EM_ASM".split()
)
_TOKEN = re.compile(rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[(){}]""", re.S)
_BLOCK = re.compile(rb"\(\s*\{")


def script_end(data: bytes, start: int, size: int, whole: bool) -> int:
    """Past the JavaScript of EM_ASM({ ... }, arguments) or EM_JS(...); `start` where it is no such thing.

    The arguments behind a block are C again; `whole` takes the parentheses with everything in them.
    """
    opening = start
    while opening < size and data[opening] in b" \t\r\n":
        opening += 1
    if data[opening : opening + 1] != b"(":
        return start
    depth = 0
    block = not whole and _BLOCK.match(data, opening) is not None
    for found in _TOKEN.finditer(data, opening):
        token: bytes = found[0]
        if token in (b"(", b"{"):
            depth += 1
        elif token in (b")", b"}"):
            depth -= 1
            if depth <= (1 if block else 0):
                return found.end()
    return start
