"""One line a finding, for editors and `grep`: `path:line:col: severity[rule] message`."""

from __future__ import annotations

from portlint.model.catalog import Catalog
from portlint.model.report import Report
from portlint.reporters import RenderOptions
from portlint.reporters.rows import asides, blind_spots, rows, verdicts
from portlint.reporters.sanitise import visible
from portlint.reporters.text_findings import Entry
from portlint.reporters.text_layout import SEVERITY_COLOUR, Layout
from portlint.reporters.words import suppositions

NAME = "concise"


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """What is supposed; the findings, the worst first; a line for each target and reason why files were not read."""
    layout = Layout(options.colour, options.width, options.links)
    lines = [_line(entry, len(report.targets), layout) for entry in rows(report)]
    return "\n".join([*map(visible, suppositions(report)), *lines, *verdicts(report), *blind_spots(report)]) + "\n"


def _line(entry: Entry, targets: int, layout: Layout) -> str:
    finding = entry.finding
    where = finding.location
    severity = layout.coloured(finding.severity, SEVERITY_COLOUR[finding.severity])
    place = layout.linked(f"{visible(where.path)}:{max(where.line, 1)}:{max(where.column, 1)}", where.path)
    return f"{place}: {severity}[{visible(finding.rule)}] {visible(finding.message + asides(entry, targets))}"
