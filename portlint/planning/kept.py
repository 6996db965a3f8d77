"""A survey kept between runs: while no source and no rule has changed, nothing is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from portlint import __version__
from portlint.cache import Cache
from portlint.model.component import Provenance
from portlint.planning.knowledge import Knowledge
from portlint.planning.places import Survey

_LAYOUT = 1  # raise when Survey, or how files are read for it, changes


def kept_survey(
    cache: Cache,
    contents: Mapping[str, str],
    labels: Mapping[str, Provenance],
    knowledge: Knowledge,
    survey: Callable[[], Survey],
) -> Survey:
    """The stored survey, else a new one, which is stored. `contents`: ids of contents by path, for all `labels`."""
    if not cache.works or not contents.keys() >= labels.keys():
        return survey()
    about = (__version__, _LAYOUT, knowledge, [(path, contents[path], labels[path]) for path in sorted(labels)])
    key = hashlib.blake2b(repr(about).encode("utf-8", "surrogateescape"), digest_size=16).digest()
    if (value := cache.get_bytes(key)) is not None:
        try:
            return msgspec.msgpack.decode(value, type=Survey)
        except (msgspec.MsgspecError, ValueError):
            pass
    made = survey()
    try:
        cache.put_bytes(key, msgspec.msgpack.encode(made))
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return made  # a path that is not UTF-8: surveyed anew every time
    return made
