"""Rewrite `rules/toolchains/` from the installed toolchains: `python tools/refresh.py [--only ID]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from candidates import candidates
from describe import describe, predefined, profile
from headers import header_table
from marks import with_calls, with_drift
from probes import marks, outcomes
from symbol_rows import table
from symbols import ask, rows
from toolchains import Toolchain, toolchains
from wasi_history import releases, with_history

RULES = Path(__file__).resolve().parent.parent / "rules" / "toolchains"


def main() -> None:
    arguments = _arguments()
    known = toolchains(arguments.toolchains)
    control = outcomes(known["host"])
    names = candidates(arguments.toolchains)
    for name, toolchain in known.items():
        if arguments.only in ("", name):
            _refresh(toolchain, names, control, arguments.toolchains)


def _refresh(toolchain: Toolchain, names: list[str], control: dict[str, str], base: Path) -> None:
    macros = predefined(toolchain.c, "c")
    headers = header_table(toolchain)
    _write(toolchain.id, "predefined-c.h", macros)
    _write(toolchain.id, "predefined-cxx.h", predefined(toolchain.cxx, "c++"))
    _write(toolchain.id, "headers.txt", headers)
    _write(toolchain.id, "toolchain.toml", describe(toolchain, macros))
    _write(toolchain.id, "symbols.tsv", _symbols(toolchain, names, headers, control, base))


def _symbols(toolchain: Toolchain, names: list[str], headers: str, control: dict[str, str], base: Path) -> str:
    linked = rows(toolchain.id, ask(toolchain, names, headers, base), names)
    if toolchain.id == "host":
        return table(linked.values())
    called = with_calls(toolchain.id, linked, marks(outcomes(toolchain) if toolchain.runner else {}, control))
    release = profile(toolchain.id).release
    if release.startswith("wasi-sdk-"):
        number = int(release.removeprefix("wasi-sdk-"))
        return table(with_history(called, releases(toolchain.id, base), number))
    return table(with_drift(toolchain.id, called))


def _write(toolchain: str, file: str, text: str) -> None:
    folder = RULES / toolchain
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8", newline="\n")
    print(f"{toolchain}/{file}: {len(text)} bytes", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="ID", help="refresh one toolchain")
    parser.add_argument("--toolchains", type=Path, default=Path(".toolchains"), help="what tools/install.sh filled")
    return parser.parse_args()


if __name__ == "__main__":
    main()
