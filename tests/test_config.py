"""Settings are read to the letter; a mistake in them names its line and the likely remedy."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.config import Settings, load_settings
from portlint.errors import PortlintError

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
