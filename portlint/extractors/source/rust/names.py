"""The catalog's Rust names (`std::net::UdpSocket::bind`, `tokio::net::*`), and which of them a file can hold."""

from __future__ import annotations

from functools import lru_cache

from portlint.model.fact import FactKind
from portlint.model.vocabulary import Vocabulary

_EVERYTHING = "::*"


class Names:
    """The names of one vocabulary. A name that ends in `::*` stands for everything below."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.calls = vocabulary.calls
        self.types = vocabulary.types
        self.imports = vocabulary.imports
        known = sorted({*self.calls, *self.types, *self.imports})
        self._by_root: dict[bytes, dict[bytes, list[tuple[str, tuple[bytes, ...]]]]] = {}
        self._parts: set[str] = set()
        self._methods: dict[str, set[str]] = {}
        for name in known:
            parts = name.removesuffix(_EVERYTHING).split("::")
            words = tuple(part.encode() for part in parts)
            second = words[1] if len(words) > 1 else b""
            self._by_root.setdefault(words[0], {}).setdefault(second, []).append((name, words[2:]))
            self._parts.update("::".join(parts[: size + 1]) for size in range(len(parts)))
            if len(parts) > 2 and parts[-2][:1].isupper() and parts[-1][:1].islower():
                self._methods.setdefault("::".join(parts[:-1]), set()).add(parts[-1])
        self.roots = frozenset(root.decode() for root in self._by_root)

    def present(self, data: bytes) -> list[str]:
        """The names all of whose parts stand somewhere in the file."""
        found = []
        for root, groups in self._by_root.items():
            if root + b"::" not in data:  # also `use std::{...}`
                continue
            is_grouped = root + b"::{" in data
            for second, names in groups.items():
                if second and root + b"::" + second not in data and not (is_grouped and second in data):
                    continue
                found += [name for name, words in names if all(word in data for word in words)]
        return found

    def leads(self, path: str) -> bool:
        """Whether a name of the vocabulary begins with this path, or is above it."""
        if path.partition("::")[0] not in self.roots:
            return False
        return path in self._parts or self.of(path) is not None

    def of(self, path: str) -> tuple[FactKind, str] | None:
        """The longest beginning of the path that is known, as a call before a type."""
        parts = path.split("::")
        for size in range(len(parts), 0, -1):
            name = "::".join(parts[:size])
            if name in self.calls:
                return "call", name
            if name in self.types:
                return "type", name
            is_function = not parts[size - 1][:1].isupper()  # below `std::fs::*`, File is a type and read a function
            if is_function and any("::".join(parts[:end]) + _EVERYTHING in self.calls for end in range(1, size)):
                return "call", name
        return None

    def imported(self, path: str) -> bool:
        """Whether a `use` of this path is one of the `import` names."""
        parts = path.split("::")
        return path in self.imports or any(
            "::".join(parts[:size]) + _EVERYTHING in self.imports for size in range(1, len(parts) + 1)
        )

    def methods(self, path: str) -> frozenset[str]:
        """The methods of a type that the vocabulary names one by one."""
        return frozenset(self._methods.get(path, ()))


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
