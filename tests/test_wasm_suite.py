"""WebAssembly/testsuite, converted by wabt: every module has an outcome, valid ones are read, malformed ones are not.

`PORTLINT_WASM_TESTSUITE` names a folder of what this leaves behind, one folder a script (files that the installed wabt
does not know are left out by it):

    for f in *.wast; do mkdir -p out/$f; wast2json --enable-all $f -o out/$f/t.json; done
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portlint.extractors.binary.magic import HEAD_BYTES, sniff
from portlint.extractors.binary.wasm import reader as wasm

SUITE = Path(os.environ.get("PORTLINT_WASM_TESTSUITE", "/nonexistent"))
VALID = {"module", "assert_unlinkable", "assert_uninstantiable", "assert_trap"}
REFUSED_AT_LEAST = 0.98  # of the malformed ones: the reader does not validate what no fact comes from

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="PORTLINT_WASM_TESTSUITE names no converted suite")


def modules() -> Iterator[tuple[str, Path]]:
    """(what the script says of it, the file) of every binary module."""
    for script in sorted(SUITE.glob("*/*.json")):
        try:
            commands = json.loads(script.read_text(encoding="utf-8"))["commands"]
        except ValueError:
            continue  # wast2json gave up on the way
        for command in commands:
            path = script.parent / command.get("filename", "")
            if path.suffix == ".wasm" and path.is_file():
                yield command["type"], path


def outcome(data: bytes) -> str:
    if sniff(data[:HEAD_BYTES]) != "wasm":
        return "refused"
    try:
        library = wasm.read(data)
    except ValueError:
        return "refused"
    return "partly" if library.partly and "minified" not in library.partly else "read"


def test_every_module_has_its_outcome() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for kind, path in modules():
        answer = outcome(path.read_bytes())
        seen[kind, answer] += 1
        if kind in VALID and answer != "read":
            wrong.append(f"{path.parent.name}/{path.name}: {kind} {answer}")
    assert sum(seen.values()) > 3000, "the folder holds only a part of the suite"
    assert wrong == []
    malformed = {answer: count for (kind, answer), count in seen.items() if kind == "assert_malformed"}
    assert malformed.get("read", 0) <= (1 - REFUSED_AT_LEAST) * sum(malformed.values()), seen
