"""Tables of `rules/` that were kept give what the files give, and never outlive a change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
LIST = "import sys; from portlint.cli import run; sys.exit(run(['rules']))"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """portlint and its rules, as an installation that Python may write to."""
    for name in ("portlint", "rules"):
        shutil.copytree(HERE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "toolchains"))
    return tmp_path


def rules_of(place: Path, **more: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", LIST], cwd=place, env={**kept, **more}, check=True, capture_output=True, text=True
    )
    return done.stdout


def kept_in(place: Path) -> Path:
    return place / "portlint" / "catalog" / "__pycache__" / "rules-catalog.msgpack"


def test_kept_tables_say_the_same_and_follow_every_edit(installed: Path) -> None:
    first = rules_of(installed)
    assert kept_in(installed).is_file()
    assert rules_of(installed) == first
    rule = installed / "rules" / "checks" / "net" / "udp-socket.toml"
    rule.write_text(rule.read_text().replace("uses a UDP socket", "talks UDP somehow"))
    assert "talks UDP somehow" in rules_of(installed)
    rule.unlink()
    assert "talks UDP somehow" not in rules_of(installed)


@pytest.mark.parametrize("damage", [b"", b"\0" * 400, bytes(range(256)) * 40], ids=["empty", "zeros", "random"])
def test_damaged_tables_are_read_anew(installed: Path, damage: bytes) -> None:
    first = rules_of(installed)
    whole = kept_in(installed).read_bytes()
    kept_in(installed).write_bytes(damage)
    assert rules_of(installed) == first
    assert kept_in(installed).read_bytes() == whole
    kept_in(installed).write_bytes(whole[:-100])
    assert rules_of(installed) == first
    assert rules_of(installed) == first


def test_where_python_may_not_write_nothing_is_kept(installed: Path) -> None:
    assert rules_of(installed, PYTHONDONTWRITEBYTECODE="1") == rules_of(installed)
    shutil.rmtree(kept_in(installed).parent)
    rules_of(installed, PYTHONDONTWRITEBYTECODE="1")
    assert not kept_in(installed).exists()
