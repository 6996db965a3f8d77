"""Bevy: `Cargo.toml` that depends on it. Source: doc.rust-lang.org, "The Manifest Format"."""

from __future__ import annotations

import posixpath
import re
import tomllib

from portlint.extractors.manifest.engines.engine_facts import fact, mark
from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS, Guard

NAME = "bevy"
VERSION = 1
MAX_BYTES = 2_000_000

ENGINES = ("bevy",)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def wants(path: str) -> bool:
    return posixpath.basename(path) == "Cargo.toml"


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a game on Bevy, and the crates that it depends on; those of a target table carry its condition.

    Nothing for other crates. Raises ValueError for what is no TOML.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Cargo.toml")
    text = decode(data)
    try:
        root = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {error}") from error
    except RecursionError as error:
        raise ValueError("not read: TOML nested too deeply") from error
    crates = [(name, spec, ALWAYS) for name, spec in _table(root.get("dependencies")).items()]
    for condition, table in _table(root.get("target")).items():
        own = _table(_table(table).get("dependencies"))
        crates += [(name, spec, Guard("condition", condition)) for name, spec in own.items()]
    workspace = _table(_table(root.get("workspace")).get("dependencies"))
    engine = next((name for name in ENGINES if any(each[0] == name for each in crates)), "")
    if not engine:
        return Extraction()
    version = next(_version(spec) for name, spec, _ in crates if name == engine) or _version(workspace.get(engine))
    facts: list[Fact] = [mark("bevy", path, _line(text, engine), version)]
    facts += [
        fact("package", f"cargo/{name}", path, _line(text, name), _version(spec), guard) for name, spec, guard in crates
    ]
    folder = posixpath.dirname(path) or "."
    package = _table(root.get("package"))
    title = package.get("name")
    name = title if isinstance(title, str) else posixpath.basename(folder)
    return Extraction(tuple(facts), (Component(f"project:{folder}", "project", name, folder),))


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _version(spec: object) -> str:
    written = spec if isinstance(spec, str) else _table(spec).get("version")
    found = _NUMBER.search(written) if isinstance(written, str) else None
    return found[0] if found else ""


def _line(text: str, name: str) -> int:
    found = re.search(rf"^\s*(?:\[.*\.)?[\"']?{re.escape(name)}[\"']?\s*[.=\]]", text, re.MULTILINE)
    return text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1 if found else 1
