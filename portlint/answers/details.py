"""What is known of each file's content, for the time when a file looks different."""

from __future__ import annotations

import hashlib
import marshal


class Details:
    """`contents`: ids of what was read, by path. `said`: digests of what extractors said. `macros`: whose uses count.

    `fixed`: files that somebody read for more than that, and those that the walk gave a reason for: another content is
    another answer. `opened`: all whose content or size counts. `executable`: those that can be run.
    """

    def __init__(
        self,
        contents: dict[str, str],
        said: dict[str, bytes],
        macros: list[str],
        fixed: frozenset[str],
        opened: frozenset[str],
        executable: frozenset[str],
    ) -> None:
        self.contents = contents
        self.said = said
        self.macros = macros
        self.fixed = fixed
        self.opened = opened
        self.executable = executable

    def packed(self) -> bytes:
        return marshal.dumps(tuple(vars(self).values()))


def unpacked(data: bytes) -> Details:
    return Details(*marshal.loads(data))


def has_content(data: bytes, identity: str) -> bool:
    """Whether bytes are those of an id as `cache.py` writes it."""
    scheme, _, rest = identity.partition(":")
    if scheme == "sha256":
        return hashlib.sha256(data).hexdigest() == rest
    blob, _, size = rest.partition(":")
    if size != str(len(data)):
        return False
    kind = hashlib.sha1 if len(blob) == 40 else hashlib.sha256
    return kind(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == blob
