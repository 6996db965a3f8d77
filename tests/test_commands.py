"""A compilation database: what is built, and how, read and never run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portlint.errors import PortlintError
from portlint.scan import Options, scan
from portlint.units.commands import load_commands


def database(root: Path, *entries: dict[str, object]) -> Path:
    path = root / "compile_commands.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def entry(root: Path, file: str, *options: str) -> dict[str, object]:
    return {"directory": str(root), "file": file, "arguments": ["cc", *options, "-c", file]}


@pytest.mark.parametrize(
    ("options", "macros"),
    [
        (("-DNET",), {"NET": "1"}),
        (("-D", "NET=2"), {"NET": "2"}),
        (("-DNET=", "-UOLD"), {"NET": "", "OLD": None}),
        (("/DNET",), {"NET": "1"}),
        (("-DNET", "-UNET"), {"NET": None}),  # the last one counts
        (("-Wall", "-O2"), {}),
    ],
)
def test_macros(tmp_path: Path, options: tuple[str, ...], macros: dict[str, str | None]) -> None:
    found = load_commands(database(tmp_path, entry(tmp_path, "a.c", *options)), tmp_path)
    assert found.defines == {"a.c": macros}


def test_a_command_in_one_string_is_split_as_a_shell_would(tmp_path: Path) -> None:
    row = {"directory": str(tmp_path), "file": "a.c", "command": "cc -D'NAME=\"a b\"' -Iinclude -isystem deps/x a.c"}
    found = load_commands(database(tmp_path, row), tmp_path)
    assert found.defines == {"a.c": {"NAME": '"a b"'}}
    assert found.folders == ("include", "deps/x")


def test_what_lies_outside_of_the_root_is_left_out(tmp_path: Path) -> None:
    rows = entry(tmp_path, "../elsewhere.c"), entry(tmp_path, "a.c", "-I/usr/include", "-I..")
    found = load_commands(database(tmp_path, *rows), tmp_path)
    assert found.built == {"a.c"}
    assert found.folders == ()


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[" * 100_000, '[{"directory": "/"}]', "\xff"])
def test_what_is_no_database_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "compile_commands.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PortlintError, match="no compilation database"):
        load_commands(path, tmp_path)


def findings(root: Path, **options: object) -> set[tuple[str, str, str]]:
    done = scan(root, Options(targets=("wasip1",), use_cache=False, **options), lambda done, total: None)  # type: ignore[arg-type]
    return {(each.location.path, each.name, each.level) for each in done.report.targets[0].findings}


def test_it_settles_conditions_and_says_what_is_built(tmp_path: Path) -> None:
    fork = "#include <unistd.h>\n#ifdef USE_FORK\nint go(void) { return fork(); }\n#endif\n"
    (tmp_path / "a.c").write_text(fork, encoding="utf-8")
    (tmp_path / "b.c").write_text("#include <unistd.h>\nint go2(void) { return fork(); }\n", encoding="utf-8")
    assert findings(tmp_path) == {("a.c", "fork", "unknown"), ("b.c", "fork", "fails-at-build")}
    database(tmp_path, entry(tmp_path, "a.c", "-DUSE_FORK"))
    assert findings(tmp_path) == {("a.c", "fork", "fails-at-build"), ("b.c", "fork", "unknown")}
