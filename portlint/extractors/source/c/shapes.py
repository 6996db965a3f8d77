"""What the text around a name says about it: a call, its address taken, a declaration, a member of something.

Evidence decides between homonyms: every engine has a `connect`, a `bind` and a `signal` of its own. The shape is
read from a few characters before and after the name, so it also works in macro bodies and broken code.
"""

from __future__ import annotations

import re
from typing import Literal

Shape = Literal["call", "global", "address", "other", "defines", "defines-static", "declares", "variable", "none"]

# Words that may stand before a call; after any other word a name in call shape is a declaration.
_BEFORE_CALL = frozenset(
    b"return else do case goto throw sizeof co_return co_await co_yield and or not xor in alignof typeof "
    b"__extension__ THROW new delete if while for switch defined emit Q_EMIT __try __finally".split()
)
_NO_VALUE = frozenset(b"struct union enum class goto typename template operator namespace".split())
_BEFORE_VALUE = frozenset(b"return else case throw co_return co_yield and or not".split())
# Words after the parameter list of a C++ or GNU function that do not yet decide declaration or definition.
_TRAILING = re.compile(
    rb"(?:\s|/\*.*?\*/|//[^\n]*|const\b|noexcept\b|override\b|final\b|volatile\b|"
    rb"__attribute__\s*\(\([^;{}]*?\)\)|__asm__\s*\([^;{}]*?\)|throw\s*\([^)]*\)|[A-Z_][A-Z0-9_]*(?:\s*\([^;{}()]*\))?)*",
    re.S,
)
_STATIC = re.compile(rb"\b(?:static|inline|STATIC|INLINE|__inline|__inline__|static_inline)\b")
# `f OF((int a))`, `f __P((int))`: parameter lists for compilers without prototypes.
_OLD_PARAMETERS = re.compile(rb"\s*(?:[A-Z_][A-Z0-9_]*|__P|_Optlink)\s*\(\s*\(")
_ALIAS = re.compile(rb"#[ \t]*define[ \t]+\w+\Z")  # the body is the name alone: `#define closesocket close`
_DECLARATOR = re.compile(rb"\s*\)\s*\(")
# What an argument may be and a parameter may not: `&x`, `-1`, `"text"`, `p->q`, `!x`, `f(x)`, `(int) x`.
_ARGUMENT = re.compile(
    rb"""->|"|'|(?:^|[(,])\s*(?:&\s*\w|\d|[-!~(]|\*\s*\w|\w+\s*(?:\(|\.(?!\.)\s*\w|\[[^\]]|[-+/|&]\s*\w))"""
)
_PARAMETER = re.compile(rb"[A-Za-z_]\w*[\s*&]+[A-Za-z_]\w*|\bvoid\b|[*&]\s*\Z|\.\.\.")
_FIRST_OF_LIST = re.compile(rb"\s*(?:[A-Za-z_]\w*[\s*&]+)+[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)?(?:=|\Z)")
_BRACKETS = re.compile(rb"[(){}]")
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
        before = _skip_back(data, before - 2, in_macro)
        qualifier = _word_before(data, before)
        if (qualifier and qualifier not in _BEFORE_CALL) or data[before - 1 : before] == b">":
            return "none"  # Class::connect, Class<T>::connect
        return "global" if follows == b"(" else "address"  # ::connect is the platform's, whatever the project has
    if last == b"#":
        return "none"  # stringised or pasted
    if follows == b"(":
        return _called(data, start, after, before, last, in_macro)
    if follows == b"#" and in_macro:
        return "none"
    return _named(data, end, after, before, last, in_macro)


def _called(data: bytes, start: int, opening: int, before: int, last: bytes, in_macro: bool) -> Shape:
    if in_macro:
        return "call"
    word = _word_before(data, before)
    if word:
        if word in _BEFORE_CALL:
            return "call"
        if word in (b"struct", b"union", b"enum", b"class", b"operator", b"concept"):
            return "none"
        what = _function(data, before - len(word), opening)
        return "call" if what == "declares" and _has_arguments(data, opening) else what
    if last in (b"*", b"&") and _is_pointer_declarator(data, before):
        return _function(data, _statement_start(data, before), opening)
    if last == b")":
        if _ends_in_body(data, opening):
            return _function(data, _statement_start(data, before), opening)
        return "declares" if _macro_type(data, before) and _has_parameters(data, opening) else "call"
    if last == b">" and _ends_in_body(data, opening):  # std::vector<int> connect() {
        return _function(data, _statement_start(data, before), opening)
    if last in (b"}", b";", b"") and _ends_in_body(data, opening):
        return _function(data, start, opening)  # a constructor, or implicit int
    return "call"


