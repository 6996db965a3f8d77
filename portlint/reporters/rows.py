"""What formats with one row a finding share: the rows, the words beside a message, the verdicts, the blind spots."""

from __future__ import annotations

from collections.abc import Callable

from portlint.model.report import Report
from portlint.reporters.routes import routes
from portlint.reporters.sanitise import visible
from portlint.reporters.text_findings import Entry, entries, merged
from portlint.reporters.words import LEVEL_PHRASE, finding_counts, not_looked_at
from portlint.words import counted, some

_NAMES_SHOWN = 3
_REASONS_SHOWN = 20
_TARGETS_SHOWN = 4


def rows(report: Report) -> list[Entry]:
    """Every finding once, the worst first, whichever targets say it."""
    return merged(entries(report.targets, routes(report)))


def asides(entry: Entry, targets: int) -> str:
    """` (fails to build; if X; on web)`: what the message does not say itself. The tree's texts are as they are."""
    finding = entry.finding
    parts = [LEVEL_PHRASE[finding.level]]
    if finding.guard and finding.guard not in finding.message:
        parts.append(f"if {finding.guard}")
    if finding.confidence != "high":
        parts.append(f"{finding.confidence} confidence")
    if len(entry.targets) < targets:
        parts.append(f"on {some(entry.targets, _TARGETS_SHOWN)}")
    return f" ({'; '.join(parts)})"


def verdicts(report: Report) -> list[str]:
    """`godot-web: blocked (1 blocker, 9 errors)` for each target."""
    return [f"{target.id}: {target.verdict} ({finding_counts(target)})" for target in report.targets]


def blind_spots(report: Report, shown: Callable[[str], str] = visible) -> list[str]:
    """What was not looked at, a line for each reason: `2 files not analysed: not a PE file (a.dll, b.dll)`.

    `shown` makes a text of the tree harmless for the format.
    """
    groups = not_looked_at(report.files)
    lines = [
        f"{counted(len(paths), 'file')} {state.replace('-', ' ')}: {shown(reason)} "
        f"({some([shown(path) for path in paths[:_NAMES_SHOWN]] + paths[_NAMES_SHOWN:], _NAMES_SHOWN)})"
        for state, reason, paths in groups[:_REASONS_SHOWN]
    ]
    if len(groups) > _REASONS_SHOWN:
        files = sum(len(paths) for _, _, paths in groups[_REASONS_SHOWN:])
        lines.append(f"{counted(files, 'more file')} not analysed, or only partly, for other reasons")
    return lines
