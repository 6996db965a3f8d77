"""The page as a whole: one file that asks nothing of a network, with a policy that lets nothing but itself run."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from xml.etree.ElementTree import Element

import msgspec

from portlint.model.report import Report
from portlint.reporters.html.findings import Findings
from portlint.reporters.html.markup import Child, added, document, element, verbatim
from portlint.reporters.html.picture import MOST, Picture
from portlint.reporters.html.sheet import projects, sheet
from portlint.reporters.html.unread import unread
from portlint.reporters.sanitise import ascii_json
from portlint.words import counted

_SCRIPTS = ("dom.js", "findings.js", "picture.js")
# Cytoscape adds this style by itself unless it is there, and the policy would forbid what it adds.
_CYTOSCAPE_STYLE = ".__________cytoscape_container { position: relative; }"
_MARKUP = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def page(report: Report, found: Findings, drawn: Picture) -> str:
    """HTML with a final line end. Names stand in it as text nodes, as attributes, and as JSON that the script reads."""
    styles = [("", _asset("report.css")), ("__________cytoscape_stylesheet", _CYTOSCAPE_STYLE)]
    scripts = [_asset("cytoscape.min.js"), _own_script()]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy([text for _, text in styles], scripts)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"portlint {report.version}"),
        element("title", f"portlint: {report.root}"),
        *(verbatim("style", text, **({"id": name} if name else {})) for name, text in styles),
    )
    body = element(
        "body",
        element("a", "Skip to the decision", href="#decision", class_="skip"),
        _header(report),
        element("main", *_sections(report, found, drawn)),
        _footer(report),
        verbatim("script", _data(report, found, drawn), type="application/json", id="data"),
        *(verbatim("script", text) for text in scripts),
    )
    return document(element("html", head, body, lang="en"))


def _sections(report: Report, found: Findings, drawn: Picture) -> list[Child]:
    parts = [sheet(report), projects(report), _findings(found), _graph(drawn), unread(report)]
    return [part for part in parts if part is not None]


def _header(report: Report) -> Element:
    links = [("#decision", "Decision"), ("#findings", "Findings"), ("#graph", "Dependencies"), ("#unread", "Not read")]
    if len(report.projects) > 1:
        links.insert(1, ("#projects", "Projects"))
    size = f"{counted(len(report.projects), 'project')}, {counted(len(report.files), 'file')}"
    question = "Can it run as WebAssembly, what stops it, and what would a port cost?"
    return element(
        "header",
        element("h1", report.root),
        element("p", f"{question} Answered by portlint {report.version} from {size}; nothing was built or run."),
        element("nav", *(element("a", text, href=target) for target, text in links), aria_label="Parts of the report"),
    )


def _findings(found: Findings) -> Element:
    """The frame; the script fills it."""
    section = element("section", element("h2", "Findings"), id="findings", aria_label="Findings")
    if len(found.rows) < found.total:
        left = counted(found.total - len(found.rows), "more finding")
        text = f"{left} not in this page, the least grave: --output jsonl=FILE has them all."
        added(section, element("p", text, class_="warn"))
    if found.unexcerpted:
        text = f"{counted(found.unexcerpted, 'finding')} shown without source lines, for want of room."
        added(section, element("p", text, class_="small"))
    return added(section, _noscript("the findings"), element("div", id="findings-body"))


def _graph(drawn: Picture) -> Element:
    section = element("section", element("h2", "Dependencies"), id="graph", aria_label="Dependencies")
    left = drawn.total - len(drawn.boxes)
    if left:
        kept = "those with blockers and errors, and what leads to them"
        text = (
            f"{len(drawn.boxes):,} of {counted(drawn.total, 'component')}: {kept}; {left:,} not shown, since a picture"
        )
        text += f" of more than {MOST} shows nothing. 'portlint graph' lists them all."
        added(section, element("p", text, class_="warn"))
    return added(section, _noscript("the dependencies"), element("div", id="graph-body"))


def _footer(report: Report) -> Element:
    text = (
        "Blocked means that work inside the project cannot fix it; everything else, however long, is needs-work. "
        "A range is P10 to P90 for one developer who knows the code: one port in ten costs less, one in ten more. "
        "This file loads nothing and sends nothing."
    )
    return element("footer", element("p", text), element("p", "Drawn with Cytoscape.js, MIT licence.", class_="small"))


def _noscript(what: str) -> Element:
    text = f"This viewer runs no scripts, so {what} cannot be shown: open the file in a browser."
    return element("noscript", element("p", text, class_="warn"))


def _data(report: Report, found: Findings, drawn: Picture) -> str:
    """JSON in ASCII that cannot end the element it stands in."""
    targets = [target.id for target in report.targets]
    encoded = msgspec.json.encode({"targets": targets, "findings": found, "picture": drawn})
    return ascii_json(encoded.decode()).translate(_MARKUP)


def _policy(styles: list[str], scripts: list[str]) -> str:
    """Nothing may load; only these very texts run. Source: w3.org/TR/CSP3."""
    allowed = {"script-src": scripts, "style-src": styles}
    parts = ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    return "; ".join([*parts, *(f"{name} {' '.join(map(_hash, texts))}" for name, texts in allowed.items())])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _own_script() -> str:
    """The modules in one scope of their own."""
    return "\n".join(["(() => {", '"use strict";', *(_asset(name) for name in _SCRIPTS), "})();"])


def _asset(name: str) -> str:
    return (files("portlint.reporters.html") / "assets" / name).read_text(encoding="utf-8")
