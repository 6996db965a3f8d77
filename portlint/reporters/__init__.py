"""The formats of a report: each is a module with NAME and `render(report, catalog, options) -> str`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

import msgspec

from portlint.errors import PortlintError
from portlint.model.catalog import Catalog
from portlint.model.report import Report


def _nothing(_path: str) -> bytes | None:
    return None


class RenderOptions(msgspec.Struct, frozen=True):
    """How to render. `width` is in columns. `read` gives a scanned file's bytes by its path in the report, or None.

    `links`: the address of the scanned folder (`file://...`) where the terminal can follow links, else "".
    `prefix`: the scanned folder's path from the top of its checkout, `games/arena/`, or "": what SARIF, GitHub and
    GitLab read is relative to that top.
    """

    colour: bool = False
    width: int = 80
    verbose: bool = False
    read: Callable[[str], bytes | None] = _nothing
    links: str = ""
    prefix: str = ""


class Reporter(Protocol):
    """What a module of this package offers."""

    NAME: str

    def render(self, report: Report, catalog: Catalog, options: RenderOptions) -> str: ...


REPORTERS: dict[str, str] = {
    "concise": "portlint.reporters.text_concise",
    "github": "portlint.reporters.github",
    "gitlab": "portlint.reporters.gitlab",
    "html": "portlint.reporters.html",
    "json": "portlint.reporters.json",
    "jsonl": "portlint.reporters.jsonl",
    "junit": "portlint.reporters.junit",
    "markdown": "portlint.reporters.markdown",
    "sarif": "portlint.reporters.sarif",
    "text": "portlint.reporters.text",
}


def reporter(name: str) -> Reporter:
    """The reporter of this name, imported only now: a run pays for the formats that it writes.

    Raises PortlintError for an unknown name.
    """
    if name not in REPORTERS:
        raise PortlintError(f"unknown output format {name!r}; known formats: {', '.join(sorted(REPORTERS))}")
    return cast(Reporter, import_module(REPORTERS[name]))
