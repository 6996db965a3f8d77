"""What was not looked at: as prominent as what was found, since silence reads as a clean bill of health."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

from portlint.model.extraction import State
from portlint.model.report import Report
from portlint.reporters.html.markup import Child, added, element, listed, table
from portlint.reporters.words import not_looked_at
from portlint.words import counted

_REASONS = 200
_PATHS = 50  # of one reason
_STATES: tuple[State, ...] = ("analysed", "partly", "not-analysed", "excluded")


def unread(report: Report) -> Element:
    count = Counter(file.state for file in report.files)
    states = ", ".join(f"{count[state]:,} {state.replace('-', ' ')}" for state in _STATES if count[state])
    section = element("section", element("h2", "Not looked at"), id="unread", aria_label="Not looked at")
    added(section, element("p", f"{counted(len(report.files), 'file')} in the tree: {states or 'nothing to read'}."))
    groups = not_looked_at(report.files)
    rows: list[tuple[Child, ...]] = [
        (reason, state.replace("-", " "), f"{len(paths):,}", _files(paths)) for state, reason, paths in groups
    ]
    if rows:
        added(section, table("Files not analysed, or only partly", ("Why", "State", "Files", "Which"), rows[:_REASONS]))
    if len(rows) > _REASONS:
        left = sum(len(paths) for _, _, paths in groups[_REASONS:])
        added(section, element("p", f"{counted(left, 'more file')} for other reasons not shown.", class_="warn"))
    excluded = Counter(file.reason for file in report.files if file.state == "excluded")
    if excluded:
        lines = tuple(f"{reason}: {number:,}" for reason, number in sorted(excluded.items(), key=_most_first))
        added(section, element("h3", "Excluded"), listed(lines, _REASONS))
    return section


def _files(paths: list[str]) -> Element:
    made = element("details", element("summary", counted(len(paths), "file")), listed(tuple(paths), _PATHS))
    if len(paths) <= 3:
        made.set("open", "")
    return made


def _most_first(row: tuple[str, int]) -> tuple[int, str]:
    return -row[1], row[0]
