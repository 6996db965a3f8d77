"""CPU of a cold scan against ast-grep and semgrep, given the same names as 30 rules.

    python benchmarks/peers.py TREE [--bin FOLDER] [--rounds 3] [--semgrep]

Both come from PyPI (`ast-grep-cli`, `semgrep`); FOLDER is the `bin` of the environment that holds them. The rules are
made here: a call or an identifier of each name, for C and C++. semgrep is slow: give it a small tree.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cold import cold, measured, paired
from benchmarks.extract import scan_vocabulary

RULES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--bin", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--semgrep", action="store_true")
    given = parser.parse_args()
    words = scan_vocabulary()
    names = sorted({*words.calls, *words.types, *words.constants})
    tree = given.tree.resolve()
    with tempfile.TemporaryDirectory() as folder:
        peer, command = "ast-grep", ast_grep(given.bin, Path(folder), names, tree)
        if given.semgrep:
            peer, command = "semgrep", semgrep(given.bin, Path(folder), names, tree)
        ours, theirs, ratio = paired(lambda: measured(cold(tree)), lambda: measured(command), given.rounds)
    print(f"{tree.name}, {len(names)} names: {ours[0]:.2f} s, {peer} {theirs[0]:.2f} s, ratio {ratio:.3f}")


def ast_grep(programs: Path, folder: Path, names: list[str], tree: Path) -> list[str]:
    """One file of rules, JSON documents in a row, as YAML reads them."""
    rules = [
        {
            "id": f"names-{number}-{language.lower()}",
            "language": language,
            "message": "a name of the vocabulary",
            "rule": {"kind": "identifier", "regex": f"^(?:{'|'.join(chosen)})$"},
        }
        for number, chosen in enumerate(shares(names))
        for language in ("C", "Cpp")
    ]
    path = folder / "rules.yml"
    path.write_text("\n---\n".join(json.dumps(rule) for rule in rules))
    return [str(programs / "ast-grep"), "scan", "--rule", str(path), "--json=stream", "--no-ignore", "vcs", str(tree)]


def semgrep(programs: Path, folder: Path, names: list[str], tree: Path) -> list[str]:
    rules = [
        {
            "id": f"names-{number}",
            "languages": ["c", "cpp"],
            "message": "a name of the vocabulary",
            "severity": "INFO",
            "patterns": [
                {"pattern": "$NAME(...)"},
                {"metavariable-regex": {"metavariable": "$NAME", "regex": f"^(?:{'|'.join(chosen)})$"}},
            ],
        }
        for number, chosen in enumerate(shares(names))
    ]
    path = folder / "rules.json"
    path.write_text(json.dumps({"rules": rules}))
    options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "-j", "1", "--json", "--quiet"]
    return [str(programs / "semgrep"), "scan", *options, "--config", str(path), str(tree)]


def shares(names: list[str]) -> list[list[str]]:
    return [names[first::RULES] for first in range(RULES)]


if __name__ == "__main__":
    main()
