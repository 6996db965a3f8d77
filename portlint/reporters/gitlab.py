"""GitLab's code quality report: one JSON list.

Source: docs.gitlab.com, "Code Quality", section "Code Quality report format".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from portlint.model.catalog import Catalog
from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.reporters import RenderOptions
from portlint.reporters.from_top import from_top
from portlint.reporters.routes import routes
from portlint.reporters.rows import asides, blind_spots, rows
from portlint.reporters.sanitise import ascii_json, unicode_only, visible
from portlint.reporters.sarif_places import Line, Place, ground, lines_at
from portlint.reporters.text_findings import Entry
from portlint.reporters.words import blocks, not_looked_at, sentence, suppositions

NAME = "gitlab"
UNREAD = "not-analysed"
SUPPOSED = "hypothetical"

Json = dict[str, object]


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """An issue for each finding, the worst first, then one for each supposition and reason why files were not read."""
    report, options = from_top(report, options)
    base = ground(report, routes(report))
    found = [(entry, base.place(entry.finding)) for entry in rows(report)]
    lines = lines_at([place for _, place in found], options.read)
    seen: Counter[str] = Counter()
    issues = [_issue(entry, place, lines, seen, len(report.targets)) for entry, place in found]
    issues += [*_suppositions(report, seen), *_unread(report, seen)]
    return ascii_json(msgspec.json.format(msgspec.json.encode(issues), indent=2).decode()) + "\n"


def _issue(entry: Entry, place: Place, lines: Mapping[tuple[str, int], Line], seen: Counter[str], targets: int) -> Json:
    finding = entry.finding
    text = visible(finding.message + asides(entry, targets))
    if place.binary:
        text += f"; in {visible(place.binary)}"
    if finding.instead:
        text = f"{sentence(text)} Instead: {sentence(visible(finding.instead))}"
    line = lines.get((place.path, place.line))
    content = line.text.strip() if line and place.line else ""
    return {
        "description": text,
        "check_name": unicode_only(finding.rule),
        "fingerprint": _fingerprint((finding.rule, finding.name, _base(place.binary or place.path), content), seen),
        "severity": _severity(finding),
        "location": {"path": unicode_only(place.path), "lines": {"begin": max(place.line, 1)}},
    }


def _suppositions(report: Report, seen: Counter[str]) -> list[Json]:
    """On the first file, for an issue must have a place."""
    place = unicode_only(report.files[0].path) if report.files else "."
    return [
        {
            "description": visible(text),
            "check_name": SUPPOSED,
            "fingerprint": _fingerprint((SUPPOSED, text), seen),
            "severity": "info",
            "location": {"path": place, "lines": {"begin": 1}},
        }
        for text in suppositions(report)
    ]


def _unread(report: Report, seen: Counter[str]) -> list[Json]:
    """GitLab shows issues and nothing else: a file that nobody read must be one."""
    return [
        {
            "description": f"Not looked at: {text}",
            "check_name": UNREAD,
            "fingerprint": _fingerprint((UNREAD, state, reason), seen),
            "severity": "info",
            "location": {"path": unicode_only(paths[0]), "lines": {"begin": 1}},
        }
        for (state, reason, paths), text in zip(not_looked_at(report.files), blind_spots(report), strict=False)
    ]


def _severity(finding: Finding) -> str:
    if blocks(finding):
        return "blocker"
    if finding.level == "unknown":
        return "info"
    return {"error": "critical", "warning": "major", "note": "minor"}[finding.severity]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _fingerprint(parts: Sequence[str], seen: Counter[str]) -> str:
    """What the finding says of which text, and a number among equals: GitLab drops a second one without a word.

    Neither the line number nor the folder counts, so that what only moved is not new.
    """
    key = "\0".join(map(unicode_only, parts))
    seen[key] += 1
    return sha256(f"{key}\0{seen[key]}".encode()).hexdigest()[:32]
