"""The decision sheet in words: sections of rows and lines that the terminal and Markdown lay out.

Nothing here is made safe to print: names are as they are in the tree.
"""

from __future__ import annotations

import msgspec

from portlint.planning.sheet import Server, Sheet
from portlint.reporters.plan_rows import blockers, project_name, short, targets
from portlint.reporters.plan_section import Entry, Limits, Section, line
from portlint.reporters.plan_work import doubts, work_section
from portlint.reporters.words import not_looked_at
from portlint.words import counted, some

_CAN_GO = {"go": "as it is", "go if": "with work", "unknown": "not known", "no-go": "not"}
_NAMES = 2
_REASON = 240  # characters: three lines of a terminal


def heading(sheet: Sheet) -> str:
    """`portlint 0.1.0, plan: arena, 2 projects, 34 files`."""
    of = f"{counted(sheet.projects, 'project')}, {counted(len(sheet.files), 'file')}"
    return f"portlint {sheet.version}, plan: {sheet.root}, {of}"


def sections(sheet: Sheet, limits: Limits) -> list[Section]:
    """In reading order; empty ones are left out."""
    browser, server = (targets(sheet, limits, browser=each) for each in (True, False))
    found = [
        browser,
        msgspec.structs.replace(server, note="") if browser.note else server,  # said once
        blockers(sheet, limits),
        _apart(sheet, limits),
        _hosting(sheet, limits),
        *(work_section(sheet, each, limits) for each in sheet.work),
        doubts(sheet, limits),
        _blind(sheet, limits),
    ]
    if sheet.assumptions:
        found.insert(0, Section("Supposed, and not so in the tree", tuple(line(each) for each in sheet.assumptions)))
    if not sheet.rows:
        found.insert(0, Section("Nothing to decide", (line("no project found that a target could run"),)))
    return [section for section in found if section.entries]


def _apart(sheet: Sheet, limits: Limits) -> Section:
    """Where each part can go: the client's engine has its own targets, each server its own answer."""
    entries = []
    crowd = len(sheet.clients) > limits.projects
    reasons: dict[str, list[str]] = {}
    for path, text in sheet.clients.items():
        name = f"{project_name(sheet, path)} ({sheet.kinds[path]})"
        reason = text.partition(": ")[2] or text
        # What would have to be split out differs from project to project: too much to tell of a crowd.
        reasons.setdefault(short(reason.partition(";")[0] if crowd else reason, _REASON), []).append(name)
    for reason, names in reasons.items():
        are = "a client" if len(names) == 1 else f"{len(names):,} clients"
        entries.append(line(f"{some(names, limits.projects)}: {are}, not asked about servers: {reason}"))
    if not sheet.clients and len(sheet.servers) == 1 and len(sheet.servers[0].fits) == 1:
        return Section("", ())  # the row says it all
    entries += [_server(sheet, server, limits) for server in sheet.servers[: limits.projects]]
    entries += _left(len(sheet.servers) - limits.projects, "more server")
    return Section("Client and server apart", tuple(entries))


def _server(sheet: Sheet, server: Server, limits: Limits) -> Entry:
    name = f"{project_name(sheet, server.project)} ({sheet.kinds[server.project]})"
    stays = f"so it stays in its container{f': {server.because}' if server.because else ''}" if server.stays else ""
    if not any(fit.lacking for fit in server.fits) and any(fit.answer == "go" for fit in server.fits):
        where = (f"{_CAN_GO[fit.answer]}: {', '.join(fit.targets)}" for fit in server.fits)
        return line(f"{name}: {'; '.join(where)}", *filter(None, [stays]))
    lines = []
    for fit in server.fits:
        lacking = [f"{title} ({counted(files, 'file')})" for title, files in fit.lacking]
        built = f" ({fit.toolkit})" if fit.toolkit else ""
        apart = f", except for {some(lacking, limits.lacking)}" if lacking else ""
        lines.append(f"{_CAN_GO[fit.answer]}: {', '.join(fit.targets)}{built}{apart}")
    return line(name, *lines, *filter(None, [stays]))


def _hosting(sheet: Sheet, limits: Limits) -> Section:
    groups: dict[str, list[str]] = {}
    for each in sheet.hosting[: limits.hosting]:
        groups.setdefault(", ".join(each.targets), []).append(each.text)
    entries = [line(f"{targets}:", *texts) for targets, texts in groups.items()]
    return Section("Hosting", (*entries, *_left(len(sheet.hosting) - limits.hosting, "more condition")))


def _blind(sheet: Sheet, limits: Limits) -> Section:
    rows = not_looked_at(sheet.files)
    entries = [line(f"{target}: asks about no project that is here") for target in sheet.idle]
    entries += [
        line(f"{counted(len(paths), 'file')} {state.replace('-', ' ')}: {reason} ({some(paths, _NAMES)})")
        for state, reason, paths in rows[: limits.blind]
    ]
    if left := rows[limits.blind :]:
        files = sum(len(paths) for _, _, paths in left)
        entries.append(line(f"{counted(files, 'more file')} for {counted(len(left), 'other reason')}"))
    return Section("Not looked at", tuple(entries))


def _left(number: int, noun: str) -> list[Entry]:
    return [line(f"and {counted(number, noun)} (--verbose)")] if number > 0 else []
