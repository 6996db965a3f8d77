"""Take the pictures of `docs/screenshots` anew: `python tests/browser/screenshots.py` in a checkout."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
DESKTOP, PHONE = (1280, 900), (390, 844)
SCROLL = "document.getElementById(arguments[0]).scrollIntoView()"


def main() -> None:
    from chromium import browser
    from test_html_in_a_browser import written

    folder = ROOT / "docs" / "screenshots"
    with tempfile.TemporaryDirectory() as place, browser() as window:
        page = written(ROOT / "sample_projects" / "godot_arena", Path(place) / "arena.html", "godot-web")
        window.open(page, *DESKTOP)
        (folder / "html-decision.png").write_bytes(window.screenshot())
        window.run(SCROLL, "findings")
        (folder / "html-findings.png").write_bytes(window.screenshot())
        window.open(page, *DESKTOP, dark=True)
        window.run("document.querySelector('#picture-shows').value = 'at'")
        window.run("document.querySelector('#picture-shows').dispatchEvent(new Event('change'))")
        window.click(".components tbody button")
        window.run(SCROLL, "graph")
        (folder / "html-dependencies.png").write_bytes(window.screenshot())
        window.open(page, *PHONE)
        (folder / "html-phone.png").write_bytes(window.screenshot())


if __name__ == "__main__":
    main()
