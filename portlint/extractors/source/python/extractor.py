"""Python: uses of known modules by their qualified names (`socket.socket`, `asyncio.start_server`), and platform tests.

Parsed by a grammar that reads every version of the language: the running interpreter's own parser refuses what is
older (`print x`) or newer than itself. Only files that import a module of the vocabulary are parsed.
Sources: docs.python.org/3/reference, "The import statement"; docs.python.org/3/library/sys.html, `sys.platform`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portlint.extractors.manifest.engines import pygame_project
from portlint.extractors.source.python.guards import around
from portlint.extractors.source.python.names import Binding, Names, bindings_of, names_of
from portlint.extractors.source.python.tree import is_shadowed, members, parse, reads, text_argument
from portlint.extractors.source.syntax import FileFacts, first_error, path_to
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "python"
VERSION = 2
LANGUAGE = "python"
MAX_BYTES = 8_000_000
# pytest's and unittest's own conventions; what they call does not ship.
_TEST = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|tests)\.pyi?$")
_OTHER_READERS = ("conanfile.py",)


def wants(path: str) -> bool:
    return path.endswith((".py", ".pyw")) and not path.endswith(_OTHER_READERS)


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `import` and `call`, sorted by place; the mark of a pygame project.

    `import`: modules that rules know only as such. `call`: a function is called or handed on, a class is made or
    extended; the value is the first argument where that is a plain string, or `SOCK_DGRAM` where the arguments name it.
    Tests (`test_x.py`, `conftest.py`) ship nothing and say nothing.
    Raises ValueError for a file over 8 MB, one that is not text, and absurd nesting.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Python")
    if b"\0" in data:
        raise ValueError("not text")
    if _TEST.search(path):
        return Extraction()
    reader = _Reader(path, data, names_of(vocabulary))
    line = reader.read()
    return Extraction(
        (*_marks(path, data), *reader.facts.all()), partly=f"syntax not understood at line {line}" if line else ""
    )


def _marks(path: str, data: bytes) -> tuple[Fact, ...]:
    """The marks that other readers find in scripts of an engine."""
    if b"pygame" not in data:
        return ()
    try:
        found = pygame_project.extract(path, data)
    except ValueError:
        return ()
    return tuple(fact for fact in found.facts if fact.kind == "setting")


class _Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, names: Names) -> None:
        self._data, self._names = data, names
        self.facts = FileFacts(path, data, LANGUAGE)

    def read(self) -> int:
        """The first line that the grammar does not understand, or 0."""
        imports = self._names.imports_in(self._data)
        if not imports:
            return 0
        root = parse(self._data)
        for start in imports:
            path = path_to(root, start)
            statement = next((node for node in reversed(path) if node.type.startswith(("import_", "future_"))), None)
            if statement is None:
                continue
            for binding in bindings_of(statement):
                if binding.module in self._names.imports:
                    self.facts.add("import", binding.module, statement.start_byte, "", around(path))
                self._uses(root, binding)
        return first_error(root)

    def _uses(self, root: Node, binding: Binding) -> None:
        for start in self._names.places(self._data, binding):
            path = path_to(root, start)
            parts, at = members(path)
            full = self._names.known(binding.full(), parts)
            if not full or not reads(path) or is_shadowed(path, binding.local):
                continue
            call = path[at - 1] if at else path[0]
            value = (
                text_argument(call) if call.type == "call" and call.child_by_field_name("function") == path[at] else ""
            )
            self.facts.add("call", full, start, value, around(path))
