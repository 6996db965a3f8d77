"""Settings are read to the letter; a mistake in them names its line and the likely remedy."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from portlint.cli import CLEAN, MISTAKE, run
from portlint.config import Settings, load_settings
from portlint.errors import PortlintError
from portlint.living.settings_schema import settings_schema

MakeTree = Callable[..., Path]

FULL = """\
targets = ["godot-web", "wasip1"]
exclude = ["thirdparty/**"]
fail-on = "warning"
[defines]
NDEBUG = true
LEVEL = 3
NAME = "x"
"""
EXPECTED = Settings(("godot-web", "wasip1"), ("thirdparty/**",), {"NDEBUG": "1", "LEVEL": "3", "NAME": "x"}, "warning")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Settings()),
        ({"portlint.toml": ""}, Settings()),
        ({"portlint.toml": FULL}, EXPECTED),
        ({"portlint.toml": b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()}, EXPECTED),
        ({"pyproject.toml": "[tool.portlint]\n" + FULL.replace("[defines]", "[tool.portlint.defines]")}, EXPECTED),
        ({"pyproject.toml": "[project]\nname = 'x'\n"}, Settings()),
        ({"pyproject.toml": "this is [ no TOML, and not our business"}, Settings()),
        (
            {"pyproject.toml": "dependencies = ['portlint']\n", "portlint.toml": "fail-on = 'never'"},
            Settings(fail_on="never"),
        ),
        ({"sub/portlint.toml": FULL}, Settings()),
    ],
    ids=["none", "empty", "own file", "BOM and CRLF", "pyproject", "no table", "foreign", "named only", "not at root"],
)
def test_settings(make_tree: MakeTree, files: dict[str, str | bytes], expected: Settings) -> None:
    assert load_settings(make_tree(files)) == expected


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"portlint.toml": "\ntarget = ['wasip1']"}, "portlint.toml:2: unknown key 'target'; did you mean 'targets'?"),
        ({"portlint.toml": "fail_on = 'error'"}, "portlint.toml:1: unknown key 'fail_on'; did you mean 'fail-on'?"),
        (
            {"portlint.toml": "[zzz]"},
            "portlint.toml:1: unknown key 'zzz'; known keys: targets, exclude, defines, fail-on",
        ),
        (
            {"pyproject.toml": "[tool.portlint]\nexcludes = []"},
            "pyproject.toml:2: unknown key 'excludes'; did you mean 'exclude'?",
        ),
        ({"portlint.toml": "targets = 'wasip1'"}, "portlint.toml:1: Expected `array`, got `str` - at `$.targets`"),
        ({"portlint.toml": "fail-on = 'errors'"}, "portlint.toml:1: Invalid enum value 'errors' - at `$.fail-on`"),
        ({"portlint.toml": "defines = ['X']"}, "portlint.toml:1: 'defines' is a table"),
        ({"portlint.toml": "[defines]\nX = false"}, "portlint.toml:2: the value of X is a string, a number or true"),
        ({"portlint.toml": "[defines]\n'A B' = 1"}, "portlint.toml:2: 'A B' is not the name of a macro"),
        ({"portlint.toml": "targets = ["}, "portlint.toml: not valid TOML"),
        ({"portlint.toml": b"exclude = ['\xff']"}, "portlint.toml: not UTF-8 at byte 12"),
        ({"pyproject.toml": "[tool]\nportlint = 3"}, "pyproject.toml: tool.portlint is not a table"),
        ({"pyproject.toml": "[tool.portlint]", "portlint.toml": ""}, "settings stand in portlint.toml and in"),
        ({"portlint.toml": "#" * 1_000_001}, "portlint.toml: larger than the 1 MB limit"),
        ({"portlint.toml/x": ""}, "portlint.toml: a folder, not opened"),
    ],
)
def test_mistakes(make_tree: MakeTree, files: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(PortlintError) as caught:
        load_settings(make_tree(files))
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "bomb",
    [
        "a" + ".a" * 20_000 + " = 1",
        "x = " + "[" * 100_000,
        "x = " + "{a=" * 50_000,
        "\n".join(f"{'a.' * 199}k{n} = 1" for n in range(2_200)),
        "\n".join(f"[{'a.' * 199}k{n}]" for n in range(2_200)),
    ],
    ids=["one dotted key", "nested arrays", "nested tables", "many dotted keys", "many dotted headers"],
)
def test_bombs_are_refused_quickly(make_tree: MakeTree, bomb: str) -> None:
    root = make_tree({"portlint.toml": bomb})
    start = time.process_time()
    with pytest.raises(PortlintError):
        load_settings(root)
    assert time.process_time() - start < 2.0


def test_a_linked_settings_file_is_not_followed(make_tree: MakeTree, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("fail-on = 'never'")
    root = make_tree({"a.c": ""})
    (root / "portlint.toml").symlink_to(tmp_path / "outside.toml")
    with pytest.raises(PortlintError, match="a symbolic link, not followed"):
        load_settings(root)


def test_the_schema_in_docs_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`portlint config schema > docs/portlint-settings.schema.json` writes it anew."""
    assert run(["config", "schema"]) == CLEAN
    schema = (Path(__file__).parent.parent / "docs" / "portlint-settings.schema.json").read_text(encoding="utf-8")
    assert capsys.readouterr().out == schema


def test_the_schema_takes_what_the_settings_take() -> None:
    validator = Draft202012Validator(json.loads(settings_schema()))
    Draft202012Validator.check_schema(validator.schema)
    assert not list(validator.iter_errors(tomllib.loads(FULL + LIVING)))
    wrong = tomllib.loads("target = ['x']\nfail-on = 'errors'\n[[ignore]]\nrule = ['x']\n[severity]\nnet = 'bad'")
    assert len(list(validator.iter_errors(wrong))) == 4


LIVING = """
[severity]
net = "note"
[[ignore]]
path = "thirdparty/"
rules = ["net.udp"]
reason = "not built for the web"
"""


def test_check_prints_what_the_settings_come_to(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree({"portlint.toml": FULL + LIVING})
    assert run(["config", "check", str(root)]) == CLEAN
    out = capsys.readouterr().out
    assert out.startswith("# portlint.toml: no mistakes\n")
    assert 'fail-on = "warning"\n' in out
    assert 'min-confidence = "low"  # default\n' in out
    again = make_tree({"portlint.toml": out}, "again")
    assert load_settings(again) == msgspec.structs.replace(load_settings(root), min_confidence="low")


def test_check_finds_mistakes_that_only_the_rules_show(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree({"portlint.toml": '[[ignore]]\npath = "!"\n'})
    assert run(["config", "check", str(root)]) == MISTAKE
    assert "portlint.toml:2: '!' is no pattern" in capsys.readouterr().err
    assert run(["config", "check", str(root / "nowhere")]) == MISTAKE


def test_check_shows_no_control_character(make_tree: MakeTree, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_tree({"portlint.toml": 'exclude = ["\\u001b[31m", "\\u202e", "\\u007f"]\n'})
    assert run(["config", "check", str(root)]) == CLEAN
    assert all(char.isprintable() or char == "\n" for char in capsys.readouterr().out)
