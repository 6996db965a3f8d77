"""The JSON report: its schema, to the letter, and names that survive it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft202012Validator
from report_example import EXAMPLE, HOSTILE, catalog, hostile_report

from portlint.model.report import Report
from portlint.reporters import RenderOptions, reporter

SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "portlint-report-1.schema.json").read_text())
FINDING_KEYS = (
    *("rule", "capability", "level", "severity", "blocker", "confidence", "kind", "name", "path", "line", "column"),
    *("guard", "component", "via", "message", "instead", "source", "standing", "reason"),
)


def document(report: Report) -> Any:
    return json.loads(reporter("json").render(report, catalog(), RenderOptions()))


@pytest.mark.parametrize("report", [EXAMPLE, hostile_report()], ids=["example", "hostile"])
def test_holds_the_schema(report: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document(report))


def test_the_schema_refuses_what_is_not_a_report() -> None:
    broken = document(EXAMPLE)
    broken["targets"][0]["findings"][0]["level"] = "broken"
    broken["coverage"]["not-analysed"] = 0
    assert len(list(Draft202012Validator(SCHEMA).iter_errors(broken))) == 2


def test_keys_stand_in_the_order_of_the_schema() -> None:
    found = document(EXAMPLE)
    assert list(found) == [
        "schema",
        "tool",
        *("assumptions", "coverage", "components", "dependencies", "projects", "targets"),
    ]
    assert list(found["coverage"]) == ["analysed", "partly", "not_analysed", "excluded", "files"]
    assert list(found["components"][0]) == ["id", "kind", "name", "version", "path", "purl", "provenance"]
    assert list(found["dependencies"][0]) == ["from", "to", "scope", "condition", "path", "line"]
    assert list(found["projects"][0]) == ["path", "kind", "engine_version", "verdicts", "deciding", "estimates"]
    assert list(found["targets"][0]) == ["id", "verdict", "deciding", "estimate", "findings"]
    assert list(found["targets"][0]["findings"][0]) == list(FINDING_KEYS)


def test_values() -> None:
    found = document(EXAMPLE)
    coverage = found["coverage"]
    counts = [coverage[key] for key in ("analysed", "partly", "not_analysed", "excluded")]
    assert counts == [4, 1, 3, 1]
    assert sum(counts) == len(coverage["files"])
    assert found["dependencies"][0]["condition"] == "!feature(web)"
    assert found["targets"][0]["estimate"]["days"] == {"p10": 8.0, "p50": 21.0, "p90": 55.0}
    assert found["targets"][1]["estimate"] is None
    enet = found["targets"][0]["findings"][2]
    assert (enet["path"], enet["line"], enet["column"]) == ("client/net.gd", 3, 13)
    assert enet["via"] == ["client"]


def test_names_are_lossless() -> None:
    written = [finding for finding in document(hostile_report())["targets"][0]["findings"] if finding["line"]]
    assert len(written) == len(HOSTILE)
    for name, finding in zip(HOSTILE, written, strict=True):
        exact = unquote_to_bytes(finding["path_uri"]) if "path_uri" in finding else finding["path"].encode()
        assert exact == os.fsencode(name)
    assert sum("path_uri" in finding for finding in written) == 1


def test_the_document_is_ascii_and_ends_its_last_line() -> None:
    text = reporter("json").render(hostile_report(), catalog(), RenderOptions())
    assert text.isascii()
    assert text.endswith("}\n")
    assert not any(ord(char) < 0x20 and char != "\n" for char in text)
