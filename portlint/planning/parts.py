"""Which components a cut has to decide, in pieces that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from portlint.planning.drop import reached
from portlint.planning.network import Action, Link, Network, Option, backward


class Part(msgspec.Struct, frozen=True):
    """Components that have to be decided together. `entries` are links from what stays alive whatever is done."""

    components: tuple[str, ...]
    called: frozenset[str]
    rigid: frozenset[str]
    links: tuple[Link, ...]
    entries: tuple[Link, ...]
    bad: frozenset[str]
    options: tuple[Option, ...]


def forced(network: Network, options: Collection[Option]) -> frozenset[str]:
    """The components that stay alive whatever is done."""
    ways: dict[str, set[Action]] = {}
    for option in options:
        ways.setdefault(option.component, set()).add(option.action)
    onward = _onward(network.links)
    alive: set[str] = set()
    called: set[str] = set()
    provided: set[str] = set()
    todo = [(each, False) for each in network.called]
    while todo:
        here, needed = todo.pop()
        called.add(here)
        if needed or "drop" not in ways.get(here, ()):
            provided.add(here)
        if here not in provided or "replace" in ways.get(here, ()) or here in alive:
            continue
        alive.add(here)
        todo += [(link.target, link.required) for link in onward.get(here, ())]
    return frozenset(alive)


def parts(network: Network, rigid: frozenset[str], options: Sequence[Option]) -> Iterator[Part]:
    """What leads to a bad component, in pieces that have nothing to do with each other, in order of ids."""
    links = [link for link in set(network.links) if link.source != link.target]
    concerned = reached(links, network.called) & reached(backward(links), network.bad)
    links = sorted(link for link in links if link.source in concerned and link.target in concerned)
    inner = [link for link in links if link.source not in rigid and link.target not in rigid]
    offered = _by_component(option for option in options if option.component in concerned)
    for group in _groups(concerned - (rigid - network.bad), inner, offered):
        yield Part(
            tuple(sorted(group)),
            network.called & group,
            rigid & group,
            tuple(link for link in inner if link.source in group),
            tuple(link for link in links if link.source in rigid and link.target in group - rigid),
            network.bad & group,
            tuple(option for each in sorted(group) for option in offered.get(each, ())),
        )


def _groups(
    components: Collection[str], links: Sequence[Link], options: Mapping[str, Sequence[Option]]
) -> list[frozenset[str]]:
    """Components that links or shared substitutes hold together."""
    leader = {each: each for each in components}

    def find(each: str) -> str:
        while leader[each] != each:
            leader[each] = leader[leader[each]]
            each = leader[each]
        return each

    for link in links:
        leader[find(link.source)] = find(link.target)
    users: dict[str, str] = {}
    for each in components:
        for option in options.get(each, ()):
            if option.shared:
                leader[find(each)] = find(users.setdefault(option.shared, each))
    groups: dict[str, set[str]] = {}
    for each in components:
        groups.setdefault(find(each), set()).add(each)
    return sorted((frozenset(group) for group in groups.values()), key=min)


def _onward(links: Collection[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.source, []).append(link)
    return found


def _by_component(options: Iterable[Option]) -> Mapping[str, list[Option]]:
    found: dict[str, list[Option]] = {}
    for option in options:
        found.setdefault(option.component, []).append(option)
    return found
