"""The report as JSON lines, schema `portlint-lines/1`: a header, a line a finding and target, a line an unread file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from portlint.model.catalog import Catalog
from portlint.model.report import Report
from portlint.reporters import RenderOptions
from portlint.reporters.json import Json, finding_fields, path_fields
from portlint.reporters.sanitise import ascii_json, unicode_only

NAME = "jsonl"
SCHEMA = "portlint-lines/1"


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """ASCII lines, each an object whose `type` says what it is: `header`, `finding` or `file`."""
    encoder = msgspec.json.Encoder()
    return "".join(f"{ascii_json(encoder.encode(line).decode())}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[Json]:
    yield _header(report)
    for target in report.targets:
        for finding in target.findings:
            yield {"type": "finding", "target": target.id, **finding_fields(finding)}
    for file in report.files:
        if file.state in ("not-analysed", "partly"):
            yield {
                "type": "file",
                **path_fields(file.path),
                "state": file.state,
                "reason": unicode_only(file.reason),
            }


def _header(report: Report) -> Json:
    """`findings` counts the lines that follow: a reader can tell a whole file from one that was cut off."""
    count = Counter(file.state for file in report.files)
    return {
        "type": "header",
        "schema": SCHEMA,
        "version": report.version,
        "root": unicode_only(report.root),
        "assumptions": [unicode_only(text) for text in report.assumptions],
        "targets": [
            {"id": target.id, "verdict": target.verdict, "findings": len(target.findings)} for target in report.targets
        ],
        "coverage": {
            "analysed": count["analysed"],
            "partly": count["partly"],
            "not_analysed": count["not-analysed"],
            "excluded": count["excluded"],
        },
    }
