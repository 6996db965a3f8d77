"""Where portlint keeps what it remembers. Imports next to nothing: it is asked before everything else."""

from __future__ import annotations

import os


def cache_folder() -> str:
    """`$XDG_CACHE_HOME/portlint` or `~/.cache/portlint`; "" without a home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the XDG specification: a relative path is to be ignored
        home = os.environ.get("HOME") or os.environ.get("USERPROFILE") or ""
        base = os.path.join(home, ".cache")
    return os.path.join(base, "portlint") if os.path.isabs(base) else ""
