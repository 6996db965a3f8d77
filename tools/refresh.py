"""Rewrite `rules/toolchains/` from the installed toolchains: `python tools/refresh.py [--only ID]`."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from headers import header_table
from toolchains import Toolchain, toolchains

RULES = Path(__file__).resolve().parent.parent / "rules" / "toolchains"


def main() -> None:
    arguments = _arguments()
    for name, toolchain in toolchains(arguments.toolchains).items():
        if arguments.only in ("", name):
            folder = RULES / name
            folder.mkdir(parents=True, exist_ok=True)
            for file, text in (
                ("predefined-c.h", _predefined(toolchain.c, "c")),
                ("predefined-cxx.h", _predefined(toolchain.cxx, "c++")),
                ("headers.txt", header_table(toolchain)),
            ):
                (folder / file).write_text(text, encoding="utf-8", newline="\n")
                print(f"{name}/{file}: {len(text)} bytes", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="ID", help="refresh one toolchain")
    parser.add_argument("--toolchains", type=Path, default=Path(".toolchains"), help="what tools/install.sh filled")
    return parser.parse_args()


def _predefined(command: tuple[str, ...], language: str) -> str:
    words = (*(word for word in command if word != "-D_GNU_SOURCE"), "-dM", "-E", "-x", language, "/dev/null")
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return "".join(sorted(line + "\n" for line in said.splitlines()))


if __name__ == "__main__":
    main()
