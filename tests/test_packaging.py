"""What is installed is whole, starts quickly, and the files around it say what is true."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path

import pytest

import portlint
from portlint.catalog import rules_folder

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Each of these costs more than the whole start of the program (10 to 300 ms).
HEAVY = ("lief", "networkx", "tree_sitter", "elftools", "rich", "pebble", "multiprocessing", "pathspec")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_carries_every_module_and_all_the_data(wheel: zipfile.ZipFile) -> None:
    shipped = set(wheel.namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "portlint").rglob("*.py")}
    modules |= {str(path.relative_to(ROOT)) for path in (ROOT / "portlint").glob("**/assets/*")}
    data = {
        f"portlint/rules/{path.relative_to(ROOT / 'rules')}" for path in (ROOT / "rules").rglob("*") if path.is_file()
    }
    assert sorted((modules | data | {"portlint/py.typed"}) - shipped) == []
    assert sorted(name for name in shipped if name.startswith(("tests/", "tools/", "sample_projects/"))) == []


def test_the_wheel_carries_the_fixtures_that_explain_shows(wheel: zipfile.ZipFile) -> None:
    folder = ROOT / "tests" / "fixtures" / "rules"
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert json.loads(wheel.read("portlint/rules/examples.json")) == texts


def test_an_installed_wheel_explains_with_the_same_examples(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    command = [sys.executable, "-m", "portlint", "explain", "udp-socket"]
    here, there = (
        subprocess.run(command, cwd=path, env={"PYTHONPATH": str(path)}, capture_output=True, text=True, check=True)
        for path in (ROOT, tmp_path)
    )
    assert "// finding: udp-socket" in there.stdout
    assert here.stdout == there.stdout


def test_the_wheel_names_its_version_licence_and_command(wheel: zipfile.ZipFile) -> None:
    info = f"portlint-{portlint.__version__}.dist-info"
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert f"\nVersion: {portlint.__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "portlint = portlint.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_an_installed_wheel_finds_its_own_rules(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    code = "import portlint, portlint.catalog as c; print(portlint.__file__); print(c.rules_folder()); c.load_catalog()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        str(tmp_path / "portlint" / "__init__.py"),
        str(tmp_path / "portlint" / "rules"),
    ], done.stderr


def test_a_checkout_uses_the_rules_beside_the_package() -> None:
    assert rules_folder() == ROOT / "rules"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scan", "--help"]], ids=" ".join)
def test_a_short_question_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom portlint.cli import run\n"
        "try:\n    code = run(sys.argv[1:])\nexcept SystemExit as error:\n    code = error.code\n"
        f"print('loaded:', sorted(set(sys.modules) & set({HEAVY!r})), code or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: [] 0"
    assert len(done.stdout.splitlines()) > 1


def test_the_lock_pins_every_dependency_by_hash() -> None:
    text = (ROOT / "requirements-dev.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.partition("make lock\n")[2])
    pinned = {re.split(r"[=\[]", block, maxsplit=1)[0]: block for block in blocks}
    assert [name for name, block in pinned.items() if "==" not in block or "--hash=sha256:" not in block] == []
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    names = {re.split(r"[><=\[]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted}
    assert names - set(pinned) == set()


def left_out() -> re.Pattern[str]:
    """What a commit may change without the hook being run."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    block = re.search(r"exclude: \|-\n((?: {4}.*\n)+)", text)
    assert block
    return re.compile(textwrap.dedent(block[1]).rstrip())


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("src/net.c", True),
        ("a/b/scene.tscn", True),
        ("addons/x/x.gdextension", True),
        ("bin/libx.so.1.2", True),
        ("bin/x.framework/x", True),
        ("export_presets.cfg", True),
        ("sub/project.godot", True),
        ("portlint.toml", True),
        ("web/x.wasm", True),
        ("README.md", False),
        ("icon.png", False),
        ("docs/board.psd", False),
        ("src/net.cs", True),
        ("server/Dockerfile", True),
        ("requirements.txt", True),
    ],
)
def test_the_hook_runs_when_an_input_changes(path: str, runs: bool) -> None:
    assert bool(left_out().search(path)) is not runs


def test_the_hook_runs_for_every_real_input() -> None:
    """The samples hold a file of nearly every format; none that a reader wants is left out."""
    from portlint.extractors.manifest import EXTRACTORS as MANIFESTS
    from portlint.extractors.source.readers import EXTRACTORS as SOURCES

    paths = [path.relative_to(ROOT).as_posix() for path in (ROOT / "sample_projects").rglob("*") if path.is_file()]
    wanted = [path for path in paths if any(module.wants(path) for module in (*SOURCES, *MANIFESTS))]
    assert len(wanted) > 60
    assert [path for path in wanted if left_out().search(path)] == []
