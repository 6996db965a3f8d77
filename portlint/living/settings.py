"""Whether the settings of a tree name what there is: config.py knows their shape, and no rule or target."""

from __future__ import annotations

from pathlib import Path

from portlint.catalog import load_catalog
from portlint.config import Settings, settings_place
from portlint.errors import PortlintError
from portlint.living.selectors import known_selectors, mistake


def check_settings(settings: Settings, root: Path) -> None:
    """Raises PortlintError, with file and line, for a target, rule, capability or area that nobody knows."""
    named = (*settings.select, *settings.severity, *(rule for each in settings.ignore for rule in each.rules))
    if not named and not settings.targets:
        return
    catalog = load_catalog()
    known = known_selectors(catalog)
    wrong = [
        *((name, mistake(name.partition("@")[0], catalog.targets, "target")) for name in settings.targets),
        *((word, mistake(word, known)) for word in named),
    ]
    for word, text in wrong:
        if text:
            raise PortlintError(f"{settings_place(root)(word)}: {text}")
