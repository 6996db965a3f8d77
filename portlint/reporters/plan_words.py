"""The decision sheet in words: sections of rows and lines that the terminal and Markdown lay out.

Nothing here is made safe to print: names are as they are in the tree.
"""

from __future__ import annotations

from portlint.planning.sheet import Server, Sheet
from portlint.reporters.plan_rows import blockers, project_name, short, targets
from portlint.reporters.plan_section import Entry, Limits, Section, line
from portlint.reporters.plan_work import doubts, work_section
from portlint.reporters.words import counted, not_looked_at, some

_CAN_GO = {"go": "as it is", "go if": "with work", "unknown": "not known", "no-go": "not"}
_NAMES = 2


def heading(sheet: Sheet) -> str:
    """`portlint 0.1.0, plan: arena, 2 projects, 34 files`."""
    of = f"{counted(sheet.projects, 'project')}, {counted(len(sheet.files), 'file')}"
    return f"portlint {sheet.version}, plan: {sheet.root}, {of}"


def sections(sheet: Sheet, limits: Limits) -> list[Section]:
    """In reading order; empty ones are left out."""
    found = [
        targets(sheet, limits, browser=True),
        targets(sheet, limits, browser=False),
        blockers(sheet, limits),
        _apart(sheet, limits),
        _hosting(sheet, limits),
        *(work_section(sheet, each, limits) for each in sheet.work),
        doubts(sheet, limits),
        _blind(sheet, limits),
    ]
    return [section for section in found if section.entries]


def _apart(sheet: Sheet, limits: Limits) -> Section:
    """Where each part can go: the client's engine has its own targets, each server its own answer."""
    entries = []
    for path, text in list(sheet.clients.items())[: limits.projects]:
        reason = short(text.partition(": ")[2] or text)
        name = f"{project_name(sheet, path)} ({sheet.kinds[path]})"
        entries.append(line(f"{name}: a client, not asked about servers: {reason}"))
    entries += _left(len(sheet.clients) - limits.projects, "more client")
    entries += [_server(sheet, server, limits) for server in sheet.servers[: limits.projects]]
    entries += _left(len(sheet.servers) - limits.projects, "more server")
    return Section("Client and server apart", tuple(entries))


def _server(sheet: Sheet, server: Server, limits: Limits) -> Entry:
    lines = []
    for fit in server.fits:
        lacking = [f"{title} ({counted(files, 'file')})" for title, files in fit.lacking]
        lines.append(
            f"{_CAN_GO[fit.answer]}: {', '.join(fit.targets)}"
            + (f", except for {some(lacking, limits.lacking)}" if lacking else "")
        )
    return line(f"{project_name(sheet, server.project)} ({sheet.kinds[server.project]})", *lines)


def _hosting(sheet: Sheet, limits: Limits) -> Section:
    entries = [line(f"{', '.join(each.targets)}: {each.text}") for each in sheet.hosting[: limits.hosting]]
    return Section("Hosting", (*entries, *_left(len(sheet.hosting) - limits.hosting, "more condition")))


def _blind(sheet: Sheet, limits: Limits) -> Section:
    rows = not_looked_at(sheet.files)
    entries = [
        line(f"{counted(len(paths), 'file')} {state.replace('-', ' ')}: {reason} ({some(paths, _NAMES)})")
        for state, reason, paths in rows[: limits.blind]
    ]
    if left := rows[limits.blind :]:
        files = sum(len(paths) for _, _, paths in left)
        entries.append(line(f"{counted(files, 'more file')} for {counted(len(left), 'other reason')}"))
    return Section("Not looked at", tuple(entries))


def _left(number: int, noun: str) -> list[Entry]:
    return [line(f"and {counted(number, noun)} (--verbose)")] if number > 0 else []
