"""JUnit XML: a suite for each target, a case for each rule and component.

Written to satisfy both schemas in use: windyroad/JUnit-Schema (Ant's, which demands a time, a host and both system
streams) and Jenkins' junit-10.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from portlint.model.catalog import Catalog
from portlint.model.finding import Finding
from portlint.model.report import Report, TargetReport
from portlint.reporters import RenderOptions
from portlint.reporters.rows import blind_spots
from portlint.reporters.sanitise import visible
from portlint.reporters.words import LEVEL_PHRASE, estimate_line, finding_counts, suppositions, worst_first
from portlint.words import counted

NAME = "junit"
_PLACES_SHOWN = 100
# The schema demands a time and a host; the report must not depend on either.
_TIMESTAMP = "1970-01-01T00:00:00"
_HOST = "localhost"
_NOT_XML = re.compile("[\ufffe\uffff]")  # what XML 1.0 cannot hold and `visible` leaves


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """The document in ASCII, so that it is the same in every locale, indented by two."""
    root = ET.Element("testsuites")
    names = {component.id: component.name for component in report.components}
    for number, target in enumerate(report.targets):
        _suite(root, number, target, report, names)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written.decode()}\n'


def _suite(root: ET.Element, number: int, target: TargetReport, report: Report, names: dict[str, str]) -> None:
    suite = ET.SubElement(root, "testsuite", package="portlint", id=str(number), name=_text(target.id))
    properties = ET.SubElement(suite, "properties")
    known = {"version": report.version, "root": report.root, "verdict": target.verdict}
    if target.estimate:
        known["estimate"] = estimate_line(target.estimate)
    for name, value in known.items():
        ET.SubElement(properties, "property", name=name, value=_text(value))
    _verdict(suite, target)
    for (component, rule), findings in sorted(_by_case(target.findings).items()):
        where = names.get(component, component)
        _case(suite, target.id, f"{rule} in {where} ({component})", findings)
    ET.SubElement(suite, "system-out").text = _text_lines(
        [*suppositions(report), *(f"Not looked at: {line}" for line in blind_spots(report))]
    )
    ET.SubElement(suite, "system-err")
    counts = {"tests": "testcase", "failures": ".//failure", "errors": ".//error", "skipped": ".//skipped"}
    suite.attrib |= {name: str(len(suite.findall(path))) for name, path in counts.items()}
    suite.attrib |= {"time": "0", "timestamp": _TIMESTAMP, "hostname": _HOST}


def _by_case(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    cases: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=worst_first):
        cases.setdefault((finding.component, finding.rule), []).append(finding)
    return cases


def _verdict(suite: ET.Element, target: TargetReport) -> None:
    """A case of its own, so that a target without findings is not an empty suite, and `unknown` is not green."""
    case = ET.SubElement(suite, "testcase", name="verdict", classname=_text(target.id), time="0")
    says = f"{target.verdict}: {finding_counts(target)}"
    if any(finding.severity == "error" for finding in target.findings):  # as the exit code is
        answer = ET.SubElement(case, "failure", type=target.verdict, message=says)
    elif target.verdict != "ready":
        answer = ET.SubElement(case, "skipped", message=says)
    else:
        return
    answer.text = _text_lines(target.deciding)


def _case(suite: ET.Element, target: str, name: str, findings: Sequence[Finding]) -> None:
    """Failed for an error, as the exit code is; skipped, which is seen and not red, for a warning or a note."""
    worst = findings[0]
    case = ET.SubElement(suite, "testcase", name=_text(name), classname=_text(target), time="0")
    message = _text(f"{worst.message} ({LEVEL_PHRASE[worst.level]})")
    if worst.severity == "error":
        answer = ET.SubElement(case, "failure", type="error", message=message)
    else:
        answer = ET.SubElement(case, "skipped", message=message)
    lines = [_line(finding) for finding in findings[:_PLACES_SHOWN]]
    if worst.instead:
        lines.insert(0, f"Instead: {worst.instead}")
    if len(findings) > _PLACES_SHOWN:
        lines.append(f"and {counted(len(findings) - _PLACES_SHOWN, 'more place')}")
    answer.text = _text_lines(lines)


def _line(finding: Finding) -> str:
    place = finding.location
    condition = f" (if {finding.guard})" if finding.guard and finding.guard not in finding.message else ""
    return f"{place.path}:{max(place.line, 1)}:{max(place.column, 1)}: {finding.severity}: {finding.message}{condition}"


def _text_lines(texts: Sequence[str]) -> str:
    return "\n".join(map(_text, texts))


def _text(text: str) -> str:
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", visible(text))
