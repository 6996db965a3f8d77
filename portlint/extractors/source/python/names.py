"""Which modules and names of Python rules ask about, which variables of a file stand for them, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.syntax import text_of
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

_BEFORE = re.compile(rb"[ \t]*(?:[^#\"'\n]*[:;][ \t]*)?\Z")
# Objects that stand for the platform, whatever made them: an event loop has the functions of asyncio's servers.
_LOOP = {"create_datagram_endpoint", "create_server", "create_connection"}


class Binding(NamedTuple):
    """The variable `local` stands for `module`, or for its `member`."""

    local: str
    module: str
    member: str = ""

    def full(self) -> str:
        return f"{self.module}.{self.member}" if self.member else self.module


class Names:
    """The vocabulary: calls with their modules in front."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._calls = known = vocabulary.calls
        modules = {name.rpartition(".")[0] for name in known}
        self.imports = frozenset(
            name for name in vocabulary.imports if not any(each.startswith(f"{name}.") for each in known)
        )
        self._roots = {name.partition(".")[0] for name in modules | self.imports}
        self._after: dict[str, set[str]] = {"asyncio": {"get_event_loop", "get_running_loop"}}
        for name in known:
            parts = name.split(".")
            for size in range(1, len(parts)):
                self._after.setdefault(".".join(parts[:size]), set()).add(parts[size])
        words = b"|".join(re.escape(root.encode()) for root in sorted(self._roots)) or rb"\b\B"
        # `import a, socket` names a known module anywhere in the row. Plain text first: it is searched for faster.
        self._lines = (
            re.compile(rb"from[ \t]+(?:%s)\b" % words),
            re.compile(rb"import[ \t]+(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t]*){0,50}(?:%s)\b" % words),
        )

    def imports_in(self, data: bytes) -> list[int]:
        """Where import statements stand that may name a known module; none where no such word is in the file."""
        if b"import" not in data:
            return []
        found = []
        for pattern in self._lines:
            for match in pattern.finditer(data):
                start = data.rfind(b"\n", 0, match.start()) + 1
                if _BEFORE.match(data, start, match.start()):
                    found.append(match.start())
        return sorted(found)

    def known(self, base: str, parts: tuple[str, ...]) -> str:
        """The shortest name of the vocabulary that a variable and its members make, or ""."""
        for size in range(len(parts) + 1):
            name = ".".join((base, *parts[:size]))
            if name in self._calls:
                return name
        if base == "asyncio" and len(parts) > 1 and parts[0] in ("get_event_loop", "get_running_loop"):
            name = f"asyncio.{parts[1]}"
            return name if parts[1] in _LOOP and name in self._calls else ""
        return ""

    def places(self, data: bytes, binding: Binding) -> list[int]:
        """Where the variable may be used; a module only with a member, or there would be too many."""
        root = binding.full().partition(".")[0]
        if root not in self._roots:
            return []
        follow = self._after.get(binding.full(), set())
        words = b"|".join(re.escape(word.encode()) for word in sorted(follow))
        if binding.full() in self._calls:
            tail = rb"\b"
        elif follow:
            tail = rb"\s*\.\s*(?:%s)\b" % words
        else:
            return []
        pattern = re.escape(binding.local.encode()) + tail
        return [
            start
            for match in re.finditer(pattern, data)
            if not (before := data[(start := match.start()) - 1 : start]).isalnum() and before not in (b"_", b".")
        ]


def bindings_of(statement: Node) -> Iterator[Binding]:
    """What an import statement binds; `from x import *` binds nothing that is known here."""
    if statement.type == "import_statement":
        for each in statement.children_by_field_name("name"):
            if each.type == "aliased_import":
                module = text_of(each.child_by_field_name("name"))
                yield Binding(text_of(each.child_by_field_name("alias")), module)
            else:
                # `import a.b` binds `a`; the rest is read as its members.
                module = text_of(each)
                yield Binding(module.partition(".")[0], module.partition(".")[0])
    elif statement.type == "import_from_statement":
        module = text_of(statement.child_by_field_name("module_name"))
        if module.startswith("."):
            return
        for each in statement.children_by_field_name("name"):
            if each.type == "aliased_import":
                name, local = each.child_by_field_name("name"), each.child_by_field_name("alias")
                yield Binding(text_of(local), module, text_of(name))
            else:
                yield Binding(text_of(each), module, text_of(each))


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
