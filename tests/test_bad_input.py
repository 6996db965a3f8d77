"""Input that nobody should have: each has its clear line, the documented exit code, and spoils nothing else.

The command line is run as a process, since exit codes and what reaches a terminal are the point.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.errors import PortlintError

Row = dict[str, Any]

CLEAN, FOUND, MISTAKE = 0, 1, 2
BINARIES = Path(__file__).parent / "fixtures" / "binary"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
GAME = {
    "project.godot": '[application]\nconfig/name="Arena"\nconfig/features=PackedStringArray("4.6")\n',
    "net.gd": "extends Node\n\nfunc _ready():\n\tvar peer := ENetMultiplayerPeer.new()\n",
    "main.c": "#include <unistd.h>\nint main(void) { return fork(); }\n",
}
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NEEDS_UNIX = pytest.mark.skipif(os.name != "posix", reason="no such files on this system")


def portlint(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "portlint", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120)


def report(root: Path) -> Row:
    done = portlint("scan", root, "--target", "godot-web", "--no-cache", "--output-format", "json")
    assert done.returncode == FOUND, done.stderr.decode()
    found: Row = json.loads(done.stdout)
    return found


def record(found: Row, path: str) -> Row:
    (row,) = [row for row in found["coverage"]["files"] if row["path"] == path]
    return dict(row)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Row:
    """The report of the game as it should be."""
    root = tmp_path_factory.mktemp("before") / "tree"
    root.mkdir()
    for path, content in GAME.items():
        (root / path).write_text(content)
    return report(root)


def without(found: Row, path: str) -> Row:
    """The report as if nobody had seen the file: its record, the library that it is, and the counts taken away."""
    coverage = [row for row in found["coverage"]["files"] if row["path"] != path]
    components = [row for row in found["components"] if row["path"] != path]
    dependencies = [row for row in found["dependencies"] if row["path"] != path]
    return {**found, "coverage": coverage, "components": components, "dependencies": dependencies}


@pytest.fixture
def game(make_tree: Callable[..., Path]) -> Path:
    return make_tree(GAME)


def write(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def truncated(name: str) -> Callable[[Path], None]:
    return write((BINARIES / name).read_bytes()[:300])


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"int main(void) { return fork(); }\n")
        file.truncate(200_000_000)


def unreadable(path: Path) -> None:
    path.write_text("extends Node\n")
    path.chmod(0)


def link_to_parent(path: Path) -> None:
    path.symlink_to("..", target_is_directory=True)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("path", "make", "state", "reason"),
    [
        ("bad.dll", truncated("pe-x86_64.dll"), "not-analysed", "truncated"),
        ("bad.so", write(PNG), "not-analysed", "a PNG image, not a native library"),
        ("empty.so", write(b""), "not-analysed", "empty file"),
        ("bad.gdextension", write(b'[configuration]\nentry_symbol = "a\n'), "not-analysed", "unterminated string"),
        ("bad.tscn", write(b"\xff\xfe[\0n\0o\0d\0e\0"), "not-analysed", "UTF-16 text"),
        ("nul.cfg", write(b"a\0b"), "excluded", "no source, manifest or native library"),
        ("huge.c", sparse, "not-analysed", "larger than the 24 MB limit"),
        ("huge.dll", sparse, "not-analysed", "not a format of native libraries that portlint knows"),
        ("configure", write(b"#!/bin/sh\n"), "excluded", "no source, manifest or native library"),
        ("model.obj", write(b"# a cube\nv 0 0 0\n"), "excluded", "a 3D model"),
        ("~x.dll", write(b"MZ"), "excluded", "what an editor leaves beside a library that it reloads"),
        pytest.param("loop", link_to_parent, "excluded", "a symbolic link, not followed", marks=NEEDS_UNIX),
        pytest.param("self.c", link_to_itself, "excluded", "a symbolic link, not followed", marks=NEEDS_UNIX),
        pytest.param("pipe.c", os.mkfifo, "not-analysed", "a named pipe, not opened", marks=NEEDS_UNIX),
        pytest.param(
            "locked.gd",
            unreadable,
            "not-analysed",
            "cannot be read: Permission denied",
            marks=[NEEDS_UNIX, pytest.mark.skipif(IS_ROOT, reason="root reads everything")],
        ),
    ],
)
def test_one_file_costs_only_itself(
    game: Path, before: Row, path: str, make: Callable[[Path], None], state: str, reason: str
) -> None:
    make(game / path)
    after = report(game)
    row = record(after, path)
    assert row["state"] == state
    assert reason in row.get("reason", "")
    assert without(after, path) == without(before, path)


def test_a_library_in_lfs_is_known_and_not_looked_at(game: Path) -> None:
    (game / "kept.dll").write_bytes(LFS)
    found = report(game)
    row = record(found, "kept.dll")
    assert (row["state"], row["reason"]) == ("not-analysed", "Git LFS pointer: fetch LFS to inspect it")
    assert "library:kept.dll" in [component["id"] for component in found["components"]]


def test_what_was_not_read_stands_in_the_text_report(game: Path) -> None:
    (game / "bad.so").write_bytes(PNG)
    text = portlint("scan", game, "--target", "godot-web", "--no-cache").stdout.decode()
    assert "  1 file not analysed: a PNG image, not a native library (bad.so)\n" in text


@NEEDS_UNIX
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"esc\x1b[31m.gd", r"esc\x1b[31m.gd"),
        (b"line\nbreak.gd", r"line\x0abreak.gd"),
        (b"bad\xff.gd", r"bad\xff.gd"),
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "sarif"])
def test_names_that_mean_harm(game: Path, name: bytes, shown: str, output: str) -> None:
    content = GAME["net.gd"].encode()
    with open(os.fsencode(game) + b"/" + name, "wb") as file:
        file.write(content)
    done = portlint("scan", game, "--target", "godot-web", "--no-cache", "--output-format", output, "-v")
    assert done.returncode == FOUND, done.stderr.decode()
    assert b"\x1b" not in done.stdout
    text = done.stdout.decode("utf-8")  # also: nothing here is invalid UTF-8
    if output == "text":
        assert f"{shown}:4: error[godot-enet]" in text
    else:
        json.loads(text)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--target", "playstation"], "unknown target 'playstation'; known targets: cloudflare-workers, container, "),
        (["--output-format", "xml"], "argument --output-format: invalid choice: 'xml'"),
        (["--define", "1A"], "--define '1A': write NAME or NAME=VALUE"),
        (["--jobs", "0"], "not a number from 1 to 256: '0'"),
        (["--output", "sarif"], "--output 'sarif': write FORMAT=FILE"),
    ],
)
def test_mistakes_in_the_call(game: Path, arguments: list[str], line: str) -> None:
    done = portlint("scan", game, *arguments)
    error = done.stderr.decode()
    assert (done.returncode, done.stdout) == (MISTAKE, b"")
    assert error.startswith("portlint: ")
    assert line in error
    assert error.count("\n") == 1


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    done = portlint("scan", tmp_path / "nowhere\x1b[31m")
    assert done.returncode == MISTAKE
    assert done.stderr.decode() == f"portlint: {tmp_path}/nowhere\\x1b[31m: no such file or folder\n"


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("colour = 'red'\n", "unknown field `colour`"),
        ("[[match]]\nkind = 'smell'\nnames = ['x']\n", "Invalid enum value 'smell'"),
        ("[[match\n", "not valid TOML"),
    ],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, extra: str, message: str) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder, ignore=shutil.ignore_patterns("toolchains"))
    broken = folder / "checks" / "engine" / "broken.toml"
    rule = 'id = "broken"\nneeds = "engine.export"\nsummary = "x"\nsource = "https://example.org"\n'
    broken.write_text(rule + ("" if extra.startswith("[[") else "match = []\n") + extra)
    with pytest.raises(PortlintError) as error:
        load_catalog(folder)
    assert str(error.value).startswith(f"{broken}: ")
    assert message in str(error.value)


def test_exit_codes(game: Path, make_tree: Callable[..., Path]) -> None:
    clean = make_tree({"project.godot": GAME["project.godot"], "a.gd": "extends Node\n"}, "clean")
    for root, options, code in [
        (game, [], FOUND),
        (game, ["--exit-zero"], CLEAN),
        (clean, [], CLEAN),
        (clean, ["--fail-on", "note"], CLEAN),
    ]:
        done = portlint("scan", root, "--target", "godot-web", "--no-cache", *options)
        assert done.returncode == code, done.stderr.decode()


def test_fail_on_never(game: Path) -> None:
    assert portlint("scan", game, "--target", "godot-web", "--no-cache", "--fail-on", "never").returncode == CLEAN


def test_a_file_given_directly() -> None:
    done = portlint("scan", BINARIES / "wasm-main.wasm", "--target", "wasip2", "--no-cache")
    assert done.returncode == FOUND, done.stderr.decode()
    text = " ".join(done.stdout.decode().split())
    assert "wasip2: needs-work" in text
    assert "wasm-main.wasm is built for a page" in text
