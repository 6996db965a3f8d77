"""The report as one HTML file, for the meeting in which the port is decided."""

from __future__ import annotations

from portlint.model.catalog import Catalog
from portlint.model.report import Report
from portlint.planning.view import view
from portlint.reporters import RenderOptions
from portlint.reporters.html.findings import findings
from portlint.reporters.html.page import page
from portlint.reporters.html.picture import picture

NAME = "html"


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """The page. What does not fit is left out by gravity, and its count stands in its place."""
    found = findings(report, options.read)
    return page(report, found, picture(view(report, catalog.targets)))
