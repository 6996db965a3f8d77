"""All capabilities against all targets in one table: for a terminal of 80 columns, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from portlint.model.catalog import Catalog, Support, Target
from portlint.model.finding import Level

WIDTH = 80
# Five letters at most, so that seven targets stand beside the longest capability.
WORDS: dict[Level, str] = {
    "works": "yes",
    "flag": "flag",
    "partial": "part",
    "fails-at-build": "build",
    "fails-at-run": "run",
    "silent": "fakes",
    "hangs": "hangs",
    "unknown": "?",
}
_KEY = (
    "yes works, flag with a flag or setting, part with other semantics, build does not build, run fails when it runs, "
    "fakes succeeds and does nothing, hangs never returns, ? nobody has checked; ! no work in the project can help"
)
# Servers first: the container that they have, then what might replace it.
_GROUPS = (
    ("Servers", ("container", "wasip1", "wasip1-threads", "wasip2", "wasip3", "wasix")),
    ("Servers on a platform", ("container", "cloudflare-workers", "runwasi", "kwasm")),
    ("Browsers", ("web-emscripten", "web-emscripten-pthreads")),
)
_SHORT = {
    "cloudflare-workers": "cf-workers",
    "wasip1-threads": "wasip1-th",
    "web-emscripten": "web",
    "web-emscripten-pthreads": "web-th",
    "godot-web-threads": "godot-th",
    "unity-web-threads": "unity-th",
}
_CELL = 6  # the widest word, `build!`
_HEAD = 9


def matrix_lines(catalog: Catalog) -> list[str]:
    """One table a group of targets, rows by area in the order of `capabilities.toml`, never wider than 80 columns."""
    lines = textwrap.wrap(_KEY, WIDTH)
    for title, targets in _groups(catalog):
        names = f"{title}: {', '.join(_named(target) for target in targets)}"
        lines += ["", *textwrap.wrap(names, WIDTH, subsequent_indent="  ", break_on_hyphens=False), ""]
        lines += _table(catalog, targets)
    return [*lines, "", "portlint explain CAPABILITY --target ID says why, with sources"]


def matrix_json(catalog: Catalog) -> str:
    """The same as data: every answer with reason, source and date, and each target's languages and limits."""
    targets = {
        target.id: {
            "title": target.title,
            "family": target.family,
            "version": target.version,
            "advice": target.advice,
            "support": {name: msgspec.to_builtins(target.support[name]) for name in catalog.capabilities},
            "languages": msgspec.to_builtins(target.languages),
            "limits": msgspec.to_builtins(target.limits),
        }
        for target in catalog.targets.values()
    }
    titles = {name: row.title for name, row in catalog.capabilities.items()}
    return json.dumps({"schema": "portlint-targets/1", "capabilities": titles, "targets": targets}, indent=2)


def _groups(catalog: Catalog) -> Iterator[tuple[str, list[Target]]]:
    """The groups above, then every target that none of them names, by engine."""
    seen: set[str] = set()
    for title, names in _GROUPS:
        found = [catalog.targets[name] for name in names if name in catalog.targets]
        seen.update(names)
        if found:
            yield title, found
    rest = [target for target in catalog.targets.values() if target.id not in seen]
    size = (WIDTH - _first(catalog)) // (_HEAD + 1)
    for at in range(0, len(rest), size):
        yield ("Engines" if at == 0 else "Engines, further"), rest[at : at + size]


def _named(target: Target) -> str:
    short = _SHORT.get(target.id, target.id)
    return target.id if short == target.id else f"{short} = {target.id}"


def _first(catalog: Catalog) -> int:
    return max(map(len, catalog.capabilities), default=0)


def _table(catalog: Catalog, targets: Sequence[Target]) -> Iterator[str]:
    """The rows, a blank line between areas. An area that says one thing throughout is one row: `gfx.* (7)`."""
    first = _first(catalog)
    heads = [_SHORT.get(target.id, target.id) for target in targets]
    widths = [max(len(head), _CELL) for head in heads]
    yield _row("", heads, first, widths)
    before = 0
    for area, names in groupby(catalog.capabilities, key=lambda name: name.partition(".")[0]):
        rows = [(name, [_cell(target.support[name]) for target in targets]) for name in names]
        if len(rows) > 1 and all(cells == rows[0][1] for _, cells in rows):
            rows = [(f"{area}.* ({len(rows)})", rows[0][1])]
        if before and max(before, len(rows)) > 1:
            yield ""
        before = len(rows)
        yield from (_row(name, cells, first, widths) for name, cells in rows)


def _cell(support: Support) -> str:
    return WORDS[support.level] + ("!" if support.blocker else "")


def _row(name: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    padded = (f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:{first}} {' '.join(padded)}".rstrip()
