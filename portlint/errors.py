"""The one exception that means: the user can mend this."""

from __future__ import annotations


class PortlintError(Exception):
    """A mistake of the user's: one line that says what is wrong, where, and what to do (exit 2)."""
