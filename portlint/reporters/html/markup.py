"""Elements of the page. Text becomes a text node or an attribute, never markup, and hidden characters are escaped."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from portlint.reporters.sanitise import visible

Child = Element | str


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """An element with its children in order. `class_` and `aria_label` become `class` and `aria-label`."""
    made = Element(tag, {name.rstrip("_").replace("_", "-"): visible(value) for name, value in attributes.items()})
    return added(made, *children)


def added(parent: Element, *children: Child) -> Element:
    """The parent, with these children behind those that it has."""
    for child in children:
        if isinstance(child, Element):
            parent.append(child)
        elif len(parent):
            parent[-1].tail = (parent[-1].tail or "") + visible(child)
        else:
            parent.text = (parent.text or "") + visible(child)
    return parent


def verbatim(tag: str, text: str, **attributes: str) -> Element:
    """A script or style element. The text is ours, or JSON without `<`: the serialiser writes it as it is."""
    made = Element(tag, attributes)
    made.text = text
    return made


def listed(texts: tuple[str, ...], limit: int) -> Element:
    """A list of the first texts; its last item counts those left out."""
    made = element("ul")
    for text in texts[:limit]:
        SubElement(made, "li").text = visible(text)
    if len(texts) > limit:
        SubElement(made, "li").text = f"and {len(texts) - limit:,} more"
    return made


def table(caption: str, head: tuple[str, ...], rows: list[tuple[Child, ...]]) -> Element:
    """A table that scrolls by itself where it is wider than the page; the first cell of a row heads it.

    Roles are written out: a phone's layout takes a table apart, and its roles with it.
    """
    body = element("tbody", role="rowgroup")
    for first, *rest in rows:
        cells = (element("td", cell, role="cell", data_label=label) for label, cell in zip(head[1:], rest, strict=True))
        body.append(element("tr", element("th", first, scope="row", role="rowheader"), *cells, role="row"))
    labels = (element("th", label, scope="col", role="columnheader") for label in head)
    heads = element("thead", element("tr", *labels, role="row"), role="rowgroup")
    made = element("table", element("caption", caption), heads, body, role="table")
    return element("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def document(html: Element) -> str:
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html") + "\n"
