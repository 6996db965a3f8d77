"""YAML as nodes that know their lines, built under bounds and without making objects of anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import yaml

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is not in every build
_DEEP = 100
_NODES = 1_000_000  # with every alias counted at its full size: a hundred bytes can stand for billions
_MERGE = "<<"


class Node(msgspec.Struct):
    """A scalar (`text`), a sequence (`items`) or a mapping (`pairs`, in order, keys as written).

    All scalars are texts: whether `on` is a truth is for the reader of the key to say. An alias is its anchor's node.
    """

    line: int
    text: str = ""
    items: tuple[Node, ...] | None = None
    pairs: tuple[tuple[str, Node], ...] | None = None
    size: int = 1
    height: int = 0

    def get(self, key: str) -> Node | None:
        """The value of a key, else what `<<` brings in."""
        for name, value in reversed(self.pairs or ()):
            if name == key:
                return value
        for name, value in self.pairs or ():
            for each in (value.items or (value,)) if name == _MERGE else ():
                if found := each.get(key):
                    return found
        return None

    def scalar(self, key: str) -> str:
        found = self.get(key)
        return found.text if found and found.items is None and found.pairs is None else ""

    @property
    def true(self) -> bool:
        return self.text.lower() in ("true", "yes", "on")

    def sequence(self, key: str) -> tuple[Node, ...]:
        found = self.get(key)
        return found.items or () if found else ()

    def mapping(self, key: str) -> tuple[tuple[str, Node], ...]:
        found = self.get(key)
        return found.pairs or () if found else ()

    def walk(self) -> Iterator[Node]:
        """Itself and all below; the bound on sizes bounds this too."""
        yield self
        for each in self.items or ():
            yield from each.walk()
        for _, value in self.pairs or ():
            yield from value.walk()


def documents(text: str) -> list[Node]:
    """The roots of all documents of a file; empty ones are left out.

    Raises ValueError, in one line, for what is no YAML, is nested too deeply, or grows without end by its aliases.
    """
    try:
        return _Builder(text).all()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ValueError(f"{where}not valid YAML: {problem}") from None
    except UnicodeEncodeError:
        raise ValueError("not valid YAML: broken characters") from None


class _Builder:
    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, Node | None] = {}
        self._count = 0

    def all(self) -> list[Node]:
        found = []
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                root = self._node(next(self._events), 0)
                if root.text or root.items is not None or root.pairs is not None:
                    found.append(root)
        return found

    def _node(self, event: yaml.Event, depth: int) -> Node:
        mark = event.start_mark
        line = mark.line + 1 if mark else 0
        if depth > _DEEP:
            raise ValueError(f"line {line}: YAML nested more than {_DEEP} deep")
        if isinstance(event, yaml.AliasEvent):
            alias = event.anchor or ""
            known = self._anchors.get(alias)
            if known is None:
                raise ValueError(f"line {line}: the alias {alias[:40]!r} has no anchor, or stands inside of it")
            self._grow(known.size, line)
            return known
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = None
        node = self._content(event, line, depth)
        if anchor:
            self._anchors[anchor] = node
        return node

    def _content(self, event: yaml.Event, line: int, depth: int) -> Node:
        self._grow(1, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Node(
                line, items=tuple(items), size=1 + sum(each.size for each in items), height=_height(items, line)
            )
        if isinstance(event, yaml.MappingStartEvent):
            pairs = []
            while not isinstance(event := next(self._events), yaml.MappingEndEvent):
                key = self._node(event, depth + 1)
                pairs.append((key.text, self._node(next(self._events), depth + 1)))
            below = [value for _, value in pairs]
            return Node(
                line, pairs=tuple(pairs), size=1 + sum(each.size + 1 for each in below), height=_height(below, line)
            )
        return Node(line, event.value if isinstance(event, yaml.ScalarEvent) else "")

    def _grow(self, size: int, line: int) -> None:
        self._count += size
        if self._count > _NODES:
            raise ValueError(f"line {line}: YAML of more than {_NODES} nodes, aliases written out")


def _height(below: Sequence[Node], line: int) -> int:
    """Aliases stack up as well: `b: {<<: *a}`, `c: {<<: *b}` ..."""
    height = 1 + max((each.height for each in below), default=0)
    if height > _DEEP:
        raise ValueError(f"line {line}: YAML nested more than {_DEEP} deep")
    return height
