"""The cache gives back exactly what was put in, or nothing; it never breaks a scan."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portlint.cache import Cache, _layout, blob_id, cache_key, content_id, default_folder
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.guard import ALWAYS, NEVER, Guard, negated
from portlint.model.outline import Directive, Outline, Own

WIN = Guard("defined", "_WIN32")
FULL = Extraction(
    facts=(
        Fact("call", "sendto", Location("net/udp.c", 3, 7), "c", Guard("and", args=(negated(WIN), NEVER)), "address"),
        Fact("setting", "rendering/method", Location("project.godot", 9), "godot", value="mobile"),
    ),
    components=(Component("plugin:addons/x", "plugin", "x", "addons/x", "1.2", "pkg:github/a/x", "vendored"),),
    dependencies=(Dependency("project:.", "plugin:addons/x", "run", "project.godot", 4, WIN),),
    outline=Outline(
        directives=(Directive("ifdef", 1, "_WIN32"), Directive("endif", 2)),
        own=(Own("connect", 3, "defines-static"),),
    ),
    partly="line 9 was not understood",
)
KEY = cache_key(content_id(b"text"), "net/udp.c", "c", 1, "abc")


def stored(folder: Path, extraction: Extraction = FULL, key: bytes = KEY) -> Path:
    with Cache(folder) as cache:
        cache.put(key, extraction)
    assert cache.warning == ""
    return folder / "extractions.sqlite"


def test_what_was_put_is_there_in_the_next_run(tmp_path: Path) -> None:
    stored(tmp_path / "new" / "folder")
    with Cache(tmp_path / "new" / "folder") as cache:
        assert cache.get(KEY) == FULL
        assert cache.get(b"another") is None


names = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
guards = st.recursive(
    st.sampled_from([ALWAYS, NEVER, WIN, Guard("condition", "A > 1")]),
    lambda inner: st.builds(
        Guard, st.sampled_from(["not", "and", "or"]), args=st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
facts = st.builds(Fact, st.just("call"), names, st.builds(Location, names, st.integers(0, 10**6)), names, guards, names)


@given(st.builds(Extraction, facts=st.lists(facts, max_size=4).map(tuple), partly=names))
def test_every_extraction_survives(extraction: Extraction) -> None:
    import msgspec

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(extraction), type=Extraction) == extraction


@pytest.mark.parametrize(
    "other",
    [
        cache_key(content_id(b"other"), "net/udp.c", "c", 1, "abc"),
        cache_key(content_id(b"text"), "net/tcp.c", "c", 1, "abc"),
        cache_key(content_id(b"text"), "net/udp.c", "cpp", 1, "abc"),
        cache_key(content_id(b"text"), "net/udp.c", "c", 2, "abc"),
        cache_key(content_id(b"text"), "net/udp.c", "c", 1, "abd"),
        cache_key(blob_id("00", 4), "net/udp.c", "c", 1, "abc"),
    ],
    ids=["content", "path", "extractor", "version", "vocabulary", "git"],
)
def test_everything_that_an_extraction_depends_on_is_in_the_key(other: bytes) -> None:
    assert other != KEY


def test_the_layout_of_every_record_is_in_the_key() -> None:
    for record in (Extraction, Fact, Location, Guard, Component, Dependency, Outline, Directive, Own):
        assert f"'{record.__name__}'" in _layout()


def test_an_lfs_pointer_and_what_it_stands_for_have_one_blob_and_two_keys() -> None:
    assert blob_id("00", 130) != blob_id("00", 1_300_000)


def test_a_name_that_is_not_utf8_is_not_kept_and_breaks_nothing(tmp_path: Path) -> None:
    odd = Extraction((Fact("call", "bind", Location("caf\udce9.c", 1), "c"),))
    key = cache_key(content_id(b""), "caf\udce9.c", "c", 1)
    stored(tmp_path, odd, key)
    with Cache(tmp_path) as cache:
        assert cache.get(key) is None


def damage_random(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def damage_truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_value(path: Path) -> None:
    with sqlite3.connect(path) as database:
        (value,) = database.execute("SELECT value FROM extraction").fetchone()
        flipped = value[:-1] + bytes([value[-1] ^ 1])  # still valid msgpack: the last letter of `partly`
        database.execute("UPDATE extraction SET value = ?", (flipped,))


def damage_type(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE extraction SET value = 'text'")


def damage_table(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE extraction")
        database.execute("CREATE TABLE extraction (something INTEGER)")


@pytest.mark.parametrize(
    "damage", [damage_random, damage_truncated, damage_empty, damage_value, damage_type, damage_table]
)
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = stored(tmp_path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    damage(path)
    with Cache(tmp_path) as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, FULL)
    assert cache.warning.count("\n") == 0


def test_a_cache_that_is_no_database_is_replaced_in_the_run_after(tmp_path: Path) -> None:
    damage_random(stored(tmp_path))
    with Cache(tmp_path) as cache:
        assert "not a database" in cache.warning
    stored(tmp_path)
    with Cache(tmp_path) as cache:
        assert cache.get(KEY) == FULL


def test_a_folder_that_cannot_be_made_gives_one_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file" / "portlint") as cache:
        cache.put(KEY, FULL)
        assert cache.get(KEY) is None
    assert cache.warning.startswith("the cache is not used: ")


def test_a_full_disk_gives_one_warning(tmp_path: Path) -> None:
    path = stored(tmp_path)
    with Cache(tmp_path) as cache:
        pages = cache._database.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[union-attr]
        cache._database.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[union-attr]
        for number in range(200):
            cache.put(number.to_bytes(16, "big"), FULL)
    assert "full" in cache.warning
    assert path.exists()


def test_a_writer_beside_us_does_not_stop_the_reading(tmp_path: Path) -> None:
    path = stored(tmp_path)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with Cache(tmp_path) as cache:
        assert cache.get(KEY) == FULL
        writer.execute("ROLLBACK")
        writer.close()
        cache.put(b"0" * 16, FULL)
    assert cache.warning == ""


def test_killed_in_the_middle_of_writing(tmp_path: Path) -> None:
    stored(tmp_path)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom portlint.cache import Cache\n"
        "from portlint.model.extraction import Extraction\ncache = Cache(Path(sys.argv[1]))\n"
        "cache._database.execute('BEGIN IMMEDIATE')\n"
        "cache._database.execute('DELETE FROM extraction')\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode != 0
    with Cache(tmp_path) as cache:
        assert cache.get(KEY) == FULL
    assert cache.warning == ""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "/var/c", "HOME": "/home/u"}, "/var/c/portlint"),
        ({"HOME": "/home/u"}, "/home/u/.cache/portlint"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/u"}, "/home/u/.cache/portlint"),
        ({}, None),
        ({"HOME": "/scanned/tree/home"}, None),
    ],
)
def test_where_the_cache_lies(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str | None) -> None:
    for name in ("XDG_CACHE_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    folder = default_folder(Path("/scanned/tree"))
    assert folder == (None if expected is None else Path(expected))


def test_no_folder_means_no_cache_and_no_complaint() -> None:
    with Cache(None) as cache:
        cache.put(KEY, FULL)
        assert cache.get(KEY) is None
    assert cache.warning == ""
