"""What a scan does not pay for: no second reader and no worker processes where no binary asks for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures" / "binary"
POOL = {"pebble", "multiprocessing"}
READERS = {"lief", "elftools"}


def loaded(tree: Path, cache: Path, *options: str) -> set[str]:
    """Names of the modules that the scanning process itself has at its end."""
    script = (
        "import sys\n"
        "from portlint.cli import run\n"
        "run(sys.argv[1:])\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script, "scan", str(tree), "--exit-zero", "--target", "wasip1", *options]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "XDG_CACHE_HOME": str(cache)}
    )
    return set(done.stderr.split())


def test_without_binaries_neither_lief_nor_a_pool(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "sample_projects" / "life_web", tree)
    (tree / "picture.so").write_bytes(b"\x89PNG\r\n\x1a\n")  # named like a library, shown by its first bytes to be none
    (tree / "pointer.dll").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    found = loaded(tree, tmp_path / "cache", "--no-cache")
    assert "portlint.extractors.binary.native" in found
    assert not (READERS | POOL) & found


def test_with_binaries_a_pool_once_and_lief_never(tmp_path: Path) -> None:
    """The parent never reads a library itself; the second scan has the facts and starts nothing."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("elf-x86_64.so", "pe-x86_64.dll", "macho-arm64.dylib"):
        shutil.copy(FIXTURES / name, tree)
    first = loaded(tree, tmp_path / "cache")
    assert first >= POOL and not READERS & first
    assert not (READERS | POOL) & loaded(tree, tmp_path / "cache")
