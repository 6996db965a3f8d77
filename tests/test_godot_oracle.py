"""Godot text files of real projects, read by two readers that share nothing; and files too large to be kind to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from godot_oracle import Oracle

from portlint.extractors.manifest.godot import scene
from portlint.extractors.manifest.godot.text import decode, read
from portlint.extractors.manifest.godot.value import Constructor, Number, Value

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
CONFIGURATION = (".godot", ".cfg", ".gdextension", ".gdnlib", ".import")
RESOURCES = (".tscn", ".tres")
NODE = '[node name="N{0}" type="Sprite2D" parent="."]\nposition = Vector2({0}, 2)\ntext = "a \\"b\\" [c]"\n\n'


def as_told(value: Value) -> Any:
    """A value of the reader in the shape of the oracle's."""
    if isinstance(value, Number):
        return ("number", value.text)
    if isinstance(value, Constructor):
        return (value.name, [as_told(each) for each in value.args])
    if isinstance(value, list):
        return [as_told(each) for each in value]
    if isinstance(value, dict):
        return {key: as_told(each) for key, each in value.items()}
    return value


def both(data: bytes, simple: bool) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    ours = [(entry.key, as_told(entry.value)) for section in read(data, simple) for entry in section.entries]
    theirs = [(key, value) for _, key, value in Oracle(decode(data)).entries(simple)]
    return ours, theirs


def test_the_two_readers_agree_on_what_the_format_knows() -> None:
    text = (
        'top = 1\n[a/b]\nx y="1 ; no comment" ; comment\n"q k"=&"s"\nc=#ff00ff\nn=[1, -2.5e3, {"k": null, 2: ^"p"},]\n'
        'o=Object(InputEventKey,"keycode":4,"u":"\\u00e4")\nt=Array[ExtResource("1")]([Vector2(1, 2)])\nm="a\nb"\n'
    )
    ours, theirs = both(text.encode(), simple=True)
    assert ours == theirs
    assert len(ours) == 8


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTLINT_CORPUS names no folder of real projects")
@pytest.mark.parametrize(
    ("project", "least"), [("godot-demo-projects", 148), ("straif", 20), ("material-maker", 20), ("limboai", 10)]
)
def test_real_files_have_the_same_keys_and_values(project: str, least: int) -> None:
    endings = (*CONFIGURATION, *RESOURCES)
    paths = [path for path in sorted((CORPUS / project).rglob("*")) if path.suffix in endings and path.is_file()]
    small = [path for path in paths if path.stat().st_size < 300_000]  # the oracle is slow
    assert len(small) >= least
    for path in small:
        ours, theirs = both(path.read_bytes(), path.suffix in CONFIGURATION)
        assert ours == theirs, path


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTLINT_CORPUS names no folder of real projects")
def test_the_quick_reading_of_scenes_finds_the_types_of_the_full_one() -> None:
    for path in sorted((CORPUS / "godot-demo-projects").rglob("*.tscn")):
        data = path.read_bytes()
        wanted = {
            str(section.attributes["type"])
            for section in read(data, simple=False)
            if section.name in ("node", "sub_resource") and "type" in section.attributes
        }
        assert {fact.name for fact in scene.extract("a.tscn", data).facts if fact.kind == "type"} >= wanted, path


def test_a_scene_of_50_megabytes_costs_seconds_and_a_few_times_its_size() -> None:
    program = (
        "import resource, sys, time\n"
        "from portlint.extractors.manifest import scene\n"
        f"node = {NODE!r}\n"
        "text = '[gd_scene format=3]\\n' + ''.join(node.format(i) for i in range(500_000))\n"
        "data = (text + 'mesh = PackedByteArray(' + '1, ' * 2_000_000 + '1)\\n').encode()\n"
        "del text\n"
        "assert len(data) > 50_000_000\n"
        "start = time.process_time()\n"
        "found = scene.extract('a.tscn', data)\n"
        "assert [fact.name for fact in found.facts] == ['Sprite2D'] and not found.partly, found.partly\n"
        "print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seconds, kilobytes = map(float, done.stdout.split())
    assert seconds < 30
    assert kilobytes < 1_000_000


@pytest.mark.parametrize(
    "name", ["project.godot", "export_presets.cfg", "a.gdextension", "plugin.cfg", "a.tscn", "a.gdns"]
)
@pytest.mark.parametrize(
    "data",
    [
        "[a]\nb=1\n".encode("utf-16"),
        b"[a]\nb=\0\n",
        b'[gd_scene format=3]\n[node name="a" type="Thread\n',
        b"[ext_resource path=\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n",
    ],
    ids=["utf-16", "nul", "truncated", "conflict"],
)
def test_bad_files_are_one_line(name: str, data: bytes) -> None:
    from portlint.extractors.manifest import EXTRACTORS

    extractor = next(each for each in EXTRACTORS if each.wants(name))
    try:
        said = extractor.extract(name, data).partly
    except ValueError as error:
        said = str(error)
    assert said
    assert "\n" not in said


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read(b"\xef\xbb\xbfconfig_version=5\n")[0].entries[0].key == "config_version"