def _named(data: bytes, end: int, after: int, before: int, last: bytes, in_macro: bool) -> Shape:
    """A name without an argument list: an address, a variable, or something else (a constant, a type)."""
    follows = data[after : after + 1]
    word = _word_before(data, before)
    if in_macro and _ALIAS.search(data, max(0, before - 80), before):
        return "address" if not follows or b"\n" in data[end:after] else "other"
    if not in_macro and last == b"(" and follows == b")" and _DECLARATOR.match(data, after):
        return _bracketed(data, after, before)
    if word and not in_macro and word not in _BEFORE_CALL and _OLD_PARAMETERS.match(data, after):
        return _function(data, before - len(word), data.find(b"(", after))
    if word and data[_skip_back(data, before - len(word), in_macro) - 1 :][:1] == b"[":
        return "none"  # [receiver connect], [self connect:x]
    if word and word not in _BEFORE_VALUE and (not in_macro or follows == b";"):
        return "none" if word in _NO_VALUE else "variable"
    if follows in (b"=", b"[") and data[after + 1 : after + 2] != b"=" and last in (b"*", b","):
        return "variable"
    if last in (b"*", b"&") and follows in b";,)=[" and _is_pointer_declarator(data, before):
        return "variable"
    if last == b"(" and data[before - 2 : before - 1] == b"(":
        return "other"
    if last == b"(" and data[before - 10 : before - 1] == b"@selector":
        return "none"
    if last in (b"{", b",") and follows in b",}=" and _enumerates(data, before):
        return "variable"
    if last == b"*" and follows == b")":  # int (*connect)(...)
        return "variable"
    if in_macro:
        return "other"
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
    for found in _BRACKETS.finditer(data, opening, opening + _PARAMETERS):
        byte = found[0]
        if byte == b"(":
            depth += 1
        elif byte == b")":
            depth -= 1
            if not depth:
                return found.end()
        else:
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


def _bracketed(data: bytes, after: int, before: int) -> Shape:
    """`int (connect)(int fd)` declares; `(connect)(fd)` calls, and keeps macros of that name out."""
    opening = data.index(b"(", after)
    word = _word_before(data, _skip_back(data, before - 1, False))
    if word and word not in _BEFORE_CALL:
        return _function(data, before - 1, opening)
    return "call"


def _macro_type(data: bytes, before: int) -> bool:
    """`API(int) name(...)`: an upper-case word with its argument, where a statement begins."""
    opening = data.rfind(b"(", max(0, before - 80), before)
    word = _word_before(data, _skip_back(data, opening, False)) if opening > 0 else b""
    head = data[_statement_start(data, opening) : opening].rstrip().removesuffix(word)
    return word.isupper() and head.strip() in (b"", b"extern", b"static")


def _has_parameters(data: bytes, opening: int) -> bool:
    closing = _matching(data, opening)
    return closing > 0 and _PARAMETER.search(data[opening + 1 : closing - 1]) is not None


def _has_arguments(data: bytes, opening: int) -> bool:
    """The list holds what no parameter list can: a macro stands before a call, without a semicolon."""
    closing = _matching(data, opening)
    inner = data[opening + 1 : closing - 1] if closing > 0 else b""
    return _ARGUMENT.search(inner) is not None and _PARAMETER.search(inner) is None


def _enumerates(data: bytes, before: int) -> bool:
    """The list in which the name stands belongs to an `enum`."""
    opening = data.rfind(b"{", max(0, before - 4 * _BACK), before)
    head = data[max(0, opening - 80) : opening] if opening >= 0 else b""
    return re.search(rb"\benum\b(?:\s+(?:class\b|struct\b)?)?\s*(?:\w+\s*)?(?::[\s\w:]+)?\Z", head) is not None


def _declares_list(data: bytes, before: int) -> bool:
    """`int a, name;`: the statement begins with two words in a row."""
    return _FIRST_OF_LIST.match(data[_statement_start(data, before) : before].split(b",", 1)[0]) is not None


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
