"""XML of strangers as a tree with line numbers: no DTD, no entity, nothing without end.

Read with expat alone. A document type declaration is refused as such, since every attack by entities (expansion,
outside files) starts with one; no manifest that is read here has any. Source: docs.python.org, "XML vulnerabilities".
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

MAX_BYTES = 4_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 64  # of one element


class Element:
    """An element. `name` without a prefix, `text` what stands directly in it, stripped; children in their order."""

    __slots__ = ("attributes", "children", "line", "name", "parts")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.children: list[Element] = []
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()

    def get(self, name: str) -> str:
        """An attribute, else the text of a child of this name (MSBuild takes both), whatever their case; or ""."""
        small = name.lower()
        for key, value in self.attributes.items():
            if key.lower() == small:
                return value
        return next((child.text for child in self.children if child.name.lower() == small), "")

    def every(self) -> Iterator[Element]:
        """This element and all below it, in the order of the file."""
        todo = [self]
        while todo:
            here = todo.pop()
            yield here
            todo.extend(reversed(here.children))


def read_xml(data: bytes) -> Element:
    """The root element.

    Raises ValueError with one line for what is no XML, has a DTD, nests more than 60 deep, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for XML")
    return _Reader().read(data)


class _Reader:
    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def read(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise ValueError(f"line {error.lineno}: not valid XML: {expat.ErrorString(error.code)}") from None
        except (LookupError, UnicodeError):  # an encoding that Python does not have, or not byte by byte
            raise ValueError("not read: XML in an encoding that is not known") from None
        if self._root is None:
            raise ValueError("not valid XML: no element")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self._parser.CurrentLineNumber
        if len(self._open) >= MAX_DEPTH:
            raise ValueError(f"line {line}: XML nested more than {MAX_DEPTH} deep")
        if self._count > MAX_ELEMENTS:
            raise ValueError(f"line {line}: more than {MAX_ELEMENTS} XML elements")
        if len(attributes) > MAX_ATTRIBUTES:
            raise ValueError(f"line {line}: more than {MAX_ATTRIBUTES} attributes on one element")
        element = Element(name.rpartition(":")[2], attributes, line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)

    def _refuse(self, *_: object) -> None:
        raise ValueError("not read: XML with a document type declaration or entities")
