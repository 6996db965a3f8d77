"""What portlint says of a binary's imports, beside what linkers and real calls said of the same names.

    python -m tests.crosscheck.judged_imports NATIVE_JSON... --tables FOLDER --calls JSON...

NATIVE_JSON: per library and format the imports with `D` (a real link for the target resolves it) or `-`. FOLDER has
`symbols.tsv`, the same for plain C names, and `binary_noise.tsv`, imports that prove nothing. `--calls`: results with
`runtime_names`, names that link and then fail. Prints precision and recall of the names by format and target.

Neither right nor wrong: what start-up code alone may import, the project's own names (a Mach-O looks some up at run
time), the C runtime's inner names (`__acrt_iob_func`, `__stderrp`). "Other name": Windows' names of what the target
does have (an event, a UDP socket on preview 2): no link, and nothing to go without.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from portlint.catalog.platforms import platform_names
from portlint.extractors.binary.facts import extraction
from portlint.extractors.binary.folding import fold
from portlint.extractors.binary.noise import knowledge
from portlint.extractors.binary.record import Library, Symbol
from tests.crosscheck.capabilities import asked, judge_of

COLUMNS = {
    "wasip1": "wasip1", "wasip2": "wasip2",
    "web-emscripten": "emscripten", "web-emscripten-pthreads": "emscripten-pthread",
}  # fmt: skip
MACHINES = {"elf": "x86_64", "pe": "x86_64", "macho": "arm64"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("native", nargs="+", type=Path)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--calls", nargs="*", type=Path, default=[])
    parser.add_argument("--show", action="store_true", help="name what is wrong and missed")
    given = parser.parse_args()
    links, noise = _links(given.tables / "symbols.tsv"), _noise(given.tables / "binary_noise.tsv")
    fails = _fails(given.calls)
    print("| format | target | precision | recall | right | wrong | missed | other name |\n|" + "---|" * 8)
    for kind in MACHINES:
        for target, column in COLUMNS.items():
            count: Counter[str] = Counter()
            for path in given.native:
                row = json.loads(path.read_text())["binaries"].get(kind, {})
                if "imports" not in row:
                    continue
                found, known = _found(row["imports"], kind, target)
                failing = fails.get(column, set())
                truth = _truth(row["imports"], kind, column, noise[kind], links, failing, known)
                missed = truth - found
                sides = {
                    "right": found & truth,
                    "wrong": found - truth,
                    "missed": missed - known,
                    "other": missed & known,
                }
                count.update({side: len(names) for side, names in sides.items()})
                for side in ("wrong", "missed") if given.show else ():
                    if sides[side]:
                        print(f"  {path.stem} {side}: {' '.join(sorted(sides[side]))}")
            right = count["right"]
            shares = [f"{right / (right + count[side]):.3f}" if right else "-" for side in ("wrong", "missed")]
            counts = " | ".join(str(count[side]) for side in ("right", "wrong", "missed", "other"))
            print(f"| {kind} | `{target}` | {shares[0]} | {shares[1]} | {counts} |")


def _found(imports: dict[str, Any], kind: str, target: str) -> tuple[set[str], set[str]]:
    """Plain names that the target has something against, by rule, by table, or as another platform's API; and those
    of which a rule knows that the target has what they ask for.
    """
    symbols = tuple(Symbol(_written(name, kind), str(row.get("from", "")).lower()) for name, row in imports.items())
    facts = extraction("x", kind, [Library(kind, MACHINES[kind], "x", symbols=symbols)]).facts
    names = {name for needs in asked(facts, target).values() for name in needs}
    sure = [fact for fact in facts if fact.value != "maybe"]
    known = {fact.name for fact in sure if judge_of(target).speaks_of(fact)}
    return names | {fact.name for fact in sure if fact.name in platform_names()} - known, known


def _truth(
    imports: dict[str, Any],
    kind: str,
    column: str,
    noise: set[str],
    links: dict[str, set[str]],
    fails: set[str],
    known: set[str],
) -> set[str]:
    lacking = set()
    for name, row in imports.items():
        plain = _plain(name, kind)
        inner = plain not in links[""] and plain not in platform_names() and plain not in known
        absent = row[column] == "-" and plain not in links[column] and not {name, plain} & noise and not inner
        if (absent or plain in fails) and plain not in knowledge().noise[kind]:
            lacking.add(plain)
    return lacking - knowledge().maybe[kind]


def _plain(name: str, kind: str) -> str:
    return fold(_written(name, kind), kind, MACHINES[kind], "", knowledge())


def _written(name: str, kind: str) -> str:
    return f"_{name}" if kind == "macho" else name  # the lists have Mach-O's names without the first underscore


def _links(path: Path) -> dict[str, set[str]]:
    head, *rows = (line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#"))
    known = {column: {row[0] for row in rows if row[at] == "D"} for at, column in enumerate(head) if at}
    return {**known, "": {row[0] for row in rows}}


def _noise(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in MACHINES}
    for line in path.read_text().splitlines():
        kind, _, name = line.partition("\t")
        found.setdefault(kind, set()).add(name)
    return found


def _fails(paths: list[Path]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in paths:
        for column, names in json.loads(path.read_text()).get("runtime_names", {}).items():
            found.setdefault(column, set()).update(names)
    return found


if __name__ == "__main__":
    main()
