"""The same tree gives the same bytes, whatever else differs: cache, workers, order, place, locale, zone, hash seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
FORMATS = ("text", "json", "sarif")
SAMPLES = ("godot_arena", "udp_server_cpp")
# Folders list their entries backwards.
REVERSED = """
import os, sys
scandir = os.scandir
class Backwards:
    def __init__(self, *arguments):
        with scandir(*arguments) as items:
            self._items = list(items)[::-1]
    def __enter__(self): return iter(self._items)
    def __exit__(self, *_): return None
    def __iter__(self): return iter(self._items)
    def close(self): pass
os.scandir = Backwards
from portlint.__main__ import main
main()
"""


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy outside of any repository: every file is listed by walking."""
    root = tmp_path_factory.mktemp("samples") / request.param
    shutil.copytree(HERE / "sample_projects" / request.param, root)
    return root


def reports(
    root: Path, *more: str, cwd: Path = HERE, code: tuple[str, ...] = ("-m", "portlint"), **given: str
) -> bytes:
    """All formats one after the other. `given` is added to the environment."""
    idle = ("LC_", "LANG", "TZ", "PYTHONDONTWRITEBYTECODE")  # with compiled modules it takes half the time
    kept = {name: value for name, value in os.environ.items() if not name.startswith(idle)}
    environment = {**kept, "PYTHONPATH": str(HERE), **given}
    found = b""
    for name in FORMATS:
        words = [sys.executable, *code, "scan", str(root), "--output-format", name, "--exit-zero", *more]
        done = subprocess.run(words, cwd=cwd, env=environment, check=True, capture_output=True)
        assert done.stderr == b""
        found += done.stdout
    return found


@pytest.fixture(scope="module")
def plain(sample: Path) -> bytes:
    return reports(sample, "--no-cache", PYTHONHASHSEED="0")


def test_cold_and_warm(sample: Path, plain: bytes, tmp_path: Path) -> None:
    for _ in range(3):  # nothing is there, files are known, the answer is known
        assert reports(sample, XDG_CACHE_HOME=str(tmp_path)) == plain
    shutil.rmtree(tmp_path / "portlint" / "answers")
    assert reports(sample, XDG_CACHE_HOME=str(tmp_path)) == plain


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_workers(sample: Path, plain: bytes, jobs: str) -> None:
    assert reports(sample, "--no-cache", "--jobs", jobs) == plain


def test_order_of_folders(sample: Path, plain: bytes) -> None:
    assert reports(sample, "--no-cache", code=("-c", REVERSED)) == plain


def test_other_working_directory(sample: Path, plain: bytes, tmp_path: Path) -> None:
    assert reports(sample, "--no-cache", cwd=tmp_path) == plain
    assert reports(Path("."), "--no-cache", cwd=sample) == plain


@pytest.mark.parametrize(
    "given",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2"},
        {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "random"},
    ],
    ids=["ASCII", "Turkish in the west", "C in the east"],
)
def test_locale_zone_and_hash_seed(sample: Path, plain: bytes, given: dict[str, str]) -> None:
    assert reports(sample, "--no-cache", **given) == plain
