"""Collections of real and of crafted binaries: an outcome for every file, and the formats that file(1) sees.

`PORTLINT_CORPUS` names a folder with one checkout a collection, called like its file in `corpus/binaries`; what is
absent is skipped. `python -m tests.crosscheck.formats FOLDER` prints what these files hold.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portlint.extractors.binary import HEAD_BYTES, sniff
from tests.crosscheck.formats import NATIVE, Seen, look, ours_of
from tests.fuzz.whole_tool import Outcome, scanned_folder

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
EXPECTED: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "corpus" / "binaries").glob("*.toml"))
}
EACH = pytest.mark.parametrize("name", EXPECTED)


def checkout(name: str) -> Path:
    if not (CORPUS / name).is_dir():
        pytest.skip(f"no checkout of {EXPECTED[name]['repository']} in PORTLINT_CORPUS")
    return CORPUS / name


@cache
def outcome(name: str) -> Outcome:
    return scanned_folder(checkout(name))


@cache
def seen(name: str) -> list[Seen]:
    if shutil.which("file") is None:
        pytest.skip("file(1) is not installed")
    return look(checkout(name))


@EACH
def test_the_expectation_says_what_it_rests_on(name: str) -> None:
    expected = EXPECTED[name]
    assert set(expected) == {"repository", "commit", "formats", "differs"}
    assert len(expected["commit"]) == 40
    assert set(expected["formats"]) <= set(NATIVE)
    assert all(expected["differs"].values())  # each with its reason


@EACH
def test_every_file_has_an_outcome(name: str) -> None:
    found = outcome(name)
    assert found.exit_code in (0, 1), found.message
    assert (found.lost, found.faults) == ([], [])


@EACH
def test_counts_by_format(name: str) -> None:
    heads = (path.open("rb").read(HEAD_BYTES) for path in checkout(name).rglob("*") if path.is_file())
    found = Counter(ours_of(sniff(head)) for head in heads)
    assert {word: found[word] for word in NATIVE if found[word]} == EXPECTED[name]["formats"]


@EACH
def test_file_sees_the_same_formats(name: str) -> None:
    assert {row.path for row in seen(name) if row.file != row.ours} == set(EXPECTED[name]["differs"])
