"""What the text around a name says about it: a call, its address taken, a declaration, a member of something.

Evidence decides between homonyms: every engine has a `connect`, a `bind` and a `signal` of its own. The shape is
read from a few characters before and after the name, so it also works in macro bodies and broken code.
"""

from __future__ import annotations

import re
from typing import Literal

Shape = Literal["call", "address", "other", "defines", "defines-static", "declares", "variable", "none"]

# Words that may stand before a call; after any other word a name in call shape is a declaration.
_BEFORE_CALL = frozenset(
    b"return else do case goto throw sizeof co_return co_await co_yield and or not xor in alignof typeof "
    b"__extension__ THROW new delete if while for switch defined".split()
)
_BEFORE_VALUE = frozenset(b"return else case throw co_return co_yield and or not".split())
# Words after the parameter list of a C++ or GNU function that do not yet decide declaration or definition.
_TRAILING = re.compile(
    rb"(?:\s|/\*.*?\*/|//[^\n]*|const\b|noexcept\b|override\b|final\b|volatile\b|"
    rb"__attribute__\s*\(\([^;{}]*?\)\)|__asm__\s*\([^;{}]*?\)|throw\s*\([^)]*\)|[A-Z_][A-Z0-9_]*(?:\s*\([^;{}()]*\))?)*",
    re.S,
)
_STATIC = re.compile(rb"\b(?:static|inline|STATIC|INLINE|__inline|__inline__|static_inline)\b")
_BLANK = b" \t\r\n"
_WORD_CHARACTER = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_BACK = 400  # bytes looked back for the start of a statement
_PARAMETERS = 4000  # bytes looked ahead for the end of a parameter list


def shape(data: bytes, start: int, end: int, in_macro: bool) -> Shape:
    """The shape of the name at data[start:end]."""
    after = _skip_forward(data, end)
    follows = data[after : after + 1]
    before = _skip_back(data, start, in_macro)
    last = data[before - 1 : before]
    if last == b"." or data[before - 2 : before] == b"->":
        return "none"  # a member of something (also a designated initialiser's field)
    if data[before - 2 : before] == b"::":
        qualifier = _word_before(data, _skip_back(data, before - 2, in_macro))
        if qualifier and qualifier not in _BEFORE_CALL:
            return "none"  # Class::connect
        before = _skip_back(data, before - 2, in_macro)  # ::connect is the global one
        last = data[before - 1 : before]
    if last == b"#":
        return "none"  # stringised or pasted
    if follows == b"(":
        return _called(data, start, after, before, last, in_macro)
    if follows == b"#" and in_macro:
        return "none"
    return _named(data, after, follows, before, last, in_macro)


def _called(data: bytes, start: int, opening: int, before: int, last: bytes, in_macro: bool) -> Shape:
    if in_macro:
        return "call"
    word = _word_before(data, before)
    if word:
        if word in _BEFORE_CALL:
            return "call"
        if word in (b"struct", b"union", b"enum", b"class"):
            return "none"
        return _function(data, before - len(word), opening)
    if last in (b"*", b"&") and _is_pointer_declarator(data, before):
        return _function(data, _statement_start(data, before), opening)
    if last == b")" and _ends_in_body(data, opening):
        return _function(data, _statement_start(data, before), opening)
    if last == b">" and _ends_in_body(data, opening):  # std::vector<int> connect() {
        return _function(data, _statement_start(data, before), opening)
    if last in (b"}", b";", b"") and _ends_in_body(data, opening):
        return _function(data, start, opening)  # a constructor, or implicit int
    return "call"


def _named(data: bytes, after: int, follows: bytes, before: int, last: bytes, in_macro: bool) -> Shape:
    """A name without an argument list: an address, a variable, or something else (a constant, a type)."""
    word = _word_before(data, before)
    if word and word not in _BEFORE_VALUE:
        return "none" if word in (b"struct", b"union", b"enum", b"class", b"goto", b"typename") else "variable"
    if follows in (b"=", b"[") and data[after + 1 : after + 2] != b"=" and last in (b"*", b","):
        return "variable"
    if last in (b"*", b"&") and follows in b";,)=[" and _is_pointer_declarator(data, before):
        return "variable"
    if last == b"(" and data[before - 2 : before - 1] == b"(":
        return "other"
    if last == b"*" and follows == b")":  # int (*connect)(...)
        return "variable"
    if in_macro:  # an alias: the body is the name alone (`#define closesocket close`)
        return "address" if follows in (b"\n", b"\r", b"") or data[after - 1 : after] == b"\n" else "other"
    if last == b"," and follows in (b";", b",", b"=") and not _inside_parentheses(data, before):
        return "variable" if _declares_list(data, before) else "address"
    if last in (b"=", b"(", b",", b"&", b"?", b":", b"{", b"|") or word:
        return "address" if follows in (b";", b",", b")", b"}", b":", b"?", b"|", b"=", b"!", b"") else "other"
    return "other"


