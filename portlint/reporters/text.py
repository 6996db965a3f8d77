"""The report for a terminal: the verdicts, what blocks, what else, and what was not looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from portlint.model.catalog import Catalog
from portlint.model.report import Estimate, Report, TargetReport
from portlint.reporters import RenderOptions
from portlint.reporters.excerpt import Excerpts
from portlint.reporters.routes import routes
from portlint.reporters.sanitise import visible
from portlint.reporters.text_findings import Entry, Said, blocker_lines, component_lines, entries, merged
from portlint.reporters.text_layout import VERDICT_COLOUR, Layout
from portlint.reporters.text_projects import project_lines, verdict_counts
from portlint.reporters.words import HYPOTHETICAL, estimate_line, finding_counts, not_looked_at
from portlint.words import counted, some

NAME = "text"
SCREEN = 40  # lines, as a terminal of this width shows them
_FEW_TARGETS = 2
_REST_AT_LEAST = 4
_NAMES_SHOWN = 2
_FACTS_SHOWN = 3
_REASONS_SHOWN = 3
_APART = {"blocked": " without the blockers", "unknown": " of what was found alone"}
_NO_READER = re.compile(r"no reader for (.+) yet")


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """The report, with a final line end; at most about a screen unless `options.verbose`.

    A finding's line is never wrapped, so that it can be searched for and clicked on.
    """
    layout = Layout(options.colour, max(options.width, 40), options.links)
    excerpts = Excerpts(options.read)
    every = entries(report.targets, routes(report))
    found = every if options.verbose else merged(every)
    head = [_heading(report, layout), _suppositions(report, layout), *_targets(report, layout, options.verbose)]
    said = None if options.verbose else Said(_shown_facts(report))
    blockers = _titled("Blockers", blocker_lines(found, len(report.targets), layout, said, excerpts), layout)
    blind = _titled("Not looked at", _blind(report, layout, options.verbose), layout)
    fixed = [*head, blockers, blind]
    projects = project_lines(report, layout, None if options.verbose else _room(fixed, layout) - _REST_AT_LEAST)
    room = None if options.verbose else max(_room([*fixed, projects], layout), _REST_AT_LEAST)
    sections = [*head, projects, blockers, _rest(report, found, layout, room, said, excerpts), blind]
    if not options.verbose and found:
        sections.append([_all_shown_by(every)])
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _room(sections: Sequence[list[str]], layout: Layout) -> int:
    """How many lines these leave of a screen for the findings, whose title and the last line need four."""
    return SCREEN - 4 - sum(layout.height(section) + 1 for section in sections if section)


def _heading(report: Report, layout: Layout) -> list[str]:
    projects = counted(len(report.projects), "project")
    files = counted(len(report.files), "file")
    line = f"portlint {report.version}: {visible(report.root)}, {projects}, {files}"
    return [line] if report.projects else [line, layout.bold("no project found: nothing that a target could run")]


def _suppositions(report: Report, layout: Layout) -> list[str]:
    lines = [line for text in report.assumptions for line in layout.wrapped(visible(text), "  - ", "    ")]
    return _titled(HYPOTHETICAL, lines, layout)


def _targets(report: Report, layout: Layout, verbose: bool) -> list[list[str]]:
    """A block for each target; one block for all where there are many and a screen is the limit."""
    few = verbose or len(report.targets) <= _FEW_TARGETS
    blocks = [_target(report, target, layout, verbose, few) for target in report.targets]
    return blocks if few else [[line for block in blocks for line in block]]


def _shown_facts(report: Report) -> list[str]:
    """The deciding facts that stand in the report in full."""
    few = len(report.targets) <= _FEW_TARGETS
    return [fact for target in report.targets for fact in target.deciding[:_FACTS_SHOWN]] if few else []


def _target(report: Report, target: TargetReport, layout: Layout, verbose: bool, few: bool) -> list[str]:
    """The verdict, what decides it, and the estimate; of many targets one reason each, cut to a line."""
    asides = [finding_counts(target)]
    if projects := verdict_counts(report.projects, target.id):
        asides.append(f"projects: {projects}")
    if target.credit:
        asides.append(f"{counted(target.credit, 'use')} ruled out by guards")
    verdict = layout.coloured(target.verdict, VERDICT_COLOUR[target.verdict])
    lines = layout.wrapped(f"{layout.bold(target.id)}: {verdict} ({'; '.join(asides)})", "", "    ")
    for fact in target.deciding if verbose else target.deciding[: _FACTS_SHOWN if few else 1]:
        reason = layout.wrapped(visible(fact), "  - ", "    ")
        lines += reason if few or len(reason) == 1 else [f"{reason[0][: layout.width - 4]} ..."]
    if target.estimate:
        deciding = target.estimate.project if len(report.projects) > 1 else ""
        of_one = f" of the project in {visible(deciding)}" if deciding else ""
        apart = _APART.get(target.verdict, "")
        lines += _estimate(target.estimate, f"estimate{of_one}{apart}", layout, verbose)
    return lines


def _estimate(estimate: Estimate, what: str, layout: Layout, verbose: bool) -> list[str]:
    lines = layout.wrapped(f"{what}: {estimate_line(estimate)}", "  ", "    ")
    if not verbose:
        return lines
    labelled = [("driver", estimate.drivers), ("assumes", estimate.assumptions), ("choice", estimate.choices)]
    for label, texts in labelled:
        for text in texts:
            lines += layout.wrapped(visible(text), f"    {label}: ", "      ")
    return [*lines, f"    rates: {estimate.rates}"]


def _titled(title: str, lines: list[str], layout: Layout) -> list[str]:
    return [layout.bold(title), *lines] if lines else []


def _rest(
    report: Report, found: Sequence[Entry], layout: Layout, room: int | None, said: Said | None, excerpts: Excerpts
) -> list[str]:
    lines = component_lines(found, report.components, len(report.targets), layout, room, said, excerpts)
    return _titled("Other findings, by component", lines, layout)


def _blind(report: Report, layout: Layout, verbose: bool) -> list[str]:
    """Counts by reason, with the first names; in full when verbose, else all languages without a reader together."""
    rows = not_looked_at(report.files)
    unread = [] if verbose else [row for row in rows if _NO_READER.fullmatch(row[1])]
    rows = [row for row in rows if row not in unread]
    lines = _unread(unread, layout)
    shown = rows if verbose else rows[:_REASONS_SHOWN]
    for state, reason, paths in shown:
        names = some([visible(path) for path in paths], len(paths) if verbose else _NAMES_SHOWN)
        text = f"{counted(len(paths), 'file')} {state.replace('-', ' ')}: {visible(reason)} ({names})"
        lines += layout.wrapped(text, "  ", "    ")
    if len(rows) > len(shown):
        files = sum(len(paths) for _, _, paths in rows[len(shown) :])
        lines.append(f"  {counted(files, 'more file')} for {counted(len(rows) - len(shown), 'other reason')}")
    return [*lines, *_excluded(report, layout)]


def _unread(rows: Sequence[tuple[str, str, list[str]]], layout: Layout) -> list[str]:
    """`no reader yet for: TypeScript (21 files), Python (3)`."""
    named = [(found[1], paths) for _, reason, paths in rows if (found := _NO_READER.fullmatch(reason))]
    parts = [f"{visible(language)} ({counted(len(paths), 'file')})" for language, paths in named]
    return layout.wrapped(f"no reader yet for: {', '.join(parts)}", "  ", "    ") if parts else []


def _excluded(report: Report, layout: Layout) -> list[str]:
    """`720 files excluded: no source, manifest or native library (717); a 3D model (3)`."""
    count = Counter(file.reason for file in report.files if file.state == "excluded")
    if not count:
        return []
    rows = sorted(count.items(), key=lambda row: (-row[1], row[0]))
    reasons = "; ".join(f"{visible(reason)} ({number:,})" for reason, number in rows[:_REASONS_SHOWN])
    more = f"; {counted(len(rows) - _REASONS_SHOWN, 'other reason')}" if len(rows) > _REASONS_SHOWN else ""
    return layout.wrapped(f"{counted(count.total(), 'file')} excluded: {reasons}{more}", "  ", "    ")


def _all_shown_by(found: Sequence[Entry]) -> str:
    return f"{counted(len(found), 'finding')}; --verbose shows each, with its path, remedy and source"
