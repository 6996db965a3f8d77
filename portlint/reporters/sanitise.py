"""Names from the scanned tree, made harmless and still exact.

A file name may hold any byte but NUL and `/`: escape sequences that recolour or rewrite a terminal, bidirectional
controls that show another name than the one on disk, line ends that forge a line, bytes that are no UTF-8. Each
escape can be taken back (`raw`), so two different names never print alike.
"""

from __future__ import annotations

import re

# A fixed list, not `unicodedata`: that table differs between Python versions, and the output must not.
_HIDDEN = (
    "\\x00-\\x1f\\x7f-\\x9f"  # C0, DEL, C1
    "\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"  # invisible, bidi
    "\\ud800-\\udfff\\U000e0000-\\U000e007f"  # lone surrogates, tags
)
# CI runners obey `::command::` at the start of a line, after any blanks, and `##[command]` or `##vso[...]` anywhere.
_COMMAND = r"(?:(?<=\s)|^):(?=:)|#(?=#\w*\[)"
_UNSAFE = re.compile(rf"[\\{_HIDDEN}]|{_COMMAND}")
_HIDING = re.compile(rf"(?!\t)[{_HIDDEN}]")
_SURROGATE = re.compile("[\\ud800-\\udfff]")
_NOT_UNICODE = re.compile("[\\\\\\ud800-\\udfff]")
_ESCAPE = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_LOUD = re.compile(r"[^\x00-\x7e]|#(?=#\w*\[)")  # beyond printable ASCII, or obeyed by a CI runner


def visible(text: str) -> str:
    """The text with everything hidden or obeyed by a terminal or a CI log written as a backslash escape.

    `\\x1b` is a control character below U+0080 and `\\xff` a byte that is not UTF-8; `\\u202e` and `\\U000e0001` are
    characters; a backslash is doubled. No line end is left, so one name never makes two lines.
    """
    return _UNSAFE.sub(lambda match: _escape(match[0]), text)


def legible(text: str) -> str:
    """Source text for a page: what hides or reorders other text is escaped, tabs and all else stay as they are.

    Not for names: two different texts may look the same, and a CI runner would obey what it obeys.
    """
    return _HIDING.sub(lambda match: _escape(match[0]), text)


def raw(text: str) -> str:
    """What `visible` was given: its exact inverse."""
    return _ESCAPE.sub(_unescape, text)


def is_unicode(text: str) -> bool:
    """False for a name with bytes that are no UTF-8 (they arrive as lone surrogates)."""
    return _SURROGATE.search(text) is None


def unicode_only(text: str) -> str:
    """The text as it is, unless it holds bytes that are no UTF-8: then those, and backslashes, are escaped."""
    if is_unicode(text):
        return text
    return _NOT_UNICODE.sub(lambda match: _escape(match[0]), text)


def ascii_json(document: str) -> str:
    """A JSON document with every character beyond printable ASCII as a `\\u` escape; the same document to a parser.

    Printed on a terminal it can then neither recolour nor reorder anything, in any locale, nor command a CI runner.
    """
    return _LOUD.sub(lambda match: _json_escape(match[0]), document)


def _escape(char: str) -> str:
    code = ord(char)
    if char == "\\":
        return "\\\\"
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # how `os.fsdecode` keeps the byte 0x80-0xff
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _unescape(match: re.Match[str]) -> str:
    byte, short, long = match.groups()
    if byte:
        code = int(byte, 16)
        return chr(code if code < 0x80 else 0xDC00 + code)
    return chr(int(short or long, 16)) if short or long else "\\"


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