def _function(data: bytes, statement: int, opening: int) -> Shape:
    """A declaration or a definition whose declarator's parameter list opens at `opening`."""
    if not _ends_in_body(data, opening):
        return "declares"
    head = data[max(_statement_start(data, statement), statement - _BACK) : opening]
    return "defines-static" if _STATIC.search(head) else "defines"


def _ends_in_body(data: bytes, opening: int) -> bool:
    """After the matching `)` and attributes stands a `{` (or a K&R declaration, or a constructor's `:`)."""
    closing = _matching(data, opening)
    if closing < 0:
        return False
    found = _TRAILING.match(data, closing, closing + _PARAMETERS)
    position = found.end() if found else closing
    follows = data[position : position + 1]
    if follows == b"{":
        return True
    if follows.isalpha() or follows == b"_":  # K&R: int f(a) int a; {
        brace = data.find(b"{", position, position + 300)
        return brace > 0 and data[position:brace].rstrip().endswith(b";") and b"(" not in data[position:brace]
    return False


def _matching(data: bytes, opening: int) -> int:
    """Past the `)` that closes the `(` at `opening`, or -1 when none stands within reach."""
    depth = 0
    for position in range(opening, min(len(data), opening + _PARAMETERS)):
        byte = data[position]
        if byte == 0x28:
            depth += 1
        elif byte == 0x29:
            depth -= 1
            if not depth:
                return position + 1
        elif byte in b"{};" and depth:
            if byte != 0x3B:
                return -1
    return -1


def _is_pointer_declarator(data: bytes, before: int) -> bool:
    """`char *name`: the stars follow a word that begins a statement or follows another word."""
    position = before
    while position and data[position - 1] in b"*& \t\r\n":
        position -= 1
    word = _word_before(data, position)
    if not word or word in _BEFORE_CALL:
        return False
    ahead = _skip_back(data, position - len(word), False)
    first = data[ahead - 1 : ahead]
    if data[ahead - 2 : ahead] == b"::":
        return True
    if first in (b"", b";", b"{", b"}", b"(", b",", b":"):
        return True
    ahead_word = _word_before(data, ahead)
    return bool(ahead_word) and ahead_word not in _BEFORE_CALL


def _declares_list(data: bytes, before: int) -> bool:
    """`int a, name;`: the statement begins with two words in a row."""
    head = data[_statement_start(data, before) : before].split(b",", 1)[0]
    return len(re.findall(rb"[A-Za-z_]\w*", head.split(b"=", 1)[0])) >= 2


def _inside_parentheses(data: bytes, before: int) -> bool:
    """An unclosed `(` stands between the statement's start and here."""
    head = data[_statement_start(data, before) : before]
    return head.count(b"(") > head.count(b")")


def _statement_start(data: bytes, position: int) -> int:
    """Past the last `;`, `{` or `}` before position, within reach."""
    floor = max(0, position - _BACK)
    return max(data.rfind(mark, floor, position) for mark in (b";", b"{", b"}")) + 1 or floor


def _word_before(data: bytes, position: int) -> bytes:
    """The identifier that ends at position, or b""."""
    first = position
    while first and data[first - 1] in _WORD_CHARACTER:
        first -= 1
    word = data[first:position]
    return b"" if word[:1].isdigit() else word


def _skip_forward(data: bytes, position: int) -> int:
    """Past blanks, comments and spliced line ends."""
    size = len(data)
    while position < size:
        if data[position] in _BLANK:
            position += 1
        elif data.startswith(b"/*", position):
            stop = data.find(b"*/", position)
            position = size if stop < 0 else stop + 2
        elif data[position] == 0x5C and data[position + 1 : position + 2] in (b"\n", b"\r"):
            position += 2
        else:
            break
    return position


def _skip_back(data: bytes, position: int, in_macro: bool) -> int:
    """Before blanks and comments; outside of macro bodies also before whole preprocessor lines."""
    while position:
        byte = data[position - 1]
        if byte in b" \t\r":
            position -= 1
        elif byte == 0x0A:
            if in_macro and data[position - 2 : position - 1] not in (b"\\", b"\r"):
                return position
            position -= 1
            if in_macro:
                while position and data[position - 1] in b"\\\r":
                    position -= 1
                continue
            line = data.rfind(b"\n", 0, position) + 1
            text = data[line:position]
            if text.lstrip()[:1] == b"#":
                position = line
            elif b"//" in text:
                position = line + text.index(b"//")
        elif byte == 0x2F and data[position - 2 : position - 1] == b"*" and position > 3:
            opening = data.rfind(b"/*", 0, position - 2)
            if opening < 0:
                return position
            position = opening
        else:
            return position
    return 0
