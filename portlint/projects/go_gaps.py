"""Go packages that choose a file by platform, and have none for some: what calls their functions does not build there.

`lock_unix.go` and `lock_windows.go` both declare `open`, and `lock.go` calls it. Where the constraints of both fail,
`open` is undefined. A package of one system's own is no such choice: nothing without a constraint calls it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import compress, product

from msgspec import structs

from portlint.extractors.source.go.guards import of_name
from portlint.extractors.source.go.header import read_header
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.guard import ALWAYS, NEVER, Guard, both, every, negated

NAME = "go:no-platform-file"
_FUNCTIONS = "go:functions"
_TEST = Guard("defined", "go(test)")

_MAX_TAGS = 10

Declared = tuple[str, Fact]


def with_gaps(extractions: Mapping[str, Extraction], read: Callable[[str], bytes]) -> dict[str, Extraction]:
    """The same extractions, with a `construct` fact at the first call of each choice, true where no file is chosen.

    `read` gives a file's content and raises ValueError where it cannot; asked for are the files of a few packages.
    """
    packages: dict[str, list[Declared]] = {}
    folders: dict[str, list[str]] = {}
    for path, extraction in extractions.items():
        if not path.endswith(".go"):
            continue
        folders.setdefault(posixpath.dirname(path), []).append(path)
        for fact in extraction.facts:
            if fact.name == _FUNCTIONS and fact.guard != NEVER and not _is_test(fact.guard):
                packages.setdefault(posixpath.dirname(path), []).append((path, fact))
    found = dict(extractions)
    for folder, files in packages.items():
        choices = _choices(files)
        for path in folders[folder] if choices else ():
            for gap in _called(path, choices, read):
                found[path] = structs.replace(found[path], facts=(*found[path].facts, gap))
    return found


def _choices(files: Sequence[Declared]) -> dict[str, Guard]:
    """By function: when none of the files that declare it counts. Those that always leave one are left out."""
    guards: dict[str, list[Guard]] = {}
    for _, fact in files:
        for name in fact.value.split():
            guards.setdefault(name, []).append(fact.guard)
    choices = {}
    for name, ways in guards.items():
        none = ALWAYS
        for way in dict.fromkeys(ways):
            none = both(none, negated(way))
        if len(set(ways)) > 1 and _can_hold(none):
            choices[name] = none
    return choices


def _can_hold(guard: Guard) -> bool:
    """Whether any choice of tags makes it true; taken for granted where there are many tags."""
    names = sorted(_names(guard))
    if len(names) > _MAX_TAGS:
        return True
    sets = (frozenset(compress(names, chosen)) for chosen in product((False, True), repeat=len(names)))
    return any(guard.holds(held, set(names) - held) is not False for held in sets)


def _names(guard: Guard) -> set[str]:
    return {guard.name} if guard.op == "defined" else set().union(*map(_names, guard.args))


def _called(path: str, choices: dict[str, Guard], read: Callable[[str], bytes]) -> list[Fact]:
    """The first call of each choice in a file that always counts; a choice that is called is taken out of `choices`."""
    if of_name(path) != ALWAYS or not choices:
        return []
    try:
        data = read(path)
        header = read_header(data)
    except ValueError:
        return []
    if every(of_name(path), header.guard) != ALWAYS:
        return []
    words = "|".join(map(re.escape, sorted(choices)))
    found = []
    for match in re.finditer(rf"(?<![\w.])(?<!func )({words})\(".encode(), data[header.end :]):
        name = match[1].decode()
        start = header.end + match.start()
        line_start = data.rfind(b"\n", 0, start) + 1
        if name not in choices or b"//" in data[line_start:start]:
            continue
        guard = choices[name]
        for other in [each for each, way in choices.items() if way == guard]:
            del choices[other]
        place = Location(path, data.count(b"\n", 0, start) + 1, start - line_start + 1)
        found.append(Fact("construct", NAME, place, "go", guard, name))
    return found


def _is_test(guard: Guard) -> bool:
    return guard == _TEST or (guard.op == "and" and _TEST in guard.args)
