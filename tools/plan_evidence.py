"""Write `docs/evidence/plan-NAME.md` anew: `python tools/plan_evidence.py NAME=CHECKOUT ...`.

The checkouts are fetched by the user, at the commits below. The sheet is the real output; the remarks below it are a
person's and stay as they are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "evidence"
AT = {
    "ioq3": ("ioquake/ioq3", "5956299e80b29ef3891bcec8e99cd3e680f34b1a"),
    "luanti": ("luanti-org/luanti", "ecda1027f3c501eb9c2274a1815e1997831300af"),
    "material-maker": ("RodZill4/material-maker", "ad19fcf0ee34a7caf74df709dc4de7112f0d467d"),
    "mirror": ("MirrorNetworking/Mirror", "c885a6a4d50dbe8e95438c98a4ff68dd72dd7e7a"),
    "straif": ("vasiltop/straif", "d11a202c0508f1b0d366985b7f133c7f370a3529"),
}
DOUBTS = "## What we would doubt"


def main(pairs: list[str]) -> int:
    for pair in pairs:
        name, equals, checkout = pair.partition("=")
        if not equals or name not in AT:
            print(f"plan_evidence: {pair!r}: write NAME=CHECKOUT; the names: {', '.join(AT)}", file=sys.stderr)
            return 2
        write(name, Path(checkout))
    return 0


def write(name: str, checkout: Path) -> None:
    file = FOLDER / f"plan-{name}.md"
    doubts = file.read_text(encoding="utf-8").partition(DOUBTS)[2] if file.exists() else "\n"
    command = [sys.executable, "-m", "portlint", "plan", str(checkout), "--output-format", "markdown"]
    sheet = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    repository, commit = AT[name]
    call = f"```sh\nportlint plan {checkout.resolve().name} --output-format markdown\n```"
    head = f"# The plan for {repository}\n\nAt commit `{commit}`, written by `tools/plan_evidence.py` with\n\n{call}\n"
    FOLDER.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{head}\n{sheet}\n{DOUBTS}{doubts}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
