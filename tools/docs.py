"""Write what is generated for readers: the pages of `docs/` that come from `rules/`, and the manual page.

    python tools/docs.py            write them, and delete pages of what is gone
    python tools/docs.py --check    say which are out of date; exit code 1 if any is

The pages are committed, so that they can be read without a build. `tests/test_docs.py` runs the check.
"""

from __future__ import annotations

import sys
from pathlib import Path

from portlint.catalog import load_catalog
from portlint.cli import parser
from portlint.manual import manual
from portlint.pages import capability_page, rule_page
from portlint.reporters.page_markdown import Link, capability_markdown, rule_markdown
from portlint.reporters.target_markdown import capabilities_index, rules_index, target_markdown, targets_index

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"rule": "rules", "capability": "capabilities", "target": "targets"}
_HEAD = "<!-- Generated from rules/ by tools/docs.py (make docs): edit there. -->\n\n"


def generated() -> dict[str, str]:
    """Every generated file: its text by its path from the root of the repository."""
    catalog = load_catalog()
    link = _link("../")
    pages = {
        "docs/rules/index.md": rules_index(catalog, link),
        "docs/capabilities/index.md": capabilities_index(catalog, link),
        "docs/targets/index.md": targets_index(catalog, link),
    }
    pages |= {f"docs/rules/{name}.md": rule_markdown(rule_page(catalog, name), link) for name in catalog.rules}
    for name in catalog.capabilities:
        pages[f"docs/capabilities/{name}.md"] = capability_markdown(capability_page(catalog, name), link)
    for name, target in catalog.targets.items():
        pages[f"docs/targets/{name}.md"] = target_markdown(target, catalog, link)
    return {**{path: _HEAD + text for path, text in pages.items()}, "docs/portlint.1": manual(parser())}


def stale() -> list[str]:
    """Paths whose file is missing, says something else, or has no page any more; sorted."""
    want = generated()
    changed = [path for path, text in want.items() if _text(ROOT / path) != text]
    return sorted([*changed, *(path for path in _present() if path not in want)])


def write() -> None:
    want = generated()
    for path in _present():
        if path not in want:
            (ROOT / path).unlink()
    for path, text in want.items():
        if _text(ROOT / path) != text:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8", newline="\n")


def _present() -> list[str]:
    files = (path for folder in FOLDERS.values() for path in (ROOT / "docs" / folder).glob("*.md"))
    return [path.relative_to(ROOT).as_posix() for path in files]


def _link(up: str) -> Link:
    """References from one generated folder to another."""

    def link(kind: str, name: str) -> str:
        return f"[`{name}`]({up}{FOLDERS[kind]}/{name}.md)"

    return link


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        found = stale()
        print("\n".join(found) or "up to date")
        return 1 if found else 0
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
